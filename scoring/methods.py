"""The catalogue of scoring methods: name → reader of parameters → rule over columns."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import Invalid, Place, Problem
from core.language import Text
from core.points import rounded_fraction
from scoring import change, curves, events, exposure, formulas, ratings, relative, tables, tiers
from scoring.columns import SAFE, Bools, Column, Ints, limited, rounded_to
from scoring.inputs import Inputs, Outcome, Rule
from scoring.params import Params
from scoring.statuses import MISSING, SCORED

METHODS: Mapping[str, Callable[[Params], Rule]] = {
    "linear": curves.linear,
    "ratio": curves.ratio,
    "efficacy": curves.efficacy,
    "band": curves.band,
    "tier": tiers.tier,
    "binary": curves.binary,
    "add_subtract": events.add_subtract,
    "deduct": events.deduct,
    "rank": relative.rank,
    "percentile": relative.percentile,
    "zscore": relative.zscore,
    "rubric": ratings.rubric,
    "growth": change.growth,
    "achievement_or_improvement": change.achievement_or_improvement,
    "table": tables.table,
    "value": tables.value,
    "formula": formulas.formula,
}
RELATIVE = frozenset({"rank", "percentile", "zscore"})
"""Methods whose scores depend on the other units of the population."""
UNBOUNDED = frozenset({"table", "value", "formula"})
"""Methods that say themselves how far scores go: without `cap` and `floor` there is none; elsewhere 120 and 0."""


@dataclass(frozen=True)
class Limits:
    """Between what the scores of a rule are held; None is no bound."""

    floor: Fraction | None
    cap: Fraction | None


def rule_of(method: str, given: Mapping[str, Any], path: str = "params") -> Rule:
    """Return the rule of a method with its parameters; Invalid when they are wrong."""
    params = Params(given, path)
    if method not in METHODS:
        raise _no_such(method, path)
    limits_of(method, params)
    params.count("trim_from", 0)
    exposure.checked(params)
    return METHODS[method](params)


def _no_such(method: str, path: str) -> Invalid:
    """Return the refusal of a method that there is not, at the field beside the parameters."""
    near, listed = get_close_matches(method, METHODS, n=1), ", ".join(METHODS)
    zh, en = (
        (f"最接近的是 {near[0]}。", f"The nearest is {near[0]}.")
        if near
        else (f"有 {listed}。", f"There are {listed}.")
    )
    place = Place(path=f"{path.removesuffix('params')}method")
    sentence = Text(zh=f"没有方法“{method}”。", en=f"There is no method “{method}”.")
    return Invalid(Problem(code="unknown_method", sentence=sentence, place=place, hint=Text(zh=zh, en=en)))


def limits_of(method: str, params: Params) -> Limits:
    """Return the bounds of the scores: as written, "none", or what the method has without a word."""
    bounds = (None, None) if method in UNBOUNDED else (Fraction(0), Fraction(curves.CAP))
    floor, cap = (_limit(params, name, bound) for name, bound in zip(("floor", "cap"), bounds, strict=True))
    if floor is not None and cap is not None and floor > cap:
        raise params.refusal("floor_above_cap", "floor", "下限高于上限", "the floor lies above the cap")
    return Limits(floor, cap)


def _limit(params: Params, name: str, default: Fraction | None) -> Fraction | None:
    if not params.has(name):
        return default
    return None if params.given[name] == "none" else params.number(name)


def scores_of(rule: Rule, inputs: Inputs, given: Mapping[str, Any], method: str) -> tuple[Ints, NDArray[np.int8]]:
    """Return the scores as integers of 10^-places, capped and floored, and the statuses; 0 where not scored."""
    outcome = rule(inputs)
    statuses = statuses_of(outcome)
    limits = limits_of(method, Params(given))
    return rounded_scores(outcome.scores, statuses == SCORED, limits, inputs.rounding.places or 0), statuses


def rounded_scores(scores: Column, known: Bools, limits: Limits, places: int) -> Ints:
    """Return exact scores as integers of 10^-places within their limits, a half going away from zero.

    Rounding keeps the order of numbers, so that cap and floor may come after it.
    """
    held = rounded_to(scores, places)
    if limits.floor is not None or limits.cap is not None:
        low, high = (None if bound is None else rounded_fraction(bound, places) for bound in (limits.floor, limits.cap))
        wide = any(bound is not None and abs(bound) >= SAFE for bound in (low, high))
        held = np.clip(held.astype(object) if wide else held, low, high)
    return np.where(known, held, 0)


def exact_scores(scores: Column, known: Bools, limits: Limits) -> Column:
    """Return exact scores within their limits; unknown where there is no score."""
    sure = Column(np.where(known, scores.num, 0), np.where(known, scores.den, 1), known)
    return limited(sure, limits.floor, limits.cap)


def statuses_of(outcome: Outcome) -> NDArray[np.int8]:
    """Return the statuses of an outcome, unknown scores being missing."""
    if outcome.statuses is not None:
        return outcome.statuses
    return np.where(outcome.scores.known, SCORED, MISSING).astype(np.int8)
