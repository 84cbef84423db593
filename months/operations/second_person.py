"""Asking for the second person: whoever may approve a step is told that it waits, until somebody has decided."""

from datetime import datetime

from core.audit import Actor
from core.language import Text
from core.period import month_name
from months.operations.guarding import account_of
from months.queries import closing
from org.operations import notices
from org.roles import ALLOWED, Action

NOTICE = "second_person"


async def ask(
    *, month: int, what: Text, action: Action, href: str, actor: Actor, at: datetime, about: Text | None = None
) -> None:
    """Tell everybody who may take `action`, the proposer aside; `what` says it with the places {name}, {month} and {about}.

    Inside the caller's transaction. What was asked before at the same address counts as read.
    """
    await answered(href=href, at=at)
    proposer = await closing.party(account_of(actor), month)
    text = what.format(name=proposer.name, month=month_name(month), about=about)
    roles = [role for role, actions in ALLOWED.items() if action in actions]
    await notices.tell(kind=NOTICE, text=text, href=href, roles=roles, aside=proposer.account_id, at=at)


async def answered(*, href: str, at: datetime) -> None:
    """Note that nothing waits there any more: it was approved, or taken back."""
    await notices.settle(kind=NOTICE, href=href, at=at)
