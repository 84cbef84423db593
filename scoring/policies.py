"""What stands in for a score that is missing: mostly nothing, and its weight moves; a rule may say otherwise."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.points import rounded
from scoring.columns import Bools, total
from scoring.statuses import NOT_APPLICABLE, POLICIES, SCORED


@dataclass(frozen=True)
class Filled:
    """Scores with stand-ins, which of them enter the total, the policy applied, and who may not be ranked for it."""

    scores: NDArray[np.int64]
    counted: Bools
    policies: NDArray[np.int8]
    barred: Bools


@dataclass(frozen=True)
class Peers:
    """Scores of one KPI, who has one of their own, who counts in statistics, and in which group each unit stands."""

    scores: NDArray[np.int64]
    known: Bools
    counted: Bools
    group: NDArray[np.intp]
    held: NDArray[np.int64] | None
    """Last period's scores, negative for none."""
    step: int = 1
    """Means are rounded to multiples of it, a half going away from zero."""


StandIn = tuple[NDArray[np.int64], Bools]
"""What may be put in, and for whom there is something."""


def filled(
    policy: str,
    scores: NDArray[np.int64],
    statuses: NDArray[np.int8],
    group: NDArray[np.intp],
    held: NDArray[np.int64] | None,
    counted: Bools | None = None,
    step: int = 1,
) -> Filled:
    """Return the scores of one KPI with its policy applied where the status is neither scored nor not applicable.

    The mean and the worst of a group are those of the units that are `counted`; None: all of them.
    """
    known = statuses == SCORED
    nobody = np.zeros(len(scores), dtype=bool)
    if policy == "reweight" or known.all():
        return Filled(scores, known, np.zeros(len(scores), dtype=np.int8), nobody)
    missing = ~known & (statuses != NOT_APPLICABLE)
    used = np.where(missing, np.int8(POLICIES.index(policy)), np.int8(0))
    if policy == "not_scored":
        return Filled(scores, known, used, missing)
    mine = known if counted is None else known & counted
    stand_in, there = _POLICIES[policy](Peers(scores, known, mine, group, held, step))
    filling = missing & there
    return Filled(np.where(filling, stand_in, scores), known | filling, np.where(filling, used, np.int8(0)), nobody)


def _zero(peers: Peers) -> StandIn:
    return np.zeros_like(peers.scores), np.ones(len(peers.scores), dtype=bool)


def _held(peers: Peers) -> StandIn:
    held = np.full_like(peers.scores, -1) if peers.held is None else peers.held
    return held, held >= 0


def _group_worst(peers: Peers) -> StandIn:
    none = np.iinfo(np.int64).max
    worst = np.full(int(peers.group.max(initial=0)) + 1, none)
    np.minimum.at(worst, peers.group[peers.counted], peers.scores[peers.counted])
    return worst[peers.group], (worst != none)[peers.group]


def _group_mean(peers: Peers) -> StandIn:
    groups = int(peers.group.max(initial=0)) + 1
    means = np.zeros(groups, dtype=np.int64)
    size = np.bincount(peers.group[peers.counted], minlength=groups)
    for index in np.flatnonzero(size):
        sum_of_it = total(peers.scores[peers.counted & (peers.group == index)])
        means[index] = rounded(sum_of_it, int(size[index]) * peers.step) * peers.step
    return means[peers.group], (size > 0)[peers.group]


_POLICIES: Mapping[str, Callable[[Peers], StandIn]] = {
    "zero": _zero,
    "hold_last": _held,
    "group_worst": _group_worst,
    "group_mean": _group_mean,
}
