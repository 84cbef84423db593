"""What was passed on to a department: the sum in one sentence, the cheapest cure, each line with its answer."""

from decimal import Decimal

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

import leaderboards.operations
import leaderboards.queries.line_facts
import leaderboards.queries.passed_on
from core.clock import today
from core.errors import ShifenError
from core.language import current
from core.points import decimal_text
from leaderboards.ledger_lines import ANSWERED_FROM
from leaderboards.queries.answers import AnswerRow
from leaderboards.queries.line_facts import LineFacts
from leaderboards.queries.passed_on import DepartmentLosses, LossLine
from leaderboards.queries.snapshots import no_board
from leaderboards.queries.upstream import Spoken
from org.refusals import no_such
from org.roles import Action
from org.visibility import may
from web import show
from web.forms import form_of
from web.frame import Req, html, said
from web.numbers import whole
from web.once import once
from web.pages.ledger.answering import told_of
from web.pages.ledger.parts import FEW, TONES, chosen_month, listed, of_most, points, say, words
from web.pages.ledger.summary import headline
from web.pages.months.parts import month_choices
from web.views import ledger as views
from web.views.shell import Crumb

_SEE = {"action": Action.SEE_UNIT, "unit": "unit_id"}
_WORDS = (
    "lines", "lines_hint", "cure_title", "accept", "accept_do", "contest", "contest_do", "what", "until", "reason", "data",
    "facts", "again",
)  # fmt: skip


@get("/departments/{unit_id:int}/losses", opt=_SEE)
async def department_losses(request: Req, unit_id: FromPath[int]) -> Response[str]:
    """Show what was passed on to a department in one month."""
    months, month = await chosen_month(request)
    if month is None:
        raise no_board()
    return html(request, "department_losses.html", await _view(request, unit_id, month, months))


async def _view(
    request: Req, unit_id: int, month: int, months: list[int], error: str = ""
) -> views.DepartmentLossesView:
    reader = current()
    found = await leaderboards.queries.passed_on.department_losses(unit_id, month=month)
    may_answer = may(request.state.viewer, Action.ANSWER_LOSS, unit_id, request.state.organisation)
    most = max((Decimal(line.points) for line in found.lines), default=Decimal(0))
    return views.DepartmentLossesView(
        name=found.name.read(reader),
        subtitle=" · ".join((say("title"), show.month(month, reader), say("unit"))),
        provisional=found.provisional,
        crumbs=(
            Crumb(say("departments"), "/departments"),
            Crumb(found.name.read(reader), f"/departments/{unit_id}?month={month}"),
            Crumb(say("title")),
        ),
        months=month_choices(months, month),
        month=month,
        action=f"/departments/{unit_id}/losses/answers",
        headline=headline(found),
        due=say("due", day=show.day(found.due_on, "short", reader)),
        overdue=say("overdue", n=found.overdue) if found.overdue else "",
        cure=_cure(found),
        cure_about=say("cure_about", worth=show.plain(found.cure.worth, 3)) if found.cure else "",
        lines=tuple(
            _line(line, number, unit_id, month, most, may_answer=may_answer)
            for number, line in enumerate(found.lines, start=1)
        ),
        closing=_closing(found),
        note=say("note"),
        words=words(*_WORDS),
        today=today().isoformat(),
        error=error,
    )


def _cure(found: DepartmentLosses) -> str:
    best = found.cure
    if best is None:
        return ""
    told = say(
        "cure",
        kpi=best.name,
        target=best.target,
        unit=best.unit_name,
        points=points(best.points, 2),
        change=best.change,
    )
    if best.cause_name is None:
        return told
    blank = " " if current() == "en" else ""
    return told + blank + say("cure_cause", cause=best.cause_name, share=best.cause_share)


def _line(line: LossLine, number: int, unit_id: int, month: int, most: Decimal, *, may_answer: bool) -> views.LossLine:
    reader = current()
    main = [part.name for part in line.branches if part.main]
    detail = (
        line.process.read(reader),
        say("by_cause", cause=line.cause_name, cases=line.cases) if line.cause_name else _no_cause(line),
        say("share", share=show.plain(line.share, 1)),
        say("branches" if len(main) <= FEW else "branches_many", names=listed(main[:FEW]), n=len(main)),
    )
    return views.LossLine(
        number=number,
        kpi=line.kpi,
        cause=line.cause,
        title=line.kpi_name.read(reader),
        detail=" · ".join(part for part in detail if part),
        points=points(line.points),
        share=of_most(line.points, most),
        words=tuple(
            views.Spoken(
                say("said", words=one.words),
                say("said_by", branch=one.branch, day=show.day(one.on, "short", reader)),
            )
            for one in line.words
        ),
        state=say(line.state),
        tone=TONES[line.state],
        answers=tuple(spoken(one) for one in reversed(line.answers)),
        may_answer=may_answer,
        href=f"/departments/{unit_id}/losses/{line.kpi}?month={month}&cause={line.cause}",
    )


def _no_cause(line: LossLine) -> str:
    return say(f"grain_{line.grain}")


