"""Where the page of a unit leads: each part of the program adds its line."""

from collections.abc import Iterable

from leaderboards.queries.cards import Card
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
