"""Pooled facts become the engine's sheet for one card, and what the engine says becomes lines."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from core.points import rounded
from leaderboards.frame import CardRun
from leaderboards.inputs import MonthInputs, looks_back
from leaderboards.results import NONE, CardLines
from org.organisation import Unit
from scoring.bulk import Ints
from scoring.columns import Bools, Column, Sums, of_fractions, rounded_to
from scoring.engine import Scored, Sheet, scored
from scoring.exposure import reads_sizes
from scoring.packing import COUNTED_BIT, NO_VALUE, POLICY_SHIFT
from scoring.pooling import Pool, added
from scoring.ranges import refuse_beyond
from scoring.rulebook import Kpi, RuleBook

VALUE_PLACES, CENT_PLACES = 6, 2


def scored_card(inputs: MonthInputs, run: CardRun, book: RuleBook) -> tuple[Scored, CardLines]:
    """Return what the engine makes of one card, and its lines; `book` holds the card."""
    sheet, result = worked_card(inputs, run, book)
    return result, lines_of(result, sheet, inputs.kpi_ids)


def worked_card(inputs: MonthInputs, run: CardRun, book: RuleBook) -> tuple[Sheet, Scored]:
    """Return the facts of a card and what the engine makes of them, worked out once where the inputs remember."""
    held = inputs.worked.get(run.code) if inputs.worked is not None else None
    if held is None:
        sheet = sheet_of(inputs, run, book)
        held = sheet, scored(book, run.code, sheet, inputs.theme)
        if inputs.worked is not None:
            inputs.worked[run.code] = held
    return held


def sheet_of(inputs: MonthInputs, run: CardRun, book: RuleBook) -> Sheet:
    """Return the facts that the KPIs of a card are scored on."""
    found = _facts_of(inputs, run, book, book.kpis_of(run.code))
    held = {code: _held(inputs, inputs.kpi_ids.get(code, 0), run) for code in found.held}
    units = inputs.frame.units[run.units]
    held |= {code: _held_node(inputs, code, run) for code in inputs.held_nodes}
    return Sheet(
        group=run.group,
        sums=found.sums,
        previous=found.previous,
        items=found.items,
        held=held,
        units=tuple(unit.code for unit in units),
        month=inputs.month,
        own_groups=tuple(unit.peer_group for unit in units),
        exposures=_exposures(units, {name for code in book.kpis_of(run.code) for name in sizes_of(book, code)}),
        days=inputs.days,
        population=_counted(inputs, run),
    )


def sheet_moved(inputs: MonthInputs, run: CardRun, sheet: Sheet, codes: Collection[str]) -> Sheet:
    """Return a sheet with the facts of some KPIs read again from the pool."""
    found = _facts_of(inputs, run, inputs.book, codes)
    kept = {code: sums for code, sums in sheet.sums.items() if code not in codes}
    items = {code: one for code, one in sheet.items.items() if code not in codes}
    return replace(sheet, sums=kept | found.sums, items=items | found.items)


@dataclass
class _Facts:
    """Facts by KPI: of the period, of the one before, by item; and the KPIs that hold their last score."""

    sums: dict[str, Sums] = field(default_factory=dict)
    previous: dict[str, Sums] = field(default_factory=dict)
    items: dict[str, dict[str, Sums]] = field(default_factory=dict)
    held: list[str] = field(default_factory=list)


def _facts_of(inputs: MonthInputs, run: CardRun, book: RuleBook, codes: Collection[str]) -> _Facts:
    found = _Facts()
    for code in codes:
        kpi = book.kpis[code]
        number = inputs.kpi_ids.get(kpi.facts)
        if number is None:
            continue
        _put(found.sums, code, _windowed(inputs, kpi, number, run))
        if looks_back(kpi) and inputs.earlier:
            _put(found.previous, code, inputs.earlier[0].sums(number, run.units))
        kinds = book.kpis[kpi.facts].items
        if len(kinds) > 1 or (kinds and kpi.method == "table"):
            found.items[code] = _items(inputs, kinds, number, run)
        if book.holds_last(run.code, code):
            found.held.append(code)
    return found


def _counted(inputs: MonthInputs, run: CardRun) -> Bools | None:
    """Return who counts in statistics; None when everybody does."""
    apart = {unit for unit, what in inputs.exclusions.items() if what in {"statistics", "both"}}
    ids = inputs.frame.tree.ids[run.units]
    return ~np.isin(ids, list(apart)) if apart else None


def sizes_of(book: RuleBook, code: str) -> tuple[str, ...]:
    """Return the sizes of units by which the counts of a KPI are scaled."""
    return reads_sizes(book.kpis[code].params)


def _exposures(units: Sequence[Unit], names: Collection[str]) -> dict[str, Column]:
    """Return how large the units are, where rules ask for it."""
    found = {"customers": [unit.customers for unit in units], "traffic": [unit.traffic for unit in units]}
    return {
        name: of_fractions([None if size is None else Fraction(size) for size in sizes])
        for name, sizes in found.items()
        if name in names
    }


def _put(target: dict[str, Sums], code: str, found: Sums | None) -> None:
    if found is not None:
        target[code] = found


def _windowed(inputs: MonthInputs, kpi: Kpi, number: int, run: CardRun) -> Sums | None:
    pools: list[Pool] = [inputs.pool]
    if kpi.window_of(run.code) == "rolling3":
        pools += inputs.earlier[:2]
    found: Sums | None = None
    for pool in pools:
        found = added(found, pool.sums(number, run.units))
    return found


def _items(inputs: MonthInputs, kinds: Collection[str], number: int, run: CardRun) -> dict[str, Sums]:
    by_number = inputs.pool.item_sums(number, run.units)
    found = {code: by_number.get(inputs.item_ids.get(code, -1)) for code in kinds}
    return {code: sums for code, sums in found.items() if sums is not None}


def _held_node(inputs: MonthInputs, code: str, run: CardRun) -> Ints:
    units, known = inputs.frame.tree.ids[run.units].tolist(), inputs.held_nodes[code]
    return np.array([known.get(unit, NONE) for unit in units], dtype=np.int64)


def _held(inputs: MonthInputs, number: int, run: CardRun) -> Ints:
    units = inputs.frame.tree.ids[run.units].tolist()
    return np.array([inputs.held.get((number, unit), NONE) for unit in units], dtype=np.int64)


def lines_of(result: Scored, sheet: Sheet, kpi_ids: Mapping[str, int]) -> CardLines:
    """Return the lines of a card as columns, k rows of n units."""
    values, samples = (np.empty((len(result.kpis), len(sheet.group)), dtype=np.int64) for _ in range(2))
    for row in range(len(result.kpis)):
        values[row], samples[row] = shown_values(result, sheet, row)
    states, scores, points = shown_scores(result, slice(None))
    numbers = tuple(kpi_ids.get(code, 0) for code in result.kpis)
    return CardLines(kpi_ids=numbers, states=states, scores=scores, points=points, values=values, samples=samples)


def shown_values(result: Scored, sheet: Sheet, row: int) -> tuple[Ints, Ints]:
    """Return the values of one KPI as its lines show them, and the samples behind them."""
    code, value = result.kpis[row], result.values[row]
    shown = rounded_to(value, VALUE_PLACES)
    refuse_beyond([("指标值", f"value of {code}", shown)], 64)
    samples = sheet.sums[code].sample if code in sheet.sums else np.zeros(len(sheet.group), dtype=np.int64)
    return np.where(value.known, shown, NO_VALUE), samples


def shown_scores(result: Scored, units: slice | NDArray[np.intp]) -> tuple[NDArray[np.uint8], Ints, Ints]:
    """Return states, scores and points of the lines of some units, all KPIs."""
    statuses, policies = result.statuses[:, units], result.policies[:, units]
    counted, scores = result.counted[:, units], result.score_cells[:, units].astype(np.int64, copy=False)
    states = statuses.astype(np.uint8) | (policies.astype(np.uint8) << np.uint8(POLICY_SHIFT))
    cents = rounded(scores, 10 ** (result.places - CENT_PLACES))
    return (
        states | (counted.astype(np.uint8) * np.uint8(COUNTED_BIT)),
        np.where(counted | (statuses == 0), cents, NONE),
        result.point_cells[:, units].astype(np.int64, copy=False),
    )
