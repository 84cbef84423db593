"""Chance in the totals of departments: it comes up from the processes of the branches, and from their own scores.

Departments that share a process share its chance; that is not taken off when two of them are compared, so that they are
told apart a little too seldom rather than too often.
"""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from core.points import CENTS
from leaderboards.departments import branch_share, outcome_of, part_weights
from scoring.apart import FINE
from scoring.uncertainty import SIXTHS

if TYPE_CHECKING:
    from leaderboards.inputs import MonthInputs
    from leaderboards.month_ranges import Uncertain


def department_variances(inputs: "MonthInputs", found: Mapping[str, "Uncertain"]) -> "Uncertain":
    """Return the department card with the variance of each department's total."""
    rules, one = inputs.book.department, found[inputs.book.department.kind]
    city = _city(inputs, found)
    variances = []
    for place, unit in enumerate(inputs.frame.units[one.run.units]):
        level = {code: Fraction(0) for code in city}
        result = outcome_of(inputs.book, inputs.theme, unit.code, level, inputs.previous_city)
        weights = part_weights(rules, result)
        now, before = _pulls(weights, Fraction(rules.growth_per))
        own = {rules.tasks_kpi: weights["tasks"], rules.internal_kpi: weights["internal"]}
        total = sum(
            ((result.effect(code, now) ** 2 + result.effect(code, before) ** 2) * city[code] for code in city),
            Fraction(0),
        )
        total += sum((weight**2 * _of_kpi(one, code, place) for code, weight in own.items()), Fraction(0))
        variances.append(int(total / sum(weights.values(), Fraction(0)) ** 2 * FINE) if any(weights.values()) else 0)
    return replace(one, variances=np.array(variances, dtype=np.int64))


def _pulls(weights: Mapping[str, Fraction], growth_per: Fraction) -> tuple[Fraction, Fraction]:
    """Return what a point of outcome brings this month, and what one of the month before takes by the growth since.

    The month before is taken to be as open as this one.
    """
    grown = weights.get("growth", Fraction(0)) * growth_per
    return weights.get("outcome", Fraction(0)) + grown, grown


def _of_kpi(one: "Uncertain", code: str, place: int) -> Fraction:
    """Return the variance of one score in square cents."""
    if code not in one.scored.kpis:
        return Fraction(0)
    square = int(one.noise.variances[one.scored.kpis.index(code), place])
    return Fraction(square, SIXTHS * (10**one.noise.places // CENTS) ** 2)


def _city(inputs: "MonthInputs", found: Mapping[str, "Uncertain"]) -> dict[str, Fraction]:
    """Return the variance of each process over the whole company, in square cents."""
    rules = inputs.book.department
    branches, company = found.get(rules.branch_kind), found.get(rules.company_kind)
    return {
        code: _city_process(inputs, code, branches, company)
        for code, process in inputs.book.processes.items()
        if not process.management
    }


def _city_process(
    inputs: "MonthInputs", process: str, branches: "Uncertain | None", company: "Uncertain | None"
) -> Fraction:
    share = branch_share(inputs.book, process)
    total = share**2 * _on_branches(inputs, process, branches) if branches else Fraction(0)
    if company is None:
        return total
    on_branches = inputs.book.kpis_of(inputs.book.department.branch_kind)
    rows = {
        code: Fraction(inputs.book.kpis[code].weight_in_process)
        for code in company.scored.kpis
        if inputs.book.kpis[code].process == process and code not in on_branches
    }
    whole = sum(rows.values(), Fraction(0))
    own = sum((weight**2 * _of_kpi(company, code, 0) for code, weight in rows.items()), Fraction(0))
    return total + ((1 - share) ** 2 * own / whole**2 if whole else Fraction(0))


def _on_branches(inputs: "MonthInputs", process: str, branches: "Uncertain") -> Fraction:
    """Return the variance of the mean over branches, weighted by customers."""
    units = inputs.frame.units[branches.run.units]
    customers = sum(unit.customers or 0 for unit in units)
    members = [row for row, code in enumerate(branches.scored.kpis) if inputs.book.kpis[code].process == process]
    total = Fraction(0)
    for place, unit in enumerate(units):
        weights = [int(branches.weights[row, place]) for row in members]
        if not any(weights) or not customers:
            continue
        inside = sum(
            weight**2 * _of_kpi(branches, branches.scored.kpis[row], place)
            for row, weight in zip(members, weights, strict=True)
        )
        total += Fraction(unit.customers or 0, customers) ** 2 * inside / sum(weights) ** 2
    return total
