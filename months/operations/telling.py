"""What a month tells people as it goes on: announced, changed, to be signed for, awards that are public, records checked."""

from datetime import datetime

from core.database import raw
from core.language import Text
from core.period import month_name
from months.models.life import Closing
from months.models.planning import ActivityRecord
from months.models.rules import RuleProposal
from org.operations import notices
from org.roles import Role

MONTH, ACTIVITY, AWARD = "month", "activity", "award"
ANNOUNCED = Text("{month}的评分规则已经发布。", "The rules of {month} are announced.")
CHANGED = Text("{month}的计划有新版本：{notice}", "The plan of {month} has a new version: {notice}")
TO_SIGN = Text(
    "{month}已结束，请签认本部门负责的数据。", "{month} is over: please sign for the data of your department."
)
WON = Text("{month}：贵单位获奖，已经公布。", "{month}: an award of your unit is public.")
REOPENED = Text(
    "您参与关账的{month}已重新打开，需再次关账：{why}",
    "{month}, which you closed, is open again and has to be closed anew: {why}",
)
VALID = Text("您登记的活动记录审核通过。", "Your record of an activity was found valid.")
REJECTED = Text("您登记的活动记录未通过：{why}", "Your record of an activity was rejected: {why}")
REVOKED = Text("您登记的活动记录已撤销：{why}", "Your record of an activity counts no longer: {why}")
RULES_APPROVED = Text(
    "您提议的规则“{name}”已获批准，自{month}起生效。",
    "The rules you proposed, “{name}”, are approved and hold from {month} on.",
)
RULES_REJECTED = Text("您提议的规则“{name}”被退回：{why}", "The rules you proposed, “{name}”, were sent back: {why}")
_WINNERS = """
SELECT DISTINCT g.unit_id FROM award_grant g JOIN closed_month c ON c.snapshot_id = g.snapshot_id
WHERE c.month = $1 AND ($2::text IS NULL OR g.award = $2) AND ($3::int IS NULL OR g.unit_id = $3)
  AND NOT EXISTS (SELECT FROM revelation r WHERE r.month = $1 AND r.award = g.award
    AND (r.unit_id IS NULL OR r.unit_id = g.unit_id) AND r.at < $4)
"""


async def announced(month: int, at: datetime) -> None:
    """Tell everybody that a month is announced and its rules can be read."""
    await notices.tell(kind=MONTH, text=_of(ANNOUNCED, month), href=f"/rules?month={month}", roles=Role, at=at)


async def changed(month: int, notice: Text, at: datetime) -> None:
    """Tell everybody of a new version of the plan, in the words of its notice."""
    text = Text(CHANGED.zh.replace("{notice}", notice.zh), CHANGED.en.replace("{notice}", notice.en))
    await notices.tell(kind=MONTH, text=_of(text, month), href=f"/rules?month={month}", roles=Role, at=at)


async def to_sign(month: int, at: datetime) -> None:
    """Ask the heads of departments to sign for the data of a month that is over."""
    text, href = _of(TO_SIGN, month), f"/months/{month}/completeness"
    await notices.tell(kind=MONTH, text=text, href=href, roles=[Role.DEPARTMENT_HEAD], at=at)


async def won(month: int, at: datetime, award: str | None = None, unit_id: int | None = None) -> None:
    """Tell winners whose awards become public now, once: all of a month, of one award, or one of them."""
    async with raw() as connection:
        units = [row["unit_id"] for row in await connection.fetch(_WINNERS, month, award, unit_id, at)]
    if units:
        href = f"/months/{month}"
        await notices.tell(kind=AWARD, text=_of(WON, month), href=href, unit_ids=units, at=at)


async def reopened(month: int, closing_id: int, why: str, by: int, at: datetime) -> None:
    """Tell the two who closed a month that it is open again, and why."""
    made = await Closing.get(id=closing_id)
    two = [one for one in (made.proposed_by, made.approved_by) if one is not None]
    text = _of(REOPENED, month)
    told = Text(text.zh.replace("{why}", why), text.en.replace("{why}", why))
    await notices.tell(kind=MONTH, text=told, href=f"/months/{month}", account_ids=two, aside=by, at=at)


async def rules_decided(row: RuleProposal, decision: str, why: str, at: datetime) -> None:
    """Tell whoever proposed rules what a second person decided."""
    text = RULES_APPROVED if decision == "approved" else RULES_REJECTED
    told, href = _of(text, row.month).format(name=row.name, why=why), f"/rule-proposals/{row.id}"
    await notices.tell(kind=MONTH, text=told, href=href, account_ids=[row.proposed_by], at=at)


async def checked(row: ActivityRecord, text: Text, why: str, at: datetime) -> None:
    """Tell whoever recorded an activity what came of it."""
    href = f"/months/{row.month}/activities"
    told = Text(text.zh.replace("{why}", why), text.en.replace("{why}", why))
    await notices.tell(kind=ACTIVITY, text=told, href=href, account_ids=[row.submitted_by], at=at)


def _of(text: Text, month: int) -> Text:
    name = month_name(month)
    return Text(text.zh.replace("{month}", name.zh), text.en.replace("{month}", name.en))
