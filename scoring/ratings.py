"""Ratings given by people: grades to points, trimming, and the mean that is then scored (说明法)."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np

from core.errors import Invalid, problem
from scoring.curves import linear
from scoring.inputs import Inputs, Outcome, Rule
from scoring.params import Params
from scoring.statuses import INSUFFICIENT_SAMPLE, MISSING, SCORED

TRIM_FROM = 5


def trimmed(ratings: Sequence[Fraction], trim_from: int | None) -> Sequence[Fraction]:
    """Return the ratings without one highest and one lowest, from `trim_from` ratings on."""
    if trim_from is None or len(ratings) < max(trim_from, 3):
        return ratings
    return sorted(ratings)[1:-1]


def grades_of(params: Params) -> Mapping[str, Fraction]:
    """Return what each grade is worth; empty when ratings are numbers."""
    grades = params.table("grades")
    return {str(name): params.within("grades", grades).number(name) for name in grades}


def numbers(ratings: Sequence[str], grades: Mapping[str, Fraction]) -> list[Fraction]:
    """Return ratings as numbers, grades by what they are worth."""
    if not grades:
        return [Fraction(rating) for rating in ratings]
    for rating in ratings:
        if rating not in grades:
            known = ", ".join(grades)
            zh, en = f"没有等级“{rating}”，应为 {known} 之一", f"there is no grade “{rating}”; known are {known}"
            raise Invalid(problem("unknown_grade", zh, en))
    return [grades[rating] for rating in ratings]


def rubric(params: Params) -> Rule:
    """The mean rating as the score, or through anchors; with too few raters there is none."""
    grades_of(params)
    mean_scored = linear(params) if params.has("anchors") else _as_it_is
    min_raters = params.count("min_raters", 1)

    def scored(inputs: Inputs) -> Outcome:
        outcome = mean_scored(inputs)
        enough = inputs.sample >= min_raters if inputs.sample is not None else np.ones(len(inputs.value), dtype=bool)
        statuses = np.where(~inputs.value.known, MISSING, np.where(enough, SCORED, INSUFFICIENT_SAMPLE))
        return Outcome(outcome.scores, statuses.astype(np.int8))

    return scored


def _as_it_is(inputs: Inputs) -> Outcome:
    return Outcome(inputs.value)
