"""Where points were lost, in words and bars, and the one thing to do first."""

from decimal import Decimal

from core.language import Text, current
from leaderboards.month_board import MonthBoard
from scoring.queries.rules import Rules
from web import show
from web.pages.cards import POINT_PLACES, Card, CardLine, card_of, value_text, with_unit
from web.views.home import Loss, LossCard, NextAction

MOST_ITEMS = 5
WORST = Text(zh="失分最多：{name}，{lost} 分。", en="Biggest loss: {name}, {lost} points.")
REST = Text(zh="其余 {n} 项", en="{n} others")
CLOSING = Text(
    zh="满分 100 − 失分 {lost}{over} = 记分卡 {sum} 分", en="full marks 100 − lost {lost}{over} = card {sum}"
)
OVER = Text(zh=" + 超额 {over}", en=" + above target {over}")
DO = Text(zh="把“{name}”补到目标。", en="Bring “{name}” up to its target.")
WHY = Text(
    zh="{month}现在 {value}，目标 {target}，得分 {score}。", en="{month}: {value}, target {target}, score {score}."
)
WHY_NO_TARGET = Text(zh="{month}现在 {value}，得分 {score}，满分 100。", en="{month}: {value}, score {score} of 100.")
WORTH = Text(zh="达到目标时，记分卡可多得", en="what the card gains when the target is reached")
SEE_HOW = Text(zh="看这一项怎么算", en="See how it is counted")


async def worst_sentence(found: MonthBoard, rules: Rules, unit_id: int) -> str:
    """Return in one sentence what costs a unit most; empty when nothing does."""
    card = await card_of(found, rules, unit_id)
    losers = card.losers() if card else []
    if not losers:
        return ""
    name = losers[0].kpi.name
    return WORST.format(name=name, lost=points(losers[0].lost, 2)).read(current())


def points(value: int, places: int = POINT_PLACES) -> str:
    """Return points of 1/10,000 for the eye."""
    return show.number(show.scaled(value, POINT_PLACES), places, current())


def why_href(card: Card, line: CardLine, month: int) -> str:
    """Return the address of the page that takes one line apart."""
    return f"/units/{card.standing.unit_id}/kpis/{line.kpi.code}?month={month}"


def loss_card(card: Card, month: int) -> LossCard | None:
    """Return the losses of a card: the largest by name, the rest together, and the closing line."""
    losers = card.losers()
    if not losers:
        return None
    most = losers[0].lost
    items = [
        Loss(
            name=line.kpi.name.read(current()),
            lost=show.scaled(line.lost, POINT_PLACES),
            share=line.lost * 100 // most,
            tone="loss4" if place == 0 else "loss3",
            href=why_href(card, line, month),
            tag=value_text(line),
        )
        for place, line in enumerate(losers[:MOST_ITEMS])
    ]
    rest = sum(line.lost for line in losers[MOST_ITEMS:])
    if rest:
        name = REST.format(n=len(losers) - MOST_ITEMS).read(current())
        items.append(Loss(name, show.scaled(rest, POINT_PLACES), min(100, rest * 100 // most), "other"))
    return LossCard(show.scaled(card.lost, POINT_PLACES), tuple(items), closing(card))


def closing(card: Card) -> str:
    """Return the line that shows how the sum closes: full marks less losses plus what is above target."""
    gained = card.points + card.lost - 1_000_000
    over = OVER.format(over=points(gained, 2)).read(current()) if gained > 0 else ""
    return CLOSING.format(lost=points(card.lost, 2), over=over, sum=points(card.points, 2)).read(current())


def next_action(card: Card, rules: Rules, month: int) -> NextAction | None:
    """Return the one thing to do first: the line that lost most, with what reaching its target is worth."""
    losers = [line for line in card.losers() if line.scored]
    if not losers:
        return None
    line = losers[0]
    reader = current()
    name = line.kpi.name
    advice = rules.book.coaching.advice.get(line.kpi.code)
    target = line.kpi.target
    words = WHY if target is not None else WHY_NO_TARGET
    why = words.format(
        month=show.month(month, reader),
        value=value_text(line),
        target=with_unit(Decimal(target), line.kpi) if target is not None else "",
        score=show.number(show.scaled(line.stored.score, 2), 2, reader),
    )
    return NextAction(
        title=(advice or DO.format(name=name)).read(reader),
        why=why.read(reader),
        href=why_href(card, line, month),
        button=SEE_HOW.read(reader),
        worth=f"+{points(line.lost, 2)}",
        basis=WORTH.read(reader),
        eyebrow=name.read(reader),
    )
