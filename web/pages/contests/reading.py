"""A contest as it is typed into a form, read into rules and written back; every wrong line is told."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import msgspec

from core.errors import Invalid, Place, Problem
from core.points import cents_text, fixed
from months.contests.spec import Spec, kind_of
from org.organisation import Organisation
from web.forms import Form
from web.sentences.contests import FIELDS as LABELS
from web.sentences.contests import WORDS

FIELDS: dict[str, tuple[str, ...]] = {
    "head_to_head": ("card", "measure", "pairs", "on"),
    "race": ("card", "measure", "target", "units", "days"),
    "team_goal": ("card", "measure", "target", "way", "share", "coverage", "teams", "on"),
    "elimination": ("card", "measure", "units", "rounds", "tie"),
    "league": ("card", "measure", "divisions", "moves", "on"),
}
AT = re.compile(r"\$\.(\w+)")
SPLIT = re.compile(r"[\s,，、;；]+")
PAIR, LONGEST = 2, 20_000


class Reading:
    """Reads the fields of one form, and remembers what is wrong."""

    def __init__(self, sent: Form, organisation: Organisation) -> None:
        self.sent = sent
        self.organisation = organisation
        self.problems: list[Problem] = []

    def spec(self, kind: str) -> Spec:
        """Return the rules; Invalid with every line that cannot be read."""
        card = self.sent.text("card", 24)
        readers: Mapping[str, Callable[[str], Any]] = {
            "card": lambda name: self.sent.text(name, 24),
            "measure": lambda name: self.sent.text(name, 24) or "total",
            "way": lambda name: self.sent.text(name, 12),
            "tie": lambda name: self.sent.text(name, 12),
            "target": self._cents,
            "share": self._number,
            "coverage": self._number,
            "moves": self._number,
            "on": self._last_day,
            "pairs": self._pairs,
            "units": lambda name: list(dict.fromkeys(self._units(name, self.sent.text(name, LONGEST), card))),
            "days": lambda name: [day for line in self._lines(name) if (day := self._day(name, line))],
            "rounds": self._rounds,
            "teams": lambda name: self._groups(name, card),
            "divisions": lambda name: self._groups(name, card),
        }
        told = {name: readers[name](name) for name in FIELDS[kind]}
        if self.problems:
            raise Invalid(*self.problems)
        try:
            found: Spec = msgspec.convert({"kind": kind, **told}, type=Spec)
        except msgspec.ValidationError as failure:
            raise Invalid(_unfit(kind, str(failure))) from None
        return found

    def _lines(self, name: str) -> Iterator[str]:
        return (line.strip() for line in self.sent.text(name, LONGEST).splitlines() if line.strip())

    def _cents(self, name: str) -> int:
        text = self.sent.text(name, 12)
        try:
            return fixed(text, 2)
        except (ValueError, ArithmeticError):
            self._wrong(name, "bad_number", line=text, example="92.5")
            return 1

    def _number(self, name: str) -> int:
        text = self.sent.text(name, 4)
        if text.isascii() and text.isdigit():
            return int(text)
        self._wrong(name, "bad_number", line=text, example="2")
        return 1

    def _last_day(self, name: str) -> date | None:
        text = self.sent.text(name, 12)
        return self._day(name, text) if text else None

    def _day(self, name: str, text: str) -> date | None:
        try:
            return date.fromisoformat(text)
        except ValueError:
            self._wrong(name, "bad_day", line=text)
            return None

    def _pairs(self, name: str) -> list[dict[str, int]]:
        found = []
        for line in self._lines(name):
            units = [self._unit(name, code) for code in SPLIT.split(line) if code]
            if len(units) != PAIR:
                self._wrong(name, "bad_pair", line=line)
            elif units[0] and units[1]:
                found.append({"left": units[0], "right": units[1]})
        return found

    def _rounds(self, name: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for line in self._lines(name):
            *days, count = SPLIT.split(line)
            if not (count.isascii() and count.isdigit()) or len(days) > 1:
                self._wrong(name, "bad_number", line=line, example="2026-11-20 4")
                continue
            found.append({"on": self._day(name, days[0]) if days else None, "leave": int(count)})
        return found

    def _groups(self, name: str, card: str) -> list[dict[str, Any]]:
        found = []
        for line in self._lines(name):
            title, mark, codes = line.replace("：", ":").partition(":")
            if not mark:
                self._wrong(name, "bad_group", line=line)
                continue
            zh, _, en = title.partition("/")
            units = list(dict.fromkeys(self._units(name, codes, card)))
            found.append({"zh": zh.strip(), "en": (en or zh).strip(), "units": units})
        return found

    def _units(self, name: str, text: str, card: str) -> Iterator[int]:
        """Yield the units of codes; one that stands above means all of the card beneath it."""
        for code in filter(None, SPLIT.split(text)):
            number = self._unit(name, code)
            if number and self.organisation.kind(number) != card:
                beneath = (one for one in self.organisation.subtree(number) if self.organisation.kind(one) == card)
                yield from sorted(beneath) or [number]
            elif number:
                yield number

    def _unit(self, name: str, code: str) -> int:
        unit = self.organisation.called(code)
        if unit is None:
            self._wrong(name, "no_unit", code=code[:32])
        return unit.id if unit else 0

    def _wrong(self, name: str, words: str, **values: object) -> None:
        self.problems.append(Problem(code=words, sentence=WORDS[words].format(**values), place=Place(path=name)))


def _unfit(kind: str, said: str) -> Problem:
    """Return in the reader's words which field holds what rules cannot hold."""
    place = AT.search(said)
    name = place[1] if place and place[1] in FIELDS[kind] else FIELDS[kind][0]
    return Problem(code="bad_contest", sentence=WORDS["unfit"].format(field=LABELS[name][0]), place=Place(path=name))


def written(spec: Spec, organisation: Organisation) -> dict[str, str]:
    """Return rules as the fields of a form."""
    return {name: _text(name, getattr(spec, name), organisation) for name in FIELDS[kind_of(spec)]}


def _text(name: str, value: Any, organisation: Organisation) -> str:  # noqa: ANN401 - whatever a field of the rules holds
    def codes(units: Iterable[int]) -> str:
        return " ".join(organisation.units[unit].code for unit in units if unit in organisation.units)

    writers: dict[str, Callable[[], str]] = {
        "target": lambda: cents_text(value),
        "on": lambda: value.isoformat() if value else "",
        "pairs": lambda: "\n".join(codes((one.left, one.right)) for one in value),
        "units": lambda: codes(value),
        "days": lambda: "\n".join(day.isoformat() for day in value),
        "rounds": lambda: "\n".join(f"{one.on or ''} {one.leave}".strip() for one in value),
        "teams": lambda: "\n".join(f"{one.zh}/{one.en}: {codes(one.units)}" for one in value),
        "divisions": lambda: "\n".join(f"{one.zh}/{one.en}: {codes(one.units)}" for one in value),
    }
    return writers.get(name, lambda: str(value))()
