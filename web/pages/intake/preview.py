"""Before it counts: what a file would bring in, decisions about it, and the decision to take it in."""

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

import scoring.operations.intake
import scoring.queries.intake
from core.clock import today
from core.errors import NotFound, ShifenError, problem
from core.language import Text, current
from core.period import month_of
from months.operations import taking
from org.roles import Action
from scoring.intake.told import Cause, ColumnUse, Oddity, Options, Report
from scoring.queries.intake import StoredFile
from scoring.queries.rules import rules_of
from scoring.rulebook import RuleBook
from web import show
from web.forms import form_of
from web.frame import Req, html, said
from web.pages.intake.upload import decoded, workbook
from web.views.intake import Issue, PreviewView
from web.views.shell import Choice, Crumb

_IMPORT = {"action": Action.IMPORT_FACTS}
CRUMB = Text(zh="数据", en="Data")
HERE = Text(zh="核对", en="Check")
DECIDED = Text(zh="这个文件已经处理过。", en="This file was decided on before.")
ROLES: dict[str, Text] = {
    "unit": Text(zh="单位", en="unit"),
    "parent": Text(zh="上级单位", en="unit above"),
    "day": Text(zh="日期", en="day"),
    "month": Text(zh="月份", en="month"),
    "kpi": Text(zh="指标", en="KPI"),
    "value": Text(zh="值", en="value"),
    "numerator": Text(zh="分子", en="numerator"),
    "denominator": Text(zh="分母", en="denominator"),
    "sample": Text(zh="样本", en="sample"),
    "item": Text(zh="细项", en="item"),
    "cause": Text(zh="原因码", en="cause"),
    "words": Text(zh="客户原话", en="customer's words"),
}
CONSEQUENCES: tuple[Text, ...] = (
    Text(
        zh="进行中的月份，暂定总分会在几秒内重算。",
        en="Provisional totals of a running month are counted again within seconds.",
    ),
    Text(
        zh="冻结后的更正、截止后到的数据先成为变更集，批准后才计入。",
        en="Corrections after the freeze and data after the cut-off become a change set and count once it is approved.",
    ),
    Text(
        zh="被更正的旧值与经手人都会保留，需写明原因。",
        en="Corrected values stay stored with who changed them; a reason is asked for.",
    ),
    Text(zh="整批之后可以写明理由撤回。", en="The whole batch can be withdrawn later, with a reason."),
)


async def _own_file(request: Req, upload_id: int) -> StoredFile:
    """Return a file of this account; another's file does not exist for it."""
    found = await scoring.queries.intake.stored_file(upload_id)
    if found.account_id != request.state.viewer.account_id:
        raise NotFound(problem("no_such_upload", "没有这个上传的文件。", "There is no such upload."))
    return found


@get("/intake/uploads/{upload_id:int}", opt=_IMPORT)
async def preview_page(request: Req, upload_id: FromPath[int]) -> Response[str]:
    """Show what the file would bring in."""
    return await _page(request, upload_id)


async def _page(request: Req, upload_id: int, error: str = "", status: int = 200) -> Response[str]:
    stored = await _own_file(request, upload_id)
    told: Report = decoded(stored.preview, Report)
    reader = current()
    book = (await rules_of(month_of(today()))).book
    view = PreviewView(
        number=upload_id,
        title=stored.filename,
        subtitle=show.moment(stored.created_at, reader),
        crumbs=(Crumb(CRUMB.read(reader), "/intake"), Crumb(HERE.read(reader))),
        read=told.read,
        good=told.good,
        refused=told.refused,
        skipped=told.skipped,
        odd=told.odd,
        good_note=_good_note(told),
        refused_rows=tuple(_issue(cause) for cause in told.causes),
        odd_cells=tuple(_odd(one) for one in told.oddities),
        columns=tuple((_column(use), _meaning(use.role, book)) for use in told.columns),
        notes=tuple(note.read(reader) for note in told.notes),
        misread=len(decoded(stored.options, Options).misread),
        consequences=tuple(sentence.read(reader) for sentence in CONSEQUENCES),
        decided=DECIDED.read(reader) if stored.decided_at else "",
        error=error,
    )
    return html(request, "preview.html", view, status)


def _good_note(told: Report) -> str:
    words = Text(
        zh="{units} 个单位 · {kpis} 项指标 · {first} – {last}", en="{units} units · {kpis} KPIs · {first} – {last}"
    )
    if not told.good:
        return ""
    return words.format(units=told.units, kpis=len(told.kpis), first=told.first_on, last=told.last_on).read(current())


def _issue(cause: Cause) -> Issue:
    reader = current()
    near = cause.nearest[0] if cause.nearest else None
    similar = Text(zh="最接近的名称相似 {share}%", en="the nearest name is {share}% alike")
    return Issue(
        cell=cause.cell,
        sheet=cause.sheet,
        count=cause.count,
        raw=cause.raw,
        sentence=cause.sentence.read(reader),
        hint=" · ".join(
            part for part in (cause.kpi, similar.format(share=near.similarity).read(reader) if near else "") if part
        ),
        nearest=near.name.read(reader) if near else "",
        choices=tuple(Choice(one.code, f"{one.name.read(reader)} ({one.code})") for one in cause.nearest),
        suggestion=cause.suggestion,
    )


