"""Finding a unit or KPI by what people call it, and the nearest names where there is none."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from scoring.intake.catalogue import Kpi, Unit
from scoring.intake.reasons import Note, Reason
from scoring.intake.words import heading, plain

SUGGESTED = 85
"""From this similarity in per cent a single candidate is offered as the answer."""
CONSIDERED = 60
MOST_NEAREST = 5
_BETWEEN = re.compile(r"[\s_:：./|（(—-]+")
_LATIN = re.compile(r"[a-z0-9]")
COMMON = 3_000
"""A pair of letters that so many names share says nothing about any of them."""


class Match(NamedTuple):
    """The place in the catalogue, or the reason and the places that came into question."""

    place: int = -1
    reason: Reason = Reason.NONE
    note: Note = Note.NONE
    candidates: tuple[int, ...] = ()


class Nearest(NamedTuple):
    """A valid name near to what was written; similarity in per cent."""

    code: str
    name_zh: str
    name_en: str
    similarity: int


class UnitDirectory:
    """The units under all their names; what is costly is built when first asked for."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self.units = units

    @cached_property
    def codes(self) -> dict[str, int]:
        return {unit.code: place for place, unit in enumerate(self.units)}

    @cached_property
    def names(self) -> dict[str, tuple[int, ...]]:
        return _gathered(
            (name, place) for place, unit in enumerate(self.units) for name in (unit.name_zh, unit.name_en)
        )

    @cached_property
    def plain_names(self) -> dict[str, tuple[int, ...]]:
        return _gathered(
            (plain(name), place)
            for place, unit in enumerate(self.units)
            for name in (unit.code, unit.name_zh, unit.name_en)
        )

    @cached_property
    def grams(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for name, places in self.plain_names.items():
            for gram in _grams(name):
                found[gram].extend(places)
        return dict(found)

    def find(self, text: str) -> Match:
        """Return the unit of this code, name, or nearly this name; else why not."""
        place = self.codes.get(text)
        if place is not None:
            return Match(place)
        stripped = text.strip()
        places, note = self.names.get(stripped, ()), Note.NONE
        if not places:
            places, note = self.plain_names.get(plain(stripped), ()), Note.SIMILAR_NAME
        if not places:
            return Match(reason=Reason.UNKNOWN_UNIT)
        if len(places) > 1:
            return Match(reason=Reason.AMBIGUOUS_UNIT, candidates=places)
        return Match(places[0], note=note if stripped != self.units[places[0]].code else Note.NONE)

    def under(self, match: Match, parent: str) -> Match:
        """Return the one candidate that stands under this parent, else the match as it was."""
        wanted = plain(parent)
        here = [place for place in match.candidates if wanted and plain(self.units[place].parent) == wanted]
        return Match(here[0]) if len(here) == 1 else match

    def nearest(self, text: str) -> tuple[Nearest, ...]:
        """Return up to five similar names, the most similar first."""
        wanted = plain(text)
        lists = [self.grams[gram] for gram in _grams(wanted) if gram in self.grams]
        telling = [places for places in lists if len(places) <= COMMON]
        if not telling:
            return ()
        counts = np.bincount(np.concatenate([np.asarray(places) for places in telling]), minlength=len(self.units))
        best = np.argsort(-counts, kind="stable")[: 4 * MOST_NEAREST]
        found = [_nearest(self.units[place], wanted) for place in best.tolist() if counts[place]]
        return tuple(
            sorted((near for near in found if near.similarity >= CONSIDERED), key=_by_similarity)[:MOST_NEAREST]
        )


class KpiDirectory:
    """The KPIs under their codes and names, with or without a unit of measure in brackets."""

    def __init__(self, kpis: Sequence[Kpi]) -> None:
        self.kpis = kpis
        self.codes = {plain(kpi.code): place for place, kpi in enumerate(kpis)}
        self.lengths = sorted({len(code) for code in self.codes}, reverse=True)
        self.names = _gathered(
            (form(name), place)
            for place, kpi in enumerate(kpis)
            for name in (kpi.name_zh, kpi.name_en)
            for form in (plain, heading)
        )

    def find(self, text: str) -> Match:
        """Return the KPI of a code, a name, or a code followed by a name."""
        flat = plain(text)
        place = self.codes.get(flat)
        if place is not None:
            return Match(place)
        places = self.names.get(flat) or self.names.get(heading(text)) or ()
        if len(places) == 1:
            return Match(places[0])
        begun = self._begun(text, flat)
        return Match(reason=Reason.UNKNOWN_KPI, candidates=places) if begun is None else Match(begun)

    def _begun(self, text: str, flat: str) -> int | None:
        """Return the KPI whose code stands before something else: a word of its own, or not followed by a Latin letter or digit."""
        first = self.codes.get(plain(_BETWEEN.split(text.strip(), maxsplit=1)[0]))
        if first is not None:
            return first
        codes = (flat[:length] for length in self.lengths if length < len(flat) and not _LATIN.match(flat[length]))
        return next((self.codes[code] for code in codes if code in self.codes), None)

    def nearest(self, text: str) -> tuple[Nearest, ...]:
        wanted = plain(text)
        found = [
            Nearest(kpi.code, kpi.name_zh, kpi.name_en, _best(wanted, (kpi.code, kpi.name_zh, kpi.name_en)))
            for kpi in self.kpis
        ]
        return tuple(
            sorted((near for near in found if near.similarity >= CONSIDERED), key=_by_similarity)[:MOST_NEAREST]
        )


def suggested(nearest: Sequence[Nearest]) -> str:
    """Return the code of the single candidate that is similar enough to be offered, else nothing."""
    close = [near for near in nearest if near.similarity >= SUGGESTED]
    return close[0].code if len(close) == 1 else ""


def similarity(first: str, second: str) -> int:
    """Return the Jaro-Winkler similarity of two texts in per cent, rounded down."""
    if not first or not second:
        return 0
    reach = max(max(len(first), len(second)) // 2 - 1, 0)
    taken = [False] * len(second)
    matched = []
    for place, letter in enumerate(first):
        for other in range(max(0, place - reach), min(len(second), place + reach + 1)):
            if not taken[other] and second[other] == letter:
                taken[other] = True
                matched.append(letter)
                break
    if not matched:
        return 0
    rest = [letter for letter, used in zip(second, taken, strict=True) if used]
    moved = sum(1 for one, two in zip(matched, rest, strict=True) if one != two) // 2
    count = len(matched)
    jaro = 10_000 * count // len(first) + 10_000 * count // len(second) + 10_000 * (count - moved) // count
    prefix = _common_prefix(first, second)
    return (jaro // 3 + prefix * (10_000 - jaro // 3) // 10) // 100


def _common_prefix(first: str, second: str) -> int:
    count = 0
    for one, two in zip(first[:4], second[:4], strict=False):
        if one != two:
            break
        count += 1
    return count


def _gathered(pairs: Iterable[tuple[str, int]]) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for name, place in pairs:
        places = found.get(name, ())
        if name and place not in places:
            found[name] = (*places, place)
    return found


def _grams(name: str) -> set[str]:
    return {name[at : at + 2] for at in range(max(len(name) - 1, 1))}


def _nearest(unit: Unit, wanted: str) -> Nearest:
    return Nearest(unit.code, unit.name_zh, unit.name_en, _best(wanted, (unit.code, unit.name_zh, unit.name_en)))


def _best(wanted: str, names: Sequence[str]) -> int:
    return max(similarity(wanted, plain(name)) for name in names)


def _by_similarity(near: Nearest) -> tuple[int, str]:
    return -near.similarity, near.code
