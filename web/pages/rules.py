"""How points are counted: the rule book of a month in plain words, for everybody."""

from contextlib import suppress
from datetime import datetime

from litestar import Response, get

import months.queries.calendar
import scoring.queries.rules
from core import period
from core.clock import today
from core.errors import NotFound
from core.instants import asked_for
from core.language import Text, current
from leaderboards.queries.as_of import rules_as_of
from months.disclosure import sees_month
from org.roles import Action
from scoring.plain_words import sentences
from scoring.queries.rules import RuleBookRow, Rules
from web import show
from web.frame import Req, allowed, html
from web.numbers import one_of
from web.pages.months.parts import month_choices, told
from web.views.month import RulesView
from web.views.shell import Fact

TITLE = Text(zh="分数怎么算", en="How points are counted")
HELD = Text(zh="{at} 时的规则", en="as they held at {at}")
VERSION = Text(zh="第 {number} 版", en="Version {number}")


@get("/rules", opt={"action": Action.SEE_RULES})
async def rules_page(request: Req) -> Response[str]:
    """Show the rules of a month in sentences."""
    reader = current()
    books = await scoring.queries.rules.rule_books()
    if not books:
        return html(request, "rules.html", RulesView(TITLE.read(reader), "", (), (), "", ()))
    roles = request.state.viewer.roles
    announced = {row.month: row.announced_at for row in await months.queries.calendar.months()}
    known = [month for month, at in announced.items() if sees_month(at, roles)]
    wish = request.query_params.get("month", "")
    running = period.month_of(today())
    usual = running if running in known or not known else max(known)
    month = one_of(wish, known) or usual
    rules, at = await _rules(month, announced.get(month), asked_for(request.query_params.get("at", "")))
    row = next(one for one in books if one.id == rules.rule_book_id)
    view = RulesView(
        title=TITLE.read(reader),
        subtitle=f"{rules.book.name.read(reader)} · {_version(row)}{_then(at)}",
        months=month_choices(known or [month], month),
        sections=told(sentences(rules.book, rules.theme)),
        fingerprint=rules.fingerprint,
        versions=tuple(Fact(_version(one), one.created_at[:10]) for one in books),
        check_href=f"/rules/check?month={month}" if Action.SEE_DRAFTS in allowed(request.state.viewer) else "",
    )
    return html(request, "rules.html", view)


async def _rules(month: int, announced_at: datetime | None, at: datetime | None) -> tuple[Rules, datetime | None]:
    """Return the rules of a month, or those that held at an instant after it was announced, and that instant."""
    if at is not None and announced_at is not None and at > announced_at:
        with suppress(NotFound):
            return await rules_as_of(month, at), at
    return await scoring.queries.rules.rules_of(month), None


def _then(at: datetime | None) -> str:
    return "" if at is None else f" · {HELD.format(at=show.moment(at, current())).read(current())}"


def _version(row: RuleBookRow) -> str:
    return VERSION.format(number=row.version).read(current())


HANDLERS = (rules_page,)
