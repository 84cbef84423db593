"""Facts go up the tree: what a unit is scored on is everything measured in its subtree, added from the parts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import Invalid, problem
from scoring.bulk import SAFE, Ints, UnitCells
from scoring.columns import Sums, most

ITEM_SHIFT = 16
LARGEST = 2**63 - 1
Bools = NDArray[np.bool_]
Places = NDArray[np.intp]


@dataclass(frozen=True)
class Step:
    """One layer of the tree handing its sums to the layer above: children in the order of their parents.

    An employment hands everything over: that facts stay with a promoter keeps them from the store, not from the firm.
    """

    children: Places
    starts: Places
    parents: Places
    employment: bool = False


@dataclass(frozen=True)
class Tree:
    """Units as places 0…n-1 in columns, and the steps by which sums go up, the deepest first."""

    ids: Ints
    """int64[n]: unit number at each place."""
    kinds: NDArray[np.int16]
    """int16[n]: index of the kind, for facts that stay with some kinds."""
    kind_codes: tuple[str, ...]
    steps: tuple[Step, ...]

    def places(self, unit_ids: Ints) -> Places:
        """Return the place of each unit number, -1 for a unit that is not in the tree."""
        order = np.argsort(self.ids, kind="stable")
        at = np.minimum(np.searchsorted(self.ids, unit_ids, sorter=order), max(len(self.ids) - 1, 0))
        found = order[at] if len(self.ids) else np.zeros(len(unit_ids), dtype=np.intp)
        return np.where(self.ids[found] == unit_ids, found, -1) if len(self.ids) else found - 1


def steps_of(parents: Sequence[int]) -> tuple[Step, ...]:
    """Return the steps of a tree given the place of each unit's parent, -1 for none; the deepest layer first."""
    depths = _depths(parents)
    layers: dict[int, list[int]] = {}
    for place, depth in enumerate(depths):
        if depth > 0:
            layers.setdefault(depth, []).append(place)
    return tuple(step(layers[depth], parents) for depth in sorted(layers, reverse=True))


def step(children: Sequence[int], parents: Sequence[int]) -> Step:
    """Return one step: these children hand over to their parents."""
    ordered = sorted(children, key=lambda place: (parents[place], place))
    above = np.array([parents[place] for place in ordered], dtype=np.intp)
    starts = np.flatnonzero(np.diff(above, prepend=-1))
    return Step(children=np.array(ordered, dtype=np.intp), starts=starts, parents=above[starts])


def _depths(parents: Sequence[int]) -> list[int]:
    depths = [-1] * len(parents)
    for start in range(len(parents)):
        road: list[int] = []
        place = start
        while place >= 0 and depths[place] < 0 and len(road) <= len(parents):
            road.append(place)
            place = parents[place]
        depth = depths[place] if place >= 0 else -1
        for one in reversed(road):
            depth += 1
            depths[one] = depth
    return depths


@dataclass(frozen=True)
class Pool:
    """Sums by column and place; a column is one KPI and item."""

    columns: Mapping[tuple[int, int], int]
    num: Ints
    den: Ints
    sample: Ints
    known: Bools

    def sums(self, kpi_id: int, units: slice) -> Sums | None:
        """Return the facts of one KPI, all its items together, for a run of places; None when nobody has any."""
        rows = [row for (kpi, _), row in self.columns.items() if kpi == kpi_id]
        found: Sums | None = None
        for row in rows:
            found = added(found, self._row(row, units))
        return found

    def item_sums(self, kpi_id: int, units: slice) -> dict[int, Sums]:
        """Return the facts of one KPI by item."""
        return {item: self._row(row, units) for (kpi, item), row in self.columns.items() if kpi == kpi_id}

    def _row(self, row: int, units: slice) -> Sums:
        return Sums(self.num[row, units], self.den[row, units], self.sample[row, units], self.known[row, units])


def added(one: Sums | None, other: Sums | None) -> Sums | None:
    """Return two sums as one, either of which may be absent."""
    if one is None or other is None:
        return one or other
    pairs = ((one.num, other.num), (one.den, other.den), (one.sample, other.sample))
    if any(most(left) + most(right) > LARGEST for left, right in pairs):
        raise _too_large()
    num, den, sample = (left + right for left, right in pairs)
    return Sums(num, den, sample, one.known | other.known)


