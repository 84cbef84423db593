"""The worked examples past a card: red lines, places, roll-ups, departments, visits, diagnosis and coaching."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from coaching.effect import effect
from coaching.laggards import Signs, TriggerRules, triggered
from core.points import decimal_text, exact, fraction_text, rounded_fraction
from leaderboards.ranking import ranks
from scoring.blend import blend
from scoring.checklist import visited
from scoring.department import ProcessShare, department_total, outcome
from scoring.diagnosis import diagnosed, lost_points
from scoring.rollup import rolled_up
from scoring.settlement import Veto, vetoed
from scoring.statuses import SCORED, STATUSES

Json = Mapping[str, Any]
MAYBE = Fraction | None
PARTS_OF_A_DEPARTMENT = {"outcome": "0.50", "tasks": "0.30", "internal": "0.20"}


def number(text: str | int | None) -> MAYBE:
    return None if text is None else exact(text)


def veto(params: Json, given: Json) -> dict[str, Any]:
    named = params.get("effect", "cap_total")
    effect_of_one = named if named in {"cap_total", "deduct_total", "zero_total"} else "none"  # bars from awards only
    law = Veto(effect_of_one, exact(params.get("cap_at", "59")), exact(params.get("points", "0")))
    if given["total"] is None:
        return {"total": None, "award_eligible": not given["events"]}
    total = np.array([rounded_fraction(exact(given["total"]), 2)])
    after, free = vetoed(total, np.array([int(given["events"])]), law)
    return {"total": decimal_text(int(after[0]), 2), "award_eligible": bool(free[0])}


def standings(params: Json, given: Json) -> dict[str, Any]:
    units = [unit for unit in given["units"] if unit["total"] is not None]
    totals = np.array([rounded_fraction(exact(unit["total"]), 2) for unit in units], dtype=np.int64)
    chain = [(breaker["field"], breaker.get("order", "desc")) for breaker in params.get("tie_breakers", ())]
    breakers = [(breaker_column(units, field, order), order) for field, order in chain]
    places = ranks(totals, breakers, params.get("method", "competition"))
    return {"ranks": {unit["id"]: int(rank) for unit, rank in zip(units, places.ranks, strict=True)}}


def breaker_column(units: list[Json], field: str, order: str) -> np.ndarray[Any, np.dtype[np.int64]]:
    worst = -(10**9) if order == "desc" else 10**9
    values = [number(unit.get(field)) for unit in units]
    return np.array([worst if value is None else rounded_fraction(value, 6) for value in values], dtype=np.int64)


def rollup(_: Json, given: Json) -> dict[str, Any]:
    score = rolled_up([(number(row["score"]), exact(row["exposure"] or 0)) for row in given["rows"]])
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
    weights = {name: exact(weight) for name, weight in params.get("weights", PARTS_OF_A_DEPARTMENT).items()}
    parts = {"outcome": result, "tasks": number(given.get("tasks")), "internal": number(given.get("internal"))}
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
        "lost": {code: fraction_text(Fraction(points), 4) for code, points in found.lost},
        "total_lost": fraction_text(Fraction(found.total_lost), 4),
        "main_items": list(found.main_items),
    }


def laggard(params: Json, given: Json) -> dict[str, Any]:
    units = [signs(row) for row in given["units"]]
    return {"triggers": {unit: list(names) for unit, names in triggered(units, trigger_rules(params)).items()}}


def trigger_rules(params: Json) -> TriggerRules:
    """Return the rules of an example: what is left out as it is by default, what is null switched off."""
    small_from = params.get("small_from")
    return TriggerRules(
        bottom_pct=exact(params.get("bottom_pct", "0.10")),
        min_group=int(params.get("min_group", 8)),
        exempt_at=number(params.get("exempt_at", 90)),
        small_from=None if small_from is None else int(small_from),
        small_below=number(params.get("small_below")),
        threshold=number(params.get("threshold", 70)),
        process_threshold=number(params.get("process_threshold")),
        process_weight=exact(params.get("process_weight", 8)),
        decline_months=int(params.get("decline_months", 2)),
        decline_min=exact(params.get("decline_min", 8)),
        repeat_months=int(params.get("repeat_months", 0)),
    )


def signs(row: Json) -> Signs:
    processes = [process for process in row.get("processes") or () if process["score"] is not None]
    return Signs(
        row["id"],
        [number(total) for total in row["totals"]],
        int(row.get("red_lines") or 0),
        processes=[(exact(process["score"]), exact(process["weight"])) for process in processes],
        main_items=row.get("main_items") or (),
    )


def coaching_effect(params: Json, given: Json) -> dict[str, Any]:
    unit = (exact(given["unit_before"]), exact(given["unit_after"]))
    peers = (exact(given["peers_before"]), exact(given["peers_after"]))
    found = effect(
        unit, peers, min_effect=exact(params.get("min_effect", 2)), exit_score=exact(params.get("exit_score", 75))
    )
    return {"effect": fraction_text(found.points, 2), "outcome": found.outcome}


def checklist(params: Json, given: Json) -> dict[str, Any]:
    visit = visited(
        {item: exact(points) for item, points in params["items"].items()},
        {item: number(mark) for item, mark in given["marks"].items()},
        min_coverage=exact(params.get("min_coverage", "0.60")),
        red_lines=int(given.get("red_lines") or 0),
        red_line_cap=number(params.get("red_line_cap", "59")),
    )
    return {"status": STATUSES[visit.status], "score": said(visit.score) if visit.status == SCORED else None}
