"""Points become places: by the published total, then by a declared chain of tie-breaks, and never by an id."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Method = Literal["competition", "dense", "modified", "ordinal"]
Order = Literal["desc", "asc"]
UNRANKED = 0
WIDEST = 2**63 - 1


@dataclass(frozen=True)
class Line:
    """Units from best to last, by their numbers, and in which bunch of equals each of them is."""

    order: NDArray[np.intp]
    bunch: NDArray[np.int64]

    def among(self, members: NDArray[np.bool_]) -> "Line":
        """Return the line of some of the units: they stand to each other as they do among all."""
        some = members[self.order]
        return Line(self.order[some], self.bunch[some])


@dataclass(frozen=True)
class Places:
    """Ranks from 1 (0 = unranked), whether shared, and the units in order of their places."""

    ranks: NDArray[np.int64]
    tied: NDArray[np.bool_]
    order: NDArray[np.intp]


def ranks(
    totals: NDArray[np.int64],
    breakers: Sequence[tuple[NDArray[np.int64], Order]] = (),
    method: Method = "competition",
    eligible: NDArray[np.bool_] | None = None,
) -> Places:
    """Return the places of units by total in cents, most first; units that are not eligible have none.

    Competition 1-2-2-4, dense 1-2-2-3, modified 1-3-3-4, ordinal 1-2-3-4 in the order given.
    """
    return numbered(lined_up(totals, breakers, eligible), method, len(totals))


def lined_up(
    totals: NDArray[np.int64],
    breakers: Sequence[tuple[NDArray[np.int64], Order]] = (),
    eligible: NDArray[np.bool_] | None = None,
) -> Line:
    """Return the eligible units in order, equal ones as they are given."""
    among = np.flatnonzero(np.ones(len(totals), dtype=bool) if eligible is None else eligible)
    keys = [-totals[among], *(-values[among] if order == "desc" else values[among] for values, order in breakers)]
    packed = _packed(keys)
    if packed is not None:
        packed.sort()
        key, at = np.divmod(packed, max(len(among), 1))
        return Line(among[at], _bunches(key[None]))
    order = np.lexsort(keys[::-1])  # stable; the last key of lexsort leads
    return Line(among[order], _bunches(np.stack([key[order] for key in keys])))


def _packed(keys: Sequence[NDArray[np.int64]]) -> NDArray[np.int64] | None:
    """Return one number a unit that orders as all keys do, then as they are given; None where 64 bits are too few.

    Such numbers are sorted several times as fast as columns.
    """
    count = len(keys[0])
    found, span = np.zeros(count, dtype=np.int64), max(count, 1)
    for key in keys if count else ():
        least, most = int(key.min()), int(key.max())
        span *= most - least + 1
        if span > WIDEST:
            return None
        found = found * (most - least + 1) + (key - least)
    return found * count + np.arange(count)


def _bunches(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the bunch of each unit in line, of whom those are equal that have the same keys."""
    bunch = np.zeros(keys.shape[1], dtype=np.int64)
    bunch[1:] = np.cumsum((keys[:, 1:] != keys[:, :-1]).any(axis=0))
    return bunch


def numbered(line: Line, method: Method, size: int) -> Places:
    """Return the places of those who stand in a line; all others of so many units have none."""
    count = len(line.order)
    first = np.flatnonzero(np.concatenate(([True], line.bunch[1:] != line.bunch[:-1]))[:count])
    sizes = np.diff(np.append(first, count))
    ranks, tied = np.full(size, UNRANKED, dtype=np.int64), np.zeros(size, dtype=bool)
    ranks[line.order] = _numbers(method, first, sizes)
    tied[line.order] = np.repeat(sizes > 1, sizes)
    return Places(ranks=ranks, tied=tied, order=line.order)


def _numbers(method: Method, first: NDArray[np.intp], sizes: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the ranks in line, of bunches that begin after `first` units."""
    if method == "ordinal":
        return np.arange(1, int(sizes.sum()) + 1)
    by_bunch = {"dense": np.arange(1, len(first) + 1), "modified": first + sizes}.get(method, first + 1)
    return np.repeat(by_bunch, sizes)
