"""What was passed on to a department in one sentence: for its own page and the head of the list."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import leaderboards.queries.passed_on
from core.language import Text
from core.points import fixed
from leaderboards.ledger_lines import main_branches
from leaderboards.queries.passed_on import DepartmentLosses, LossLine
from org.visibility import Scope
from web.pages.ledger.parts import FEW, listed, points, say
from web.views.shell import Link


def headline(found: DepartmentLosses) -> str:
    """Return in one sentence what a department's processes cost, on which KPI most of it lies, and where."""
    by_kpi: dict[str, Decimal] = {}
    for line in found.lines:
        by_kpi[line.kpi] = by_kpi.get(line.kpi, Decimal(0)) + Decimal(line.points)
    if not by_kpi:
        return say("headline_none")
    kpi = max(by_kpi, key=lambda code: by_kpi[code])
    lines = [line for line in found.lines if line.kpi == kpi]
    main = _mostly(lines)
    names = say("branches" if len(main) <= FEW else "branches_many", names=listed(main[:FEW]), n=len(main))
    return say(
        "headline", points=points(found.points, 2), top=points(by_kpi[kpi], 2), kpi=lines[0].kpi_name, branches=names
    )


def _mostly(lines: Sequence[LossLine]) -> list[Text]:
    """Return the branches that carry most of some lines together: a KPI has a line for each cause that is known."""
    cost: dict[int, int] = {}
    names: dict[int, Text] = {}
    for part in (part for line in lines for part in line.branches):
        names[part.unit_id] = part.name
        cost[part.unit_id] = cost.get(part.unit_id, 0) + fixed(part.points, 4)
    return [names[unit_id] for unit_id in main_branches(cost)]


async def passed_on(unit_id: int, month: int, scope: Scope) -> dict[str, Any]:
    """Return what the department's own people and the organisers are told of the losses passed on to it."""
    if not scope.detail(unit_id):
        return {}
    found = await leaderboards.queries.passed_on.department_losses(unit_id, month=month)
    if not found.lines:
        return {}
    return {
        "passed_on": headline(found),
        "passed_on_link": Link(say("answer"), f"/departments/{unit_id}/losses?month={month}"),
        "passed_on_overdue": say("overdue", n=found.overdue) if found.overdue else "",
    }