def pooled(tree: Tree, cells: UnitCells, passing: Mapping[int, Bools], rising: frozenset[int]) -> Pool:
    """Return the sums of every unit over its subtree.

    `passing` says for a KPI which kinds hand its facts upward (all where a KPI is not named); KPIs outside `rising`
    are wanted nowhere above the unit that recorded them, and are not added up. Raises Invalid when a sum leaves 64 bits.
    """
    columns, column_of = _columns(cells)
    places = np.repeat(tree.places(cells.units), cells.counts)
    inside = places >= 0
    records = cells.cells
    if not inside.all():
        records, column_of, places = records[inside], column_of[inside], places[inside]
    flat = column_of * len(tree.ids) + places
    return risen(tree, _filled(columns, len(tree.ids), flat, records), passing, rising)


def _columns(cells: UnitCells) -> tuple[dict[tuple[int, int], int], Places]:
    """Return the columns there are, in order, and the column of every cell."""
    kpis, items = cells.cells["kpi"].astype(np.intp), cells.cells["item"]
    if not items.any():
        found = np.flatnonzero(np.bincount(kpis, minlength=1))
        lookup = np.zeros(int(kpis.max(initial=0)) + 1, dtype=np.intp)
        lookup[found] = np.arange(len(found))
        return {(int(kpi), 0): row for row, kpi in enumerate(found)}, lookup[kpis]
    keys, inverse = np.unique((kpis << ITEM_SHIFT) | items.astype(np.intp), return_inverse=True)
    columns = {(int(key) >> ITEM_SHIFT, int(key) & 0xFFFF): row for row, key in enumerate(keys)}
    return columns, inverse


def _filled(columns: Mapping[tuple[int, int], int], size: int, flat: Places, records: NDArray[np.void]) -> Pool:
    shape = (len(columns), size)
    num, den, sample = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    known = np.zeros(shape, dtype=bool)
    for target, name in ((num, "num"), (den, "den"), (sample, "sample")):
        target.reshape(-1)[flat] = records[name]
    known.reshape(-1)[flat] = True
    return Pool(columns=columns, num=num, den=den, sample=sample, known=known)


def risen(tree: Tree, pool: Pool, passing: Mapping[int, Bools], rising: frozenset[int]) -> Pool:
    """Add what each unit recorded to all above it, in place, and return the sums; as `pooled` says."""
    rows = [row for (kpi, _), row in pool.columns.items() if kpi in rising]
    if not rows or not tree.steps:
        return pool
    _refuse_overflow(pool, rows)
    gates = {row: passing[kpi] for (kpi, _), row in pool.columns.items() if row in set(rows) and kpi in passing}
    free = np.array([row for row in rows if row not in gates], dtype=np.intp)
    for move in tree.steps:
        _hand_over(pool, free, move, None)
        for row, gate in gates.items():
            open_to = None if move.employment else gate[tree.kinds[move.children]]
            _hand_over(pool, np.array([row]), move, open_to)
    return pool


def _hand_over(pool: Pool, rows: Places, move: Step, gate: Bools | None) -> None:
    if not len(rows):
        return
    source, target = np.ix_(rows, move.children), np.ix_(rows, move.parents)
    for column in (pool.num, pool.den, pool.sample):
        parts = column[source] if gate is None else column[source] * gate
        column[target] += np.add.reduceat(parts, move.starts, axis=1)
    seen = pool.known[source] if gate is None else pool.known[source] & gate
    pool.known[target] |= np.logical_or.reduceat(seen, move.starts, axis=1)


def _refuse_overflow(pool: Pool, rows: Sequence[int]) -> None:
    """Make sure that no sum of any subtree can leave 64 bits: the sum of all absolute values bounds each of them."""
    for column in (pool.num, pool.den, pool.sample):
        part = column[rows]
        if max(abs(int(part.max(initial=0))), abs(int(part.min(initial=0)))) * part.shape[1] < SAFE:
            continue
        for row in part:
            if sum(map(abs, row.tolist())) >= SAFE:
                raise _too_large()


def _too_large() -> Invalid:
    sentences = ("数值之和过大，无法精确计算。", "The values add up to a number too large to be exact.")
    return Invalid(problem("sum_too_large", *sentences))
