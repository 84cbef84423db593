"""Why something went wrong, told beside a fact: cause codes with how many cases each, and the customer's own words."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.sheets.grid import Sheet
from scoring.intake import words
from scoring.intake.catalogue import MICRO, Cause, Choices
from scoring.intake.columns import Labels, as_text, labels
from scoring.intake.index import Index
from scoring.intake.judging import Judged
from scoring.intake.layout import Layout
from scoring.intake.names import CONSIDERED, MOST_NEAREST, Nearest, similarity
from scoring.intake.reasons import FIRST_REFUSAL, Reason
from scoring.intake.telling import below
from scoring.intake.words import plain

MOST_CAUSES = 12
"""Causes told of one fact."""
LONGEST_WORDS = 400
_BETWEEN = re.compile(r"[;；,，、|\n]+")
_COUNTED = re.compile(
    r"(?P<name>.*?)(?:\s*[×*:：=(（]\s*|\s+x\s*)(?P<count>[0-9０-９]{1,9})\s*(?:件|例|次|cases?)?\s*[)）]?\s*",
    re.DOTALL,
)
_LONG_DIGITS = re.compile(r"\d(?:[\s.·_/()（）．\u2010-\u2015\u2212－-]{0,3}\d){6,}[xXｘＸ]?")
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,4}", re.ASCII)
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]+")


class FactCause(NamedTuple):
    """One cause of one fact: its key, its row from 1, the code ("" for words alone), cases in 1/1,000,000 (None: all that is left)."""

    kpi_id: int
    unit_id: int
    on_day: int
    item: int
    row_no: int
    cause: str
    cases: int | None
    words: str | None

    @property
    def fact(self) -> tuple[int, int, int, int]:
        """Return the key of the fact it is told of."""
        return self[:4]


class Read(NamedTuple):
    """What a cell names: places in the list of causes with their cases, or why it cannot be read."""

    causes: tuple[tuple[int, int | None], ...] = ()
    reason: Reason = Reason.NONE


class CauseDirectory:
    """The causes under their codes and names in both languages; `chosen` are written texts that a person gave a code."""

    def __init__(self, causes: Sequence[Cause], chosen: Mapping[str, str] = MappingProxyType({})) -> None:
        self.causes = causes
        codes = {cause.code: place for place, cause in enumerate(causes)}
        self.chosen = {raw.strip(): codes[code] for raw, code in chosen.items() if code in codes}
        self.names: Mapping[str, int] = {
            plain(name): place
            for place, cause in reversed(list(enumerate(causes)))
            for name in (cause.name_en, cause.name_zh, cause.code)
        }

    def read(self, text: str) -> Read:
        """Return the causes that a cell names, separated by commas or semicolons, each with its number of cases."""
        if text.strip() in self.chosen:
            return Read(((self.chosen[text.strip()], None),))
        text = unicodedata.normalize("NFKC", text)
        whole = self._one(text)
        if whole is not None:
            return Read((whole,))
        parts = [part for part in _BETWEEN.split(text) if part.strip()]
        if not parts or plain(text) in words.MISSING or text.strip() in words.MISSING:
            return Read()
        found = [self._one(part) for part in parts[: MOST_CAUSES + 1]]
        named = tuple(one for one in found if one is not None)
        places = {place for place, _ in named}
        if len(named) < len(found) or len(places) < len(named) or len(found) > MOST_CAUSES:
            return Read(reason=Reason.UNKNOWN_CAUSE)
        return Read(named)

    def _one(self, text: str) -> tuple[int, int | None] | None:
        place = self.names.get(plain(text))
        if place is not None:
            return place, None
        counted = _COUNTED.fullmatch(text.strip()) if len(text) <= LONGEST_WORDS else None
        place = self.names.get(plain(counted["name"])) if counted else None
        if counted is None or place is None:
            return None
        cases = int(counted["count"]) * MICRO
        return (place, cases) if cases else None

    def nearest(self, text: str) -> tuple[Nearest, ...]:
        """Return up to five causes of similar names, the most similar first; of several told at once, for the first unknown."""
        parts = [part for part in _BETWEEN.split(text) if part.strip() and self._one(part) is None] or [text]
        counted = _COUNTED.fullmatch(parts[0].strip())
        wanted = plain(counted["name"] if counted else parts[0])
        found = [
            Nearest(
                cause.code, cause.name_zh, cause.name_en, max(similarity(wanted, plain(name)) for name in cause[:3])
            )
            for cause in self.causes
        ]
        close = [near for near in found if near.similarity >= CONSIDERED]
        return tuple(sorted(close, key=lambda near: (-near.similarity, near.code))[:MOST_NEAREST])


@dataclass(frozen=True)
class Column:
    """The columns of causes and words of one sheet, each distinct cell read once."""

    first: int
    number: int
    causes: Labels | None
    read: tuple[Read, ...]
    said: Labels | None
    wide: bool

    def of(self, row: int) -> tuple[Read, str | None]:
        """Return what a row of the sheet tells."""
        code = self.causes.codes[row - self.first] if self.causes else -1
        said = self.said.codes[row - self.first] if self.said else -1
        text = cleaned(as_text(self.said.values[said])) if self.said and said >= 0 else ""
        return self.read[code] if code >= 0 else Read(), text or None


def column_of(sheet: Sheet, layout: Layout, index: Index, choices: Choices) -> Column | None:
    """Return the causes told in a sheet, None where it has neither column."""
    cause, said = layout.column(words.CAUSE), layout.column(words.SAID)
    if cause is None and said is None:
        return None
    found = None if cause is None else labels(below(sheet.columns[cause], layout.data))
    directory = CauseDirectory(index.catalogue.causes, choices.units)
    return Column(
        first=layout.data,
        number=-1 if cause is None else cause,
        causes=found,
        read=tuple(found.taken(lambda cell: directory.read(as_text(cell)))) if found else (),
        said=None if said is None else labels(below(sheet.columns[said], layout.data)),
        wide=bool(layout.groups),
    )


def refuse(part: Judged, column: Column, index: Index) -> None:
    """Refuse the good entries whose cause is unknown or, in long form, is none of their KPI."""
    if column.causes is None:
        return
    good = np.flatnonzero(part.reasons == 0)
    codes = column.causes.codes[part.rows[good] - column.first]
    good, codes = good[codes >= 0], codes[codes >= 0]
    pairs, inverse = np.unique(np.stack((codes, part.kpis[good])), axis=1, return_inverse=True)
    verdicts = np.array([_verdict(column, index, code, kpi) for code, kpi in pairs.T.tolist()], np.uint8)
    wrong: NDArray[np.uint8] = verdicts[inverse.reshape(-1)] if len(verdicts) else np.zeros(0, np.uint8)
    bad = wrong > 0
    part.reasons[good[bad]] = wrong[bad]
    part.blamed[good[bad]] = column.number


def _verdict(column: Column, index: Index, code: int, kpi: int) -> int:
    read = column.read[code]
    if read.reason >= FIRST_REFUSAL or column.wide:
        return int(read.reason)
    fits = all(_fits(index, kpi, place) for place, _ in read.causes)
    return int(Reason.NONE if fits else Reason.WRONG_CAUSE)


def _fits(index: Index, kpi: int, place: int) -> bool:
    kpis = index.catalogue.causes[place].kpis
    return not index.rated[kpi] and (not kpis or index.catalogue.kpis[kpi].code in kpis)


def told(
    entries: Judged, places: NDArray[np.intp], columns: Sequence[Column | None], index: Index
) -> Iterator[FactCause]:
    """Yield the causes of the facts that stand at these places."""
    if not any(columns):
        return
    for place in places.tolist():
        column = columns[entries.sheets[place]]
        kpi = int(entries.kpis[place])
        if column is None or index.rated[kpi]:
            continue
        row = int(entries.rows[place])
        read, said = column.of(row)
        named = [(index.catalogue.causes[at].code, cases) for at, cases in read.causes if _fits(index, kpi, at)]
        key = (
            int(index.kpi_ids[kpi]),
            int(index.unit_ids[entries.units[place]]),
            int(entries.starts[place]),
            int(entries.items[place]),
        )
        for number, (cause, cases) in enumerate(named or ([("", None)] if said else [])):
            yield FactCause(*key, row + 1, cause, cases, said if number == 0 else None)


def cleaned(text: str) -> str:
    """Return what a customer said on one line, without unseen marks; long numbers (telephones, cards) and mail addresses are masked."""
    line = " ".join(_UNPRINTABLE.sub(" ", text).split())
    return _LONG_DIGITS.sub(lambda found: f"{found[0][:3]}****", _MAIL.sub("****@****", line))[:LONGEST_WORDS]
