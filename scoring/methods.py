"""The catalogue of scoring methods: name → reader of parameters → rule over columns."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.points import exact, rounded_fraction
from scoring import change, curves, events, ratings, relative
from scoring.columns import Ints, rounded_to
from scoring.inputs import Inputs, Outcome, Rule
from scoring.params import Params
from scoring.statuses import MISSING, SCORED

METHODS: Mapping[str, Callable[[Params], Rule]] = {
    "linear": curves.linear,
    "ratio": curves.ratio,
    "efficacy": curves.efficacy,
    "band": curves.band,
    "tier": curves.tier,
    "binary": curves.binary,
    "add_subtract": events.add_subtract,
    "deduct": events.deduct,
    "rank": relative.rank,
    "percentile": relative.percentile,
    "zscore": relative.zscore,
    "rubric": ratings.rubric,
    "growth": change.growth,
    "achievement_or_improvement": change.achievement_or_improvement,
}


def rule_of(method: str, given: Mapping[str, Any], path: str = "params") -> Rule:
    """Return the rule of a method with its parameters; Invalid when they are wrong."""
    params = Params(given, path)
    if method not in METHODS:
        listed = ", ".join(METHODS)
        raise params.refusal(
            "unknown_method", "method", f"没有“{method}”,有 {listed}", f"no method “{method}”; known are {listed}"
        )
    params.number("cap", curves.CAP)
    params.number("floor", 0)
    return METHODS[method](params)


def scores_of(rule: Rule, inputs: Inputs, given: Mapping[str, Any]) -> tuple[Ints, NDArray[np.int8]]:
    """Return the scores as integers of 10^-places, capped and floored, and the statuses; 0 where not scored.

    Rounding keeps the order of numbers, so that cap and floor may come after it.
    """
    outcome = rule(inputs)
    statuses = statuses_of(outcome)
    places = inputs.rounding.places or 0
    floor = _limit(_given(given, "floor", 0), places)
    cap = _limit(_given(given, "cap", curves.CAP), places)
    scores = np.clip(rounded_to(outcome.scores, places), floor, cap)
    return np.where(statuses == SCORED, scores, 0).astype(np.int64), statuses


def _given(params: Mapping[str, Any], name: str, default: int) -> str | int:
    """Return a limit as written; one that is null stands for the default, as everywhere in the parameters."""
    value: str | int | None = params.get(name)
    return default if value is None else value


@lru_cache(maxsize=256)
def _limit(given: str | int, places: int) -> int:
    return rounded_fraction(exact(given), places)


def statuses_of(outcome: Outcome) -> NDArray[np.int8]:
    """Return the statuses of an outcome, unknown scores being missing."""
    if outcome.statuses is not None:
        return outcome.statuses
    return np.where(outcome.scores.known, SCORED, MISSING).astype(np.int8)
