"""The upload form, the templates to fill in, and the history of batches."""

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

import scoring.operations.intake
import scoring.queries.intake
from core import period
from core.clock import today
from core.errors import Invalid, ShifenError, problem
from core.language import Text, current
from org.roles import Action
from scoring.intake.told import Options
from scoring.queries.intake import Batch
from scoring.queries.rules import rules_of
from scoring.rulebook import RuleBook
from web import show
from web.forms import Form, form_of
from web.frame import Req, html
from web.numbers import month_key, whole
from web.once import once
from web.pages.came import came
from web.views.intake import BatchRow, TemplateFile, UploadView
from web.views.shell import Choice, Link, Pager

MEBIBYTE = 1024 * 1024
LARGEST = 64 * MEBIBYTE
"""What the server takes in at all; SHIFEN_UPLOAD_MIB says what a file may have."""
PAGE = 20
MONTHS_BACK = 6
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_IMPORT = {"action": Action.IMPORT_FACTS}
AS_READ = Text(zh="按列自动识别", en="as the columns say")
NO_MONTH = Text(zh="没有这个月份，请从列表里选。", en="There is no such month; choose one of the list.")
NO_SOURCE = Text(zh="没有这个来源，请从列表里选。", en="There is no such source; choose one of the list.")
NO_FILE = Text(zh="请选择一个文件。", en="Choose a file.")


@get("/intake", opt=_IMPORT)
async def intake_page(request: Req) -> Response[str]:
    """Show the form and the history."""
    return await _page(request)


async def _page(request: Req, refusal: str = "", status: int = 200, sent: Form | None = None) -> Response[str]:
    before = request.query_params.get("before", "")
    cursor = whole(before)
    found = await scoring.queries.intake.batches(before=cursor, limit=PAGE + 1)
    rows, more = found[:PAGE], len(found) > PAGE
    month = period.month_of(today())
    book = (await rules_of(month)).book
    waiting = await scoring.queries.intake.undecided_files(request.state.viewer.account_id)
    source = sent.typed("source") if sent else ""
    view = UploadView(
        batches=tuple(batch_row(row) for row in rows),
        pager=_pager(rows, more=more, begins=cursor is None),
        templates=_templates(book, month),
        most_mib=_most(request),
        error=refusal,
        waiting=tuple(Link(one.filename, f"/intake/uploads/{one.id}") for one in waiting),
        sources=(
            Choice("", AS_READ.read(current()), chosen=not source),
            *(Choice(code, one.name.read(current()), code == source) for code, one in book.sources.items()),
        ),
        months=_months(month, sent.typed("month") if sent else ""),
    )
    return html(request, "intake.html", view, status)


def _most(request: Req) -> int:
    return int(request.app.state.settings.upload_mib)


def _months(month: int, chosen: str) -> tuple[Choice, ...]:
    reader = current()
    back = [period.shifted(month, -n) for n in range(MONTHS_BACK)]
    return (
        Choice("", AS_READ.read(reader), chosen=not chosen),
        *(Choice(str(one), show.month(one, reader), str(one) == chosen) for one in back),
    )


def _pager(rows: list[Batch], *, more: bool, begins: bool) -> Pager | None:
    if not rows or (begins and not more):
        return None
    newest = "" if begins else "/intake"
    return Pager(rows[-1].id, rows[0].id, rows[0].id, newest, f"/intake?before={rows[-1].id}" if more else "")


def batch_row(row: Batch) -> BatchRow:
    """Return one batch for a list."""
    reader = current()
    state, tone = batch_state(row)
    name = row.filename or came(row.via)
    rows = Text(zh="{taken} 行 · 退回 {refused}", en="{taken} rows · {refused} refused")
    return BatchRow(
        number=row.id,
        name=name,
        under=row.received_by_name or came(row.via),
        href=f"/intake/batches/{row.id}",
        rows=rows.format(
            taken=show.number(row.rows_taken, 0, reader), refused=show.number(row.rows_refused, 0, reader)
        ).read(reader),
        state=state,
        tone=tone,
        at=row.received_at,
    )


