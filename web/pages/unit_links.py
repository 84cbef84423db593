"""Where the page of a unit leads: each part of the program adds its line."""

from collections.abc import Iterable

from core.language import current
from leaderboards.queries.cards import Card
from months.contests.spec import units_of
from months.queries.contests.rows import contests
from org.visibility import Scope
from web.sentences.teller import teller
from web.sentences.unit import WORDS
from web.views.shell import Link

say = teller(WORDS)


def links_of(plan_id: int | None, card: Card | None) -> Iterable[Link]:
    """Yield the pages about this unit that its reader may follow."""
    if plan_id is not None:
        yield Link(say("coaching"), f"/coaching/{plan_id}", "heart-handshake")
    if card is not None:
        yield Link(say("board"), f"/boards?kind={card.card}&month={card.month}", "trophy")
        yield Link(say("receipt"), f"/units/{card.unit_id}/receipt?month={card.month}", "file-text")
        yield Link(say("history"), f"/units/{card.unit_id}/history", "history")


async def contest_links(scope: Scope, card: Card) -> tuple[Link, ...]:
    """Return the contests of the month in which a unit takes part, for its own people."""
    if card.unit_id not in scope.own:
        return ()
    held = [one for one in await contests(card.month) if one.cancelled_at is None]
    return tuple(
        Link(one.name.read(current()), f"/contests/{one.id}", "trophy")
        for one in held
        if card.unit_id in units_of(one.spec)
    )
