"""What is there and what is not: KPI × unit of a running month, and per source."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import date, timedelta
from functools import partial

import msgspec

from core.clock import today
from core.language import Text
from core.period import next_first_day
from org.organisation import Organisation, Unit
from org.queries import organisation_of_month
from scoring.contributors import card_of, contributors
from scoring.packing import Cell
from scoring.queries.facts import month_cells
from scoring.queries.rules import Rules, catalogue, rules_of
from scoring.rulebook import Kpi

THERE, MISSING, FEW, LATE = "there", "missing", "few", "late"
STATES = (THERE, MISSING, FEW, LATE)


class UnitRow(msgspec.Struct, frozen=True, kw_only=True):
    """One unit and the state of each KPI of its card, in the order of the columns; "" where the KPI is not on it."""

    unit_id: int
    code: str
    name: Text
    states: tuple[str, ...]
    samples: tuple[int, ...]


class SourceRow(msgspec.Struct, frozen=True, kw_only=True):
    """How one source stands: cells by state, and the day by which it should have delivered."""

    source: str
    name: Text
    due_on: date
    there: int
    missing: int
    few: int
    late: int


class Completeness(msgspec.Struct, frozen=True, kw_only=True):
    """The matrix of one card: columns are KPIs, rows are units."""

    month: int
    card: str
    kpis: tuple[str, ...]
    kpi_names: tuple[Text, ...]
    rows: tuple[UnitRow, ...]
    sources: tuple[SourceRow, ...]
    more: int


CellsOf = Callable[[Collection[int]], Awaitable[Mapping[int, list[Cell]]]]
"""Where the facts of some units of the month come from: the matrix, or what somebody may know of it."""


async def completeness(
    month: int,
    card: str,
    *,
    unit_ids: Collection[int] | None = None,
    first: int = 0,
    limit: int = 200,
    cells_of: CellsOf | None = None,
    on: date | None = None,
) -> Completeness:
    """Return which facts of a card's units are there; `unit_ids` limits to what a viewer looks after.

    `cells_of` and the day `on` give it as it was known to somebody; without them it is as it stands now.
    """
    rules = await rules_of(month)
    organisation = await organisation_of_month(month)
    units = sorted(
        (unit for unit in organisation.units.values() if card_of(unit, rules.book) == card), key=lambda unit: unit.code
    )
    if unit_ids is not None:
        units = [unit for unit in units if unit.id in unit_ids]
    kpis = [rules.book.kpis[code] for code in rules.book.kpis_of(card)]
    shown = units[first : first + limit]
    rows = await _rows(rules, organisation, card, kpis, shown, cells_of or partial(month_cells, month), on or today())
    return Completeness(
        month=month,
        card=card,
        kpis=tuple(kpi.code for kpi in kpis),
        kpi_names=tuple(kpi.name for kpi in kpis),
        rows=rows,
        sources=_sources(rules, kpis, rows),
        more=max(len(units) - first - limit, 0),
    )


async def _rows(
    rules: Rules,
    organisation: Organisation,
    card: str,
    kpis: list[Kpi],
    units: list[Unit],
    cells_of: CellsOf,
    now_on: date,
) -> tuple[UnitRow, ...]:
    numbers = (await catalogue()).kpis
    sources = [rules.book.kpis[kpi.facts] for kpi in kpis]
    stays = {source.stays_with for source in sources}
    reach = {
        (unit.id, kinds): contributors(organisation, unit.id, rules.book, kinds) for unit in units for kinds in stays
    }
    everyone = {one for members in reach.values() for one in members}
    held = {unit_id: _by_kpi(cells) for unit_id, cells in (await cells_of(everyone)).items()}
    late_from = {kpi.code: due_on(rules, kpi) for kpi in kpis}
    rows = []
    for unit in units:
        samples = [_sample(held, reach[unit.id, one.stays_with], numbers.get(one.code, 0)) for one in sources]
        states = tuple(
            _state(sample, kpi.least_sample(card), late=now_on > late_from[kpi.code])
            for kpi, sample in zip(kpis, samples, strict=True)
        )
        name = Text(zh=unit.name_zh, en=unit.name_en)
        told = tuple(sample or 0 for sample in samples)
        rows.append(UnitRow(unit_id=unit.id, code=unit.code, name=name, states=states, samples=told))
    return tuple(rows)


def _by_kpi(cells: list[Cell]) -> dict[int, int]:
    found: dict[int, int] = {}
    for cell in cells:
        found[cell.kpi_id] = found.get(cell.kpi_id, 0) + cell.sample
    return found


def _sample(held: Mapping[int, Mapping[int, int]], members: Collection[int], number: int) -> int | None:
    """Return the sample of a KPI over some units, None when none of them has any fact of it."""
    found = [held[unit][number] for unit in members if number in held.get(unit, {})]
    return sum(found) if found else None


def _state(sample: int | None, least: int, *, late: bool) -> str:
    if sample is None:
        return LATE if late else MISSING
    return FEW if sample < least else THERE


def due_on(rules: Rules, kpi: Kpi) -> date:
    """Return the last day on which a month's facts of a KPI arrive in time."""
    source = rules.book.sources.get(kpi.source)
    return next_first_day(rules.month) + timedelta(days=(source.lag_days if source else 1) - 1)


def _sources(rules: Rules, kpis: list[Kpi], rows: tuple[UnitRow, ...]) -> tuple[SourceRow, ...]:
    counts: dict[str, dict[str, int]] = {}
    for place, kpi in enumerate(kpis):
        count = counts.setdefault(kpi.source, dict.fromkeys(STATES, 0))
        for row in rows:
            count[row.states[place]] += 1
    known = rules.book.sources
    due = {kpi.source: due_on(rules, kpi) for kpi in kpis}
    return tuple(
        SourceRow(
            source=source,
            name=known[source].name if source in known else Text(zh=source, en=source),
            due_on=due[source],
            **count,
        )
        for source, count in counts.items()
    )
