"""The facts behind one line that was passed on to a department: branch by branch, and the cases and words told there."""

from datetime import date
from fractions import Fraction

import msgspec

from core.errors import NotFound, problem
from core.language import Text
from core.period import first_day, next_first_day, shifted
from core.points import FACT_SCALE, decimal_text, plain_text
from leaderboards.ledger_lines import Line, goal_of, lines_of
from leaderboards.queries.ledger import Ground, Ledger, ledger
from org.visibility import Scope
from scoring.causes import Sums, cases_in
from scoring.contributors import contributors
from scoring.queries.causes import CauseRow
from scoring.queries.facts import FactRow, facts_behind

MOST_CASES, MOST_FACTS = 60, 40
WITHIN = Text(zh="{branch}下属单位", en="a unit of {branch}")


class BranchFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One branch behind a line: its value, what it lost on its own card, and the line's points of the city."""

    unit_id: int
    name: Text
    value: str | None
    lost: str
    points: str


class CaseRow(msgspec.Struct, frozen=True, kw_only=True):
    """One fact with a cause: where (no name of a unit within a branch that the reader may not open), when, how many, words."""

    where: Text
    on: date
    cases: str
    words: str | None
    batch_id: int
    row_no: int


class PlainFact(msgspec.Struct, frozen=True, kw_only=True):
    """One fact behind the KPI of a branch."""

    where: Text
    on: date
    days: int
    numerator: str
    denominator: str
    batch_id: int
    row_no: int


class LineFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a department down to its facts; at most so many are listed, `found` tells how many there are."""

    month: int
    unit_id: int
    department: Text
    process: Text
    kpi: str
    kpi_name: Text
    unit_name: Text
    formula: Text
    cause: str
    cause_name: Text | None
    target: str | None
    points: str
    branches: tuple[BranchFacts, ...]
    cases: tuple[CaseRow, ...]
    facts: tuple[PlainFact, ...]
    found: int


async def line_facts(department_id: int, kpi: str, cause: str, scope: Scope, *, month: int | None = None) -> LineFacts:
    """Return a line down to its facts; NotFound when nothing of the kind was passed on to the department."""
    held = await ledger(month)
    base = held.ground
    unit = base.organisation.units.get(department_id)
    lines = lines_of(held.city.pieces, unit.code) if unit else ()
    line = next((one for one in lines if (one.kpi, one.cause) == (kpi, cause)), None)
    if unit is None or line is None:
        raise NotFound(problem("no_such_line", "没有这条失分。", "There is no such line."))
    rule = base.book.kpis[kpi]
    goal = goal_of(rule)
    cases = _cases(base, line, scope)
    facts, found = ([], 0) if cause else await _facts(base, line, scope)
    return LineFacts(
        month=base.board.month,
        unit_id=department_id,
        department=base.department_name(unit.code),
        process=base.book.processes[rule.process].name,
        kpi=kpi,
        kpi_name=rule.name,
        unit_name=rule.unit_name,
        formula=rule.formula,
        cause=cause,
        cause_name=base.cause_name(cause),
        target=None if goal is None else plain_text(goal),
        points=decimal_text(line.points, 4),
        branches=tuple(_branch(held, kpi, branch, points) for branch, points in line.branches),
        cases=tuple(cases[:MOST_CASES]),
        facts=tuple(facts),
        found=len(cases) if cause else found,
    )


def _branch(held: Ledger, kpi: str, branch: int, points: int) -> BranchFacts:
    loss = held.branches[branch][kpi]
    return BranchFacts(
        unit_id=branch,
        name=held.ground.board.by_unit[branch].name,
        value=None if loss.value is None else plain_text(loss.value, 2),
        lost=decimal_text(loss.lost, 4),
        points=decimal_text(points, 4),
    )


def _cases(base: Ground, line: Line, scope: Scope) -> list[CaseRow]:
    card = base.book.department.branch_kind
    told = [
        (row, branch)
        for branch, _ in line.branches
        for row in base.causes.rows(branch, card, line.kpi)
        if row.cause == line.cause
    ]
    told.sort(key=lambda pair: (pair[0].on_day, pair[0].batch_id, pair[0].row_no), reverse=True)
    return [_case(base, line.kpi, row, branch, scope) for row, branch in told]


def _case(base: Ground, kpi: str, row: CauseRow, branch: int, scope: Scope) -> CaseRow:
    whole = cases_in(base.book.kpis[kpi], Sums(row.num, row.den, row.sample))
    cases = whole if row.cases is None else min(Fraction(row.cases, FACT_SCALE), whole)
    return CaseRow(
        where=_where(base, row.unit_id, branch, scope),
        on=row.on_day,
        cases=plain_text(cases, 2),
        words=row.words,
        batch_id=row.batch_id,
        row_no=row.row_no,
    )


def _where(base: Ground, unit_id: int, branch: int, scope: Scope) -> Text:
    """Return the name of the branch, of a unit in it only to those who may open that."""
    unit = base.organisation.units.get(unit_id)
    if unit_id == branch or unit is None or scope.detail(unit_id):
        return Text(zh=unit.name_zh, en=unit.name_en) if unit else WITHIN.format(branch="–")
    return WITHIN.format(branch=base.board.by_unit[branch].name)


async def _facts(base: Ground, line: Line, scope: Scope) -> tuple[list[PlainFact], int]:
    """Return the first facts of the branches of a line, those that lost most first, and how many there are of them."""
    rule, card, month = base.book.kpis[line.kpi], base.book.department.branch_kind, base.board.month
    start = first_day(shifted(month, -2) if rule.window_of(card) == "rolling3" else month)
    listed: list[PlainFact] = []
    found = 0
    for branch, _ in line.branches:
        told = await facts_behind(
            kpi_id=base.numbers.kpis[rule.facts],
            unit_ids=contributors(base.organisation, branch, base.book, rule.stays_with),
            start=start,
            end=next_first_day(month),
            through_batch=base.board.through_batch,
            at=base.board.as_at,
        )
        found += told.found
        listed += [_fact(base, row, branch, scope) for row in told.rows[: MOST_FACTS - len(listed)]]
    return listed, found


def _fact(base: Ground, row: FactRow, branch: int, scope: Scope) -> PlainFact:
    return PlainFact(
        where=_where(base, row.unit_id, branch, scope),
        on=row.on,
        days=row.span_days,
        numerator=plain_text(Fraction(row.num, FACT_SCALE), 2),
        denominator=plain_text(Fraction(row.den, FACT_SCALE), 2),
        batch_id=row.batch_id,
        row_no=row.row_no,
    )
