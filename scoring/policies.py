"""What stands in for a score that is missing: mostly nothing, and its weight moves; a rule may say otherwise."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.points import rounded
from scoring.columns import Bools
from scoring.statuses import NOT_APPLICABLE, POLICIES, SCORED


@dataclass(frozen=True)
class Filled:
    """Scores with stand-ins, which of them enter the total, the policy applied, and who may not be ranked for it."""

    scores: NDArray[np.int64]
    counted: Bools
    policies: NDArray[np.int8]
    barred: Bools


Policy = Callable[[NDArray[np.int64], Bools, NDArray[np.intp], NDArray[np.int64] | None], NDArray[np.int64]]


def filled(
    policy: str,
    scores: NDArray[np.int64],
    statuses: NDArray[np.int8],
    group: NDArray[np.intp],
    held: NDArray[np.int64] | None,
) -> Filled:
    """Return the scores of one KPI with its policy applied where the status is neither scored nor not applicable."""
    known = statuses == SCORED
    nobody = np.zeros(len(scores), dtype=bool)
    if policy == "reweight" or known.all():
        return Filled(scores, known, np.zeros(len(scores), dtype=np.int8), nobody)
    missing = ~known & (statuses != NOT_APPLICABLE)
    used = np.where(missing, np.int8(POLICIES.index(policy)), np.int8(0))
    if policy == "not_scored":
        return Filled(scores, known, used, missing)
    stand_in = _POLICIES[policy](scores, known, group, held)
    filling = missing & (stand_in >= 0)
    return Filled(np.where(filling, stand_in, scores), known | filling, np.where(filling, used, np.int8(0)), nobody)


def _zero(
    scores: NDArray[np.int64], _: Bools, __: NDArray[np.intp], ___: NDArray[np.int64] | None
) -> NDArray[np.int64]:
    return np.zeros_like(scores)


def _held(
    scores: NDArray[np.int64], _: Bools, __: NDArray[np.intp], held: NDArray[np.int64] | None
) -> NDArray[np.int64]:
    return np.full_like(scores, -1) if held is None else held


def _group_worst(
    scores: NDArray[np.int64], known: Bools, group: NDArray[np.intp], _: NDArray[np.int64] | None
) -> NDArray[np.int64]:
    worst = np.full(int(group.max(initial=0)) + 1, np.iinfo(np.int64).max)
    np.minimum.at(worst, group[known], scores[known])
    return np.where(worst == np.iinfo(np.int64).max, -1, worst)[group]


def _group_mean(
    scores: NDArray[np.int64], known: Bools, group: NDArray[np.intp], _: NDArray[np.int64] | None
) -> NDArray[np.int64]:
    groups = int(group.max(initial=0)) + 1
    total, count = np.zeros(groups, dtype=np.int64), np.zeros(groups, dtype=np.int64)
    np.add.at(total, group[known], scores[known])
    np.add.at(count, group[known], 1)
    means = np.where(count > 0, rounded(total, np.maximum(count, 1)), -1)
    return np.asarray(means[group], dtype=np.int64)


_POLICIES: Mapping[str, Policy] = {
    "zero": _zero,
    "hold_last": _held,
    "group_worst": _group_worst,
    "group_mean": _group_mean,
}
