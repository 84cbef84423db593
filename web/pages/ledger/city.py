"""The ledger of the city for those who organise: what arrived at each department, and who has not answered."""

from decimal import Decimal

from litestar import Response, get

import leaderboards.queries.passed_on
from core.language import current
from leaderboards.queries.passed_on import CityLosses, DepartmentState
from leaderboards.queries.snapshots import no_board
from org.roles import Action
from web import show
from web.frame import Req, html
from web.pages.ledger.parts import chosen_month, of_most, points, say, words
from web.pages.months.parts import month_choices
from web.views.ledger import CityLossesView, CityRow

_COLUMNS = ("points", "city_lines", "accepted", "contested", "open", "silent")


@get("/losses", opt={"action": Action.SEE_LEDGER})
async def city_losses(request: Req) -> Response[str]:
    """Show the ledger of the city in one month."""
    months, month = await chosen_month(request)
    if month is None:
        raise no_board()
    found = await leaderboards.queries.passed_on.city_losses(month=month)
    return html(request, "city_losses.html", _view(found, months))


def _view(found: CityLosses, months: list[int]) -> CityLossesView:
    reader = current()
    most = max((Decimal(one.points) for one in found.departments), default=Decimal(0))
    return CityLossesView(
        title=say("city_title"),
        subtitle=f"{show.month(found.month, reader)} · {say('city_sub')}",
        provisional=found.provisional,
        months=month_choices(months, found.month),
        columns=tuple(say(key) for key in _COLUMNS),
        rows=tuple(_row(one, found.month, most) for one in found.departments),
        closing=say("city_closing", points=points(found.points, 4)),
        due=say("due", day=show.day(found.due_on, "short", reader)),
        words=words("department"),
    )


def _row(one: DepartmentState, month: int, most: Decimal) -> CityRow:
    return CityRow(
        name=one.name.read(current()),
        href=f"/departments/{one.unit_id}/losses?month={month}" if one.unit_id and one.lines else "",
        points=points(one.points, 4),
        share=of_most(one.points, most),
        counts=tuple(map(str, (one.lines, one.accepted, one.contested, one.open))),
        silent=str(one.silent) if one.silent else "",
    )


HANDLERS = (city_losses,)
