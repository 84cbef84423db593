"""The season of a kind, month by month."""

from urllib.parse import urlencode

from litestar import Response, get

from core.errors import NotFound
from core.language import current
from core.sheets.writing import csv_bytes
from leaderboards.board_rows import Row
from leaderboards.month_board import MonthBoard
from leaderboards.queries.current import Heads
from leaderboards.queries.looking_back import MonthCell, SeasonMonths, season_months
from leaderboards.queries.snapshots import heads, month_board
from org.roles import Action
from web import show
from web.frame import Req, html, my_unit
from web.numbers import one_of
from web.pages.months.parts import month_choices
from web.sentences.lookback import SEASON, WORDS
from web.sentences.teller import teller
from web.views.lookback import SeasonCell, SeasonRow, SeasonView
from web.views.shell import Choice, Pager

SEE = {"action": Action.SEE_HISTORY}
PAGE, WHOLE = 50, 200
say = teller(WORDS)


@get("/season", opt=SEE)
async def season_page(request: Req) -> Response[str]:
    """Show the season up to a month."""
    known = await heads()
    if known.latest is None:
        return html(request, "season.html", SeasonView(SEASON.read(current()), "", nothing=say("nothing")))
    found, board, group = await _found(request, PAGE)
    return html(request, "season.html", _view(request, found, board, group, sorted(known.by_month)))


@get("/season/export", opt=SEE)
async def season_file(request: Req) -> Response[bytes]:
    """Return the same as CSV, all of it, as far as the reader may see it."""
    pages, reader = await _whole(request), current()
    found = pages[0]
    head = [say("place"), say("code"), say("unit"), say("season")]
    head += [f"{show.month(month, reader)} {say(word)}" for month in found.months for word in ("place", "total")]
    rows = [[str(row.rank or ""), row.code or "", row.name.read(reader) if row.name else say("hidden"), row.total or "",
             *(text for cell in _cells(one, row) for text in (cell.rank, cell.total))] for one in pages for row in one.page.rows]  # fmt: skip
    headers = {"content-disposition": f'attachment; filename="season-{found.page.card}-{found.page.month}.csv"'}
    return Response(csv_bytes([head, *rows]), media_type="text/csv; charset=utf-8", headers=headers)


async def _whole(request: Req) -> list[SeasonMonths]:
    """Return all pages of the season asked for."""
    found, _, group = await _found(request, WHOLE)
    pages, card, month = [found], found.page.card, found.page.month
    while (mark := pages[-1].page.after) is not None:
        pages.append(
            await season_months(request.state.scope, card=card, month=month, group=group, after=mark, limit=WHOLE)
        )
    return pages


async def _found(request: Req, limit: int) -> tuple[SeasonMonths, MonthBoard, str | None]:
    known, params = await heads(), request.query_params
    month = one_of(params.get("month", ""), known.by_month) or await _newest(request, known)
    board = await month_board(month)
    kind = _kind(request, board)
    group = params.get("group", "")
    wanted = group if group in board.heads[kind].groups else None
    scope = request.state.scope
    try:
        found = await season_months(scope, card=kind, month=month, group=wanted, after=params.get("after"), limit=limit)
    except NotFound:
        found = await season_months(scope, card=kind, month=month, group=None, limit=limit)
    return found, board, wanted


async def _newest(request: Req, known: Heads) -> int | None:
    """Return the newest month in which anybody of the kind has a place: a month that has just begun ranks nobody yet."""
    for month in sorted(known.by_month, reverse=True):
        board = await month_board(month)
        if any(one.rank is not None for one in board.population(_kind(request, board), None)):
            return month
    return known.latest


def _kind(request: Req, board: MonthBoard) -> str:
    kind, kinds = request.query_params.get("kind", ""), board.competing
    if kind in kinds:
        return kind
    mine = my_unit(request.state.viewer, request.state.organisation) if request.state.viewer else None
    if mine is not None and mine.kind in kinds:
        return mine.kind
    return next((code for code in kinds if not board.heads[code].person), kinds[0])


def _view(request: Req, found: SeasonMonths, board: MonthBoard, group: str | None, months: list[int]) -> SeasonView:
    reader, page = current(), found.page
    head = board.heads[page.card]
    kinds = tuple(Choice(code, board.heads[code].name.read(reader), code == page.card) for code in board.competing)
    filters = [("kind", say("kind"), kinds)]
    if len(head.groups) > 1:
        named = zip(head.groups, head.group_names, strict=True)
        groups = (Choice(code, name.read(reader), code == group) for code, name in named)
        filters.append(("group", say("group"), (Choice("", say("groups"), not group), *groups)))
    filters.append(("month", say("year_of"), month_choices(months, page.month)))
    query = {"kind": page.card, "month": page.month, **({"group": group} if group else {})}
    return SeasonView(
        title=SEASON.read(reader),
        subtitle=say("season_sub", year=page.month // 100, month=show.month(page.month, reader), kind=head.name, n=page.ranked),
        filters=tuple(filters),
        columns=tuple(f"{month % 100:02d}{'*' if month in found.provisional else ''}" for month in found.months),
        rows=tuple(_row(request, found, row) for row in page.rows),
        note=page.season.read(reader) if page.season else say("season_mean"),
        provisional=say("provisional") if found.provisional else "",
        pager=_pager(found, query),
        export_href=f"/season/export?{urlencode(query)}",
    )  # fmt: skip


def _row(request: Req, found: SeasonMonths, row: Row) -> SeasonRow:
    place, cells = str(row.rank) if row.rank else "–", _cells(found, row)
    if row.hidden or row.unit_id is None or row.name is None:
        return SeasonRow(place, say("hidden"), "", "–", cells, tied=row.tied, hidden=True)
    scope = request.state.scope
    return SeasonRow(
        place=place,
        name=row.name.read(current()),
        code=row.code or "",
        value=row.total or "–",
        cells=cells,
        href=f"/units/{row.unit_id}/history" if scope.detail(row.unit_id) else "",
        tied=row.tied,
        own=row.unit_id in scope.own and not scope.sees_all,
    )


def _cells(found: SeasonMonths, row: Row) -> tuple[SeasonCell, ...]:
    cells = found.cells.get(row.unit_id or 0) or (None,) * len(found.months)
    return tuple(map(_cell, cells))


def _cell(one: MonthCell | None) -> SeasonCell:
    if one is None:
        return SeasonCell("–")
    return SeasonCell(say("not_told")) if one.hidden else SeasonCell(str(one.rank or "–"), one.total or "")


def _pager(found: SeasonMonths, query: dict[str, object]) -> Pager | None:
    page = found.page
    if page.before is None and page.after is None:
        return None
    back, onward = (
        f"/season?{urlencode({**query, 'after': mark})}" if mark else "" for mark in (page.before, page.after)
    )
    return Pager(page.first + 1, page.first + len(page.rows), page.shown, back, onward)


HANDLERS = (season_page, season_file)
