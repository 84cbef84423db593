"""One draft of rules with its trial on the closed months, so that there is something to look at."""

import tomllib

from core.audit import Actor
from core.database import transaction
from months.operations import simulating
from months.queries.simulations import months_with_facts
from scoring.operations.drafts import create_draft
from scoring.queries import drafts, rules
from seeds.tables import text

DRAFT = "draft.toml"


def changed(book: str) -> str:
    """Return the text of a rule book with the changes of the draft; each must be there once."""
    for change in tomllib.loads(text(DRAFT))["changes"]:
        if book.count(change["before"]) != 1:
            raise ValueError(f"seeds/{DRAFT}: {change['before'][:60]!r} does not stand once in the rule book")
        book = book.replace(change["before"], change["after"])
    return book


async def ensure(running: int, actor: Actor) -> None:
    """Make the draft and try it on every month that is over; one transaction, so that it is there whole or not at all."""
    if await drafts.drafts():
        return
    found = await rules.rules_of(running)
    book = changed(await rules.rule_book_text(found.rule_book_id))
    months = [month for month in await months_with_facts() if month != running]
    async with transaction():
        number = await create_draft(
            name=str(tomllib.loads(text(DRAFT))["name"]), text=book, base_id=found.rule_book_id, actor=actor
        )
        if months:
            trial = await simulating.ask_simulation(draft_id=number, revision=1, months=months, actor=actor)
            # Done before the note is seen by a worker, who then finds nothing left to do.
            await simulating.work(trial)
