"""A plan beside the version that holds: what changes, what everybody will be told of it, and what may not change any more."""

from core.errors import Problem
from core.language import current
from core.workdays import working_days
from months.dates import dates
from months.operations.plan_changes import reasons_ahead
from months.planning.differences import differences
from months.planning.plan import Plan, agreed
from months.planning.sanity import sanity_problems
from months.planning.words import plan_words
from scoring.plain_words import Section
from web import show
from web.pages.plans.parts import Opened
from web.views.plans import DifferView


async def too_late(plan: Plan, at: Opened, found: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Return what a later version may not change any more; nothing while the plan has errors of its own."""
    if at.held is None or plan == at.held.plan or any(one.grade == "error" for one in found):
        return ()
    return await reasons_ahead(month=at.month, plan=plan, held=at.held)


def differs(plan: Plan, at: Opened) -> tuple[DifferView, ...]:
    """Return what the plan says otherwise than the version that holds, part by part."""
    if at.held is None or sanity_problems(plan):
        return ()
    reader = current()
    return tuple(
        DifferView(
            one.title.read(reader),
            tuple(show.full_width(line.read(reader)) for line in one.gone),
            tuple(show.full_width(line.read(reader)) for line in one.new),
        )
        for one in differences(_words(at.held.plan, at), _words(plan, at))
    )


def _words(plan: Plan, at: Opened) -> tuple[Section, ...]:
    return plan_words(plan, at.base.book, dates(at.month, agreed(plan), working_days()), at.around.names)


def notice_of(at: Opened) -> tuple[str, ...]:
    """Return what everybody will be told once the proposed version holds, in both languages."""
    found = at.found
    if not at.proposed_by or at.held is None or found is None:
        return ()
    return tuple(text for text in (found.notice_zh, found.notice_en) if text)
