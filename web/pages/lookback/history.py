"""A unit through all its months."""

from collections.abc import Sequence
from decimal import Decimal

from litestar import Response, get
from litestar.params import FromPath

from core.language import current
from core.sheets.writing import csv_bytes
from months.queries.lookback.unit import HistoryRow, history
from org.organisation import Organisation
from org.refusals import no_such
from org.roles import Action
from web import show
from web.frame import Req, html
from web.pages.places import above
from web.sentences.lookback import HISTORY, WORDS
from web.sentences.teller import teller
from web.views.lookback import HistoryLine, HistoryView
from web.views.shell import Crumb, Tile

SEE = {"action": Action.SEE_UNIT, "unit": "unit_id"}
say = teller(WORDS)


@get("/units/{unit_id:int}/history", opt=SEE)
async def history_page(request: Req, unit_id: FromPath[int]) -> Response[str]:
    """Show every month of a unit."""
    organisation: Organisation = request.state.organisation
    unit = organisation.unit(unit_id)
    if unit is None:
        raise no_such("单位", "unit")
    reader, rows = current(), await history(unit_id, request.state.scope)
    name = unit.name(reader)
    where = " · ".join(part for part in (above(organisation, unit_id), unit.code) if part)
    totals = [row for row in reversed(rows) if row.cents is not None]
    view = HistoryView(
        title=f"{name} · {HISTORY.read(reader)}",
        subtitle=say("history_sub", where=where, n=len(rows)),
        crumbs=(Crumb(name, f"/units/{unit_id}"), Crumb(HISTORY.read(reader))),
        tiles=tiles_of(rows) if rows else (),
        totals=tuple(show.scaled(row.cents or 0, 2) for row in totals),
        totals_about=say(
            "totals", list=show.listed((f"{show.month(row.month, reader)} {row.total}" for row in totals), reader)
        ),
        rows=tuple(_line(row, unit_id) for row in rows),
        coaching=request.state.scope.coaching(unit_id),
        export_href=f"/units/{unit_id}/history/export" if rows else "",
        weak_href=f"/weak-points?unit={unit_id}" if any(row.public for row in rows) else "",
        nothing="" if rows else say("nothing"),
    )
    return html(request, "history.html", view)


@get("/units/{unit_id:int}/history/export", opt=SEE)
async def history_file(request: Req, unit_id: FromPath[int]) -> Response[bytes]:
    """Return the same as CSV."""
    words = ("month", "theme", "total", "place", "peer_place", "grade", "awards", "coaching")
    comma = "；" if current() == "zh" else "; "
    rows = [
        (str(row.month), line.theme, line.total, line.place, line.peer_place, line.grade, comma.join(line.awards), line.help)
        for row in await history(unit_id, request.state.scope)
        for line in (_line(row, unit_id),)
    ]  # fmt: skip
    headers = {"content-disposition": f'attachment; filename="history-{unit_id}.csv"'}
    content = csv_bytes([tuple(say(word) for word in words), *rows])
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


def tiles_of(rows: Sequence[HistoryRow]) -> tuple[Tile, ...]:
    """Return the best place, the mean, the awards and how many months; places and totals that may still move do not count."""
    reader = current()
    settled = [row for row in rows if row.public] or rows
    best = min(
        (row for row in settled if row.peer_rank), key=lambda row: (row.peer_rank or 0, row.peer_of), default=None
    )
    totals = [row.cents for row in settled if row.cents is not None]
    mean = show.number(show.rounded(Decimal(sum(totals)) / len(totals) / 100, 2), 2, reader) if totals else "–"
    return (
        Tile(say("best"), str(best.peer_rank) if best else "–", f"/ {best.peer_of}" if best else "",
             show.month(best.month, reader) if best else say("in_group")),
        Tile(say("mean"), mean),
        Tile(say("wins"), str(sum(len(row.awards) for row in rows))),
        Tile(say("months_n"), str(len(rows))),
    )  # fmt: skip


def _line(row: HistoryRow, unit_id: int) -> HistoryLine:
    reader = current()
    coached = row.coached
    return HistoryLine(
        month=show.month(row.month, reader),
        href=f"/units/{unit_id}?month={row.month}",
        theme=row.theme.read(reader) if row.theme else "–",
        total=row.total or "–",
        place=say("of", rank=row.rank, of=row.of) if row.rank else "–",
        peer_place=say("of", rank=row.peer_rank, of=row.peer_of) if row.peer_rank else "–",
        grade=row.grade.read(reader) if row.grade else "–",
        movement=row.movement,
        awards=tuple(award.read(reader) for award in row.awards),
        help=say(coached.outcome or "level", n=coached.level) if coached else "",
        notes=tuple(say("restated", n=one.version, note=one.note) for one in row.restated),
        provisional=not row.public,
    )


HANDLERS = (history_page, history_file)