def _odd(one: Oddity) -> Issue:
    return Issue(
        cell=one.cell,
        sheet=one.sheet,
        count=one.count,
        raw=one.raw,
        sentence=one.sentence.read(current()),
        hint="",
        nearest=one.read_as,
        cause=_named(one) if one.cells else "",
    )


def _named(one: Oddity) -> str:
    """Return what names a cause in a form, whatever was decided meanwhile about the others."""
    return f"{one.code}.{one.cell}.{one.sheet}"[:200]


def _column(use: ColumnUse) -> str:
    return " ".join(part for part in (use.column, use.heading) if part)


def _meaning(role: str, book: RuleBook) -> str:
    reader = current()
    if role.startswith("kpi:"):
        code = role.removeprefix("kpi:")
        return f"{code} {book.kpis[code].name.read(reader)}" if code in book.kpis else code
    return "" if role == "ignored" else ROLES[role].read(reader) if role in ROLES else role


@post("/intake/uploads/{upload_id:int}/decide", opt=_IMPORT, status_code=303)
async def decide(request: Req, upload_id: FromPath[int]) -> Response[str] | Redirect:
    """Say which unit a written name means; the file is read anew with it."""
    stored = await _own_file(request, upload_id)
    sent = await form_of(request)
    raw, code = sent.text("raw", 200), sent.text("code", 64)
    if raw and code:
        options: Options = decoded(stored.options, Options)
        chosen = msgspec.structs.replace(options, units={**options.units, raw: code})
        try:
            await scoring.operations.intake.decide_cells(upload_id=upload_id, options=chosen)
        except ShifenError as refusal:
            return await _page(request, upload_id, refusal.problem.read(current()), refusal.status)
    return Redirect(f"/intake/uploads/{upload_id}", status_code=303)


@post("/intake/uploads/{upload_id:int}/misread", opt=_IMPORT, status_code=303)
async def misread(request: Req, upload_id: FromPath[int]) -> Response[str] | Redirect:
    """Say that the odd cells of one cause were read wrongly, or take that back; they are then among the refused."""
    stored = await _own_file(request, upload_id)
    sent = await form_of(request)
    told: Report = decoded(stored.preview, Report)
    options: Options = decoded(stored.options, Options)
    marked = [
        (one.sheet, cell) for one in told.oddities if _named(one) == sent.text("cause", 200) for cell in one.cells
    ]
    kept = () if sent.text("all_well") else tuple(dict.fromkeys((*options.misread, *marked)))
    try:
        chosen = msgspec.structs.replace(options, misread=kept)
        await scoring.operations.intake.decide_cells(upload_id=upload_id, options=chosen)
    except ShifenError as refusal:
        return await _page(request, upload_id, refusal.problem.read(current()), refusal.status)
    return Redirect(f"/intake/uploads/{upload_id}", status_code=303)


@post("/intake/uploads/{upload_id:int}/commit", opt=_IMPORT, status_code=303)
async def commit(request: Req, upload_id: FromPath[int]) -> Response[str] | Redirect:
    """Take the file in, whole or only its good rows."""
    await _own_file(request, upload_id)
    sent = await form_of(request)
    try:
        taken = await taking.commit_file(
            upload_id=upload_id,
            only_good=bool(sent.text("good_rows_only")),
            actor=request.state.actor,
            reason=sent.text("reason", 500) or None,
        )
    except ShifenError as refusal:
        return await _page(request, upload_id, refusal.problem.read(current()), refusal.status)
    if taken.change_id is not None:
        return said(f"/changes/{taken.change_id}", "held_back" if taken.batch_id is None else "came_late")
    number = taken.batch_id or taken.same_as
    code = "taken_in" if taken.batch_id else "known"
    return said(f"/intake/batches/{number}" if number else "/intake", code)


@post("/intake/uploads/{upload_id:int}/discard", opt=_IMPORT, status_code=303)
async def discard(request: Req, upload_id: FromPath[int]) -> Redirect:
    """Decide against the file."""
    await _own_file(request, upload_id)
    await scoring.operations.intake.discard_file(upload_id=upload_id)
    return said("/intake", "discarded")


@get("/intake/uploads/{upload_id:int}/refused.xlsx", opt=_IMPORT)
async def refused_rows(request: Req, upload_id: FromPath[int]) -> Response[bytes]:
    """Return the refused rows with the reason in the cell."""
    stored = await _own_file(request, upload_id)
    content = await scoring.queries.intake.refused_workbook(upload_id, current())
    return workbook(content, f"refused-{stored.id}.xlsx")


HANDLERS = (preview_page, decide, misread, commit, discard, refused_rows)
