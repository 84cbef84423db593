"""The year: twelve months with their calendars, planned at one go or one by one."""

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

import org.queries
from core import period
from core.clock import now, today
from core.errors import NotFound, ShifenError, problem
from core.language import current
from core.workdays import moved_days, working_days
from months.lifecycle import State
from months.operations.plans import plan_year
from months.planning.checks import announcement_problems
from months.planning.season import Sheet, sheet
from months.queries import calendar, plans
from months.queries.calendar import MonthRow
from months.queries.plans import PlanRow
from org.roles import Action
from web import show
from web.forms import form_of
from web.frame import Req, allowed, html, said
from web.once import once
from web.pages.months.parts import TONES, state_name
from web.sentences.plans import WORDS, words
from web.sentences.teller import teller
from web.views.plans import DayCell, MonthCard, SeasonView
from web.views.shell import Link

OPT = {"action": Action.PLAN_MONTH}
FIRST, LAST = 2000, 2099
say = teller(WORDS)


@get("/plans", opt=OPT)
async def this_year(request: Req) -> Redirect:
    """Go on to the year that most of the planning is about: this one, from November on the next."""
    _ = request
    month = period.month_of(today())
    return Redirect(f"/plans/{period.shifted(month, 2) // 100}")


@get("/plans/{year:int}", opt=OPT)
async def season_page(request: Req, year: FromPath[int]) -> Response[str]:
    """Show the twelve months of a year."""
    return await _page(request, year)


async def _page(request: Req, year: int, refusal: ShifenError | None = None) -> Response[str]:
    if not FIRST <= year < LAST:
        raise NotFound(problem("no_such_year", "没有这一年。", "There is no such year."))
    keys = [year * 100 + number for number in range(1, period.MONTHS_A_YEAR + 1)]
    rows = {row.month: row for row in await calendar.months() if row.month // 100 == year}
    planned = await plans.plans_of(keys[0], keys[-1])
    cards = [await _card(month, rows.get(month), planned.get(month)) for month in keys]
    free = [month for month in keys if month > period.month_at(now()) and month not in planned]
    last_year = await plans.plans_of(keys[0] - 100, keys[-1] - 100)
    view = SeasonView(
        year=year,
        title=say("year", year=year),
        subtitle=say("year_about"),
        years=tuple(Link(str(one), f"/plans/{one}", "", current=one == year) for one in range(year - 1, year + 2)),
        months=tuple(cards),
        free=say("free", n=len(free)) if free else "",
        from_last_year=any(month - 100 in last_year for month in free),
        may_plan=Action.PLAN_MONTH in allowed(request.state.viewer),
        note=" ".join(str(one.sentence) for one in refusal.problems) if refusal else "",
        words=words() | {"days_known": "yes" if sheet(keys[0], working_days(), moved_days()).known else ""},
    )
    return html(request, "plans.html", view, refusal.status if refusal else 200)


async def _card(month: int, row: MonthRow | None, found: PlanRow | None) -> MonthCard:
    card = calendar_card(month)
    past = month <= period.month_at(now())
    state, tone = (state_name(row.state), TONES[row.state]) if row else (say("past" if past else "unplanned"), "")
    if _waits(row, found):
        state, tone = say("waits"), "warn"
    checks, checks_tone = await _checks(month, found) if found and not past else ("", "")
    return MonthCard(
        key=month,
        name=card.name,
        theme=found.plan.title.read(current()) if found else "",
        state=state,
        tone=tone,
        told=_told(found) if found else "",
        working=card.working,
        moved=card.moved,
        weeks=card.weeks,
        checks=checks,
        checks_tone=checks_tone,
        href="" if past and found is None else f"/months/{month}/plan",
        action=say("edit" if found else "plan_it") if not past else say("look") if found else "",
    )


def _waits(row: MonthRow | None, found: PlanRow | None) -> bool:
    """Tell whether the announcement of a month, or the next version of its plan, waits for a second person."""
    if row is not None and row.state is State.DRAFT:
        return row.proposed_announcement_at is not None
    return found is not None and found.holds_since is None and found.proposed_at is not None


async def _checks(month: int, found: PlanRow) -> tuple[str, str]:
    """Return whether a plan is ready, in a word; all months of a year are looked at with the units of now."""
    if found.holds_since is not None:
        return "", ""
    book = (await plans.base_of(month)).book
    organisation = await org.queries.organisation_of_month(period.month_at(now()))
    errors = [
        one
        for one in announcement_problems(found.plan, plans.around(month, book, organisation))
        if one.grade == "error"
    ]
    return (say("errors", n=len(errors)), "bad") if errors else (say("ready"), "good")


def _told(found: PlanRow) -> str:
    plan = found.plan
    budget = "–" if plan.budget is None else show.number(plan.budget, 0, current())
    return say("told", doubled=len(plan.doubled), activities=len(plan.activities), budget=budget)


def calendar_card(month: int) -> MonthCard:
    """Return a month's calendar: days, working days, what is moved."""
    found = sheet(month, working_days(), moved_days())
    return MonthCard(
        key=month,
        name=show.month(month, current()),
        working=say("working", n=found.working_days),
        moved=tuple(_moved(found)),
        known=found.known,
        weeks=tuple(
            tuple(DayCell("" if day.kind == "blank" else str(day.on.day), day.kind) for day in week)
            for week in found.weeks
        ),
    )


def _moved(found: Sheet) -> list[str]:
    """Return holidays and made-up days by their reason, with the days of each."""
    groups: dict[tuple[bool, str], list[str]] = {}
    for one in found.moved:
        groups.setdefault((one.works, one.why.read(current())), []).append(str(one.on.day))
    comma = "、" if current() == "zh" else ", "
    return [
        say("made_up" if works else "holiday", days=comma.join(days), why=why) for (works, why), days in groups.items()
    ]


@post("/plans/{year:int}/fill", opt=OPT, status_code=303)
async def fill(request: Req, year: FromPath[int]) -> Response[str] | Redirect:
    """Plan all months of a year that have no plan yet."""
    sent = await form_of(request)
    last_year = sent.text("from", 10) == "last_year"
    if not FIRST <= year < LAST:
        raise NotFound(problem("no_such_year", "没有这一年。", "There is no such year."))
    try:
        await once(request, sent, lambda: _filled(request, year, last_year=last_year))
    except ShifenError as refusal:
        return await _page(request, year, refusal)
    return said(f"/plans/{year}", "year_planned")


async def _filled(request: Req, year: int, *, last_year: bool) -> str:
    await plan_year(year=year, last_year=last_year, actor=request.state.actor)
    return f"/plans/{year}"


HANDLERS = (this_year, season_page, fill)
