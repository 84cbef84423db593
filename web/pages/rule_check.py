"""What the check of rules says, for those who write them: of a month's rules, or of a draft."""

from litestar import Response, get

import scoring.queries.drafts
import scoring.queries.rules
from core import period
from core.clock import today
from core.errors import Problem
from core.language import Text, current
from leaderboards.queries.rule_checks import rule_problems
from leaderboards.queries.snapshots import heads
from org.roles import Action
from web import show
from web.frame import Req, html
from web.numbers import one_of, whole
from web.pages.months.parts import month_choices
from web.views.rule_check import Finding, RuleCheckView
from web.views.shell import Crumb

TITLE = Text(zh="规则检查", en="Check of the rules")
OF_MONTH = Text(zh="{name} · 连同{month}及之前的数据", en="{name} · with the data up to {month}")
ALONE = Text(zh="{name} · 还没有数据", en="{name} · no data yet")
GRADES: dict[str, tuple[Text, str, str]] = {
    "error": (Text(zh="必须改", en="must be mended"), "bad", "no"),
    "warning": (Text(zh="请斟酌", en="think again"), "warn", "caution"),
    "note": (Text(zh="说明", en="to know"), "", "plain"),
}
RULES = Text(zh="分数怎么算", en="How points are counted")
NOTHING = Text(zh="没有发现问题。", en="Nothing was found.")


@get("/rules/check", opt={"action": Action.SEE_DRAFTS})
async def rule_check_page(request: Req) -> Response[str]:
    """Show what is unfair or odd about the rules of a month, or of a draft."""
    reader = current()
    known = (await heads()).by_month
    wish, draft_id = request.query_params.get("month", ""), whole(request.query_params.get("draft"))
    month = one_of(wish, known) or max(known, default=None)
    if draft_id is not None:
        draft = await scoring.queries.drafts.draft(draft_id)
        read = await scoring.queries.drafts.checked_text(draft.text)
        name, book, problems = draft.name, read.book if read.sound else None, read.problems
    else:
        rules = await scoring.queries.rules.rules_of(month or period.month_of(today()))
        name, book, problems = rules.book.name.read(reader), rules.book, ()
    found = await rule_problems(book, month=month) if book is not None else problems
    words = OF_MONTH.format(name=name, month=show.month(month, reader)) if month else ALONE.format(name=name)
    view = RuleCheckView(
        title=TITLE.read(reader),
        subtitle=words.read(reader),
        crumbs=(Crumb(RULES.read(reader), "/rules"), Crumb(TITLE.read(reader))),
        months=month_choices(known, month) if month else (),
        findings=tuple(_finding(one) for one in found),
        nothing="" if found else NOTHING.read(reader),
        draft=str(draft_id) if draft_id is not None else "",
    )
    return html(request, "rule_check.html", view)


def _finding(one: Problem) -> Finding:
    reader = current()
    words, tone, state = GRADES[one.grade]
    return Finding(
        state=state,
        sentence=show.full_width(one.sentence.read(reader)),
        hint=one.hint.read(reader) if one.hint else "",
        place=str(one.place) if one.place else "",
        grade=words.read(reader),
        tone=tone,
    )


HANDLERS = (rule_check_page,)