def spoken(one: AnswerRow | Spoken) -> views.Spoken:
    """Return an answer in words, and who gave it when."""
    reader = current()
    more = say("more", text=one.reason.rstrip("。.")) if one.reason else ""
    if one.figures:
        more += say("figures", text=one.figures)
    if one.done_by:
        more += say("done_by", day=show.day(one.done_by, "short", reader))
    told = say("answer_accepted" if one.accepted else "answer_contested", more=more)
    return views.Spoken(told, say("answer_by", name=one.by_name, moment=show.moment(one.at, reader, short=True)))


def _closing(found: DepartmentLosses) -> str:
    large = sum((Decimal(line.points) for line in found.lines), Decimal(0))
    city = Decimal(found.city)
    return say(
        "closing",
        n=len(found.lines),
        large=points(large, 4),
        small=found.small,
        least=decimal_text(ANSWERED_FROM, 4).rstrip("0"),
        rest=points(found.small_points, 4),
        points=points(found.points, 4),
        city=points(city, 4),
        share=show.plain(Decimal(found.points) * 100 / city, 1) if city else "0",
    )


@post(
    "/departments/{unit_id:int}/losses/answers",
    opt={"action": Action.ANSWER_LOSS},
    status_code=303,
)
async def answer(request: Req, unit_id: FromPath[int]) -> Response[str] | Redirect:
    """Take a line on or contest it."""
    if not may(request.state.viewer, Action.ANSWER_LOSS, unit_id, request.state.organisation):
        raise no_such("单位", "unit")
    sent = await form_of(request)
    months, month = await chosen_month(request)
    wanted = whole(sent.text("month", 6)) or 0
    month = wanted if wanted in months else month
    if month is None:
        raise no_board()

    async def effect() -> str:
        told = told_of(sent, wanted in months)
        await leaderboards.operations.answer_loss(
            month=month, department_id=unit_id, answer=told, actor=request.state.actor
        )
        return f"/departments/{unit_id}/losses"

    try:
        done = await once(request, sent, effect)
    except ShifenError as refusal:
        sentence = refusal.problem.read(current())
        view = await _view(request, unit_id, month, months, sentence)
        return html(request, "department_losses.html", view, refusal.status)
    return said(done.address, "answered", month=month)


@get("/departments/{unit_id:int}/losses/{kpi:str}", opt=_SEE)
async def line_facts(request: Req, unit_id: FromPath[int], kpi: FromPath[str]) -> Response[str]:
    """Show one line down to its facts."""
    _, month = await chosen_month(request)
    cause = request.query_params.get("cause", "")[:48]
    found = await leaderboards.queries.line_facts.line_facts(unit_id, kpi, cause, request.state.scope, month=month)
    return html(request, "loss_line.html", _facts_view(found))


def _facts_view(found: LineFacts) -> views.LineFactsView:
    reader = current()
    title = found.kpi_name.read(reader)
    if found.cause_name:
        title = f"{title} · {found.cause_name.read(reader)}"
    href = f"/departments/{found.unit_id}"
    return views.LineFactsView(
        title=title,
        subtitle=say(
            "line_sub",
            department=found.department,
            month=show.month(found.month, reader),
            points=points(found.points, 4),
        ),
        crumbs=(
            Crumb(found.department.read(reader), f"{href}?month={found.month}"),
            Crumb(say("title"), f"{href}/losses?month={found.month}"),
            Crumb(title),
        ),
        tables=tuple(table for table in (_branches(found), _cases(found), _facts(found)) if table.rows),
        formula=say("formula", formula=found.formula) if found.formula.read(reader) else "",
        words={},
    )


def _branches(found: LineFacts) -> views.FactsTable:
    reader = current()
    hint = say("line_target", target=found.target, unit=found.unit_name) if found.target else ""
    rows = tuple(
        (one.name.read(reader), one.value or "–", f"−{points(one.lost, 2)}", points(one.points, 4))
        for one in found.branches
    )
    return views.FactsTable(
        say("line_branches"), hint, (say("branch"), say("value"), say("own_lost"), say("line_points")), rows, (0,)
    )


def _cases(found: LineFacts) -> views.FactsTable:
    reader = current()
    rows = tuple(
        (
            one.where.read(reader),
            show.day(one.on, "short", reader),
            one.cases if found.cause else "–",
            one.words or "–",
            say("batch_row", batch=one.batch_id, row=one.row_no),
        )
        for one in found.cases
    )
    heads = (say("where"), say("day"), say("cases"), say("words"), say("batch"))
    hint = say("listed", found=found.found, n=len(rows)) if found.cause else ""
    return views.FactsTable(say("line_cases" if found.cause else "line_words"), hint, heads, rows, (0, 3))


def _facts(found: LineFacts) -> views.FactsTable:
    reader = current()
    rows = tuple(
        (
            one.where.read(reader),
            show.day(one.on, "short", reader),
            one.numerator,
            one.denominator,
            say("batch_row", batch=one.batch_id, row=one.row_no),
        )
        for one in found.facts
    )
    heads = (say("where"), say("day"), say("numerator"), say("denominator"), say("batch"))
    return views.FactsTable(say("line_facts"), say("listed", found=found.found, n=len(rows)), heads, rows, (0,))


HANDLERS = (department_losses, answer, line_facts)
