"""The hall of fame: who won which award in the published months, and who is a benchmark."""

from litestar import Response, get

from core.language import current
from core.sheets.writing import csv_bytes
from months.queries.lookback.hall import FameRow, Hall, hall_of_fame
from org.roles import Action
from org.visibility import Scope
from web import show
from web.frame import Req, html
from web.sentences.lookback import HALL, WORDS
from web.sentences.teller import teller
from web.views.lookback import FameLine, HallView
from web.views.shell import Choice

SEE = {"action": Action.SEE_HISTORY}
LONGEST, SHOWN = 32, 60
say = teller(WORDS)


@get("/hall-of-fame", opt=SEE)
async def hall_page(request: Req) -> Response[str]:
    """Show the hall of fame."""
    reader, award = current(), _award(request)
    found = await hall_of_fame(award)
    scope: Scope = request.state.scope
    repeated = [row for row in found.rows if row.wins > 1][:SHOWN]
    view = HallView(
        title=HALL.read(reader),
        subtitle=say("hall_sub", n=len(found.months)),
        awards=(
            Choice("", say("every_award"), award is None),
            *(Choice(code, name.read(reader), code == award) for code, name in found.awards),
        ),
        benchmarks=tuple(_line(row, scope) for row in found.benchmarks),
        rows=tuple(_line(row, scope) for row in repeated or found.rows[:SHOWN]),
        note=say("hall_note"),
        export_href=f"/hall-of-fame/export?award={award or ''}" if found.rows else "",
        nothing="" if found.rows else say("nothing_public"),
    )
    return html(request, "hall_of_fame.html", view)


@get("/hall-of-fame/export", opt=SEE)
async def hall_file(request: Req) -> Response[bytes]:
    """Return the same as CSV."""
    found: Hall = await hall_of_fame(_award(request))
    words = ("code", "unit", "award", "wins_head", "run_head", "months_head", "benchmark_head")
    lines = [(row, _line(row, request.state.scope)) for row in found.rows]
    rows = [
        (line.code, line.name, line.award, str(row.wins), str(row.longest), line.months, line.benchmark)
        for row, line in lines
    ]
    headers = {"content-disposition": 'attachment; filename="hall-of-fame.csv"'}
    content = csv_bytes([tuple(say(word) for word in words), *rows])
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


def _award(request: Req) -> str | None:
    return request.query_params.get("award", "")[:LONGEST] or None


def _line(row: FameRow, scope: Scope) -> FameLine:
    reader = current()
    since = row.benchmark_since
    return FameLine(
        name=row.name.read(reader),
        code=row.code,
        award=row.award_name.read(reader),
        wins=say("times", n=row.wins),
        longest=str(row.longest),
        months=" ".join(f"{month // 100}-{month % 100:02d}" for month in row.months),
        href=f"/units/{row.unit_id}/history" if scope.detail(row.unit_id) else "",
        benchmark=say("benchmark", month=show.month(since, reader)) if since else "",
    )


HANDLERS = (hall_page, hall_file)
