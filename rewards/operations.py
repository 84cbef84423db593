"""Giving the awards of a month, inside the closing's transaction, and naming units for those that no rule decides."""

from datetime import datetime

import msgspec

import org.queries
import scoring.queries.rules
from core import audit
from core.audit import Actor
from core.errors import Invalid, Refused, problem
from core.lifting import Entries
from core.points import cents_text
from leaderboards.queries.stored import Whole
from rewards import queries
from rewards.entrants import Outcome
from rewards.models import AwardGrant, AwardNaming
from scoring.rulebook import Award

NAMINGS = Entries("award_naming", "month, award, unit_id, reason, by")


async def give(*, month: int, found: Whole) -> tuple[Outcome, ...]:
    """Store who won what by the snapshot that is about to be sealed; return the outcomes, the near ones included.

    Runs in the closing's transaction, whose audit row covers it.
    """
    rules = await scoring.queries.rules.rules_of(month)
    outcomes = await queries.outcomes(found.board, rules, found.lines, named=await queries.namings(month))
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


async def name(
    *, month: int, award: str, unit_id: int, reason: str, actor: Actor, change_set_id: int, at: datetime
) -> int:
    """Name a unit of the month for an award by hand, inside a change set; return the number of the naming.

    Raises Invalid for another award or kind of unit, Refused for a unit that is named already.
    """
    terms = await _by_hand(month, award)
    organisation = await org.queries.organisation_of_month(month)
    if organisation.kind(unit_id) not in terms.kinds:
        zh, en = f"“{terms.name.zh}”不评给这一类单位。", f"“{terms.name.en}” is not for this kind of unit."
        raise Invalid(problem("other_kind", zh, en))
    if unit_id in (await queries.namings(month)).get(award, {}):
        zh, en = "这个单位已被评定获得这个奖项。", "The unit is named for this award already."
        raise Refused(problem("named_already", zh, en))
    row = await AwardNaming.create(
        month=month,
        award=award,
        unit_id=unit_id,
        reason=reason,
        at=at,
        by=actor.account_id,
        change_set_id=change_set_id,
    )
    after = {"month": month, "award": award}
    await audit.record(
        actor=actor, action="name_winner", subject_kind="unit", subject=str(unit_id), after=after, why=reason
    )
    return int(row.id)


async def _by_hand(month: int, code: str) -> Award:
    found = (await scoring.queries.rules.rules_of(month)).book.awards.get(code)
    if found is None or found.rule != "by_hand":
        zh, en = "这个奖项由规则评出，不由人评定。", "This award is decided by rule, not by hand."
        raise Invalid(problem("not_by_hand", zh, en))
    return found
