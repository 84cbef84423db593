"""How far the help of the last closed month has come: most plans keep their dates, some are overdue."""

from datetime import date, datetime, time, timedelta

import coaching.queries
from coaching.operations import tick_step
from coaching.queries import Assignment
from core.audit import Actor
from core.clock import SHANGHAI
from core.database import transaction
from leaderboards.faces import showing
from org.visibility import Face, Scope
from seeds import draw

NOTE = "已按计划完成，记录与照片留存。"
LATE_ONE_IN = 6
AFTERNOON = time(15)


async def go_on(seed: int, today: date, actor: Actor) -> None:
    """Tick the steps that were due before a day, but for one plan in six, which waits at a step."""
    async with transaction():
        with showing(Face.INNER):
            plans = await coaching.queries.open_assignments(Scope(sees_all=True))
        for found in plans:
            await _tick(found, draw.key(seed, "help"), today, actor)


async def _tick(found: Assignment, base: int, today: date, actor: Actor) -> None:
    for step in found.steps:
        if step.due_on >= today or draw.one_below(base, found.unit_id * 10 + step.number, LATE_ONE_IN) == 0:
            return
        if step.done_at is None:
            moment = datetime.combine(step.due_on - timedelta(days=1), AFTERNOON, SHANGHAI)
            await tick_step(assignment_id=found.id, number=step.number, note=NOTE, actor=actor, at=moment)
