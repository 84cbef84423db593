"""Boards of many months beside each other: a season month by month, one unit through all its months."""

from collections.abc import Mapping

import msgspec

from core.errors import NotFound
from leaderboards.board_rows import Ranking, Row
from leaderboards.flags import RANKED
from leaderboards.month_board import MonthBoard
from leaderboards.queries import boards
from leaderboards.queries.boards import BoardPage
from leaderboards.queries.snapshots import heads, month_board
from leaderboards.rankings import by_total
from org.visibility import Scope


class MonthCell(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a unit stood in one month, as far as the viewer may know: hidden tells nothing else."""

    rank: int | None = None
    total: str | None = None
    hidden: bool = False


class SeasonMonths(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the season's board with the months it is made of; `cells` by unit, one for each month, None where not on the board."""

    page: BoardPage
    months: tuple[int, ...]
    provisional: frozenset[int]
    """Months that are not sealed yet."""
    cells: Mapping[int, tuple[MonthCell | None, ...]]


async def season_months(
    scope: Scope, *, card: str, month: int | None, group: str | None, after: str | None = None, limit: int = 50
) -> SeasonMonths:
    """Return the season up to a month; each month shows and hides as its own board does."""
    page = await boards.board(scope, card=card, month=month, group=group, span="season", after=after, limit=limit)
    known = await heads()
    year = [key for key in sorted(known.by_month) if key // 100 == page.month // 100 and key <= page.month]
    found = [await month_board(key) for key in year]
    held = [board for board in found if card in board.heads]
    rankings = [_ranking(board, card, group) for board in held]
    cells = {
        row.unit_id: tuple(_cell(one, row, scope) for one in rankings) for row in page.rows if row.unit_id is not None
    }
    return SeasonMonths(
        page=page,
        months=tuple(board.month for board in held),
        provisional=frozenset(board.month for board in held if not board.sealed),
        cells=cells,
    )


def _ranking(board: MonthBoard, card: str, group: str | None) -> Ranking:
    wanted = group if group in board.heads[card].groups else None
    ranking: Ranking = board.kept(("month of season", card, wanted), lambda: by_total(board, card, wanted))
    return ranking


def _cell(ranking: Ranking, row: Row, scope: Scope) -> MonthCell | None:
    index = ranking.at.get(row.unit_id or 0)
    if index is None:
        return None
    told = ranking.rows(scope, (index,))[0]
    return MonthCell(hidden=True) if told.hidden else MonthCell(told.rank, told.total)


class UnitMonth(msgspec.Struct, frozen=True, kw_only=True):
    """A unit in one month: places and total as the board shows them to the unit and its managers; cents."""

    month: int
    snapshot_id: int
    sealed: bool
    card: str
    group: str
    total: int | None
    rank: int | None
    of: int
    peer_rank: int | None
    peer_of: int
    rule_book: str
    processes: tuple[int | None, ...]
    process_codes: tuple[str, ...]


async def unit_months(unit_id: int) -> tuple[UnitMonth, ...]:
    """Return every month in which a unit stood on a board, the oldest first."""
    found = []
    for month in sorted((await heads()).by_month):
        try:
            board = await month_board(month)
        except NotFound:
            continue
        one = _unit_month(board, unit_id)
        if one is not None:
            found.append(one)
    return tuple(found)


def _unit_month(board: MonthBoard, unit_id: int) -> UnitMonth | None:
    standing = board.by_unit.get(unit_id)
    if standing is None:
        return None
    ranked: tuple[int, int] = board.kept(
        ("ranked", standing.card, standing.group), lambda: _ranked(board, standing.card, standing.group)
    )
    return UnitMonth(
        month=board.month,
        snapshot_id=board.snapshot_id,
        sealed=board.sealed,
        card=standing.card,
        group=standing.group,
        total=standing.total if standing.status == RANKED else None,
        rank=standing.rank,
        of=ranked[0],
        peer_rank=standing.peer_rank,
        peer_of=ranked[1],
        rule_book=board.detail.rule_book,
        processes=standing.processes,
        process_codes=board.detail.processes,
    )


def _ranked(board: MonthBoard, card: str, group: str) -> tuple[int, int]:
    run = [one for one in board.population(card, None) if one.rank is not None]
    return len(run), sum(one.group == group for one in run)
