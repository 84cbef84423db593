"""The worked examples, translated: their input into ours, our answers into theirs."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from coaching.effect import effect
from coaching.laggards import Signs, TriggerRules, triggered
from core.errors import Invalid
from core.points import FACT_SCALE, decimal_text, exact, fraction_text, rounded_fraction
from leaderboards.ranking import ranks
from scoring.aggregation import gathered, value
from scoring.blend import blend
from scoring.checklist import visited
from scoring.columns import Column, Sums, of_fractions
from scoring.composition import CardRows, composed
from scoring.department import ProcessShare, department_total, outcome
from scoring.diagnosis import diagnosed, lost_points
from scoring.inputs import Inputs
from scoring.methods import METHODS, rule_of, scores_of
from scoring.params import Params
from scoring.ratings import grades_of, numbers, trimmed
from scoring.rollup import rolled_up
from scoring.settlement import Veto, vetoed
from scoring.shrinkage import shrunk
from scoring.statuses import SCORED, STATUSES

Json = Mapping[str, Any]
MAYBE = Fraction | None


def answer(vector: Json) -> dict[str, Any]:
    """Return what the engine says, in the words of the examples."""
    method = vector["method"]
    try:
        if method in METHODS:
            return method_answer(method, vector["params"], vector["input"])
        return OTHERS[method](vector["params"], vector["input"])
    except Invalid as refusal:
        return {"error": refusal.problem.code}


def number(text: str | int | None) -> MAYBE:
    return None if text is None else exact(text)


def method_answer(method: str, params: Json, given: Json) -> dict[str, Any]:
    inputs, unit = inputs_of(params, given)
    scores, statuses = scores_of(rule_of(method, params), inputs, params)
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
    if any(part is None for part in row.values()):
        return None
    given = {name: exact(text) for name, text in row.items()}
    den = given.get("den", given.get("n", given.get("weight", given.get("w", Fraction(1)))))
    if how == "nps" and "num" not in given:
        parts = [given.get(name, Fraction(0)) for name in ("promoters", "detractors", "passives")]
        num = parts[0] - parts[1]
        den = next((given[name] for name in ("n", "den", "total", "answers") if name in given), sum(parts))
    elif "num" in given:
        num = given["num"]
    else:
        mean = given.get("mean", given.get("value", given.get("rating")))
        num = mean if how in {"sum", "trimmed_mean"} else mean * den
    return int(num * FACT_SCALE), int(den * FACT_SCALE) if how != "trimmed_mean" else FACT_SCALE, int(given.get("n", 1))


def shrink(params: Json, given: Json) -> dict[str, Any]:
    n, prior = exact(given["n"]), exact(params["prior"])
    if "mean" in given:
        num, times = exact(given["mean"]) * n, Fraction(1)
    elif "p" in given or "share" in given:
        num, times = exact(given.get("p", given.get("share"))) * n, Fraction(1)
    else:
        hits = next(
            exact(given[name]) for name in ("events", "successes", "passed", "hits", "num", "s") if name in given
        )
        times = Fraction(10_000 if params["kind"] == "rate" else 100 if prior > 1 else 1)
        num = hits
    base = Column(np.array([int(num * FACT_SCALE)]), np.array([int(n * FACT_SCALE)]), np.array([True]))
    drawn = shrunk(base, np.zeros(1, np.intp), exact(params["k"]), [prior / times])
    return {"status": "ok", "value": fraction_text(Fraction(int(drawn.num[0]), int(drawn.den[0])) * times, 4)}


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
    card = composed(
        CardRows(
            scores=np.array([[rounded_fraction(score or Fraction(0), 2)] for score in scores]),
            counted=known & ~off,
            covered=known & ~off,
            applicable=~off,
            weights=[exact(row["weight"]) for row in rows],
            process=[codes.index(row["process"]) for row in rows],
            multipliers=[exact(multipliers.get(name, "1")) for name in names],
        ),
        theme_bonus=params.get("theme_mode") == "bonus",
    )
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


def veto(params: Json, given: Json) -> dict[str, Any]:
    law = Veto(params["effect"], number(params.get("cap_at", "59")), exact(params.get("points", "0")))
    if given["total"] is None:
        return {"total": None, "award_eligible": not given["events"]}
    total = np.array([rounded_fraction(exact(given["total"]), 2)])
    after, free = vetoed(total, np.array([int(given["events"])]), law)
    return {"total": decimal_text(int(after[0]), 2), "award_eligible": bool(free[0])}


def standings(params: Json, given: Json) -> dict[str, Any]:
    units = [unit for unit in given["units"] if unit["total"] is not None]
    totals = np.array([rounded_fraction(exact(unit["total"]), 2) for unit in units], dtype=np.int64)
    chain = [(breaker["field"], breaker["order"]) for breaker in params.get("tie_breakers", ())]
    breakers = [(breaker_column(units, field, order), order) for field, order in chain]
    places = ranks(totals, breakers, params["method"])
    return {"ranks": {unit["id"]: int(rank) for unit, rank in zip(units, places.ranks, strict=True)}}


def breaker_column(units: list[Json], field: str, order: str) -> np.ndarray[Any, np.dtype[np.int64]]:
    worst = -(10**9) if order == "desc" else 10**9
    values = [number(unit.get(field)) for unit in units]
    return np.array([worst if value is None else rounded_fraction(value, 6) for value in values], dtype=np.int64)


def rollup(_: Json, given: Json) -> dict[str, Any]:
    score = rolled_up([(number(row["score"]), exact(row["exposure"])) for row in given["rows"]])
    return {"status": "missing" if score is None else "ok", "score": None if score is None else fraction_text(score, 2)}


def blending(params: Json, given: Json) -> dict[str, Any]:
    parts = {name: number(part) for name, part in given["parts"].items()}
    total = blend(parts, {name: exact(weight) for name, weight in params["weights"].items()})
    return {"status": "missing" if total is None else "ok", "total": None if total is None else fraction_text(total, 2)}


def department(params: Json, given: Json) -> dict[str, Any]:
    shares = [
        ProcessShare(row["process"], exact(row["weight"]), exact(row["share"]), number(row["score"]))
        for row in given["processes"]
    ]
    result = outcome(shares).score
    weights = {name: exact(weight) for name, weight in params["weights"].items()}
    parts = {"outcome": result, "tasks": number(given["tasks"]), "internal": number(given["internal"])}
    bonus = exact(given.get("bonus") or "0") - exact(given.get("penalty") or "0")
    total = department_total(parts, weights, bonus)
    return {"outcome": said(result), "total": said(total)}


def said(value: MAYBE, places: int = 2) -> str | None:
    return None if value is None else fraction_text(value, places)


def lost(params: Json, given: Json) -> dict[str, Any]:
    losses = {
        row["kpi"]: lost_points(exact(row["weight"]), exact(row["score"]))
        for row in given["rows"]
        if row["score"] is not None
    }
    found = diagnosed(losses, exact(params.get("pareto", "0.80")))
    return {
        "lost": {code: fraction_text(points, 4) for code, points in found.lost},
        "total_lost": fraction_text(found.total_lost, 4),
        "main_items": list(found.main_items),
    }


def laggard(params: Json, given: Json) -> dict[str, Any]:
    rules = TriggerRules(
        bottom_pct=exact(params["bottom_pct"]),
        min_group=int(params["min_group"]),
        exempt_at=number(params.get("exempt_at")),
        threshold=number(params.get("threshold")),
        decline_months=int(params["decline_months"]),
        decline_min=exact(params["decline_min"]),
    )
    units = [
        Signs(row["id"], [number(total) for total in row["totals"]], int(row.get("red_lines") or 0))
        for row in given["units"]
    ]
    return {"triggers": {unit: list(names) for unit, names in triggered(units, rules).items()}}


def coaching_effect(params: Json, given: Json) -> dict[str, Any]:
    unit = (exact(given["unit_before"]), exact(given["unit_after"]))
    peers = (exact(given["peers_before"]), exact(given["peers_after"]))
    found = effect(unit, peers, min_effect=exact(params["min_effect"]), exit_score=exact(params["exit_score"]))
    return {"effect": fraction_text(found.points, 2), "outcome": found.outcome}


def checklist(params: Json, given: Json) -> dict[str, Any]:
    visit = visited(
        {item: exact(points) for item, points in params["items"].items()},
        {item: number(mark) for item, mark in given["marks"].items()},
        min_coverage=exact(params.get("min_coverage", "0")),
        red_lines=int(given.get("red_lines") or 0),
        red_line_cap=number(params.get("red_line_cap")),
    )
    return {"status": STATUSES[visit.status], "score": said(visit.score) if visit.status == SCORED else None}


OTHERS: Mapping[str, Callable[[Json, Json], dict[str, Any]]] = {
    "aggregate": aggregate,
    "shrink": shrink,
    "scorecard": scorecard,
    "veto": veto,
    "standings": standings,
    "rollup": rollup,
    "blend": blending,
    "department": department,
    "lost_points": lost,
    "laggard": laggard,
    "effect": coaching_effect,
    "checklist": checklist,
}
