"""The plan of one month: the form, what speaks against it, and the two people who let it hold."""

import msgspec
from litestar import Response, get, post
from litestar.enums import MediaType
from litestar.params import FromPath

from core import period
from core.errors import NotFound, Problem, ShifenError, problem
from core.language import Text, current
from months.lifecycle import OPEN, State
from months.planning.checks import announcement_problems
from months.planning.making import competing
from months.planning.plan import Plan
from months.queries import plans
from org.roles import Action
from web import show
from web.forms import form_of
from web.frame import Req, allowed, html
from web.pages.months.parts import TONES, path_to, state_name
from web.pages.plans.differing import differs, notice_of, too_late
from web.pages.plans.form import MODES, Typed, plan_of, values_of
from web.pages.plans.parts import (
    Opened,
    activity_forms,
    award_forms,
    checks_view,
    cut_offs,
    doubled_boxes,
    kind_choices,
    opened,
    say,
    sources,
    version_rows,
)
from web.pages.plans.season import calendar_card
from web.render import fragment
from web.sentences.plans import PLAN, words
from web.views.plans import PlanView
from web.views.shell import Choice

OPT = {"action": Action.PLAN_MONTH}
SEE = {"action": Action.ANNOUNCE_MONTH}
CHANGEABLE = frozenset({State.DRAFT, State.ANNOUNCED}) | OPEN


@get("/months/{month:int}/plan", opt=SEE)
async def plan_page(request: Req, month: FromPath[int]) -> Response[str]:
    """Show the plan of a month."""
    return await page(request, await opened(known(month)))


@post("/months/{month:int}/plan/check", opt=OPT, status_code=200)
async def check(request: Req, month: FromPath[int]) -> Response[str]:
    """Look at a plan as it is being typed; nothing is stored."""
    at, typed = await opened(known(month)), Typed(await form_of(request))
    plan = plan_of(typed, at.base.book, at.plan, at.around.names)
    found = (*typed.problems, *announcement_problems(plan, at.around))
    found = (*await too_late(plan, at, found), *found)
    checks = msgspec.structs.replace(checks_view(plan, at, found), unsaved=say("unsaved") if plan != at.plan else "")
    return Response(fragment("_plan_checks.html", checks=checks), media_type=MediaType.HTML)


def known(month: int) -> int:
    """Return a month that there is; NotFound for a number that is none."""
    if not (200001 <= month <= 209911 and 1 <= month % 100 <= period.MONTHS_A_YEAR):  # noqa: PLR2004 - the bounds of the tables
        raise NotFound(problem("no_such_month", "没有这个服务月。", "There is no such service month."))
    return month


async def page(
    request: Req,
    at: Opened,
    typed: tuple[Plan, Typed] | None = None,
    refusal: ShifenError | None = None,
    notice: Text | None = None,
) -> Response[str]:
    """Return the page; after a refusal with everything that was typed, the notice too, and the reasons."""
    plan, sent = typed or (at.plan, None)
    found = (*(sent.problems if sent else ()), *await plans.problems(plan, at.base, at.around))
    found = (*await too_late(plan, at, found), *found)
    view = await _view(request, at, plan, found, refusal)
    kept = {name: sent.text(name) for name in view.values} if sent else {}
    told = {"notice_zh": notice.zh, "notice_en": notice.en} if notice and (notice.zh or notice.en) else {}
    may = not view.waiting if told else view.may_propose
    view = msgspec.structs.replace(view, values={**view.values, **kept, **told}, may_propose=may)
    return html(request, "plan.html", view, refusal.status if refusal else 200)


async def _view(
    request: Req, at: Opened, plan: Plan, found: tuple[Problem, ...], refusal: ShifenError | None
) -> PlanView:
    book, kinds = at.base.book, competing(at.base.book)
    year = at.month // 100
    planned = await plans.plans_of((year - 1) * 100 + 1, (year + 1) * 100)
    return PlanView(
        month=at.month,
        name=show.month(at.month, current()),
        subtitle=_saved(at),
        crumbs=path_to(at.month, PLAN, planned=at.row is not None),
        state=state_name(at.state),
        tone=TONES[at.state],
        revision=at.revision,
        problems=tuple(show.full_width(str(one.sentence)) for one in refusal.problems) if refusal else (),
        values=dict(values_of(plan)),
        themes=tuple(Choice(code, one.name.read(current()), code == plan.theme) for code, one in book.themes.items()),
        kinds=kind_choices(book, kinds, plan.kinds),
        doubled=doubled_boxes(book, plan),
        modes=tuple(Choice(code, say(f"mode_{code}"), code == plan.mode) for code in MODES),
        activities=activity_forms(book, plan, kinds),
        awards=award_forms(book, plan),
        cut_offs=cut_offs(book, plan),
        sources=sources(at.month, list(planned)),
        checks=checks_view(plan, at, found),
        versions=version_rows(await plans.versions(at.month)),
        waiting=at.proposed,
        **_rights(request, at, errors=any(one.grade == "error" for one in found)),
        sheet=calendar_card(at.month),
        words=words(),
        differs=differs(plan, at),
        notice=notice_of(at),
    )


def _saved(at: Opened) -> str:
    found = at.found
    if found is None:
        return say("not_saved")
    when = show.moment(found.changed_at, current())
    return say("saved_by", version=found.version, name=found.changed_by or "–", when=when)


def _rights(request: Req, at: Opened, *, errors: bool) -> dict[str, bool]:
    can, by = allowed(request.state.viewer), at.proposed_by
    open_now, drafted = at.state in CHANGEABLE, at.revision > 0
    written = drafted and (at.held is None or at.found is None or at.found.plan != at.held.plan)
    return {
        "changes": at.state is not State.DRAFT,
        "may_save": Action.PLAN_MONTH in can and open_now and not by,
        "may_propose": Action.ANNOUNCE_MONTH in can and open_now and written and not by and not errors,
        "may_discard": Action.PLAN_MONTH in can and open_now and written and at.held is not None and not by,
        "may_approve": Action.ANNOUNCE_MONTH in can and bool(by) and by != request.state.viewer.account_id,
        "may_withdraw": Action.ANNOUNCE_MONTH in can and bool(by),
    }


HANDLERS = (plan_page, check)
