"""What one step of a calculation looks like, and how its figures are written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import msgspec

from core.language import Text
from core.points import exact, plain_text

PLACES = 6
MINUS, TIMES, OVER = "−", "×", "÷"
NOTHING = Text(zh="", en="")


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step: what is done, the figures put in, what comes out, and why; figures are arithmetic that can be redone."""

    code: str
    name: Text
    figures: str
    result: str
    note: Text = NOTHING


def exactly(value: object) -> Fraction:
    """Return a number of the parameters: written as text, or told by the data as a fraction."""
    return value if isinstance(value, Fraction) else exact(str(value))


@dataclass(frozen=True)
class At:
    """One unit at one KPI, as its method sees it: the counted value, the parameters that hold, and the peers."""

    value: Fraction
    given: Mapping[str, Any]
    previous: Fraction | None = None
    items: Mapping[str, Fraction] = field(default_factory=dict)
    constants: Mapping[str, Fraction] = field(default_factory=dict)
    names: Mapping[str, Text] = field(default_factory=dict)
    peers: Sequence[Fraction] = ()
    """Counted values of everybody the unit is compared with, itself among them."""
    counts: bool = True
    """The unit itself counts in statistics."""
    times: Fraction | None = None
    """What counted events are multiplied by, so that large units and long months are comparable."""
    parts: Mapping[str, Fraction | None] = field(default_factory=dict)
    """What a formula may name besides the value: num, den, sample, previous and its constants."""

    def number(self, name: str, default: int | str | None = None) -> Fraction:
        """Return a parameter; KeyError where neither it nor a default is there."""
        value = self.given.get(name)
        if value is None and default is None:
            raise KeyError(name)
        return exactly(default if value is None else value)

    def word(self, name: str, default: str) -> str:
        """Return a choice among the parameters."""
        return str(self.given.get(name) or default)

    @property
    def higher(self) -> bool:
        """Tell whether more is better."""
        return self.word("direction", "higher") == "higher"


@dataclass(frozen=True)
class Worked:
    """The steps of a method, and its score before its limits: exact, or with forty digits where it has a root in it."""

    steps: tuple[Step, ...]
    raw: Fraction
    root: bool = False


def told(value: Fraction) -> str:
    """Return a number for a formula: as short as it is exact, else with six decimals; a negative one in brackets."""
    text = plain_text(abs(value), PLACES)
    return f"({MINUS}{text})" if value < 0 and text != "0" else text


def shown(value: Fraction) -> str:
    """Return a number as a result: as `told`, its minus without brackets."""
    text = plain_text(abs(value), PLACES)
    return f"{MINUS}{text}" if value < 0 and text != "0" else text


def ratio(value: Fraction) -> str:
    """Return a number exactly: as a decimal where it ends, else as a fraction."""
    text = told(value)
    return (
        text
        if exact(plain_text(abs(value), PLACES)) == abs(value)
        else f"({MINUS * (value < 0)}{abs(value.numerator)} ÷ {value.denominator})"
    )


def step(code: str, zh: str, en: str, figures: str, result: Fraction | str, note: Text = NOTHING) -> Step:
    """Return one step from its two names."""
    words = result if isinstance(result, str) else shown(result)
    return Step(code=code, name=Text(zh=zh, en=en), figures=figures, result=words, note=note)
