"""Units that a change costs an award are told and heard before it counts, while places are public and nothing can leak."""

from datetime import datetime, time, timedelta

import org.queries
from core import audit
from core.audit import Actor
from core.clock import SHANGHAI, now
from core.database import transaction
from core.errors import Conflict, Invalid, NotFound, Refused, problem
from core.language import Text
from core.period import midnight
from core.period import until as last_minute
from core.workdays import working_days
from months.changes import guards
from months.changes.payloads import Kind
from months.changes.preview import Preview, Way, losers, touched
from months.models.changes import ChangeHearing, ChangeSet
from months.operations.guarding import account_of
from months.queries import calendar
from org.operations import notices

CLOSES = time(18)
"""Hearings end with the working day after the one on which somebody was told."""
MOST_ANSWER = 2_000
NOTICE = "change"
ASKED = Text(
    zh="有一项变更拟让贵单位失去奖项，请在 {until} 前回复：{title}",
    en="A proposed change would cost your unit an award; please answer by {until}: {title}",
)
ASKED_BESIDE = Text(
    zh="有一项变更会另立重述版，贵单位按重述的结果不再得奖，已公布的奖项不变；请在 {until} 前回复：{title}",
    en="A proposed change would be a version of its own in which your unit wins no award; the published award stands. Please answer by {until}: {title}",
)
HEARD = Text(zh="{unit}已答复变更：{title}", en="{unit} has answered about the change: {title}")
COUNTS = Text(zh="变更已生效：{title}", en="A change counts now: {title}")


async def ask(row: ChangeSet, found: Preview, moment: datetime) -> None:
    """Put a preview before the units that would lose an award, once each; nothing while places are hidden."""
    if not await may_tell(row, moment):
        return
    until = heard_until(moment)
    known = {one.unit_id for one in await ChangeHearing.filter(change_set_id=row.id)}
    told = [unit for unit in losers(found.report) if unit not in known]
    asked = ASKED_BESIDE if found.way is Way.RESTATE else ASKED
    for unit_id in told:
        made = await ChangeHearing.create(change_set_id=row.id, unit_id=unit_id, told_at=moment, until=until)
        await notices.tell(
            kind=NOTICE, text=asked.format(until=last_minute(until), title=row.title), href=f"/hearings/{made.id}",
            unit_ids=(unit_id,), at=moment,
        )  # fmt: skip


async def answer(*, hearing_id: int, agrees: bool, text: str, actor: Actor, at: datetime | None = None) -> None:
    """Say for one's unit what is to be said about a change, once and in time; why not, if it does not agree."""
    moment, told = at or now(), text.strip()
    if (not agrees and not told) or len(told) > MOST_ANSWER:
        raise Invalid(problem("reason_needed", "请写明意见。", "Say why."))
    async with transaction():
        row = await ChangeHearing.filter(id=hearing_id).select_for_update().first()
        if row is None:
            raise no_hearing()
        if row.answered_at is not None:
            raise Conflict(problem("answered_already", "已经回复过了。", "This is answered already."))
        change = await ChangeSet.get(id=row.change_set_id)
        rests = not guards.public_places((await calendar.month_row(change.month, moment)).state)
        if rests or moment >= row.until or change.state != "open":
            raise Refused(problem("hearing_over", "征求意见已经结束。", "The hearing is over."))
        await ChangeHearing.filter(id=hearing_id).update(
            answered_at=moment, answered_by=account_of(actor), agrees=agrees, answer=told or None
        )
        after = {"agrees": agrees, "change": row.change_set_id}
        await audit.record(
            actor=actor,
            action="answer_hearing",
            subject_kind="unit",
            subject=row.unit_id,
            after=after,
            why=told or None,
        )
        unit = (await org.queries.organisation_of_month(change.month)).unit(row.unit_id)
        heard = HEARD.format(unit=Text(unit.name_zh, unit.name_en) if unit else "–", title=change.title)
        href = f"/changes/{change.id}"
        await notices.tell(kind=NOTICE, text=heard, href=href, account_ids=[change.made_by], at=moment)


async def tell_outcome(row: ChangeSet, found: Preview, moment: datetime) -> None:
    """Tell the units that win or lose an award by a change that it counts now, while places are public."""
    units = sorted(touched(found.report))
    if units and await may_tell(row, moment):
        await notices.tell(
            kind=NOTICE, text=COUNTS.format(title=row.title), href=f"/months/{row.month}", unit_ids=units, at=moment
        )


async def may_tell(row: ChangeSet, at: datetime) -> bool:
    """Tell whether units may hear of a change: not while places are hidden, and never who is named for an award by hand."""
    return row.kind != Kind.NAMING and guards.public_places((await calendar.month_row(row.month, at)).state)


def heard_until(moment: datetime) -> datetime:
    """Return six in the afternoon of the next working day."""
    day = working_days().after(moment.astimezone(SHANGHAI).date(), 1)
    return midnight(day) + timedelta(hours=CLOSES.hour)


def no_hearing() -> NotFound:
    """Return the refusal for a hearing that is not there, or not this reader's."""
    return NotFound(problem("no_such_hearing", "没有这项征求意见。", "There is no such hearing."))
