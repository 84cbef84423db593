"""Whether those named for an award by hand are given it: they have to meet its conditions as everybody does."""

import org.queries
import rewards.queries
import scoring.queries.rules
from core.errors import Problem
from core.language import Text
from leaderboards.queries.snapshots import whole
from months.changes.payloads import Naming, Payload

_UNGIVEN = Text(zh="{unit}不能评定获奖：{fact}", en="{unit} cannot be named: {fact}")


async def ungiven(told: Payload, month: int, snapshot_id: int) -> tuple[Problem, ...]:
    """Return why units that a change names would not be given the award by the result that it makes."""
    if not isinstance(told, Naming) or told.lift is not None:
        return ()
    rules, named = await scoring.queries.rules.rules_of(month), await rewards.queries.namings(month)
    found = await rewards.queries.outcomes(await whole(snapshot_id), rules, named=named)
    missed = next(one.missed for one in found if one.award == told.award)
    units = (await org.queries.organisation_of_month(month)).units
    return tuple(
        Problem(
            code=gate.code, sentence=_UNGIVEN.format(unit=Text(units[one].name_zh, units[one].name_en), fact=gate.fact)
        )
        for one in told.unit_ids
        for gate in missed.get(one, ())
    )