def batch_state(row: Batch) -> tuple[str, str]:
    """Return the state of a batch in words, and its tone."""
    if row.withdrawn_at is not None:
        return Text(zh="已撤回", en="withdrawn").read(current()), ""
    if row.rows_refused:
        return Text(zh="部分入库", en="taken in, in part").read(current()), "warn"
    return Text(zh="已入库", en="taken in").read(current()), "good"


def _templates(book: RuleBook, month: int) -> tuple[TemplateFile, ...]:
    reader = current()
    counts: dict[str, int] = {}
    for kpi in book.kpis.values():
        counts[kpi.source] = counts.get(kpi.source, 0) + 1
    words = Text(zh="{n} 项指标", en="KPIs: {n}")
    return tuple(
        TemplateFile(
            source.name.read(reader),
            words.format(n=counts[code]).read(reader),
            f"/intake/templates/{code}.xlsx?month={month}",
        )
        for code, source in book.sources.items()
        if code in counts
    )


@post("/intake", opt=_IMPORT, status_code=303, request_max_body_size=LARGEST)
async def upload(request: Req) -> Response[str] | Redirect:
    """Keep a file and show what it would bring in; nothing counts yet."""
    sent = await form_of(request)
    file = sent.file("file")
    try:
        if file is None:
            raise Invalid(problem("no_file", NO_FILE.zh, NO_FILE.en))
        content = await file.read()
        _check_size(len(content), _most(request))
        done = await once(request, sent, lambda: _previewed(request, sent, file.filename, content))
    except ShifenError as refusal:
        words = " ".join(one.read(current()) for one in refusal.problems[:3])
        return await _page(request, words, refusal.status, sent)
    return Redirect(done.address, status_code=303)


async def _previewed(request: Req, sent: Form, filename: str, content: bytes) -> str:
    found = await scoring.operations.intake.preview_file(
        filename=filename, content=content, options=await _chosen(sent), actor=request.state.actor
    )
    return f"/intake/uploads/{found.upload_id}"


async def _chosen(sent: Form) -> Options:
    """Return how the file is to be read; Invalid for a month or a source that there is not."""
    month, source = sent.text("month", 6), sent.text("source", 24)
    if month and month_key(month) is None:
        raise Invalid(problem("no_such_month", NO_MONTH.zh, NO_MONTH.en))
    if source and source not in (await rules_of(period.month_of(today()))).book.sources:
        raise Invalid(problem("no_such_source", NO_SOURCE.zh, NO_SOURCE.en))
    return Options(month=month_key(month), source=source)


def _check_size(size: int, most: int) -> None:
    if size > most * MEBIBYTE:
        raise Invalid(problem("file_too_large", f"文件不能超过 {most} MiB。", f"A file may have at most {most} MiB."))
    if not size:
        raise Invalid(problem("empty_file", "文件是空的。", "The file is empty."))


@get("/intake/templates/{name:str}", opt=_IMPORT)
async def template(request: Req, name: FromPath[str]) -> Response[bytes]:
    """Return the workbook to fill in for one source."""
    wish = request.query_params.get("month", "")
    month = month_key(wish) or period.month_of(today())
    source = name.removesuffix(".xlsx")
    content = await scoring.queries.intake.template(source=source, month=month, language=current())
    return workbook(content, f"{source}-{month}.xlsx")


def workbook(content: bytes, name: str) -> Response[bytes]:
    """Return a workbook as a download."""
    safe = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_.") else "_" for letter in name)
    return Response(content, media_type=XLSX, headers={"content-disposition": f'attachment; filename="{safe}"'})


def decoded(text: str, kind: type[Any]) -> Any:  # noqa: ANN401 - the type is the caller's
    """Return stored JSON as its struct."""
    return msgspec.json.decode(text, type=kind)


HANDLERS = (intake_page, upload, template)
