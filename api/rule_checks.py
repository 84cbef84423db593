"""What the check of rules says, by the rule book alone and with stored months."""

from typing import Annotated

import msgspec
from litestar import get
from litestar.params import QueryParameter

from api.schemas import Month, PathMonth, PathNumber, month_or_none
from api.schemas import month as checked
from core.errors import Problem
from leaderboards.queries.rule_checks import rule_problems
from org.roles import Action
from scoring.queries import drafts, rules

SEE = {"action": Action.SEE_DRAFTS}
UpTo = Annotated[Month | None, QueryParameter(description="The last month looked at; the latest when left out.")]


class RuleCheck(msgspec.Struct):
    """Everything found, errors first; each with its place in the document."""

    problems: list[Problem]


@get("/api/v1/months/{month:int}/rules/check", opt=SEE, tags=["rules"])
async def of_month(month: PathMonth) -> RuleCheck:
    """Return what is unfair or odd about the rules of a month, alone and with the months stored up to it."""
    found = await rules.rules_of(checked(month))
    return RuleCheck(list(await rule_problems(found.book, month=month)))


@get("/api/v1/drafts/{draft_id:int}/check", opt=SEE, tags=["drafts"])
async def of_draft(draft_id: PathNumber, month: UpTo = None) -> RuleCheck:
    """Return the same of a draft; stored months are scored aside, nothing of them is touched."""
    found = await drafts.checked_text((await drafts.draft(draft_id)).text)
    if found.book is None or not found.sound:
        return RuleCheck(list(found.problems))
    return RuleCheck(list(await rule_problems(found.book, month=month_or_none(month))))


HANDLERS = (of_month, of_draft)
