"""The heat map of weak points: units against processes, or one unit's processes against months."""

from urllib.parse import urlencode

from litestar import Response, get

from core.errors import NotFound
from core.language import current
from core.sheets.writing import Value, csv_bytes
from months.lookback.weak import FULL_CENTS, WeakCell, weakest_of
from months.queries.lookback.weak import UnitWeakness, WeakPoints, WeakRow, unit_weakness, weak_points
from org.refusals import no_such
from org.roles import Action
from org.visibility import Scope
from web import show
from web.charts.small import heat_level
from web.frame import Req, html, my_unit
from web.numbers import whole
from web.sentences.lookback import WEAK, WORDS
from web.sentences.teller import teller
from web.views.lookback import HeatCell, HeatRow, WeakView
from web.views.shell import Choice, Crumb, Pager

SEE = {"action": Action.SEE_HISTORY}
PAGE, WHOLE, BANDS = 40, 5_000, 6
say = teller(WORDS)


@get("/weak-points", opt=SEE)
async def weak_page(request: Req) -> Response[str]:
    """Show the heat map of those units that the reader may look into."""
    try:
        view = await _view(request)
    except NotFound as refusal:
        if refusal.problem.code != "nothing_public":
            raise
        view = WeakView(WEAK.read(current()), "", nothing=say("nothing_public"))
    return html(request, "weak_points.html", view)


@get("/weak-points/export", opt=SEE)
async def weak_file(request: Req) -> Response[bytes]:
    """Return the same as CSV: for each process a mean, and in how many months it was the weakest."""
    found = await _found(request, limit=WHOLE)
    reader = current()
    names = [name.read(reader) for _, name in found.processes]
    head = [say("code"), say("unit"), *(text for name in names for text in (name, say("times_head", process=name)))]
    rows = [
        [row.code, row.name.read(reader), *(value for cell in row.cells for value in _plain(cell))]
        for row in found.rows
    ]
    headers = {"content-disposition": f'attachment; filename="weak-points-{found.card}.csv"'}
    return Response(csv_bytes([head, *rows]), media_type="text/csv; charset=utf-8", headers=headers)


def _plain(cell: WeakCell) -> tuple[Value, Value]:
    return (None, None) if cell.cents is None else (show.scaled(cell.cents, 2), cell.weakest)


async def _view(request: Req) -> WeakView:
    unit_id = whole(request.query_params.get("unit"))
    if unit_id is not None:
        if not request.state.scope.detail(unit_id):
            raise no_such("单位", "unit")
        return _of_unit(await unit_weakness(unit_id))
    first = min(whole(request.query_params.get("first")) or 0, WHOLE)
    return _of_all(await _found(request, first=first, limit=PAGE), first, request.state.scope)


async def _found(request: Req, *, first: int = 0, limit: int) -> WeakPoints:
    """Return the heat map of the kind asked for, else of the kind of the reader's own unit."""
    mine = my_unit(request.state.viewer, request.state.organisation)
    asked, usual = request.query_params.get("kind"), mine.kind if mine else None
    return await weak_points(request.state.scope, asked, usual=usual, first=first, limit=limit)


def _of_all(found: WeakPoints, first: int, scope: Scope) -> WeakView:
    reader = current()
    query = urlencode({"kind": found.card})
    told = any(cell.cents is not None for row in found.rows for cell in row.cells)
    back = f"/weak-points?{query}&first={max(first - PAGE, 0)}" if first else ""
    onward = f"/weak-points?{query}&first={first + PAGE}" if first + PAGE < found.units else ""
    return WeakView(
        title=WEAK.read(reader),
        subtitle=_span(found.months),
        kinds=tuple(Choice(code, name.read(reader), code == found.card) for code, name in found.cards),
        corner=say("unit"),
        columns=tuple(name.read(reader) for _, name in found.processes),
        rows=tuple(_row(found, row, whole=scope.detail(row.unit_id)) for row in found.rows) if told else (),
        nothing=say("no_processes"),
        key=_key(),
        note=say("weak_note" if all(scope.detail(row.unit_id) for row in found.rows) else "department_note"),
        pager=Pager(first + 1, first + len(found.rows), found.units, back, onward) if back or onward else None,
        export_href=f"/weak-points/export?{query}",
    )


def _row(found: WeakPoints, row: WeakRow, *, whole: bool) -> HeatRow:
    names = [name.read(current()) for _, name in found.processes]
    cells = tuple(_cell(name, cell) for name, cell in zip(names, row.cells, strict=True)) if row.cells else ()
    return HeatRow(row.name.read(current()), row.code, cells, f"/weak-points?unit={row.unit_id}" if whole else "")


def _cell(process: str, cell: WeakCell) -> HeatCell:
    if cell.cents is None:
        return HeatCell("–", 0, "", say("cell_none", process=process))
    about = "cell_mean" if cell.weakest is None else "cell"
    words = say(about, process=process, score=_score(cell.cents), months=cell.months, weakest=cell.weakest)
    return HeatCell(_score(cell.cents, 1), _level(cell.cents), f"▼{cell.weakest}" if cell.weakest else "", words)


def _of_unit(found: UnitWeakness) -> WeakView:
    reader = current()
    name = found.name.read(reader)
    by_month = list(zip(*found.scores, strict=True)) if found.scores else []
    weakest = [weakest_of(column) for column in by_month]
    return WeakView(
        title=f"{name} · {WEAK.read(reader)}",
        subtitle=_span(found.months),
        crumbs=(Crumb(WEAK.read(reader), "/weak-points"), Crumb(name)),
        corner=say("process"),
        columns=(*(f"{month // 100}-{month % 100:02d}" for month in found.months), say("year_mean")),
        rows=tuple(
            HeatRow(
                process.read(reader),
                code,
                (
                    *(
                        _month_cell(process.read(reader), month, score, weakest=at in weakest[column])
                        for column, (month, score) in enumerate(zip(found.months, found.scores[at], strict=True))
                    ),
                    _cell(process.read(reader), found.cells[at]),
                ),
            )
            for at, (code, process) in enumerate(found.processes)
        ),
        key=_key(),
        note=say("unit_note"),
    )


def _month_cell(process: str, month: int, cents: int | None, *, weakest: bool) -> HeatCell:
    if cents is None:
        return HeatCell("–", 0, "", say("cell_none", process=process))
    words = "cell_weakest" if weakest else "cell_month"
    about = say(words, process=process, month=show.month(month, current()), score=_score(cents))
    return HeatCell(_score(cents, 1), _level(cents), "▼" if weakest and cents < FULL_CENTS else "", about)


def _score(cents: int | None, places: int = 2) -> str:
    return "–" if cents is None else show.number(show.scaled(cents, 2), places, current())


def _level(cents: int) -> int:
    return heat_level(show.scaled(cents, 2))


def _span(months: tuple[int, ...]) -> str:
    reader = current()
    return say("weak_sub", first=show.month(months[0], reader), last=show.month(months[-1], reader))


def _key() -> tuple[tuple[int, str], ...]:
    return tuple((level, say(f"band_{level}")) for level in range(1, BANDS))


HANDLERS = (weak_page, weak_file)
