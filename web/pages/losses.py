"""Where points were lost, in words and bars, and the one thing to do first."""

from decimal import Decimal

from core.language import Text, current
from core.points import said_cents
from leaderboards.month_board import MonthBoard
from leaderboards.queries import stored
from leaderboards.queries.cards import Card
from scoring.losses import CardLine, CardLosses
from scoring.queries.rules import Rules
from scoring.rulebook import RuleBook
from scoring.statuses import NOT_APPLICABLE
from web import show
from web.pages.lines import losers, number, points_of, rounded_apart, score_of, value_of, why_href, with_unit
from web.views.home import Loss, LossCard, NextAction

MOST_ITEMS = 5
HUNDRED = "100"
WORST = Text(zh="失分最多：{name}，{lost} 分。", en="Biggest loss: {name}, {lost} points.")
REST = Text(zh="其余 {n} 项", en="{n} others")
CLOSING = Text(
    zh="满分 {full} − 失分 {lost}{over} = 记分卡 {sum} 分", en="Full marks {full} − lost {lost}{over} = card {sum}"
)
OPEN = Text(zh="失分 {lost}，记分卡 {sum} 分", en="Lost {lost}; the card comes to {sum}")
OVER = Text(zh=" + 超额 {over}", en=" + above target {over}")
BEYOND = Text(zh="，公式、封顶与取位等 {rest}", en=", formulas, limits and roundings {rest}")
ROUNDED = Decimal("0.005")
BLEND = Text(zh="{measure} = {parts} = {total}", en="{measure} = {parts} = {total}")
SETTLED = Text(
    zh="加上主题活动、加减分和红线，总分 {total}",
    en="With activities, adjustments and red lines the total is {total}",
)
DO = Text(zh="把“{name}”做到 {goal}。", en="Bring “{name}” to {goal}.")
WHY = Text(
    zh="{month}现在 {value}。这项得分 {score}，是可补分数最多的一项。",
    en="{month}: {value}, score {score}; nothing else can win back as much.",
)
WORTH = Text(zh="达到后，总分可多得", en="what the total gains when it is reached")
WORTH_OF_BLEND = Text(
    zh="达到后，总分可多得（记分卡 +{points} × {weight}%）",
    en="what the total gains when it is reached (card +{points} × {weight}%)",
)
HOW = Text(zh="做法：{advice}。", en="How: {advice}.")
SEE_HOW = Text(zh="看这一项怎么算", en="See how it is counted")


async def worst_sentence(found: MonthBoard, rules: Rules, unit_id: int) -> str:
    """Return in one sentence what costs a unit most; empty when nothing does."""
    standing = found.by_unit[unit_id]
    codes = found.heads[standing.card].kpis
    kept = await stored.lines_of_one(found.snapshot_id, unit_id)
    lines = [
        CardLine(code, line.score, line.counted, line.status != NOT_APPLICABLE, line.points)
        for code, line in zip(codes, kept, strict=False)
    ]
    on_card = found.shared(("losses", standing.card), lambda: CardLosses(rules.book, standing.card, rules.theme))
    losses = on_card.of(lines)
    code = max(losses, key=lambda one: losses[one].lost, default=None)
    if code is None or not losses[code].lost:
        return ""
    lost = show.number(show.scaled(losses[code].lost, 4), 2, current())
    return WORST.format(name=rules.book.kpis[code].name, lost=lost).read(current())


def loss_card(card: Card) -> LossCard | None:
    """Return the losses of a card: the largest by name, the rest together, and the closing line."""
    found = losers(card.lines)
    if not found:
        return None
    most = Decimal(found[0].lost)
    items = [
        Loss(
            name=line.name.read(current()),
            lost=Decimal(line.lost),
            share=int(Decimal(line.lost) * 100 / most),
            tone="loss4" if place == 0 else "loss3",
            href=why_href(card.unit_id, line.kpi, card.month),
            tag=value_of(line),
        )
        for place, line in enumerate(found[:MOST_ITEMS])
    ]
    rest = sum((Decimal(line.lost) for line in found[MOST_ITEMS:]), Decimal(0))
    if rest:
        name = REST.format(n=len(found) - MOST_ITEMS).read(current())
        items.append(Loss(name, rest, min(100, int(rest * 100 / most)), "other"))
    lost = Decimal(card.body.lost)
    apart = rounded_apart([item.lost for item in items], lost)
    return LossCard(lost, tuple(items), closing(card), blend(card), settled=settled(card), rounded=apart)


