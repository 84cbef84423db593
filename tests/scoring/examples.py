"""The worked examples up to a card, translated: their input into ours, our answers into theirs."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from core.errors import Invalid
from core.points import FACT_SCALE, decimal_text, exact, fraction_text, rounded_fraction
from scoring.aggregation import gathered, value
from scoring.columns import Column, Sums, of_fractions
from scoring.composition import CardRows, How, composed
from scoring.inputs import Inputs
from scoring.methods import METHODS, rule_of, scores_of
from scoring.params import Params
from scoring.ratings import grades_of, numbers, trimmed
from scoring.shrinkage import shrunk
from scoring.statuses import MISSING, NOT_APPLICABLE, SCORED, STATUSES
from tests.scoring import examples_of_groups as groups
from tests.scoring.examples_of_groups import number

Json = Mapping[str, Any]
MEASURES = ("num", "den", "n", "mean", "value", "rating", "score", "weight", "w", "exposure")
COUNTS = ("promoters", "detractors", "passives", "total", "answers")
HITS = ("events", "successes", "passed", "hits", "count", "num", "s", "x")


def answer(vector: Json) -> dict[str, Any]:
    """Return what the engine says, in the words of the examples."""
    method = vector["method"]
    try:
        if method in METHODS:
            return method_answer(method, vector["params"], vector["input"])
        return OTHERS[method](vector["params"], vector["input"])
    except Invalid as refusal:
        return {"error": refusal.problem.code}


def method_answer(method: str, params: Json, given: Json) -> dict[str, Any]:
    inputs, unit = inputs_of(params, given)
    scores, statuses = scores_of(rule_of(method, params), inputs, params, method)
    status = STATUSES[statuses[unit]]
    return {"status": status, "score": decimal_text(int(scores[unit]), 2) if status == "scored" else None}


def inputs_of(params: Json, given: Json) -> tuple[Inputs, int]:
    """Return the columns of an example, and which of their units is meant."""
    if "counts" in given:
        counts = given["counts"]
        known = counts is not None and None not in counts.values()
        items = {code: of_fractions([number(count)]) for code, count in (counts or {}).items()}
        return Inputs(of_fractions([Fraction(0) if known else None]), np.zeros(1, np.intp), items=items), 0
    if "ratings" in given:
        return ratings_of(params, given["ratings"]), 0
    values = [number(text) for text in given.get("group") or ()]
    actual = number(given["actual"])
    if actual not in values:
        values.append(actual)
    previous = of_fractions([number(given.get("previous"))] * len(values))
    unit = values.index(actual)
    return Inputs(of_fractions(values), np.zeros(len(values), np.intp), previous=previous), unit


def ratings_of(params: Json, ratings: list[Any]) -> Inputs:
    given = [str(rating) for rating in ratings or () if rating is not None]
    read = numbers(given, grades_of(Params(params)))
    kept = trimmed(read, params.get("trim_from"))
    mean = sum(kept, Fraction(0)) / len(kept) if kept else None
    return Inputs(of_fractions([mean]), np.zeros(1, np.intp), sample=np.array([len(given)]))


def aggregate(params: Json, given: Json) -> dict[str, Any]:
    how = params["aggregation"]
    rows = [fact for row in given["rows"] if (fact := fact_of(how, row))]
    num, den, sample, known = gathered(how, rows, trim_from=int(params.get("trim_from", 5)))
    sums = Sums(*(np.array([part]) for part in (num, den, sample)), known=np.array([known]))
    result = value(sums, how).at(0)
    return {
        "status": "missing" if result is None else "ok",
        "value": None if result is None else fraction_text(result, 4),
    }


def fact_of(how: str, row: Json) -> tuple[int, int, int] | None:
    """Return a row of an example as numerator, denominator and sample."""
    told = {name: row[name] for name in (*MEASURES, *COUNTS) if name in row}
    if not told or None in told.values():
        return None
    given = {name: exact(text) for name, text in told.items()}
    den = next((given[name] for name in ("den", "n", "weight", "w", "exposure") if name in given), Fraction(1))
    if how == "nps" and "num" not in given:
        parts = [given.get(name, Fraction(0)) for name in ("promoters", "detractors", "passives")]
        num = parts[0] - parts[1]
        den = next((given[name] for name in ("n", "den", "total", "answers") if name in given), sum(parts))
    elif "num" in given:
        num = given["num"]
    else:
        mean = next(given[name] for name in ("mean", "value", "rating", "score") if name in given)
        num = mean if how in {"sum", "trimmed_mean"} else mean * den
    return int(num * FACT_SCALE), int(den * FACT_SCALE) if how != "trimmed_mean" else FACT_SCALE, int(given.get("n", 1))


def shrink(params: Json, given: Json) -> dict[str, Any]:
    n, k, prior = size_of(given), exact(params["k"]), exact(params["prior"])
    if n + k == 0:
        return {"status": "missing", "value": None}
    mean = next((given[name] for name in ("mean", "p", "share") if name in given), None)
    if mean is not None:
        num, times = exact(mean) * n, Fraction(1)
    else:
        num = exact(next((given[name] for name in HITS if given.get(name) is not None), 0))
        times = Fraction(10_000 if params["kind"] == "rate" else 100 if prior > 1 else 1)
        times = Fraction(1) if params["kind"] == "mean" else times
    base = Column(np.array([int(num * FACT_SCALE)]), np.array([int(n * FACT_SCALE)]), np.array([True]))
    drawn = shrunk(base, np.zeros(1, np.intp), k, [prior / times])
    return {"status": "ok", "value": fraction_text(Fraction(int(drawn.num[0]), int(drawn.den[0])) * times, 4)}


def size_of(given: Json) -> Fraction:
    """Return how much was seen: answers, checks, customers."""
    return exact(next((given[name] for name in ("n", "den", "exposure", "customers") if name in given), None) or 0)


def scorecard(params: Json, given: Json) -> dict[str, Any]:
    rows = given["rows"]
    names = [row["kpi"] for row in rows]
    scores = [number(row["score"]) for row in rows]
    codes = list(dict.fromkeys(row["process"] for row in rows))
    known = np.array([[score is not None] for score in scores])
    off = np.array(
        [
            [
                row.get("status") == "not_applicable"
                or row.get("not_applicable") is True
                or row.get("applicable") is False
            ]
            for row in rows
        ]
    )
    multipliers = params.get("multipliers", {})
    lines = CardRows(
        scores=np.array([[rounded_fraction(score or Fraction(0), 2)] for score in scores]),
        counted=known & ~off,
        statuses=np.where(off, NOT_APPLICABLE, np.where(known, SCORED, MISSING)).astype(np.int8),
        weights=[exact(row["weight"]) for row in rows],
        process=[codes.index(row["process"]) for row in rows],
        multipliers=[exact(multipliers.get(name, "1")) for name in names],
    )
    card = composed(lines, How.of(lines, theme_bonus=params.get("theme_mode") == "bonus"))
    ranked = bool(card.reaches(exact(params.get("coverage_min", params.get("min_coverage", "0.60"))))[0])
    coverage = Fraction(int(card.covered_num[0]), int(card.covered_den[0]) or 1)
    counted = [at for at in range(len(rows)) if known[at, 0] and not off[at, 0]]
    return {
        "coverage": fraction_text(coverage, 4),
        "status": "ranked" if ranked else "not_ranked",
        "weights": {
            names[at]: fraction_text(Fraction(int(card.weight_num[at, 0]), int(card.weight_den[at, 0])), 4)
            for at in counted
        },
        "points": {names[at]: decimal_text(int(card.points[at, 0]), 4) for at in counted},
        "total": decimal_text(int(card.totals[0]), 2) if ranked else None,
    }


OTHERS: Mapping[str, Callable[[Json, Json], dict[str, Any]]] = {
    "aggregate": aggregate,
    "shrink": shrink,
    "scorecard": scorecard,
    "veto": groups.veto,
    "standings": groups.standings,
    "rollup": groups.rollup,
    "blend": groups.blending,
    "department": groups.department,
    "lost_points": groups.lost,
    "laggard": groups.laggard,
    "effect": groups.coaching_effect,
    "checklist": groups.checklist,
}
