"""Recording the talk that help on site begins with; without it the month is not published."""

from datetime import date

from litestar import Response, post
from litestar.params import FromPath
from litestar.response import Redirect

from coaching.operations import record_talk
from coaching.queries import assignment_by_id
from core.errors import Invalid, NotFound, ShifenError, problem
from org.roles import Action
from org.visibility import may
from web.forms import form_of
from web.frame import Req, said
from web.pages.coaching import page


@post("/coaching/{assignment_id:int}/talk", opt={"action": Action.TICK_STEP}, status_code=303)
async def talk(request: Req, assignment_id: FromPath[int]) -> Response[str] | Redirect:
    """Record with whom the talk was held, when, and what was agreed."""
    state = request.state
    found = await assignment_by_id(assignment_id)
    if found is None or not may(state.viewer, Action.TICK_STEP, found.unit_id, state.organisation):
        raise NotFound(problem("no_such_assignment", "没有这项帮扶。", "There is no such coaching assignment."))
    sent = await form_of(request)
    try:
        await record_talk(
            assignment_id=assignment_id,
            with_whom=sent.text("with_whom", 80),
            held_on=_day(sent.text("held_on", 10)),
            note=sent.text("talk"),
            actor=state.actor,
        )
    except ShifenError as refusal:
        typed = {name: sent.typed(name) for name in ("with_whom", "held_on", "talk")}
        return await page(request, found, refusal.status, refusal=refusal, typed=typed)
    return said(f"/coaching/{assignment_id}", "talk_recorded")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(problem("bad_day", "请填写谈话日期。", "Give the day of the talk.")) from None


HANDLERS = (talk,)
