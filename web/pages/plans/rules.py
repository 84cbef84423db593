"""The rules of a month in plain words: public to all who take part from its announcement on."""

from litestar import Response, get
from litestar.params import FromPath

from core.errors import NotFound, problem
from core.language import Text, current
from core.workdays import working_days
from months.dates import dates
from months.lifecycle import State
from months.planning.plan import agreed
from months.planning.words import plan_words
from months.queries import plans
from months.queries.calendar import month_row
from org.roles import Action
from scoring.plain_words import sentences
from scoring.queries.rules import rule_book
from web import show
from web.frame import Req, html
from web.pages.months.parts import path_to, told
from web.pages.plans.page import known
from web.pages.plans.parts import say, version_rows
from web.sentences.plans import RULES, words
from web.views.plans import MonthRulesView
from web.views.shell import Link


@get("/months/{month:int}/rules", opt={"action": Action.SEE_MONTH})
async def month_rules(request: Req, month: FromPath[int]) -> Response[str]:
    """Show what holds in a month, and every version of it with its notice."""
    row, held = await month_row(known(month)), await plans.plan_that_holds(month)
    if row.state is State.DRAFT or held is None:
        raise NotFound(problem("not_announced", "这个月还没有发布。", "This month is not announced yet."))
    book = await rule_book(row.rule_book_id)
    plan, around = held.plan, await plans.surroundings(month, book)
    view = MonthRulesView(
        title=plan.title.read(current()),
        subtitle=f"{show.month(month, current())} · {say('rules_about')}",
        crumbs=path_to(month, RULES),
        sections=told(plan_words(plan, book, dates(month, agreed(plan), working_days()), around.names)),
        rules=told(sentences(book, row.theme or None)),
        versions=version_rows(await plans.versions(month)),
        links=(Link(Text(zh="主题活动", en="Activities").read(current()), f"/months/{month}/activities", "flag"),)
        if plan.activities
        else (),
        words=words(),
    )
    return html(request, "month_rules.html", view)


HANDLERS = (month_rules,)
