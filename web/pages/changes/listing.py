"""The list of change sets."""

from litestar import Response, get

import months.queries.changes
from core.language import current
from months.changes.guards import BEGUN
from months.changes.payloads import NAMES
from months.queries import calendar
from org.roles import Action
from web import show
from web.frame import Req, allowed, html
from web.pages.changes.making import FORMS
from web.pages.changes.parts import SEE, line, say, words
from web.sentences.changes import STATES
from web.views.changes import ChangesView
from web.views.shell import Choice, Link

OWN_STATES = ("open", "applied", "cancelled")


@get("/changes", opt=SEE)
async def changes_page(request: Req) -> Response[str]:
    """Show the change sets, the newest first, of a month and in a state if these are asked for."""
    reader = current()
    month, state = request.query_params.get("month", ""), request.query_params.get("state", "")
    known = {str(row.month): row.month for row in await calendar.months() if row.state in BEGUN}
    chosen = known.get(month)
    rows = await months.queries.changes.changes(chosen, state if state in OWN_STATES else None)
    may = Action.PROPOSE_CHANGE in allowed(request.state.viewer)
    at = f"?month={chosen}" if chosen else ""
    view = ChangesView(
        words=words(),
        rows=tuple(line(row) for row in rows),
        months=(
            Choice("", say("all_months"), chosen is None),
            *(Choice(key, show.month(one, reader), key == month) for key, one in known.items()),
        ),
        states=(
            Choice("", say("all_states"), state not in OWN_STATES),
            *(Choice(one, STATES[one].read(reader), one == state) for one in OWN_STATES),
        ),
        make=tuple(Link(NAMES[kind].read(reader), f"/changes/new/{kind}{at}") for kind in FORMS) if may else (),
    )
    return html(request, "changes.html", view)


HANDLERS = (changes_page,)
