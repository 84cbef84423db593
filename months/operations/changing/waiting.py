"""A change set that waits: who may let it count is told; its maker and the units concerned hear how it ended."""

from datetime import datetime

from core.audit import Actor
from core.language import Text
from months.changes.preview import decoded, touched
from months.models.changes import ChangeHearing, ChangeSet
from months.operations import second_person
from months.operations.changing.hearing import NOTICE, may_tell
from org.operations import notices
from org.roles import Action

ASKS = Text(
    zh="{name}提出变更{month}的结果，等待第二人决定。",
    en="{name} proposes a change of the results of {month}; a second person has to decide about it.",
)
COUNTS = Text(zh="您提出的变更已生效：{title}", en="The change that you proposed counts now: {title}")
DROPPED = Text(
    zh="您提出的变更被取消：{title}。理由：{why}",
    en="The change that you proposed was cancelled: {title}. Reason: {why}",
)
NO_MORE = Text(zh="拟议的变更已取消：{title}", en="A change is cancelled and does not count: {title}")
"""What units hear that were asked about it, or that it gave or took an award."""


async def ask(row: ChangeSet, actor: Actor, at: datetime) -> None:
    """Tell everybody who may decide about a change that it waits, its maker aside; inside the caller's transaction."""
    await second_person.ask(
        month=row.month, what=ASKS, action=Action.APPLY_CHANGE, href=_where(row), actor=actor, at=at
    )


async def counts(row: ChangeSet, actor: Actor, at: datetime) -> None:
    """Note that nothing waits any more, and tell the maker that the change counts."""
    await second_person.answered(href=_where(row), at=at)
    await _tell_maker(row, COUNTS.format(title=row.title), actor, at)


async def dropped(row: ChangeSet, why: str, actor: Actor, at: datetime) -> None:
    """Note that nothing waits any more; tell the maker why, and the units that it concerned, where places are public."""
    await second_person.answered(href=_where(row), at=at)
    await _tell_maker(row, DROPPED.format(title=row.title, why=why), actor, at)
    hearings = await ChangeHearing.filter(change_set_id=row.id)
    for one in hearings:
        await notices.settle(kind=NOTICE, href=f"/hearings/{one.id}", at=at)
    units = {one.unit_id for one in hearings} | (_moved(row) if row.state == "applied" else set())
    if units and await may_tell(row, at):
        text, href = NO_MORE.format(title=row.title), f"/months/{row.month}"
        await notices.tell(kind=NOTICE, text=text, href=href, unit_ids=sorted(units), at=at)


def _moved(row: ChangeSet) -> set[int]:
    return set(touched(decoded(row.preview).report)) if row.preview else set()


async def _tell_maker(row: ChangeSet, text: Text, actor: Actor, at: datetime) -> None:
    await notices.tell(
        kind=NOTICE, text=text, href=_where(row), account_ids=[row.made_by], aside=actor.account_id, at=at
    )


def _where(row: ChangeSet) -> str:
    return f"/changes/{row.id}"
