"""What changed between two instants of a month, for every unit, and why: worked out step by step by the engine itself."""

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from core.database import Connection, inside_transaction, raw
from core.language import Text
from core.period import shifted
from core.points import fraction_text
from leaderboards.differences import Cause, Part, Places, Totals, places, split
from leaderboards.faces import shown
from leaderboards.month_board import MonthBoard
from leaderboards.queries.as_of import Known, Parts, inputs_of, known_before, sealed
from leaderboards.queries.month_inputs import beside_of
from leaderboards.queries.seen import Seen, mark, seen
from scoring.contributors import contributors
from scoring.packing import PackedLine
from scoring.queries.refolding import cells_known, cells_with_new, only_new
from scoring.queries.rules import Rules, catalogue
from scoring.single_ratings import trimmed_kpis

if TYPE_CHECKING:  # numpy is imported late: this package is also read by pages
    from scoring.bulk import UnitCells

KEPT = 4
POINTS = 10_000
LATER = frozenset({Cause.DECISIONS, Cause.EARLIER})
"""Causes that only scoring shows: they stand in the tables, not in the parts."""
_kept: "OrderedDict[tuple[object, ...], asyncio.Task[Difference]]" = OrderedDict()


class LineMoved(msgspec.Struct, frozen=True, kw_only=True):
    """One KPI whose points changed; 1/10,000 points, values in 1/1,000,000 of the KPI's unit."""

    kpi: str
    name: Text
    before: int
    after: int
    value_before: int | None
    value_after: int | None

    @property
    def change(self) -> str:
        """Return the points gained or lost, as an exact decimal."""
        from fractions import Fraction

        return fraction_text(Fraction(self.after - self.before, POINTS), 2)


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """One unit between two instants: totals in cents, their change by cause without a rest, places, and the lines that moved most."""

    unit_id: int
    before: int | None
    after: int | None
    parts: tuple[Part, ...]
    places: Places
    lines: tuple[LineMoved, ...] = ()


@dataclass(frozen=True)
class Difference:
    """A month at two instants: both boards, and what the totals were after each cause had come to bear."""

    month: int
    states: tuple[Seen, Seen]
    before: Known
    after: Known
    steps: tuple[tuple[Cause, Totals], ...]
    folds: "tuple[UnitCells, ...]"
    """Facts of the first instant, with what was new by the second, with all of the second; by the rules of the first."""
    own: dict[int, tuple[tuple[Cause, Totals], ...]] = field(default_factory=dict, compare=False)
    """Steps told apart for single units: what their own facts did, and those of others."""

    @property
    def boards(self) -> tuple[MonthBoard, MonthBoard]:
        """Return both boards."""
        return self.before.board, self.after.board


async def difference(month: int, since: datetime, until: datetime) -> Difference:
    """Return a month at two instants, as the running request's face showed them; NotFound without a board at both."""
    async with raw() as connection:
        states = tuple([await seen(connection, month, at, shown()) for at in (since, until)])
        marks = tuple([await mark(connection, month, state.at) for state in states])
    if inside_transaction():
        return await _worked_out(month, states[0], states[1])
    key = (month, marks, tuple(state.snapshot_id for state in states))
    task = _kept.get(key)
    if task is None or task.cancelled() or (task.done() and task.exception() is not None):
        task = _kept[key] = asyncio.ensure_future(_worked_out(month, states[0], states[1]))
    _kept.move_to_end(key)
    while len(_kept) > KEPT:
        _kept.popitem(last=False)
    return await asyncio.shield(task)


async def moved(found: Difference, unit_id: int) -> Moved:
    """Return what changed for one unit; what its own facts did is told apart from what those of others did to it."""
    if unit_id not in found.own:
        found.own[unit_id] = await _told_apart(found, unit_id)
    before, after = found.boards
    was, now = before.by_unit.get(unit_id), after.by_unit.get(unit_id)
    return Moved(
        unit_id=unit_id,
        before=was.total if was else None,
        after=now.total if now else None,
        parts=split(unit_id, {unit_id: was.total if was else None}, found.own[unit_id]),
        places=places(before, after, unit_id),
        lines=await _lines(found, unit_id),
    )


