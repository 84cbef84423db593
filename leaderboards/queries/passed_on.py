"""Losses as people read them: a department's lines, a unit's shares, the whole city at a glance."""

from datetime import date
from fractions import Fraction

import msgspec

from core.clock import today
from core.errors import NotFound, problem
from core.language import Text
from core.points import decimal_text, fraction_text, plain_text
from leaderboards.ledger import by
from leaderboards.ledger_lines import (
    Answered,
    Cure,
    Gap,
    Line,
    cheapest,
    cure,
    goal_of,
    lines_of,
    main_branches,
    state_of,
)
from leaderboards.queries.answers import AnswerRow, answers, as_seen
from leaderboards.queries.causes import said
from leaderboards.queries.ledger import Ground, Ledger, ledger
from scoring.queries.causes import CauseRow
from scoring.rulebook import RuleBook
from scoring.shares import NO_CAUSE, NOBODY, shares_of

PLACES = 4
MOST_WORDS = 4
NO_CAUSE_NAME = Text(zh="没有原因码的部分", en="the part without a cause")


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What one customer said, where and when."""

    words: str
    branch_id: int
    branch: Text
    on: date
    batch_id: int


class BranchPart(msgspec.Struct, frozen=True, kw_only=True):
    """One branch's part of a line, in points of the city; `main` are those that make up two thirds of it."""

    unit_id: int
    name: Text
    points: str
    main: bool


class LossLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line passed on to a department: points of the city, who, why, what was answered, by when."""

    process: Text
    kpi: str
    kpi_name: Text
    cause: str
    cause_name: Text | None
    grain: str
    share: str
    points: str
    branches: tuple[BranchPart, ...]
    cases: str | None
    words: tuple[Said, ...]
    state: Answered
    answered: bool
    answers: tuple[AnswerRow, ...]


class CureRow(msgspec.Struct, frozen=True, kw_only=True):
    """The KPI that gives most back for each per cent its value moves: points in all and the move in per cent."""

    kpi: str
    name: Text
    target: str
    unit_name: Text
    points: str
    change: str
    worth: str
    cause_name: Text | None
    cause_share: str | None


class DepartmentLosses(msgspec.Struct, frozen=True, kw_only=True):
    """What a department's processes cost the branches: the sum, its lines, what is too small to be answered."""

    snapshot_id: int
    month: int
    provisional: bool
    unit_id: int
    code: str
    name: Text
    points: str
    city: str
    due_on: date
    overdue: int
    lines: tuple[LossLine, ...]
    small: int
    small_points: str
    cure: CureRow | None


class DepartmentState(msgspec.Struct, frozen=True, kw_only=True):
    """One department in the ledger of the city: what arrived there, and how its lines are answered."""

    code: str
    unit_id: int | None
    name: Text
    points: str
    lines: int
    accepted: int
    contested: int
    open: int
    silent: int


class CityLosses(msgspec.Struct, frozen=True, kw_only=True):
    """The ledger of the city: what the branches lost is what arrived at the departments."""

    snapshot_id: int
    month: int
    provisional: bool
    due_on: date
    points: str
    departments: tuple[DepartmentState, ...]


async def department_losses(unit_id: int, *, month: int | None = None) -> DepartmentLosses:
    """Return what was passed on to a department; NotFound when the unit is none."""
    held = await ledger(month)
    unit = held.ground.organisation.units.get(unit_id)
    if unit is None or unit.kind != held.ground.book.department.kind:
        raise NotFound(problem("no_department", "该单位不是支撑部门。", "This unit is no support department."))
    told = await answers(held.ground.board.month, unit_id)
    return _Reader(held, unit_id, unit.code).page(told)


async def city_losses(*, month: int | None = None) -> CityLosses:
    """Return the ledger of the city by department."""
    held = await ledger(month)
    base = held.ground
    told = await answers(base.board.month)
    sums = {str(key[0]): points for key, points in by(held.city.pieces, "department").items()}
    for code in _sharing(base.book):
        sums.setdefault(code, 0)
    return CityLosses(
        snapshot_id=base.board.snapshot_id,
        month=base.board.month,
        provisional=not base.board.sealed,
        due_on=base.due_on,
        points=decimal_text(held.city.lost, PLACES),
        departments=tuple(_state(held, code, points, told) for code, points in sums.items()),
    )


def _sharing(book: RuleBook) -> set[str]:
    """Return the departments that carry a share of anything."""
    tables = (*book.responsibility.values(), *book.responsibility_kpis.values())
    return {code for shares in (*tables, *(cause.shares for cause in book.causes.values())) for code in shares}


def _state(
    held: Ledger, code: str, points: int, told: dict[tuple[int, str, str], tuple[AnswerRow, ...]]
) -> DepartmentState:
    base = held.ground
    unit = base.department(code)
    lines = [line for line in lines_of(held.city.pieces, code) if line.answered and code != NOBODY and unit]
    states = [_line_state(base, line, told.get((unit.id if unit else 0, line.kpi, line.cause), ())) for line in lines]
    return DepartmentState(
        code=code,
        unit_id=unit.id if unit else None,
        name=base.department_name(code),
        points=decimal_text(points, PLACES),
        lines=len(lines),
        accepted=states.count("accepted"),
        contested=states.count("contested"),
        open=states.count("open"),
        silent=states.count("silent"),
    )


