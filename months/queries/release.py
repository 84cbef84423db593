"""What stands against publishing a closed month."""

import coaching.queries
from core.errors import Problem
from months import guards
from months.queries import changes
from months.queries.calendar import MonthRow


async def release_problems(row: MonthRow) -> tuple[Problem, ...]:
    """Return every reason against publishing a closed month; none of them can be waived."""
    if row.snapshot_id is None:
        return ()
    talks = await coaching.queries.talks_missing(row.snapshot_id)
    open_changes = await changes.open_of_month(row.month)
    return (
        *(guards.talk_missing(talk.unit_name) for talk in talks),
        *guards.decisions_waiting(changes=len(open_changes)),
    )
