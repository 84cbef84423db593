"""A support department's month: its processes, its composition, what one point is worth, which branches lose most."""

from fractions import Fraction

import msgspec

from core.errors import NotFound, problem
from core.language import Text
from core.points import CENTS, fraction_text, rounded_fraction
from leaderboards.month_board import MonthBoard, Standing
from leaderboards.queries.cards import Card, card
from leaderboards.queries.known import organisation_behind
from leaderboards.queries.snapshots import heads, month_board
from scoring.department import MOST, STANDING_STILL
from scoring.queries.rules import book_of
from scoring.rulebook import RuleBook

FULL = 100


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One of the parts of a department's total: its weight in per cent, its score, the points it brings."""

    code: str
    name: Text
    weight: str
    cents: int | None
    points: str | None


class BranchLoss(msgspec.Struct, frozen=True, kw_only=True):
    """What one branch costs the department in one process, in points of the department's total."""

    unit_id: int
    code: str
    name: Text
    cents: int | None
    lost: str


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """A process the department answers for; `effect` is what one point more of it brings the department by its level.

    `growth_effect` is what the same point brings beside that as growth on the month before.
    """

    process: str
    name: Text
    lead: bool
    weight: str
    share: str
    cents: int | None
    before: int | None
    effect: str
    lost: str
    doubled: bool
    branches: tuple[BranchLoss, ...]
    growth_effect: str = "0.0000"


