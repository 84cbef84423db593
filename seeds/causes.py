"""Why the invented facts cost points: causes of complaints and inspections, and what some customers said."""

from collections.abc import Iterator
from functools import cache

import msgspec

from core.points import FACT_SCALE
from scoring.book_parts import Kpi
from scoring.causes import Sums, cases_in
from scoring.intake.causes import FactCause
from scoring.intake.preview import Facts as Stored
from scoring.rulebook import RuleBook
from seeds import draw
from seeds.facts import Facts
from seeds.tables import rows

PERCENT = 100
TILT = 61
"""A cause is more or less frequent in a unit by up to three tenths of its chance."""
SAID_ONE_IN = 3
FEWEST = 3
"""So few cases are told as one cause alone."""


class Reason(msgspec.Struct, frozen=True):
    """One cause of a KPI: its chance in per cent, and what customers say of it."""

    cause: str
    chance: int
    said: tuple[str, ...]


@cache
def reasons() -> dict[str, tuple[Reason, ...]]:
    """Return the causes of each KPI."""
    found: dict[str, list[Reason]] = {}
    for row in rows("causes.csv"):
        said = tuple(words for words in row["said"].split("|") if words)
        found.setdefault(row["kpi"], []).append(Reason(row["cause"], int(row["chance"]), said))
    return {kpi: tuple(held) for kpi, held in found.items()}


def causes(seed: int, facts: Facts, stored: Stored, book: RuleBook) -> tuple[FactCause, ...]:
    """Return the causes of one source's facts; the same for the same seed number."""
    wanted = {place: code for place, code in enumerate(facts.kpis) if code in reasons() and code in book.kpis}
    found: list[FactCause] = []
    for row, place in enumerate(facts.kpi.tolist()):
        if place in wanted:
            found += _of_fact(seed, wanted[place], book.kpis[wanted[place]], facts, stored, row)
    return tuple(found)


def _of_fact(seed: int, code: str, kpi: Kpi, facts: Facts, stored: Stored, row: int) -> Iterator[FactCause]:
    sums = Sums(int(facts.num[row]), int(facts.den[row]), int(facts.sample[row]))
    cases = int(cases_in(kpi, sums))
    if not cases:
        return
    base = draw.key(seed, "cause", code)
    unit, day = int(facts.unit[row]), int(facts.day[row])
    told = [(reason, _cases(base, reason, number, unit, day, cases)) for number, reason in enumerate(reasons()[code])]
    for number, (reason, count) in enumerate(told):
        if count:
            yield FactCause(
                int(stored.kpi_id[row]),
                int(stored.unit_id[row]),
                int(stored.on_day[row]),
                int(stored.item[row]),
                int(stored.row_no[row]),
                reason.cause,
                count * FACT_SCALE,
                _said(base, reason, number, unit, day),
            )


def _cases(base: int, reason: Reason, number: int, unit: int, day: int, cases: int) -> int:
    """Return how many cases came of a cause; few cases have one cause or none, so that they never exceed what there is."""
    chance = reason.chance * (PERCENT - TILT // 2 + draw.one_below(base, unit * 31 + number, TILT)) // PERCENT
    if cases >= FEWEST:
        return cases * chance // PERCENT
    before = sum(other.chance for other in reasons_before(reason))
    drawn = draw.one_below(base, (unit * 31 + 17) * 1_000_003 + day, PERCENT)
    return cases if before <= drawn < before + reason.chance else 0


@cache
def reasons_before(reason: Reason) -> tuple[Reason, ...]:
    """Return the causes that stand before one in its KPI's list."""
    held = next(held for held in reasons().values() if reason in held)
    return held[: held.index(reason)]


def _said(base: int, reason: Reason, number: int, unit: int, day: int) -> str | None:
    drawn = draw.one_below(base, (unit * 31 + number) * 1_000_003 + day * 7, SAID_ONE_IN * max(len(reason.said), 1))
    return reason.said[drawn] if drawn < len(reason.said) else None
