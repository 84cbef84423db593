"""How the points of a card become its total, in sentences: rounding, blend, activities, adjustments, red lines."""

from decimal import Decimal

from core.language import current
from leaderboards.queries.cards import Card
from scoring.posted_reason import reason_in
from web import show
from web.pages.lines import number, points_of
from web.pages.losses import blend, closing
from web.sentences.teller import teller
from web.sentences.unit import WORDS

say = teller(WORDS)


def sum_line(card: Card, *, tree: bool = False) -> str:
    """Return how the points become the total: rounding, the blend of a measure, and what stands beside the card."""
    reader = current()
    rest = Decimal(card.body.rounding)
    beyond = tree and abs(rest) > Decimal("0.005")
    with_rest = say(
        "rest", sum=number(points_of(card), 4), rest=show.signed(rest, 4, reader), total=card.body.card_total
    )
    said = [
        with_rest if beyond else say("rounding", sum=number(points_of(card), 4), total=card.body.card_total),
        f"{closing(card)}{say('stop')}",
    ]
    if words := blend(card):
        said.append(f"{words}{say('stop')}")
    said += [
        say(
            "activity",
            name=row.name,
            count=row.count,
            points=show.signed(Decimal(row.points), 2, reader),
            held=say("held", cap=row.cap) if row.capped and row.cap else "",
        )
        for row in card.activities
    ]
    said += [
        say(
            "adjusted",
            points=show.signed(Decimal(row.points), 2, reader),
            reason=reason_in(row.reason, reader).rstrip("。."),
        )
        for row in card.adjustments
    ]
    said += [
        say("red_line", name=row.name, day=show.day(row.on, "short", reader), reason=row.reason.rstrip("。."))
        for row in card.red_lines
    ]
    if (card.adjustments or card.activities) and card.total:
        said.append(say("settled", total=card.total))
    return show.full_width(" ".join(said))
