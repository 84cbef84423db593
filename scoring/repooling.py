"""The sums of a month moved where the facts of a few units have changed, instead of added up anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from scoring.bulk import Ints, UnitCells
from scoring.pooling import Bools, Places, Pool, Tree, pooled, risen

NOBODY: frozenset[int] = frozenset()


@dataclass
class HeldPool:
    """Sums of all subtrees, and beside them what each unit recorded itself; both are moved in place."""

    tree: Tree
    passing: Mapping[int, Bools]
    rising: frozenset[int]
    own: Pool
    pool: Pool

    @classmethod
    def of(cls, tree: Tree, cells: UnitCells, passing: Mapping[int, Bools], rising: frozenset[int]) -> "HeldPool":
        """Return the sums of a month, held."""
        own = pooled(tree, cells, {}, NOBODY)
        return cls(tree, passing, rising, own, risen(tree, _chosen(own, np.arange(len(own.columns))), passing, rising))

    def move(self, unit_ids: Ints, cells: UnitCells) -> frozenset[int] | None:
        """Put the facts of some units in place of what they had; return the KPIs that moved, None for ones unknown here.

        When None is returned nothing has been moved. Raises Invalid when a sum leaves 64 bits.
        """
        places = self.tree.places(unit_ids)
        places = places[places >= 0]
        rows = self._rows(cells)
        if rows is None:
            return None
        fresh = self._fresh(places, rows, cells)
        changed = np.flatnonzero(_differs(self.own, fresh, places))
        if len(changed):
            for old, new in zip(_columns(self.own), _columns(fresh), strict=True):
                old[np.ix_(changed, places)] = new[changed]
            self._rise(changed)
        codes = list(self.own.columns)
        return frozenset(codes[row][0] for row in changed.tolist())

    def _rows(self, cells: UnitCells) -> Places | None:
        """Return the column of each cell, None when one has no column yet."""
        keys = zip(cells.cells["kpi"].tolist(), cells.cells["item"].tolist(), strict=True)
        rows = [self.own.columns.get(key, -1) for key in keys]
        return None if -1 in rows else np.array(rows, dtype=np.intp)

    def _fresh(self, places: Places, rows: Places, cells: UnitCells) -> Pool:
        """Return the columns of the units touched, as narrow as they are few."""
        at = {place: number for number, place in enumerate(places.tolist())}
        where = np.repeat(self.tree.places(cells.units), cells.counts)
        inside = np.array([place in at for place in where.tolist()], dtype=bool)
        units = np.array([at[place] for place in where[inside].tolist()], dtype=np.intp)
        shape = (len(self.own.columns), len(places))
        num, den, sample = (np.zeros(shape, dtype=np.int64) for _ in range(3))
        fresh = Pool(self.own.columns, num, den, sample, np.zeros(shape, dtype=bool))
        for name in ("num", "den", "sample"):
            getattr(fresh, name)[rows[inside], units] = cells.cells[name][inside]
        fresh.known[rows[inside], units] = True
        return fresh

    def _rise(self, changed: Places) -> None:
        """Add the columns that moved up the tree again."""
        part = _chosen(self.own, changed)
        risen(self.tree, part, self.passing, self.rising)
        for whole, moved in zip(_columns(self.pool), _columns(part), strict=True):
            whole[changed] = moved


def _columns(pool: Pool) -> tuple[Any, ...]:
    return pool.num, pool.den, pool.sample, pool.known


def _chosen(pool: Pool, rows: Places) -> Pool:
    """Return some columns of the sums, copied."""
    keys = list(pool.columns)
    columns = {keys[row]: number for number, row in enumerate(rows.tolist())}
    return Pool(columns, pool.num[rows], pool.den[rows], pool.sample[rows], pool.known[rows])


def _differs(own: Pool, fresh: Pool, places: Places) -> Bools:
    pairs = zip(_columns(own), _columns(fresh), strict=True)
    return np.asarray(np.logical_or.reduce([(old[:, places] != new).any(axis=1) for old, new in pairs]), dtype=bool)
