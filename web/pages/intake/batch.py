"""One committed batch, and taking it back as a whole."""

from typing import TYPE_CHECKING

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

import scoring.queries.intake
from core.errors import NotFound, ShifenError, problem
from core.language import Text, current
from months.operations import taking
from org.roles import Action
from scoring.queries.intake import Batch
from web import show
from web.forms import form_of
from web.frame import Req, allowed, html, said
from web.pages.came import came
from web.pages.intake.upload import batch_state, workbook
from web.views.intake import BatchView
from web.views.shell import Crumb, Fact

if TYPE_CHECKING:
    from collections.abc import Iterable

CRUMB = Text(zh="数据", en="Data")
TITLE = Text(zh="批次 #{number}", en="Batch #{number}")


@get("/intake/batches/{batch_id:int}", opt={"action": Action.SEE_COMPLETENESS})
async def batch_page(request: Req, batch_id: FromPath[int]) -> Response[str]:
    """Show one batch."""
    return await _page(request, batch_id)


async def _page(request: Req, batch_id: int, error: str = "", status: int = 200, reason: str = "") -> Response[str]:
    reader = current()
    row = await scoring.queries.intake.batch(batch_id)
    state, tone = batch_state(row)
    title = TITLE.format(number=batch_id).read(reader)
    sheets = "/intake" if Action.IMPORT_FACTS in allowed(request.state.viewer) else ""
    view = BatchView(
        number=batch_id,
        title=title,
        subtitle=" · ".join(part for part in (row.filename or came(row.via), row.received_by_name or "") if part),
        crumbs=(Crumb(CRUMB.read(reader), sheets), Crumb(title)),
        state=state,
        tone=tone,
        result=_result(row),
        facts=tuple(_facts(row)),
        refused=row.rows_refused,
        refused_href=await _refused_href(request, row),
        may_withdraw=Action.WITHDRAW_BATCH in allowed(request.state.viewer),
        withdrawn=_withdrawn(row),
        error=error,
        reason=reason,
    )
    return html(request, "batch.html", view, status)


def _result(row: Batch) -> str:
    """Return in one sentence what the batch did; empty once it was withdrawn."""
    if row.withdrawn_at is not None:
        return ""
    words = Text(
        zh="入库 {taken} 行，退回 {refused} 行，早已在库 {known} 行。未关账月份的得分会在几秒内更新。",
        en="{taken} rows taken in, {refused} refused, {known} known before. Scores of open months follow in seconds.",
    )
    counts = {"taken": row.rows_taken, "refused": row.rows_refused, "known": row.rows_known}
    return words.format(**{name: show.number(n, 0, current()) for name, n in counts.items()}).read(current())


async def _refused_href(request: Req, row: Batch) -> str:
    """Return where the refused rows are had as a workbook, for those who may take facts in; empty without a file."""
    if not row.rows_refused or Action.IMPORT_FACTS not in allowed(request.state.viewer):
        return ""
    kept = await scoring.queries.intake.upload_of(row)
    return f"/intake/batches/{row.id}/refused.xlsx" if kept else ""


def _facts(row: Batch) -> "Iterable[Fact]":
    reader = current()
    days = (
        f"{show.day(row.first_on, 'day', reader)} – {show.day(row.last_on, 'day', reader)}"
        if row.first_on and row.last_on
        else "–"
    )
    lines = (
        (Text(zh="读到", en="Read"), show.number(row.rows_read, 0, reader)),
        (Text(zh="入库", en="Taken in"), show.number(row.rows_taken, 0, reader)),
        (Text(zh="早已在库", en="Known before"), show.number(row.rows_known, 0, reader)),
        (Text(zh="退回", en="Refused"), show.number(row.rows_refused, 0, reader)),
        (Text(zh="日期", en="Days"), days),
        (Text(zh="来源", en="Source"), row.source or "–"),
        (Text(zh="入库时刻", en="Taken in at"), show.moment(row.received_at, reader)),
        (Text(zh="经手人", en="By"), row.received_by_name or came(row.via)),
        (Text(zh="更正原因", en="Reason of the correction"), row.reason or ""),
        (Text(zh="文件指纹", en="Fingerprint of the file"), f"{row.checksum[:16]}…"),
    )
    return (Fact(name.read(reader), value) for name, value in lines if value)


def _withdrawn(row: Batch) -> str:
    if row.withdrawn_at is None:
        return ""
    words = Text(zh="{name} 于 {when} 撤回：{why}", en="Withdrawn by {name} on {when}: {why}")
    when = show.moment(row.withdrawn_at, current())
    return words.format(name=row.withdrawn_by_name or "–", when=when, why=row.withdrawn_reason or "").read(current())


@get("/intake/batches/{batch_id:int}/refused.xlsx", opt={"action": Action.IMPORT_FACTS})
async def refused_rows(batch_id: FromPath[int]) -> Response[bytes]:
    """Return the rows of the file that the batch did not take, with the reason in the cell."""
    kept = await scoring.queries.intake.upload_of(await scoring.queries.intake.batch(batch_id))
    if kept is None:
        raise NotFound(problem("no_file_kept", "这个批次没有留存文件。", "No file was kept for this batch."))
    content = await scoring.queries.intake.refused_workbook(kept, current())
    return workbook(content, f"refused-{batch_id}.xlsx")


@post("/intake/batches/{batch_id:int}/withdraw", opt={"action": Action.WITHDRAW_BATCH}, status_code=303)
async def withdraw(request: Req, batch_id: FromPath[int]) -> Response[str] | Redirect:
    """Take the whole batch back."""
    sent = await form_of(request)
    try:
        change_id = await taking.withdraw_batch(
            batch_id=batch_id, reason=sent.text("reason", 500), actor=request.state.actor
        )
    except ShifenError as refusal:
        words = refusal.problem.sentence.read(current())
        return await _page(request, batch_id, words, refusal.status, sent.typed("reason"))
    if change_id is not None:
        return said(f"/changes/{change_id}", "held_back")
    return said(f"/intake/batches/{batch_id}", "withdrawn")


HANDLERS = (batch_page, refused_rows, withdraw)
