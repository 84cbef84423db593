"""Department cards: what their processes came to in the branches and the company, tasks, internal rating, extras."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

import numpy as np

from core.points import CENTS, POINTS, rounded_fraction
from leaderboards.frame import CardRun
from leaderboards.inputs import MonthInputs
from leaderboards.results import NONE
from scoring.bulk import Ints
from scoring.department import Outcome, ProcessShare, bonus_of, department_total, mixed, outcome
from scoring.engine import Scored
from scoring.rollup import rolled_up
from scoring.rulebook import DepartmentRules, RuleBook
from scoring.statuses import SCORED


@dataclass(frozen=True)
class Departments:
    """Cents and coverage (1e-4) of each department, and of each process where the department has a share."""

    totals: Ints
    has_total: Ints
    coverage: Ints
    processes: Ints


def city_scores(
    inputs: MonthInputs, branches: tuple[CardRun, Scored] | None, company: Scored | None
) -> dict[str, Fraction | None]:
    """Return the exact score of each process over the whole company: branches by customers, company-only KPIs beside."""
    book = inputs.book
    return {
        code: mixed(_on_branches(inputs, branches, code), _company_only(book, company, code), branch_share(book, code))
        for code, process in book.processes.items()
        if not process.management
    }


def branch_share(book: RuleBook, process: str) -> Fraction:
    """Return λ: the share of a process's weight that lies on KPIs of the branch card."""
    on_branches = book.kpis_of(book.department.branch_kind)
    company = book.kpis_of(book.department.company_kind)
    weights = {
        code: Fraction(kpi.weight_in_process)
        for code, kpi in book.kpis.items()
        if kpi.process == process and (code in on_branches or code in company)
    }
    total = sum(weights.values(), Fraction(0))
    lower = sum((weight for code, weight in weights.items() if code in on_branches), Fraction(0))
    return lower / total if total else Fraction(1)


def _on_branches(inputs: MonthInputs, branches: tuple[CardRun, Scored] | None, process: str) -> Fraction | None:
    if branches is None or process not in branches[1].processes:
        return None
    run, scored = branches
    scores = scored.process_scores[scored.processes.index(process)].tolist()
    units = inputs.frame.units[run.units]
    rows: list[tuple[Fraction | None, Fraction]] = [
        (None if score == NONE else Fraction(score, CENTS), Fraction(unit.customers or 0))
        for score, unit in zip(scores, units, strict=True)
    ]
    return rolled_up(rows)


def _company_only(book: RuleBook, company: Scored | None, process: str) -> Fraction | None:
    if company is None:
        return None
    on_branches = book.kpis_of(book.department.branch_kind)
    rows: list[tuple[Fraction | None, Fraction]] = [
        (Fraction(int(company.scores[row, 0]), CENTS), Fraction(book.kpis[code].weight_in_process))
        for row, code in enumerate(company.kpis)
        if book.kpis[code].process == process and code not in on_branches and _has_score(company, row, 0)
    ]
    return rolled_up(rows)


def theme_weight(book: RuleBook, theme: str | None, process: str) -> Fraction:
    """Return the weight of a process for departments: a theme multiplies that of the processes it is about."""
    weight = Fraction(book.processes[process].weight)
    chosen = book.themes.get(theme or "")
    if chosen and any(book.kpis[code].process == process for code in chosen.doubled):
        return weight * Fraction(chosen.multiplier)
    return weight


def outcome_of(
    book: RuleBook,
    theme: str | None,
    department: str,
    city: Mapping[str, Fraction | None],
    before: Mapping[str, Fraction] = MappingProxyType({}),
) -> Outcome:
    """Return what a department's shares of the processes came to; `before` are the scores of the month before."""
    shares = [
        ProcessShare(process, theme_weight(book, theme, process), Fraction(shares[department]), city.get(process))
        for process, shares in book.responsibility.items()
        if department in shares
    ]
    return outcome(shares, before, Fraction(book.department.growth_per))


def departments(
    inputs: MonthInputs, run: CardRun, own: Scored | None, city: Mapping[str, Fraction | None]
) -> Departments:
    """Return totals, coverage and process scores of all departments."""
    book = inputs.book
    codes = list(book.processes)
    size = run.size
    totals, has_total, coverage = (np.zeros(size, dtype=np.int64) for _ in range(3))
    processes = np.full((size, len(codes)), NONE, dtype=np.int64)
    for place, unit in enumerate(inputs.frame.units[run.units]):
        result = outcome_of(book, inputs.theme, unit.code, city, inputs.previous_city)
        total, covered = _total(book.department, result, _own_scores(own, place))
        if total is not None:
            totals[place], has_total[place] = rounded_fraction(total, 2), 1
        coverage[place] = rounded_fraction(covered * POINTS, 0)
        for share in result.shares:
            if share.score is not None:
                processes[place, codes.index(share.process)] = rounded_fraction(share.score, 2)
    return Departments(totals=totals, has_total=has_total, coverage=coverage, processes=processes)


def _own_scores(own: Scored | None, place: int) -> dict[str, Fraction | None]:
    if own is None:
        return {}
    return {
        code: Fraction(int(own.scores[row, place]), CENTS) if _has_score(own, row, place) else None
        for row, code in enumerate(own.kpis)
    }


def _has_score(scored: Scored, row: int, place: int) -> bool:
    return bool(scored.counted[row, place]) or int(scored.statuses[row, place]) == SCORED


def _total(
    rules: DepartmentRules, result: Outcome, own: Mapping[str, Fraction | None]
) -> tuple[Fraction | None, Fraction]:
    """Return the exact total and the share of its parts that there were; who owns no process has no outcome to miss."""
    parts = composition_parts(rules, result, own)
    weights = part_weights(rules, result)
    extras = bonus_of({code: own.get(code) for code in rules.bonus_kpis}, Fraction(rules.bonus_max))
    present = sum((weight for name, weight in weights.items() if parts[name] is not None), Fraction(0))
    whole = sum(weights.values(), Fraction(0))
    return department_total(parts, weights, extras), present / whole if whole else Fraction(0)


def composition_parts(
    rules: DepartmentRules, result: Outcome, own: Mapping[str, Fraction | None]
) -> dict[str, Fraction | None]:
    """Return the exact outcome, its growth, tasks and internal rating of a department, None for what is missing."""
    tasks, internal = own.get(rules.tasks_kpi), own.get(rules.internal_kpi)
    return {"outcome": result.score, "growth": result.growth, "tasks": tasks, "internal": internal}


def part_weights(rules: DepartmentRules, result: Outcome) -> dict[str, Fraction]:
    """Return the weights of the parts; a department without a share of any process has no outcome.

    From the second month on a part of the outcome's weight is that of its growth.
    """
    weights = {"tasks": Fraction(rules.tasks), "internal": Fraction(rules.internal)}
    if not result.shares:
        return weights
    grown = Fraction(rules.improvement) if result.growth is not None else Fraction(0)
    whole = Fraction(rules.outcome)
    return {"outcome": whole * (1 - grown), **({"growth": whole * grown} if grown else {}), **weights}
