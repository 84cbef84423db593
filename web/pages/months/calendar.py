"""The list of service months, and planning the next one."""

from litestar import Response, get, post
from litestar.response import Redirect

import months.operations.planning
import months.queries.calendar
import scoring.queries.rules
from core import period
from core.clock import today
from core.errors import Invalid, problem
from core.language import current
from months.disclosure import sees_month
from months.lifecycle import State
from org.roles import Action
from scoring.rulebook import RuleBook
from web import show
from web.forms import form_of
from web.frame import Req, allowed, html, said
from web.once import once
from web.pages.months.parts import TONES, state_name
from web.views.month import MonthRow, MonthsView
from web.views.shell import Choice

MONTHS_AHEAD = 6


@get("/months", opt={"action": Action.SEE_MONTH})
async def months_page(request: Req) -> Response[str]:
    """Show the months, the newest first, and apart from them those that are being planned."""
    reader = current()
    rows = await months.queries.calendar.months()
    shown = [row for row in rows if sees_month(row.announced_at, request.state.viewer.roles)]
    book = await _newest_book()
    may_plan = Action.PLAN_MONTH in allowed(request.state.viewer) and book is not None
    known = {row.month for row in rows}
    ahead = [period.shifted(period.month_of(today()), n) for n in range(MONTHS_AHEAD)]
    free = [one for one in ahead if one not in known]
    usual = book.months.get(free[0] % 100) if book and free else None
    view = MonthsView(
        rows=tuple(_listed(row, book) for row in shown if row.state is not State.DRAFT),
        ahead=tuple(_listed(row, book) for row in reversed(shown) if row.state is State.DRAFT),
        themes=tuple(Choice(code, theme.name.read(reader), code == usual) for code, theme in book.themes.items())
        if book
        else (),
        next_months=tuple(Choice(str(one), show.month(one, reader)) for one in free) if may_plan else (),
        year_href="/plans" if may_plan else "",
    )
    return html(request, "months.html", view)


@post("/months", opt={"action": Action.PLAN_MONTH}, status_code=303)
async def plan(request: Req) -> Redirect:
    """Plan a month under the rules in effect for it."""
    sent = await form_of(request)
    month = sent.whole("month", 200001, 299912)
    rules = await scoring.queries.rules.rules_of(month)
    theme = sent.text("theme", 24)
    if theme not in rules.book.themes or not 1 <= month % 100 <= period.MONTHS_A_YEAR:
        raise Invalid(problem("no_such_theme", "请选择月份和主题。", "Choose a month and a theme."))
    await once(request, sent, lambda: _planned(request, month, theme, rules.rule_book_id))
    return said(f"/months/{month}", "planned")


async def _planned(request: Req, month: int, theme: str, rule_book_id: int) -> str:
    await months.operations.planning.plan_month(
        month=month, theme=theme, rule_book_id=rule_book_id, actor=request.state.actor
    )
    return f"/months/{month}"


def _listed(row: months.queries.calendar.MonthRow, book: RuleBook | None) -> MonthRow:
    return MonthRow(
        name=show.month(row.month, current()),
        theme=_theme(book, row.theme),
        href=f"/months/{row.month}",
        state=state_name(row.state),
        tone=TONES[row.state],
        digest=(row.digest or "")[:8],
    )


async def _newest_book() -> RuleBook | None:
    books = await scoring.queries.rules.rule_books()
    return await scoring.queries.rules.rule_book(books[0].id) if books else None


def _theme(book: RuleBook | None, code: str) -> str:
    return book.themes[code].name.read(current()) if book and code in book.themes else code


HANDLERS = (months_page, plan)
