"""Points become places: by the published total, then by a declared chain of tie-breaks, and never by an id."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Method = Literal["competition", "dense", "modified", "ordinal"]
Order = Literal["desc", "asc"]
UNRANKED = 0


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
    among = np.flatnonzero(np.ones(len(totals), dtype=bool) if eligible is None else eligible)
    keys = [-totals[among], *(-values[among] if order == "desc" else values[among] for values, order in breakers)]
    order = np.lexsort(keys[::-1])  # stable; the last key of lexsort leads
    ordered = np.stack([key[order] for key in keys])
    starts = np.concatenate(([True], (ordered[:, 1:] != ordered[:, :-1]).any(axis=0)))[: len(among)]
    bunch = np.cumsum(starts) - 1
    first = np.flatnonzero(starts)
    sizes = np.diff(np.append(first, len(among)))
    places = _numbered(method, bunch, first, sizes, len(among))
    result = np.full(len(totals), UNRANKED, dtype=np.int64)
    tied = np.zeros(len(totals), dtype=bool)
    result[among[order]] = places
    tied[among[order]] = sizes[bunch] > 1
    return Places(ranks=result, tied=tied, order=among[order])


def _numbered(
    method: Method, bunch: NDArray[np.intp], first: NDArray[np.intp], sizes: NDArray[np.intp], count: int
) -> NDArray[np.intp]:
    if method == "dense":
        return bunch + 1
    if method == "ordinal":
        return np.arange(1, count + 1)
    if method == "modified":
        return (first + sizes)[bunch]
    return (first + 1)[bunch]