def start_of(card: Card) -> Decimal:
    """Return the total had nothing been lost; where the rules name no full marks, what was kept and what was lost."""
    body = card.body
    return Decimal(body.card_total) + Decimal(body.lost) if body.full is None else Decimal(body.full)


def of_hundred(card: Card) -> bool:
    """Tell whether everything on a card is measured out of 100."""
    return card.body.full == HUNDRED and all(line.full == HUNDRED for line in card.lines if not line.extra)


def gained(card: Card) -> Decimal:
    """Return what lies above full marks, or what limits and formulas move: full marks less losses and this are the card."""
    if abs(Decimal(card.body.rounding)) > ROUNDED:
        return Decimal(card.body.card_total) + Decimal(card.body.lost) - start_of(card)
    return points_of(card) + Decimal(card.body.lost) - start_of(card)


def closing(card: Card) -> str:
    """Return the line that shows how the sum closes, where a tree adds something that no line carries with it."""
    body, full = card.body, card.body.full
    if full is None:
        return OPEN.format(lost=number(body.lost), sum=body.card_total).read(current())
    more, beyond = gained(card), abs(Decimal(body.rounding)) > ROUNDED
    if beyond:
        over = BEYOND.format(rest=show.signed(more, 2, current())).read(current()) if abs(more) > ROUNDED else ""
    else:
        over = OVER.format(over=number(more)).read(current()) if number(more) > "0.00" and more > 0 else ""
    total = body.card_total if beyond else number(points_of(card))
    return CLOSING.format(full=show.plain(full), lost=number(body.lost), over=over, sum=total).read(current())


def blend(card: Card) -> str:
    """Return how the ranked total is blended from its parts; empty where the card itself is ranked.

    A part that is missing gives its weight to the others, as in the total.
    """
    told = [part for part in card.parts if part.cents is not None]
    mixed = card.mixed
    if mixed is None or card.measure is None:
        return ""
    whole = sum(Decimal(part.weight) for part in told)
    parts = " + ".join(
        f"{part.name.read(current())} {number(Decimal(part.cents or 0).scaleb(-2))}"
        f" × {show.plain(Decimal(part.weight) * 100 / whole, 1)}%"
        for part in told
    )
    return BLEND.format(measure=card.measure, parts=parts, total=said_cents(mixed)).read(current())


def settled(card: Card) -> str:
    """Return the total after all that stands beside the card; empty where nothing does."""
    if not (card.activities or card.adjustments or card.red_lines) or not card.total:
        return ""
    return SETTLED.format(total=card.total).read(current())


def next_action(card: Card, book: RuleBook) -> NextAction | None:
    """Return the one thing to do first: the KPI whose next goal wins back most points."""
    reader = current()
    lift = next((one for one in card.body.lifts if Decimal(one.points) > 0), None)
    if lift is None:
        return None
    line = next(one for one in card.lines if one.kpi == lift.kpi)
    advice = book.coaching.advice.get(lift.kpi)
    title = DO.format(name=lift.name, goal=with_unit(lift.goal, lift.unit_name)).read(reader)
    why = WHY.format(month=show.month(card.month, reader), value=value_of(line), score=score_of(line)).read(reader)
    return NextAction(
        title=title,
        why=f"{why}{' ' if reader == 'en' else ''}{_how(advice)}",
        href=why_href(card.unit_id, lift.kpi, card.month),
        button=SEE_HOW.read(reader),
        worth=f"+{number(Decimal(lift.points) * _weight(card) / 100)}",
        basis=_basis(card, lift.points),
        tries=f"/units/{card.unit_id}/what-if?month={card.month}",
    )


def _weight(card: Card) -> Decimal:
    """Return how many per cent of the ranked total the own card makes up."""
    return next((Decimal(part.weight) for part in card.parts if part.source == "card"), Decimal(100))


def _basis(card: Card, points: str) -> str:
    if not card.parts:
        return WORTH.read(current())
    return WORTH_OF_BLEND.format(points=number(points), weight=show.plain(_weight(card), 1)).read(current())


def _how(advice: Text | None) -> str:
    return show.full_width(HOW.format(advice=advice).read(current())) if advice else ""