def _line_state(base: Ground, line: Line, told: tuple[AnswerRow, ...]) -> Answered:
    accepted = told[-1].accepted if told else None
    return state_of(line, accepted=accepted, due_on=base.due_on, today=today())


class _Reader:
    """One department's page in the making."""

    def __init__(self, held: Ledger, unit_id: int, code: str) -> None:
        self.held, self.base, self.unit_id, self.code = held, held.ground, unit_id, code
        self.card = self.base.book.department.branch_kind
        self.lines = lines_of(held.city.pieces, code)

    def page(self, told: dict[tuple[int, str, str], tuple[AnswerRow, ...]]) -> DepartmentLosses:
        """Return the page."""
        large = [
            self._line(line, told.get((self.unit_id, line.kpi, line.cause), ())) for line in self.lines if line.answered
        ]
        small = [line for line in self.lines if not line.answered]
        return DepartmentLosses(
            snapshot_id=self.base.board.snapshot_id,
            month=self.base.board.month,
            provisional=not self.base.board.sealed,
            unit_id=self.unit_id,
            code=self.code,
            name=self.base.department_name(self.code),
            points=decimal_text(sum(line.points for line in self.lines), PLACES),
            city=decimal_text(self.held.city.lost, PLACES),
            due_on=self.base.due_on,
            overdue=sum(line.state == "silent" for line in large),
            lines=tuple(large),
            small=len(small),
            small_points=decimal_text(sum(line.points for line in small), PLACES),
            cure=self._cure(),
        )

    def _line(self, line: Line, told: tuple[AnswerRow, ...]) -> LossLine:
        rule, main = self.base.book.kpis[line.kpi], main_branches(dict(line.branches))
        share = shares_of(self.base.book, line.kpi, line.cause).get(self.code, Fraction(0))
        return LossLine(
            process=self.base.book.processes[rule.process].name,
            kpi=line.kpi,
            kpi_name=rule.name,
            cause=line.cause,
            cause_name=self.base.cause_name(line.cause),
            grain=line.grain,
            share=fraction_text(share * 100, 1),
            points=decimal_text(line.points, PLACES),
            branches=tuple(
                BranchPart(unit_id=one, name=self._name(one), points=decimal_text(points, PLACES), main=one in main)
                for one, points in line.branches
            ),
            cases=self._cases(line),
            words=self._words(line),
            state=_line_state(self.base, line, told),
            answered=line.answered,
            answers=as_seen(told, line.points, self.base.board.known_until),
        )

    def _name(self, unit_id: int) -> Text:
        return self.base.board.by_unit[unit_id].name

    def _cases(self, line: Line) -> str | None:
        if line.cause == NO_CAUSE:
            return None
        found = (self.base.causes.cases(one, self.card, line.kpi).get(line.cause) for one, _ in line.branches)
        return fraction_text(sum((cases for cases in found if cases), Fraction(0)), 0)

    def _words(self, line: Line) -> tuple[Said, ...]:
        told: list[tuple[CauseRow, int]] = []
        for branch, _ in line.branches:
            rows = self.base.causes.rows(branch, self.card, line.kpi)
            told += [(row, branch) for row in said(rows, line.cause, MOST_WORDS)]
        told.sort(key=lambda pair: (pair[0].on_day, pair[0].batch_id, pair[0].row_no), reverse=True)
        once = {row.words: (row, branch) for row, branch in reversed(told)}
        told = [pair for pair in told if once.get(pair[0].words) == pair]
        return tuple(
            Said(
                words=row.words or "", branch_id=branch, branch=self._name(branch), on=row.on_day, batch_id=row.batch_id
            )
            for row, branch in told[:MOST_WORDS]
        )

    def _cure(self) -> CureRow | None:
        by_kpi: dict[str, list[Line]] = {}
        for line in self.lines:
            by_kpi.setdefault(line.kpi, []).append(line)
        best = cheapest(self._cure_of(kpi, lines) for kpi, lines in by_kpi.items())
        return None if best is None else self._told(best, by_kpi[best.kpi])

    def _cure_of(self, kpi: str, lines: list[Line]) -> Cure | None:
        points: dict[int, int] = {}
        for line in lines:
            for branch, lost in line.branches:
                points[branch] = points.get(branch, 0) + lost
        values = {branch: self.held.branches[branch][kpi].value for branch in points}
        gaps = [Gap(value=value, points=points[branch]) for branch, value in values.items() if value is not None]
        return cure(kpi, goal_of(self.base.book.kpis[kpi]), gaps)

    def _told(self, best: Cure, lines: list[Line]) -> CureRow:
        rule = self.base.book.kpis[best.kpi]
        top = max((line for line in lines if line.cause), key=lambda line: line.points, default=None)
        whole = sum(line.points for line in lines)
        return CureRow(
            kpi=best.kpi,
            name=rule.name,
            target=plain_text(goal_of(rule) or Fraction(0)),
            unit_name=rule.unit_name,
            points=decimal_text(best.points, PLACES),
            change=fraction_text(best.change, 1),
            worth=fraction_text(best.worth, 3),
            cause_name=self.base.cause_name(top.cause) if top else None,
            cause_share=fraction_text(Fraction(top.points * 100, whole), 0) if top else None,
        )
