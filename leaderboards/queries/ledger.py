"""The pressure ledger of one snapshot: what branches lost, whose it is, and the facts and words behind."""

from collections.abc import Collection, Mapping
from datetime import date
from fractions import Fraction

import msgspec

from core.errors import NotFound, problem
from core.language import Text
from leaderboards import ledger as pure
from leaderboards.ledger import Branch, City, Piece
from leaderboards.month_board import MonthBoard
from leaderboards.queries import stored
from leaderboards.queries.answers import due_on
from leaderboards.queries.causes import Causes, causes_of
from leaderboards.queries.known import organisation_behind
from leaderboards.queries.snapshots import month_board
from org.organisation import Organisation, Unit
from scoring.losses import CardLine, CardLosses
from scoring.losses import Loss as CardLoss
from scoring.packing import PackedLine
from scoring.queries.rules import Catalogue, book_of, catalogue
from scoring.rulebook import RuleBook
from scoring.shares import NOBODY
from scoring.statuses import NOT_APPLICABLE

VALUE_SCALE = 1_000_000
STAYS = Text(zh="留在本单位", en="stays with the unit")


class KpiLoss(msgspec.Struct, frozen=True):
    """One KPI on one card: its value, what it lost (1/10,000 points), its weight after re-weighting in per cent."""

    value: Fraction | None
    lost: int
    weight: Fraction


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """What a ledger rests on: the snapshot, its rules, the organisation of its month, the causes told of its facts."""

    board: MonthBoard
    book: RuleBook
    numbers: Catalogue
    organisation: Organisation
    causes: Causes

    @property
    def due_on(self) -> date:
        """Return the last day on which departments answer in time."""
        return due_on(self.book, self.board.month)

    def department_name(self, code: str) -> Text:
        """Return the name of a department, or that a loss stays where it arose."""
        unit = self.department(code)
        if unit is not None:
            return Text(zh=unit.name_zh, en=unit.name_en)
        row = self.book.departments.get(code)
        return row.name if row else STAYS

    def department(self, code: str) -> Unit | None:
        """Return the unit of a department's code."""
        return self.organisation.by_code.get(code) if code != NOBODY else None

    def cause_name(self, code: str) -> Text | None:
        """Return the name of a cause, None where no cause is told."""
        cause = self.book.causes.get(code)
        return cause.name if cause else None


class Ledger(msgspec.Struct, frozen=True, kw_only=True):
    """The ledger of the city, and what each KPI of each branch lost on its own card."""

    ground: Ground
    city: City
    branches: Mapping[int, Mapping[str, KpiLoss]]


async def ground(month: int | None = None) -> Ground:
    """Return what the ledger of a month rests on; NotFound when the month has no board."""
    board = await month_board(month)
    book, numbers = await book_of(board.detail.rule_book), await catalogue()
    organisation = await organisation_behind(board)
    causes = await causes_of(board, book, numbers, organisation)
    return Ground(board=board, book=book, numbers=numbers, organisation=organisation, causes=causes)


async def ledger(month: int | None = None) -> Ledger:
    """Return the ledger of a month, made once for a snapshot."""
    base = await ground(month)
    held: Ledger | None = base.board.kept(("ledger",), lambda: None)
    if held is None:
        held = await _ledger(base)
        base.board.keep(("ledger",), held)
    return held


async def _ledger(base: Ground) -> Ledger:
    kind = base.book.department.branch_kind
    found = await kpi_losses(base, [one.unit_id for one in base.board.population(kind, None)])
    branches = [_branch(base, unit_id, held) for unit_id, held in sorted(found.items())]
    return Ledger(ground=base, city=pure.city(base.book, branches), branches=found)


def _branch(base: Ground, unit_id: int, held: Mapping[str, KpiLoss]) -> Branch:
    unit = base.organisation.units.get(unit_id)
    losses = _with_causes(base, unit_id, base.book.department.branch_kind, held)
    return Branch(unit_id, (unit.customers or 0) if unit else 0, losses)


def _with_causes(base: Ground, unit_id: int, card: str, held: Mapping[str, KpiLoss]) -> tuple[pure.Loss, ...]:
    return tuple(
        pure.Loss(kpi, loss.lost, base.causes.parts(unit_id, card, kpi)) for kpi, loss in held.items() if loss.lost
    )


async def pieces_of(base: Ground, unit_id: int) -> tuple[Piece, ...]:
    """Return one unit's own losses split over causes and departments, in 1/10,000 points of its own card."""
    standing = base.board.by_unit.get(unit_id)
    if standing is None:
        raise no_card()
    held = (await kpi_losses(base, [unit_id])).get(unit_id, {})
    return pure.split(base.book, unit_id, _with_causes(base, unit_id, standing.card, held))


def no_card() -> NotFound:
    """Return the refusal for a unit without a card in the month."""
    return NotFound(problem("no_card", "该单位本月没有记分卡。", "This unit has no card in that month."))


async def kpi_losses(base: Ground, unit_ids: Collection[int]) -> dict[int, dict[str, KpiLoss]]:
    """Return the KPIs that counted on the cards of some units; a unit where none counted is left out."""
    kept = await stored.lines_of(base.board.snapshot_id, unit_ids)
    counters: dict[str, CardLosses] = {}
    told: dict[int, list[CardLine]] = {}
    for unit_id, lines in kept.items():
        card = base.board.by_unit[unit_id].card
        counters.setdefault(card, CardLosses(base.book, card, base.board.detail.theme))
        told[unit_id] = list(map(_card_line, base.board.heads[card].kpis, lines))
    for card, counter in counters.items():
        counter.learn(lines for unit_id, lines in told.items() if base.board.by_unit[unit_id].card == card)
    found: dict[int, dict[str, KpiLoss]] = {}
    for unit_id, lines in kept.items():
        card = base.board.by_unit[unit_id].card
        codes = base.board.heads[card].kpis
        lost = counters[card].of(told[unit_id])
        values = {code: line.value for code, line in zip(codes, lines, strict=False)}
        if lost:
            found[unit_id] = {code: _kpi_loss(values[code], loss) for code, loss in lost.items()}
    return found


def _card_line(code: str, line: PackedLine) -> CardLine:
    return CardLine(code, line.score, line.counted, line.status != NOT_APPLICABLE, line.points)


def _kpi_loss(value: int | None, loss: CardLoss) -> KpiLoss:
    return KpiLoss(None if value is None else Fraction(value, VALUE_SCALE), loss.lost, loss.weight)