async def _worked_out(month: int, since: Seen, until: Seen) -> Difference:
    first, last = await _state(month, since), await _state(month, until)
    start, end = await known_before(month, since.at), await known_before(month, until.at)
    numbers = await catalogue()
    rated, rated_then = trimmed_kpis(start.rules.book, numbers.kpis), trimmed_kpis(end.rules.book, numbers.kpis)
    if start.cells is None or end.cells is None:
        raise LookupError(month)
    async with raw() as connection:
        every = end.cells if rated == rated_then else await cells_known(connection, month, until.at, *rated)
        span = since.at, until.at
        new_alone = await only_new(connection, month, span)
        fresh = every if new_alone else await cells_with_new(connection, month, span, *rated)
    parts = Parts(start.rules, start.organisation, start.cells, since.at, since.at)
    quiet = await _quiet((since.at, until.at), start.rules, end)
    changes: tuple[tuple[Cause, dict[str, Any]], ...] = (
        (Cause.FACTS, {"cells": fresh}),
        (Cause.CORRECTIONS, {"cells": every}),
        (Cause.RULES, {"rules": end.rules, "cells": end.cells}),
        (Cause.ORGANISATION, {"organisation": end.organisation}),
        (Cause.DECISIONS, {"beside_at": until.at}),
        (Cause.EARLIER, {"earlier_at": until.at}),
    )
    moving: list[tuple[Cause, Parts]] = []
    for cause, change in changes:
        altered = replace(parts, **change)
        if cause not in quiet and (cause in LATER or not _same(parts, altered)):
            moving.append((cause, altered))
        parts = altered
    # After the last of them all is as it was known at the end, which is scored already.
    steps = [(cause, await _totals(altered)) for cause, altered in moving[:-1]]
    steps += [(cause, _of(end.board)) for cause, _ in moving[-1:]]
    steps = [(Cause.SEALED, _of(start.board)), *steps] if first.board is not start.board else steps
    steps.append((Cause.SEALED, _of(last.board)))
    return Difference(month, (since, until), first, last, tuple(steps), (start.cells, fresh, every))


async def _quiet(span: tuple[datetime, datetime], first: Rules, end: Known) -> frozenset[Cause]:
    """Return the causes that cannot have moved anything: nothing was decided, or months before neither count nor changed."""
    from leaderboards.carried import takes_over
    from leaderboards.inputs import months_back

    back = max(months_back(rules.book) or int(takes_over(rules.book)) for rules in (first, end.rules))
    units = tuple(end.organisation.units.values())
    async with raw() as connection:
        beside = [await beside_of(connection, end.rules, units, at) for at in span]
        before = [shifted(first.month, -number) for number in range(1, back + 1)]
        same_before = all([await _rests(connection, one, *span) for one in before])
    quiet = {Cause.DECISIONS} if beside[0] == beside[1] else set()
    return frozenset(quiet | ({Cause.EARLIER} if same_before else set()))


async def _rests(connection: Connection, month: int, since: datetime, until: datetime) -> bool:
    """Tell whether everybody saw the same of a month at two instants: one sealed version, or nothing that changed between."""
    states = [await seen(connection, month, at) for at in (since, until)]
    if states[0].snapshot_id is not None or states[1].snapshot_id is not None:
        return states[0].snapshot_id == states[1].snapshot_id
    return states[0] == states[1] or await mark(connection, month, states[0].at) == await mark(
        connection, month, states[1].at
    )


def _laid_down(rules: Rules) -> tuple[str, str | None]:
    return rules.fingerprint, rules.theme


async def _state(month: int, state: Seen) -> Known:
    return await sealed(state, state.at) if state.snapshot_id is not None else await known_before(month, state.at)


def _of(board: MonthBoard) -> Totals:
    return {one.unit_id: one.total for one in board.by_unit.values()}


def _same(one: Parts, other: Parts) -> bool:
    """Tell whether two sets of parts rest on the same facts, rules and organisation."""
    return (
        _laid_down(one.rules) == _laid_down(other.rules)
        and one.organisation is other.organisation
        and same_cells(one.cells, other.cells)
    )


def same_cells(one: "UnitCells", other: "UnitCells") -> bool:
    """Tell whether two months of cells are the same, byte for byte."""
    pairs = ((one.units, other.units), (one.counts, other.counts), (one.cells, other.cells))
    return one is other or all(
        len(mine) == len(theirs) and mine.tobytes() == theirs.tobytes() for mine, theirs in pairs
    )


