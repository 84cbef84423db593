"""Stored lines of many units at once, as columns."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.points import rounded
from scoring.bulk import LINES, SAFE, Records
from scoring.losses import FULL, CardLosses
from scoring.packing import COUNTED_BIT, STATUS_BITS
from scoring.statuses import NOT_APPLICABLE

_ABOVE_SCORES = 2**33
"""More than scores of 32 bits are apart: KPI and score together are one number that sorts."""


def medians(packed: Iterable[bytes]) -> dict[int, int]:
    """Return the lower middle of the scores that counted, in cents by the number of the KPI."""
    lines = np.frombuffer(b"".join(packed), dtype=LINES)
    counted = lines[lines["state"] & COUNTED_BIT > 0]
    ordered = np.sort(counted["kpi"] * np.int64(_ABOVE_SCORES) + counted["score"])
    kpis = (ordered + _ABOVE_SCORES // 2) // _ABOVE_SCORES
    starts = np.flatnonzero(np.diff(kpis, prepend=-1))
    middles = (starts + np.append(starts[1:], len(kpis)) - 1) // 2
    scores = ordered[middles] - kpis[middles] * _ABOVE_SCORES
    return dict(zip(kpis[starts].tolist(), scores.tolist(), strict=True))


def main_items(packed: Mapping[int, bytes], losses: CardLosses, codes: Mapping[int, str]) -> dict[int, str | None]:
    """Return by unit what `CardLosses.main_item` says of its lines; `codes` names KPIs by number.

    Units of which the same lines counted have the same weights and are worked out together.
    """
    found: dict[int, str | None] = {}
    for units, lines in _alike(packed):
        kpis = [codes[int(kpi)] for kpi in lines["kpi"][0]]
        weights = losses.weights_of(kpis, *_pattern(lines[0]))
        places = [place for place, kpi in enumerate(kpis) if kpi in weights]
        first, lost = _most_lost(lines["score"][:, places], [weights[kpis[place]] for place in places])
        items = (kpis[places[at]] if most > 0 else None for at, most in zip(first, lost, strict=True))
        found.update(zip(units, items, strict=True) if places else dict.fromkeys(units))
    return found


def _alike(packed: Mapping[int, bytes]) -> Iterator[tuple[list[int], Records]]:
    """Yield units that have the same lines, of which the same counted, with those lines: a row for each unit."""
    sizes: dict[int, list[int]] = {}
    for unit, content in packed.items():
        sizes.setdefault(len(content), []).append(unit)
    for units in sizes.values():
        lines = np.frombuffer(b"".join(packed[unit] for unit in units), dtype=LINES).reshape(len(units), -1)
        for rows in _same_rows(np.concatenate([lines["kpi"], *_pattern(lines)], axis=1, dtype=np.int16)):
            yield [units[row] for row in rows.tolist()], lines[rows]


def _same_rows(keys: NDArray[np.int16]) -> list[NDArray[np.intp]]:
    """Return the numbers of the rows that are the same, by what they are."""
    if not keys.shape[1]:
        return [np.arange(len(keys), dtype=np.intp)]
    whole = np.ascontiguousarray(keys).view(np.dtype((np.void, keys.itemsize * keys.shape[1]))).ravel()
    _, kinds = np.unique(whole, return_inverse=True)
    order = np.argsort(kinds, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(kinds[order])) + 1)


def _pattern(lines: Records) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which lines counted, and which apply to their unit at all."""
    return lines["state"] & COUNTED_BIT > 0, lines["state"] & STATUS_BITS != NOT_APPLICABLE


def _most_lost(scores: NDArray[Any], weights: Sequence[tuple[int, int]]) -> tuple[list[int], list[int]]:
    """Return of each row the first place that lost most, and what was lost there."""
    if not weights:
        return [], []
    gaps = np.maximum(FULL - scores.astype(np.int64), 0)
    most = 2 * int(gaps.max(initial=0)) * max(abs(top) for top, _ in weights) + 2 * max(bottom for _, bottom in weights)
    kind = np.int64 if most < SAFE else object
    tops, bottoms = (np.array(column, dtype=kind) for column in zip(*weights, strict=True))
    lost = rounded(gaps.astype(kind) * tops, bottoms)
    first = lost.argmax(axis=1)
    return first.tolist(), lost[np.arange(len(lost)), first].tolist()