class DepartmentPage(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a department's page tells; the card holds its own KPIs."""

    card: Card
    parts: tuple[Part, ...]
    bonus: str
    shares: tuple[Share, ...]
    lost: str


OUTCOME, GROWTH, TASKS, INTERNAL = "outcome", "growth", "tasks", "internal"
NAMES = {
    OUTCOME: Text(zh="过程结果", en="Outcome of its processes"),
    GROWTH: Text(zh="过程提升", en="Growth of its processes"),
    TASKS: Text(zh="任务完成", en="Tasks"),
    INTERNAL: Text(zh="内部评分", en="Internal rating"),
}


async def department(unit_id: int, *, month: int | None = None) -> DepartmentPage:
    """Return a department's month; NotFound when the unit is no department."""
    own = await card(unit_id, month=month)
    board = await month_board(snapshot_id=own.snapshot_id)
    book = await book_of(board.detail.rule_book)
    if own.card != book.department.kind:
        raise NotFound(problem("no_department", "该单位不是支撑部门。", "This unit is no support department."))
    before = await _before(board)
    return _Page(own, board, before, book, await _customers(board, book)).page()


async def _before(board: MonthBoard) -> MonthBoard | None:
    known = (await heads()).by_month
    earlier = [month for month in known if month < board.month]
    return await month_board(snapshot_id=known[max(earlier)]) if earlier else None


async def _customers(board: MonthBoard, book: RuleBook) -> dict[int, int]:
    organisation = await organisation_behind(board)
    branches = board.population(book.department.branch_kind, None)
    return {one.unit_id: organisation.units[one.unit_id].customers or 0 for one in branches}


class _Page:
    """The page being put together from one snapshot."""

    def __init__(
        self, own: Card, board: MonthBoard, before: MonthBoard | None, book: RuleBook, customers: dict[int, int]
    ) -> None:
        from leaderboards.departments import outcome_of, part_weights

        self.own, self.board, self.before, self.book, self.customers = own, board, before, book, customers
        city = {code: Fraction(text) for code, text in board.detail.city.items()}
        self.earlier = {code: Fraction(text) for code, text in board.detail.city_before.items()}
        self.outcome = outcome_of(book, board.detail.theme, own.code, city, self.earlier)
        self.weights = part_weights(book.department, self.outcome)
        whole = sum(self.weights.values(), Fraction(0))
        present = {name: weight for name, weight in self.weights.items() if self.score(name) is not None}
        self.scale = (
            {name: weight / sum(present.values(), Fraction(0)) for name, weight in present.items()} if whole else {}
        )

    def score(self, part: str) -> Fraction | None:
        """Return the exact score of a part."""
        if part in (OUTCOME, GROWTH):
            return self.outcome.score if part == OUTCOME else self.outcome.growth
        rules = self.book.department
        wanted = rules.tasks_kpi if part == TASKS else rules.internal_kpi
        found = next((line.score for line in self.own.lines if line.kpi == wanted), None)
        return None if found is None else Fraction(found)

    def page(self) -> DepartmentPage:
        """Return the page."""
        parts = tuple(self._part(name) for name in self.weights)
        total = None if self.own.cents is None else Fraction(self.own.cents, CENTS)
        from_parts = sum((self.scale[name] * (self.score(name) or 0) for name in self.scale), Fraction(0))
        shares = tuple(sorted((self._share(code) for code in self._codes()), key=lambda one: -Fraction(one.lost)))
        lost = sum((Fraction(one.lost) for one in shares), Fraction(0))
        return DepartmentPage(
            card=self.own,
            parts=parts,
            bonus="0.00" if total is None else fraction_text(total - from_parts, 2),
            shares=shares,
            lost=fraction_text(lost, 2),
        )

    def _part(self, name: str) -> Part:
        score = self.score(name)
        return Part(
            code=name,
            name=NAMES[name],
            weight=fraction_text(self.scale.get(name, Fraction(0)) * 100, 2),
            cents=None if score is None else rounded_fraction(score, 2),
            points=None if score is None else fraction_text(self.scale[name] * score, 2),
        )

    def _codes(self) -> list[str]:
        return [share.process for share in self.outcome.shares]

    def _share(self, process: str) -> Share:
        found = next(share for share in self.outcome.shares if share.process == process)
        weight = self.scale.get(OUTCOME, Fraction(0))
        rule = self.book.processes[process]
        return Share(
            process=process,
            name=rule.name,
            lead=rule.lead == self.own.code,
            weight=fraction_text(Fraction(rule.weight), 2),
            share=fraction_text(found.share, 2),
            cents=None if found.score is None else rounded_fraction(found.score, 2),
            before=self._earlier(process),
            effect=fraction_text(self.outcome.effect(process, weight), 4),
            lost=fraction_text(self.outcome.lost(process, weight), 4),
            doubled=found.weight != Fraction(rule.weight),
            growth_effect=fraction_text(self._growth_effect(process), 4),
            branches=self._branches(process, self.outcome.effect(process, weight)),
        )

    def _growth_effect(self, process: str) -> Fraction:
        """Return what one point more of a process brings as growth; nothing where its growth score stands at a limit."""
        per = Fraction(self.book.department.growth_per)
        pulls = {
            one.process: one for one in self.outcome.shares if one.score is not None and one.process in self.earlier
        }
        whole = sum((one.pull for one in pulls.values()), Fraction(0))
        one = pulls.get(process)
        if one is None or one.score is None or not whole:
            return Fraction(0)
        stands = STANDING_STILL + per * (one.score - self.earlier[process])
        return self.scale.get(GROWTH, Fraction(0)) * per * one.pull / whole if 0 < stands < MOST else Fraction(0)

    def _earlier(self, process: str) -> int | None:
        text = self.before.detail.city.get(process) if self.before else None
        return None if text is None else rounded_fraction(Fraction(text), 2)

    def _branches(self, process: str, effect: Fraction) -> tuple[BranchLoss, ...]:
        """Return the branches that cost most, each by its customers and what it misses to 100."""
        from leaderboards.departments import branch_share

        column = self.board.detail.processes.index(process)
        branches = self.board.population(self.book.department.branch_kind, None)
        scored = [(one, one.processes[column]) for one in branches]
        whole = sum(self.customers.get(one.unit_id, 0) for one, score in scored if score is not None)
        pull = effect * branch_share(self.book, process) / whole if whole else Fraction(0)
        losses = [(pull * self._missed(one, score), one, score) for one, score in scored]
        ordered = sorted(losses, key=lambda loss: (-loss[0], loss[1].code))
        return tuple(
            BranchLoss(unit_id=one.unit_id, code=one.code, name=one.name, cents=score, lost=fraction_text(lost, 4))
            for lost, one, score in ordered
        )

    def _missed(self, branch: Standing, score: int | None) -> Fraction:
        missed = Fraction(0) if score is None else max(FULL - Fraction(score, CENTS), Fraction(0))
        return self.customers.get(branch.unit_id, 0) * missed
