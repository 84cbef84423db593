"""What a department's late data cost it, beside its total and never within it."""

from core.language import Text, current
from months.queries.late import late_department
from org.roles import Action
from web import show
from web.frame import Req, allowed
from web.views.shell import Link

LATE = Text(
    zh="数据迟报 {points} 分，记在迟报榜，不计入部门总分。",
    en="Late data cost {points} points in the league of late data; the total does not change.",
)


async def late_charge(request: Req, unit_id: int, month: int) -> Link | None:
    """Return what the department lost by late data, for those who may look into it and read the league."""
    unit = request.state.organisation.unit(unit_id)
    may_read = Action.SEE_COMPLETENESS in allowed(request.state.viewer) and request.state.scope.detail(unit_id)
    found = await late_department(month, unit.code) if unit and may_read else None
    if found is None:
        return None
    points = show.number(show.scaled(found.cents, 2), 2, current())
    return Link(LATE.format(points=points).read(current()), f"/months/{month}/completeness#late")
