"""Boards, places with their neighbours, seasons and search: all from snapshots in memory, as one viewer may see them."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from core.errors import Invalid, NotFound, Problem, problem
from core.errors import Place as Where
from core.language import Text
from core.period import shifted
from core.points import cents_text
from leaderboards.board_rows import TOTAL, Ranking, Row
from leaderboards.month_board import CardHead, MonthBoard
from leaderboards.queries.season import kpi_values, season_ranking
from leaderboards.queries.snapshots import board_at_hand, heads, heads_at_hand, month_board, turned_board
from leaderboards.rankings import by_total, by_values, is_named, process_values
from org.visibility import Scope

Span = Literal["month", "season"]
HISTORY = 5
"""Months of history before the one shown."""
MOST_ROWS = 200


class BoardIndex(msgspec.Struct, frozen=True, kw_only=True):
    """Which boards a month has."""

    month: int
    months: tuple[int, ...]
    snapshot_id: int
    made_at: str
    sealed: bool
    theme: str | None
    processes: tuple[str, ...]
    cards: tuple[CardHead, ...]


class BoardPage(msgspec.Struct, frozen=True, kw_only=True):
    """Some rows of one board of one snapshot; `before` and `after` are cursors bound to that snapshot."""

    snapshot_id: int
    month: int
    card: str
    group: str | None
    measure: str
    span: Span
    made_at: str
    sealed: bool
    ranked: int
    shown: int
    first: int
    rows: tuple[Row, ...]
    before: str | None
    after: str | None
    processes: tuple[str, ...]
    months: tuple[int, ...]
    breakers: tuple[str, ...]
    chain: tuple[Text, ...] = ()
    """The tie-breaks in words."""
    ties: str
    season: Text | None = None
    """How the season is made, where the rule book says it."""
    hidden_from: int | None
    ranged: bool = False
    carried: bool = False
    """How sure places are is known; `carried`: as of the standing before, for the same totals, while the new is worked out."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where one unit stands: its row, the way to the next better rank, and its neighbours."""

    snapshot_id: int
    month: int
    card: str
    group: str | None
    row: Row
    of: int
    coverage: int
    gap_cents: int | None
    gap: str | None
    next_rank: int | None
    neighbours: tuple[Row, ...]


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """The top of a board and one's own place on it, from the same snapshot."""

    page: BoardPage
    place: Place | None


async def cards(month: int | None = None) -> BoardIndex:
    """Return the boards of a month, the latest when none is named."""
    board, known = await month_board(month), await heads()
    return BoardIndex(
        month=board.month,
        months=tuple(sorted(known.by_month)),
        snapshot_id=board.snapshot_id,
        made_at=board.made_at,
        sealed=board.sealed,
        theme=board.detail.theme,
        processes=board.detail.processes,
        cards=tuple(board.heads[code] for code in board.competing),
    )


async def board(
    scope: Scope,
    *,
    card: str,
    month: int | None = None,
    group: str | None = None,
    measure: str = TOTAL,
    span: Span = "month",
    after: str | None = None,
    limit: int = 50,
) -> BoardPage:
    """Return a page of a board; raise NotFound for a board that does not exist, Invalid for a broken cursor."""
    snapshot_id, first = _cursor(after)
    found = await turned_board(month, snapshot_id)
    ranking = await _ranking(found, card, group, measure, span)
    return _page(ranking, scope, span, card, first, max(1, min(limit, MOST_ROWS)))


async def place(
    scope: Scope,
    *,
    unit_id: int,
    month: int | None = None,
    group: str | None = None,
    measure: str = TOTAL,
    span: Span = "month",
    around: int = 5,
) -> Place:
    """Return where a unit stands; raise NotFound when it is not on that board."""
    found = await month_board(month)
    standing = found.by_unit.get(unit_id)
    if standing is None:
        raise _not_on_board()
    ranking = await _ranking(found, standing.card, group, measure, span)
    return _placed(ranking, scope, standing.card, unit_id, around)


async def reading(
    scope: Scope, *, card: str, unit_id: int | None, month: int | None = None, group: str | None = None
) -> Reading:
    """Return the first 50 rows and the place of one unit (5 neighbours on each side): the road of most requests."""
    ranking = _ready(month, card, group)
    if ranking is None:
        found = await month_board(month)
        ranking = await _ranking(found, card, group, TOTAL, "month")
        found.keep(("ready", card, group), (heads_at_hand(), ranking))
    own = unit_id is not None and unit_id in ranking.at
    return Reading(
        page=_page(ranking, scope, "month", card, 0, 50),
        place=_placed(ranking, scope, card, unit_id, 5) if own and unit_id is not None else None,
    )


def _ready(month: int | None, card: str, group: str | None) -> Ranking | None:
    """Return a board that can be read without asking anybody; boards of earlier months are part of what it shows."""
    known = heads_at_hand()
    found = board_at_hand(month) if known is not None else None
    kept = found.kept(("ready", card, group), lambda: None) if found is not None else None
    return kept[1] if kept is not None and kept[0] is known else None


async def search(
    scope: Scope, *, text: str, month: int | None = None, card: str | None = None, limit: int = 20
) -> tuple[Row, ...]:
    """Return rows whose unit's code or name holds a text; who may not be named to the viewer is not found either."""
    found = await month_board(month)
    rows: list[Row] = []
    for code in [card] if card else found.competing:
        ranking = await _ranking(found, code, None, TOTAL, "month")
        hits = [index for index in ranking.order(scope) if is_named(ranking.entries[index].standing, text)]
        rows += [row for row in ranking.rows(scope, hits) if not row.hidden][: limit - len(rows)]
    return tuple(rows)


