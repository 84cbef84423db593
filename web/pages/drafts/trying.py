"""A trial of a draft on past months: its progress, which can be left and come back to, and its report."""

import asyncio
from collections.abc import Callable

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

import months.operations.simulating
import months.queries.simulations
from core.language import current
from months.queries.simulated_names import names_of
from months.queries.simulations import SimulationRow
from web import show
from web.forms import form_of
from web.frame import Req, html
from web.pages.drafts.parts import EDIT, SEE, crumbs, may_edit
from web.render import fragment
from web.sentences.simulation import WORDS
from web.sentences.teller import teller
from web.views.drafts import Words
from web.views.shell import Link
from web.views.simulation import ProgressView

say = teller(WORDS)
ENDED = frozenset({"done", "failed", "cancelled"})
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@get("/simulations/{simulation_id:int}", opt=SEE)
async def simulation_page(request: Req, simulation_id: FromPath[int]) -> Response[str]:
    """Show the progress of a trial, or its report once it has one."""
    row = await months.queries.simulations.simulation(simulation_id)
    if row.state != "done":
        return html(request, "trial.html", _progress(request, row))
    from months.simulation.report import decoded
    from web.pages.drafts.report import report_view

    report = decoded(await months.queries.simulations.result(simulation_id))
    names = await names_of(row, report)
    query = request.query_params
    wish = (query.get("month", ""), query.get("kind", ""), query.get("group", ""))
    view = await asyncio.to_thread(report_view, row, report, names, wish)
    return html(request, "report.html", view)


def words() -> Words:
    """Return the plain words of these pages in the reader's language."""
    return Words({key: text.read(current()) for key, text in WORDS.items() if "{" not in text.zh})


def subtitle(row: SimulationRow) -> str:
    """Return what was tried against what, on which months, for whom."""
    reader = current()
    first, last = show.month(row.months[0], reader), show.month(row.months[-1], reader)
    span = first if len(row.months) == 1 else say("months_from_to", first=first, last=last, n=len(row.months))
    return say(
        "subtitle",
        revision=row.revision,
        version=row.base_version,
        months=span,
        who=row.asked_by_name or "–",
        when=show.moment(row.asked_at, reader, short=True),
    )


def links(row: SimulationRow) -> tuple[Link, ...]:
    """Return where to go from a trial."""
    found = [Link(say("draft"), f"/drafts/{row.draft_id}", "pencil")] if row.draft_id else []
    if row.state == "done":
        found.append(Link(say("workbook"), f"/simulations/{row.id}/files/xlsx", "file-spreadsheet"))
        found.append(Link(say("csv"), f"/simulations/{row.id}/files/csv", "file-text"))
    return tuple(found)


def _progress(request: Req, row: SimulationRow) -> ProgressView:
    sentences = {
        "waiting": say("waiting"),
        "working": say("working", done=row.done, steps=row.steps),
        "failed": say("failed", reason=row.failure or ""),
        "cancelled": say("cancelled"),
    }
    return ProgressView(
        words=words(),
        crumbs=crumbs((row.name, f"/drafts/{row.draft_id}"), (say("trial"), "")),
        key=row.id,
        title=say("title", name=row.name),
        subtitle=subtitle(row),
        say=sentences[row.state],
        done=row.done,
        steps=row.steps,
        poll="" if row.state in ENDED else f"/simulations/{row.id}/progress",
        may_cancel=row.state not in ENDED and may_edit(request),
        bad=row.state == "failed",
        links=links(row),
    )


@get("/simulations/{simulation_id:int}/progress", opt=SEE)
async def progress(request: Req, simulation_id: FromPath[int]) -> Response[str]:
    """Return how far it is, as a piece of the page; when it has ended the page is asked for anew."""
    row = await months.queries.simulations.simulation(simulation_id)
    if row.state in ENDED:
        return Response("", media_type="text/html", headers={"hx-refresh": "true"})
    view = _progress(request, row)
    return Response(fragment("_trial.html", view=view), media_type="text/html")


@post("/simulations/{simulation_id:int}/cancel", opt=EDIT, status_code=303)
async def cancel(request: Req, simulation_id: FromPath[int]) -> Redirect:
    """Stop a trial."""
    await form_of(request)
    await months.operations.simulating.cancel_simulation(simulation_id=simulation_id, actor=request.state.actor)
    return Redirect(f"/simulations/{simulation_id}", status_code=303)


@get("/simulations/{simulation_id:int}/files/{kind:str}", opt=SEE)
async def report_file(simulation_id: FromPath[int], kind: FromPath[str]) -> Response[bytes]:
    """Return the report as a workbook, or its units as CSV."""
    from months.simulation import tables
    from months.simulation.report import decoded

    writers: dict[str, tuple[Callable[..., bytes], str]] = {
        "xlsx": (tables.workbook, XLSX),
        "csv": (tables.csv_file, "text/csv; charset=utf-8"),
    }
    if kind not in writers:
        raise NotFoundException
    row = await months.queries.simulations.simulation(simulation_id)
    report = decoded(await months.queries.simulations.result(row.id))
    write, media_type = writers[kind]
    content = await asyncio.to_thread(write, report, await names_of(row, report), current())
    headers = {"content-disposition": f'attachment; filename="shifen-simulation-{row.id}.{kind}"'}
    return Response(content, media_type=media_type, headers=headers)


HANDLERS = (simulation_page, progress, cancel, report_file)
