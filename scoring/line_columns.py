"""Stored lines of many units at once, as columns."""

from collections.abc import Iterable

import numpy as np

from scoring.bulk import LINES
from scoring.packing import COUNTED_BIT

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