def _page(ranking: Ranking, scope: Scope, span: Span, card: str, first: int, limit: int) -> BoardPage:
    found, order = ranking.board, ranking.order(scope)
    head = found.heads[card]
    return BoardPage(
        snapshot_id=found.snapshot_id,
        month=found.month,
        card=card,
        group=ranking.group,
        measure=ranking.measure,
        span=span,
        made_at=found.made_at,
        sealed=found.sealed,
        ranked=ranking.ranked,
        shown=len(order),
        first=first,
        rows=ranking.rows(scope, order[first : first + limit]),
        before=f"{found.snapshot_id}.{max(first - limit, 0)}" if first else None,
        after=f"{found.snapshot_id}.{first + limit}" if first + limit < len(order) else None,
        processes=found.detail.processes,
        months=(*(board.month for board in ranking.past), found.month),
        breakers=head.breakers if ranking.measure == TOTAL and span == "month" else (),
        chain=head.chain if ranking.measure == TOTAL and span == "month" else (),
        ties=head.ties,
        season=ranking.words,
        hidden_from=ranking.hidden_from,
        ranged=(ranged := ranking.by_total and found.tells_ranges),
        carried=ranged and not found.ranged,
    )


def _placed(ranking: Ranking, scope: Scope, card: str, unit_id: int, around: int) -> Place:
    index = ranking.at.get(unit_id)
    order = ranking.order(scope)
    if index is None or (len(order) < len(ranking.entries) and index not in order):
        raise _not_on_board()
    position = index if isinstance(order, range) else order.index(index)
    window = 2 * around + 1
    start = max(0, min(position - around, len(order) - window))
    entry, above = ranking.entries[index], ranking.better(index, scope)
    gap = None
    if above is not None and above.value is not None and entry.value is not None and entry.rank is not None:
        gap = max(above.value - entry.value, 0)
    return Place(
        snapshot_id=ranking.board.snapshot_id,
        month=ranking.board.month,
        card=card,
        group=ranking.group,
        row=ranking.rows(scope, (index,))[0],
        of=ranking.ranked,
        coverage=entry.standing.coverage,
        gap_cents=gap,
        gap=None if gap is None else cents_text(gap),
        next_rank=above.rank if above is not None and gap is not None else None,
        neighbours=ranking.rows(scope, order[start : start + window]),
    )


async def _ranking(found: MonthBoard, card: str, group: str | None, measure: str, span: Span) -> Ranking:
    """Return a board of a snapshot, with the boards before it for movement and history."""
    if card not in found.competing or (group is not None and group not in found.heads[card].groups):
        raise NotFound(problem("no_such_board", "没有这个榜单。", "There is no such board."))
    past = await _past(found)
    key = (card, group, measure, span, tuple(board.snapshot_id for board in past))
    known: Ranking | None = found.kept(key, lambda: None)
    if known is None:
        known = await _built(found, past, card, group, measure, span)
        known.follow(past[-HISTORY:], found.before.kept(key, lambda: None) if found.before else None)
        if past and past[-1].month == shifted(found.month, -1) and card in past[-1].heads:
            known.previous = await _before(past, card, group, measure, span)
        found.keep(key, known)
    return known


async def _before(past: Sequence[MonthBoard], card: str, group: str | None, measure: str, span: Span) -> Ranking | None:
    """Return the same board one month earlier, None where there was none."""
    last = past[-1]
    if group is not None and group not in last.heads[card].groups:
        return None
    try:
        return await _built(last, past[:-1], card, group, measure, span)
    except NotFound:
        return None


async def _built(
    found: MonthBoard, past: Sequence[MonthBoard], card: str, group: str | None, measure: str, span: Span
) -> Ranking:
    if span == "season":
        season = [board for board in past if board.month // 100 == found.month // 100 and card in board.heads]
        return await season_ranking([*season, found], card, group)
    if measure == TOTAL:
        return by_total(found, card, group)
    if measure in found.detail.processes:
        return by_values(found, card, group, process_values(found, card, measure), measure)
    if measure in found.heads[card].kpis:
        return by_values(found, card, group, await kpi_values(found, card, measure), measure)
    raise NotFound(problem("no_such_measure", "没有这个榜单指标。", "There is no board by that measure."))


async def _past(found: MonthBoard) -> tuple[MonthBoard, ...]:
    """Return the boards of the months before, as they are read now: those of the season, and some for the history."""
    known = await heads()
    oldest = min(shifted(found.month, -HISTORY), found.month // 100 * 100 + 1)
    months = [month for month in sorted(known.by_month) if oldest <= month < found.month]
    return tuple([await month_board(snapshot_id=known.by_month[month]) for month in months])


def _cursor(text: str | None) -> tuple[int | None, int]:
    if text is None:
        return None, 0
    snapshot_id, _, first = text.partition(".")
    if not (snapshot_id.isascii() and snapshot_id.isdigit() and first.isascii() and first.isdigit() and len(text) < 20):  # noqa: PLR2004 - two numbers
        sentence = Text(zh="翻页标记无效，请从头翻页。", en="This page mark is not valid; start from the first page.")
        raise Invalid(Problem(code="bad_cursor", sentence=sentence, place=Where(path="after")))
    return int(snapshot_id), int(first)


def _not_on_board() -> NotFound:
    return NotFound(problem("not_on_board", "该单位不在这个榜上。", "This unit is not on that board."))
