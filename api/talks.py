"""The talk that help on site begins with."""

from datetime import date
from typing import Annotated

import msgspec
from litestar import Response, post
from litestar.params import JSONBody

from api.answers import Req, once
from api.schemas import PathNumber, Words
from coaching.operations import record_talk
from coaching.queries import Talk, assignment_by_id, talk_of
from org.refusals import no_such
from org.roles import Action
from org.visibility import may


class TalkWish(msgspec.Struct, forbid_unknown_fields=True):
    """With whom, on which day, and what was agreed."""

    with_whom: Annotated[str, msgspec.Meta(min_length=1, max_length=80, examples=["陈默"])]
    held_on: date
    note: Words


@post("/api/v1/coaching/{assignment_id:int}/talk", opt={"action": Action.TICK_STEP}, status_code=201, tags=["coaching"])
async def record(request: Req, assignment_id: PathNumber, data: JSONBody[TalkWish]) -> Response[Talk]:
    """Record the talk; without it the month is not published."""
    state = request.state
    found = await assignment_by_id(assignment_id)
    if found is None or not may(state.viewer, Action.TICK_STEP, found.unit_id, state.organisation):
        raise no_such("帮扶", "coaching assignment")

    async def effect() -> Talk:
        said = {"with_whom": data.with_whom, "held_on": data.held_on, "note": data.note}
        await record_talk(assignment_id=assignment_id, actor=state.actor, **said)  # type: ignore[arg-type]  # keywords of one call
        kept = await talk_of(assignment_id)
        if kept is None:
            raise no_such("谈话", "talk")
        return kept

    return await once(request, effect, 201)


HANDLERS = (record,)
