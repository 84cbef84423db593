"""Giving the awards of a month, inside the closing's transaction."""

import msgspec

import scoring.queries.rules
from core.points import cents_text
from leaderboards.queries.stored import Whole
from rewards import queries
from rewards.entrants import Outcome
from rewards.models import AwardGrant


async def give(*, month: int, found: Whole) -> tuple[Outcome, ...]:
    """Store who won what by the snapshot that is about to be sealed; return the outcomes, the near ones included.

    Runs in the closing's transaction, whose audit row covers it.
    """
    rules = await scoring.queries.rules.rules_of(month)
    outcomes = await queries.outcomes(found.board, rules, found.lines)
    await AwardGrant.bulk_create(
        [
            AwardGrant(
                month=month,
                snapshot_id=found.board.snapshot_id,
                award=outcome.award,
                unit_id=grant.unit_id,
                peer_group=grant.group,
                place=grant.place,
                value=cents_text(grant.value),
                reason=msgspec.json.encode(grant.reason).decode(),
            )
            for outcome in outcomes
            for grant in outcome.grants
        ]
    )
    return outcomes