async def _totals(parts: Parts) -> Totals:
    from leaderboards.month_results import month_results
    from leaderboards.unstored import totals_of

    inputs = await inputs_of(parts)
    results = await asyncio.to_thread(month_results, inputs)
    return totals_of(results, inputs.frame.tree.ids)


async def _told_apart(found: Difference, unit_id: int) -> tuple[tuple[Cause, Totals], ...]:
    """Return the steps with those of facts split: own new ones, own corrections, then what came of everybody else's."""
    causes = [cause for cause, _ in found.steps]
    if Cause.FACTS not in causes and Cause.CORRECTIONS not in causes:
        return found.steps
    start = await known_before(found.month, found.states[0].at)
    own = _contributing(start, unit_id)
    before, fresh, every = found.folds
    at = max(place for place, cause in enumerate(causes) if cause in (Cause.FACTS, Cause.CORRECTIONS))
    parts = Parts(start.rules, start.organisation, before, start.at, start.at)
    told: list[tuple[Cause, Totals]] = []
    last = before
    for cause, cells in ((Cause.FACTS, fresh), (Cause.CORRECTIONS, every)):
        mixed = await asyncio.to_thread(mixed_cells, before, cells, own)
        if not same_cells(mixed, last):
            told.append((cause, await _totals(replace(parts, cells=mixed))))
        last = mixed
    rest = [(cause, totals) for cause, totals in found.steps if cause not in (Cause.FACTS, Cause.CORRECTIONS)]
    ahead = sum(cause not in (Cause.FACTS, Cause.CORRECTIONS) for cause in causes[:at])
    return (*rest[:ahead], *told, (Cause.OTHERS, found.steps[at][1]), *rest[ahead:])


def _contributing(start: Known, unit_id: int) -> frozenset[int]:
    """Return the units whose facts are a unit's own: itself and whoever adds up to it."""
    if unit_id not in start.organisation.units:
        return frozenset({unit_id})
    return frozenset(contributors(start.organisation, unit_id, start.rules.book, ()))


def mixed_cells(before: "UnitCells", after: "UnitCells", own: Collection[int]) -> "UnitCells":
    """Return the cells of some units as they are after, those of all others as they were before."""
    import numpy as np

    from scoring.bulk import UnitCells

    mine = list(own)
    kept, taken = ~np.isin(before.units, mine), np.isin(after.units, mine)
    units = np.concatenate([before.units[kept], after.units[taken]])
    counts = np.concatenate([before.counts[kept], after.counts[taken]])
    cells = np.concatenate([
        before.cells[np.repeat(kept, before.counts)], after.cells[np.repeat(taken, after.counts)]
    ])  # fmt: skip
    order = np.argsort(units, kind="stable")
    starts = np.concatenate([[0], np.cumsum(counts)])[:-1]
    places = [np.arange(starts[one], starts[one] + counts[one]) for one in order.tolist()]
    rows = np.concatenate(places) if places else np.zeros(0, dtype=np.intp)
    return UnitCells(units=units[order], counts=counts[order], cells=cells[rows])


async def _lines(found: Difference, unit_id: int) -> tuple[LineMoved, ...]:
    """Return the KPIs whose points changed, the largest change first."""
    codes = (await catalogue()).kpi_codes
    was = _by_code((await found.before.lines([unit_id])).get(unit_id, ()), codes)
    now = _by_code((await found.after.lines([unit_id])).get(unit_id, ()), codes)
    book = found.after.rules.book
    moved = [
        LineMoved(
            kpi=code,
            name=book.kpis[code].name,
            before=was[code].points if code in was else 0,
            after=now[code].points if code in now else 0,
            value_before=was[code].value if code in was else None,
            value_after=now[code].value if code in now else None,
        )
        for code in dict.fromkeys((*now, *was))
        if code in book.kpis
    ]
    changed = [one for one in moved if one.before != one.after or one.value_before != one.value_after]
    return tuple(sorted(changed, key=lambda one: (-abs(one.after - one.before), one.kpi)))


def _by_code(lines: Iterable[PackedLine], codes: Mapping[int, str]) -> dict[str, PackedLine]:
    return {codes[line.kpi_id]: line for line in lines if line.kpi_id in codes}


def forget() -> None:
    """Empty the memory: for tests that swap the database beneath a process."""
    _kept.clear()
