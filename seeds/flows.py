"""The flows of facts, as the tables say: which KPI is measured at which kind of unit, when, how often and how well."""

import tomllib
from functools import cache

import msgspec

from core.language import Text
from core.points import fixed
from seeds.tables import rows, text

PLACES = 4
"""Middle, swing, noise and trend are integers of 1/10,000 of the KPI's unit."""


class Flow(msgspec.Struct, frozen=True):
    """One KPI at one kind of unit: rhythm, tries per slot, kind of number, middle, and what one deviation of quality is worth."""

    kpi: str
    source: str
    at: str
    when: str
    tries: int
    by: str
    how: str
    middle: int
    swing: int
    noise: int
    trend: int
    low: int | None
    high: int | None
    item: str


class Effect(msgspec.Struct, frozen=True):
    """A lasting shift of quality of a unit and all below it, in thousandths; `to` is where it ends in the last month."""

    about: str
    unit: str
    shift: int
    to: int | None = None
    kpis: tuple[str, ...] = ()


class Missing(msgspec.Struct, frozen=True):
    """Facts of a KPI, of a unit and all below it, that have not arrived in the running month."""

    about: str
    kpi: str
    below: str
    from_day: int = 1


class RedLine(msgspec.Struct, frozen=True):
    """A verified event in one month."""

    code: str
    about: Text
    unit: str
    month: int
    day: int


class Adjusted(msgspec.Struct, frozen=True):
    """Signed points for units in some months, drawn between two bounds in cents."""

    reason: Text
    units: tuple[str, ...]
    months: tuple[int, ...]
    cents: tuple[int, int]


class Odd(msgspec.Struct, frozen=True):
    """Facts of the running month that nobody will believe: every answer of one unit of a kind has this value."""

    about: str
    kpi: str
    kind: str
    number: int
    """Which unit of its kind, from 0."""
    value: int


class Story(msgspec.Struct, frozen=True):
    """What happens in the invented company; months count from 0."""

    effect: tuple[Effect, ...] = ()
    missing: tuple[Missing, ...] = ()
    red_line: tuple[RedLine, ...] = ()
    adjustment: tuple[Adjusted, ...] = ()
    odd: tuple[Odd, ...] = ()


@cache
def story() -> Story:
    """Return the story of the demo company."""
    return msgspec.convert(tomllib.loads(text("story.toml")), Story)


@cache
def flows() -> tuple[Flow, ...]:
    """Return every flow, in the order of the KPI catalogue."""
    return tuple(_flow(row) for row in rows("flows.csv"))


def _flow(row: dict[str, str]) -> Flow:
    return Flow(
        kpi=row["kpi"], source=row["source"], at=row["at"], when=row["when"], tries=int(row["tries"] or 1), by=row["by"],
        how=row["how"], middle=_number(row["middle"]), swing=_number(row["swing"]), noise=_number(row["noise"]),
        trend=_number(row["trend"]), low=_bound(row["low"]), high=_bound(row["high"]), item=row["item"],
    )  # fmt: skip


def _number(text: str) -> int:
    return fixed(text or "0", PLACES)


def _bound(text: str) -> int | None:
    return _number(text) if text else None
