"""Boards, cards, rules and places in the tree as they were known at an instant, as one viewer may see them."""

from datetime import datetime

import msgspec

from core.clock import SHANGHAI, now
from core.errors import NotFound, problem
from core.instants import past
from core.language import Text
from core.period import midnight
from core.points import cents_text
from leaderboards.board_rows import Ranking, Row
from leaderboards.card_views import CardBody, card_body
from leaderboards.flags import STATUS_NAMES
from leaderboards.month_board import MonthBoard
from leaderboards.queries.as_of import Known, known, rules_as_of
from leaderboards.queries.snapshots import month_board
from leaderboards.rankings import by_total
from org.organisation import Organisation
from org.visibility import Scope
from scoring.queries.counted import TICK
from scoring.queries.rules import Rules, catalogue, rule_books


class RulesThen(msgspec.Struct, frozen=True, kw_only=True):
    """Which rules and theme a month had; the version is None for one that is not stored any more."""

    fingerprint: str
    version: int | None
    rule_book_id: int | None
    title: Text | None
    theme: str | None
    theme_name: Text | None


class RowThen(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the board of then; what is now is told of units that the viewer may take apart."""

    row: Row
    rank_now: int | None = None
    total_now: str | None = None
    change: str | None = None


class BoardThen(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a board as it was known just before an instant; `known_at` is the last change before it."""

    month: int
    at: datetime
    known_at: str
    sealed: bool
    card: str
    group: str | None
    cards: tuple[tuple[str, Text], ...]
    ranked: int
    shown: int
    first: int
    rows: tuple[RowThen, ...]
    rules: RulesThen
    rules_now: RulesThen


class CardThen(msgspec.Struct, frozen=True, kw_only=True):
    """A unit's card as it was known just before an instant; cents, `path` from the unit's parent up."""

    month: int
    at: datetime
    known_at: str
    sealed: bool
    unit_id: int
    code: str
    name: Text
    card: str
    group: str
    status: str
    cents: int | None
    total: str | None
    rank: int | None
    peer_rank: int | None
    body: CardBody
    path: tuple[Text, ...]
    employer: Text | None
    rules: RulesThen


def start_of_today() -> datetime:
    """Return the instant at which yesterday ended in Asia/Shanghai."""
    return midnight(now().astimezone(SHANGHAI).date())


async def board_then(
    scope: Scope, *, month: int, at: datetime, card: str | None = None, group: str | None = None, first: int = 0,
    limit: int = 50,
) -> BoardThen:  # fmt: skip
    """Return a page of a board as of an instant; NotFound where there was none, Invalid for an instant to come."""
    found = await known(month, past(at))
    board = found.board
    code = card or next(iter(board.competing), "")
    if code not in board.competing or (group is not None and group not in board.heads[code].groups):
        raise NotFound(problem("no_such_board", "没有这个榜单。", "There is no such board."))
    ranking: Ranking = board.kept(("then", code, group), lambda: by_total(board, code, group))
    order = ranking.order(scope)
    current = await _board_now(month)
    rows = ranking.rows(scope, order[first : first + limit])
    return BoardThen(
        month=month,
        at=at,
        known_at=board.made_at,
        sealed=board.sealed,
        card=code,
        group=group,
        cards=tuple((one, board.heads[one].name) for one in board.competing),
        ranked=ranking.ranked,
        shown=len(order),
        first=first,
        rows=tuple(_row(one, current, in_group=group is not None) for one in rows),
        rules=await rules_then(found.rules),
        rules_now=await rules_then(await rules_as_of(month, now() + TICK)),
    )


async def card_then(unit_id: int, *, month: int, at: datetime) -> CardThen:
    """Return a unit's card as of an instant; NotFound where it had none."""
    found = await known(month, past(at))
    return await card_of(found, unit_id, at)


async def card_of(found: Known, unit_id: int, at: datetime) -> CardThen:
    """Return a unit's card in a month as it was known."""
    board, book = found.board, found.rules.book
    standing = board.by_unit.get(unit_id)
    if standing is None:
        raise NotFound(problem("no_card", "该单位本月没有记分卡。", "This unit has no card in that month."))
    codes = (await catalogue()).kpi_codes
    lines = (await found.lines([unit_id])).get(unit_id, ())
    body = card_body(
        book=book,
        card=standing.card,
        theme=board.detail.theme,
        stored=[(codes[line.kpi_id], line) for line in lines],
        sums={},
        scores={code: (score, None) for code, score in zip(board.detail.processes, standing.processes, strict=True)},
    )
    unit = found.organisation.unit(unit_id)
    employer = found.organisation.unit(unit.employer_id) if unit and unit.employer_id else None
    return CardThen(
        month=board.month,
        at=at,
        known_at=board.made_at,
        sealed=board.sealed,
        unit_id=unit_id,
        code=standing.code,
        name=standing.name,
        card=standing.card,
        group=standing.group,
        status=STATUS_NAMES[standing.status],
        cents=standing.total,
        total=standing.total_text,
        rank=standing.rank,
        peer_rank=standing.peer_rank,
        body=body,
        path=tuple(path(found.organisation, unit_id)),
        employer=Text(employer.name_zh, employer.name_en) if employer else None,
        rules=await rules_then(found.rules),
    )


def path(organisation: Organisation, unit_id: int) -> list[Text]:
    """Return the names of the units above one, the nearest first."""
    above = (organisation.unit(one) for one in organisation.ancestors(unit_id))
    return [Text(unit.name_zh, unit.name_en) for unit in above if unit is not None]


async def rules_then(rules: Rules) -> RulesThen:
    """Return which version of the rules held, and the theme."""
    stored = {row.fingerprint: row for row in await rule_books()}
    row, theme = stored.get(rules.fingerprint), rules.book.themes.get(rules.theme or "")
    return RulesThen(
        fingerprint=rules.fingerprint,
        version=row.version if row else None,
        rule_book_id=row.id if row else None,
        title=Text(row.title_zh, row.title_en) if row else None,
        theme=rules.theme,
        theme_name=theme.name if theme else None,
    )


async def _board_now(month: int) -> MonthBoard | None:
    try:
        return await month_board(month)
    except NotFound:
        return None


def _row(row: Row, current: MonthBoard | None, *, in_group: bool) -> RowThen:
    standing = current.by_unit.get(row.unit_id) if current and row.unit_id is not None and row.inside else None
    if standing is None:
        return RowThen(row=row)
    moved = None if standing.total is None or row.cents is None else standing.total - row.cents
    return RowThen(
        row=row,
        rank_now=standing.rank_in(in_group=in_group),
        total_now=standing.total_text,
        change=None if moved is None else cents_text(moved),
    )
