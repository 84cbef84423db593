"""One KPI of a whole unit kind: facts become values, values become scores, gaps are filled by its policy."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.points import exact
from scoring.aggregation import factor, parts, value
from scoring.book_parts import Kpi, Rounding
from scoring.columns import Bools, Column, Sums, limited, scaled
from scoring.curves import CAP
from scoring.inputs import Inputs, Rule
from scoring.methods import rule_of, scores_of
from scoring.policies import Filled, filled
from scoring.rounding import rounded_by
from scoring.sheet import Sheet
from scoring.shrinkage import peer_means, shrunk
from scoring.statuses import INSUFFICIENT_SAMPLE, NOT_APPLICABLE, SCORED

LONG = Rounding(places=12)
"""Roots have no end: where a score is not rounded at all, they are to so many decimals."""


@dataclass(frozen=True)
class OneKpi:
    """One KPI of n units: its values, what became of each, the scores with their stand-ins."""

    measured: Column
    value: Column
    statuses: NDArray[np.int8]
    fill: Filled
    exact: Column | None = None
    """The scores before any stand-in, within cap and floor, rounded only as the KPI says; where they were kept."""


@lru_cache(maxsize=1024)
def _compiled(method: str, params: bytes, path: str) -> tuple[Rule, Mapping[str, Any]]:
    given: Mapping[str, Any] = msgspec.json.decode(params)
    return rule_of(method, given, path), given


def compiled(kpi: Kpi) -> tuple[Rule, Mapping[str, Any]]:
    """Return the rule of a KPI and its parameters; Invalid when they are wrong."""
    given = {"direction": kpi.direction, **kpi.params}
    return _compiled(kpi.method, msgspec.json.encode(given), f"kpis.{kpi.code}.params")


def scored_kpi(kpi: Kpi, card: str, sheet: Sheet, places: int, *, keep: bool = False) -> OneKpi:
    """Return one KPI of a card scored, to so many decimals; `keep` keeps the exact scores too, for a tree."""
    rule, given = compiled(kpi)
    size = len(sheet.group)
    sums = sheet.sums.get(kpi.code) or _nothing(size)
    plain = parts(sums, kpi.aggregation)
    enough = _enough(kpi, card, sums)
    known = plain.known if enough is None else plain.known & enough
    drawn = _drawn(kpi, plain, sheet)
    value_column = scaled(
        Column(np.where(known, drawn.num, 0), np.where(known, drawn.den, 1), known), factor(kpi.aggregation)
    )
    inputs = Inputs(
        value=value_column,
        group=sheet.group,
        rounding=rounding_of(kpi, places) or LONG,
        previous=_previous(kpi, sheet),
        items={code: value(item, "sum") for code, item in sheet.items.get(kpi.code, {}).items()},
        constants=sheet.constants.get(kpi.code, {}),
        sample=sums.sample,
    )
    outcome = rule(inputs)
    scores, statuses = scores_of(lambda _: outcome, inputs, given)
    if enough is not None:
        statuses = np.where(plain.known & ~enough, np.int8(INSUFFICIENT_SAMPLE), statuses)
    off = sheet.not_applicable.get(kpi.code)
    if off is not None:
        statuses = np.where(off, np.int8(NOT_APPLICABLE), statuses)
    fill = filled(kpi.missing, scores, statuses, sheet.group, sheet.held.get(kpi.code))
    measured = plain if drawn is plain else scaled(plain, factor(kpi.aggregation))
    kept = exact_scores(outcome.scores, given, rounding_of(kpi, places), statuses == SCORED) if keep else None
    return OneKpi(value_column if drawn is plain else measured, value_column, statuses, fill, kept)


def rounding_of(kpi: Kpi, places: int) -> Rounding | None:
    """Return how the score of a KPI is rounded in a tree; None where it stays exact."""
    if kpi.round == "none":
        return None
    return kpi.round or Rounding(places=places)


def exact_scores(scores: Column, given: Mapping[str, Any], rounding: Rounding | None, known: Bools) -> Column:
    """Return exact scores held within cap and floor, then rounded; unknown where there is no score."""
    sure = Column(np.where(known, scores.num, 0), np.where(known, scores.den, 1), known)
    return rounded_by(limited(sure, *limits_of(given)), rounding)


def limits_of(given: Mapping[str, Any]) -> tuple[Fraction | None, Fraction | None]:
    """Return the floor and the cap of a KPI's scores; None where the word is "none"."""
    found = []
    for name, default in (("floor", 0), ("cap", CAP)):
        value = given.get(name)
        value = default if value is None else value
        found.append(None if value == "none" else exact(value))
    return found[0], found[1]


def _nothing(size: int) -> Sums:
    zeros = np.zeros(size, dtype=np.int64)
    return Sums(zeros, zeros, zeros, np.zeros(size, dtype=bool))


def _enough(kpi: Kpi, card: str, sums: Sums) -> Bools | None:
    least = kpi.least_sample(card)
    return sums.sample >= least if least else None


def _drawn(kpi: Kpi, plain: Column, sheet: Sheet) -> Column:
    """Return numerator / denominator drawn to the peers where the KPI says so."""
    if not kpi.shrink:
        return plain
    prior = sheet.priors.get(kpi.code)
    if prior is None and kpi.prior is not None:
        prior = exact(kpi.prior) / factor(kpi.aggregation)
    groups = int(sheet.group.max(initial=-1)) + 1
    priors = [prior] * groups if prior is not None else peer_means(plain, sheet.group)
    return shrunk(plain, sheet.group, exact(kpi.shrink), priors)


def _previous(kpi: Kpi, sheet: Sheet) -> Column | None:
    earlier = sheet.previous.get(kpi.code)
    return None if earlier is None else value(earlier, kpi.aggregation)
