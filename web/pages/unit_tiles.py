"""The four numbers at the head of a unit's page, and which lines of a card carry points at all."""

from decimal import Decimal

from core.language import current
from leaderboards.card_views import CardLine
from leaderboards.queries.cards import Card
from web import show
from web.pages.lines import number
from web.sentences.teller import teller
from web.sentences.unit import WORDS
from web.views.shell import Tile

LAST_MONTHS = 6
say = teller(WORDS)


def beside(line: CardLine) -> bool:
    """Tell whether a line is only shown beside the card: it has neither a weight nor points."""
    return line.extra and not Decimal(line.points) and not Decimal(line.lost)


def has_points(card: Card) -> bool:
    """Tell whether some line of a card carries points; a support department's total comes of its parts instead."""
    return any(not line.extra for line in card.lines)


def tiles_of(card: Card, least: Decimal) -> tuple[Tile, ...]:
    """Return place, total, loss and coverage, as far as the card has them; none for a card without lines and total."""
    if not card.lines and not card.total:
        return ()
    return tuple(tile for tile in (_place(card), _total(card), _lost(card), _coverage(card, least)) if tile)


def _place(card: Card) -> Tile:
    before = card.history[-2] if len(card.history) > 1 else None
    moved = before.peer_rank - card.peer_rank if before and before.peer_rank and card.peer_rank else None
    overall = WORDS["overall"].format(rank=card.rank, of=card.of) if card.rank else WORDS["no_rank"]
    rank = str(card.peer_rank) if card.peer_rank else "–"
    return Tile(say("rank"), rank, f"/ {card.peer_of}", overall.read(current()), moved)


def _total(card: Card) -> Tile:
    past = [one for one in card.history if one.total is not None][-LAST_MONTHS:]
    margin = card.reach.margin if card.reach and card.total else None
    sure = f"±{show.number(show.scaled(margin, 2), 2, current())}" if margin is not None else ""
    return Tile(say("total"), card.total or "–", sure, "", None, tuple(show.scaled(one.total or 0, 2) for one in past))


def _lost(card: Card) -> Tile | None:
    if not has_points(card):
        return None
    return Tile(say("lost"), number(card.body.lost), "", say("main", n=len(card.body.main)))


def _coverage(card: Card, least: Decimal) -> Tile:
    share = show.plain(Decimal(card.coverage).scaleb(-2), 1)
    return Tile(say("coverage"), share, "%", say("least", least=show.plain(least * 100, 1)))
