"""A unit's card as the last scoring left it: lines with their weights and losses, ready for every page that shows them."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from coaching.losses import CardLosses
from msgspec import Struct

from coaching.history import card_lines
from core.language import Text, current
from leaderboards.month_board import MonthBoard, Standing
from leaderboards.queries import stored
from scoring.book_parts import Kpi
from scoring.packing import PackedLine
from scoring.queries.rules import Rules, catalogue
from scoring.statuses import (
    INSUFFICIENT_GROUP,
    INSUFFICIENT_SAMPLE,
    MISSING,
    NO_BASELINE,
    NOT_APPLICABLE,
    SCORED,
)
from web import show

POINT_PLACES, VALUE_PLACES, FULL = 4, 6, 10_000
STATES: dict[int, tuple[Text, str]] = {
    MISSING: (Text(zh="缺数据，不计分", en="no data, not scored"), "warn"),
    INSUFFICIENT_SAMPLE: (Text(zh="样本不足，不计分", en="too few samples, not scored"), "warn"),
    INSUFFICIENT_GROUP: (Text(zh="同类太少，不计分", en="too few peers, not scored"), "warn"),
    NO_BASELINE: (Text(zh="没有上月基数", en="no month before"), "warn"),
    NOT_APPLICABLE: (Text(zh="不适用", en="does not apply"), ""),
}


class CardLine(Struct, frozen=True):
    """One KPI of a card: what was stored, its weight before and after, the points it lost in 1/10,000."""

    kpi: Kpi
    stored: PackedLine
    weight: Decimal
    after: Fraction | None
    lost: int

    @property
    def scored(self) -> bool:
        """Say whether the KPI has a score of its own."""
        return self.stored.status == SCORED

    @property
    def over(self) -> int:
        """Return what it brings above full marks, in 1/10,000."""
        return max(0, self.stored.points + self.lost - self.whole) if self.stored.counted else 0

    @property
    def whole(self) -> int:
        """Return its weight as points in 1/10,000."""
        return round_half_up(self.after * FULL) if self.after is not None else 0


class Card(Struct, frozen=True):
    """The lines of one unit in one month."""

    standing: Standing
    lines: tuple[CardLine, ...]

    @property
    def points(self) -> int:
        """Return the sum of the points in 1/10,000."""
        return sum(line.stored.points for line in self.lines if line.stored.counted)

    @property
    def lost(self) -> int:
        """Return the sum of the lost points in 1/10,000."""
        return sum(line.lost for line in self.lines)

    def losers(self) -> list[CardLine]:
        """Return the lines that lost something, most first."""
        return sorted((line for line in self.lines if line.lost > 0), key=lambda line: -line.lost)


def round_half_up(value: Fraction) -> int:
    """Return a positive fraction as a whole number for the eye."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


async def card_of(found: MonthBoard, rules: Rules, unit_id: int) -> Card | None:
    """Return the card of a unit, None when it has none in that month."""
    cards = await cards_of(found, rules, [unit_id])
    return cards[0] if cards else None


async def cards_of(found: MonthBoard, rules: Rules, unit_ids: Sequence[int]) -> list[Card]:
    """Return the cards of several units of one snapshot."""
    kept = await stored.lines_of(found.snapshot_id, unit_ids)
    codes = (await catalogue()).kpi_codes
    losses: dict[str, CardLosses] = {}
    cards = []
    for unit_id in unit_ids:
        standing = found.by_unit.get(unit_id)
        if standing is not None:
            losses.setdefault(standing.card, CardLosses(rules.book, standing.card, rules.theme))
            cards.append(_card(standing, kept.get(unit_id, []), codes, rules, losses[standing.card]))
    return cards


def _card(
    standing: Standing, lines: Sequence[PackedLine], codes: dict[int, str], rules: Rules, losses: CardLosses
) -> Card:
    found = losses.of(card_lines(lines, codes))
    weights = rules.book.scorecards.get(standing.card, {})
    return Card(
        standing,
        tuple(
            CardLine(
                kpi=rules.book.kpis[code],
                stored=line,
                weight=weights.get(code, Decimal(0)),
                after=found[code].weight if code in found else None,
                lost=found[code].lost if code in found else 0,
            )
            for line in lines
            if (code := codes[line.kpi_id]) in rules.book.kpis
        ),
    )


def value_text(line: CardLine) -> str:
    """Return the value with its unit, a dash when there is none."""
    if line.stored.value is None or line.stored.status in {MISSING, NOT_APPLICABLE}:
        return "–"
    return with_unit(show.scaled(line.stored.value, VALUE_PLACES), line.kpi)


def with_unit(value: Decimal, kpi: Kpi) -> str:
    """Return a number of a KPI with two decimals and its unit."""
    unit = kpi.unit_name.read(current())
    number = show.number(value, 2, current())
    return f"{number}%" if unit == "%" else f"{number} {unit.partition('(')[0]}".strip()


def state_of(line: CardLine) -> tuple[str, str]:
    """Return why a line is not an ordinary one, and its tone; two empty texts for an ordinary one."""
    words = STATES.get(line.stored.status)
    return (words[0].read(current()), words[1]) if words else ("", "")


def peer_means(found: MonthBoard, card: str, group: str) -> tuple[Decimal | None, ...]:
    """Return the mean score of each process over the ranked units of a peer group."""
    kept = found.kept(("peer means", card, group), lambda: _means(found, card, group))
    means: tuple[Decimal | None, ...] = kept
    return means


def _means(found: MonthBoard, card: str, group: str) -> tuple[Decimal | None, ...]:
    peers = [one for one in found.population(card, group) if one.ranked]
    columns = zip(*(one.processes for one in peers), strict=True) if peers else ()
    return tuple(_mean([value for value in column if value is not None]) for column in columns)


def _mean(values: list[int]) -> Decimal | None:
    return show.rounded(show.scaled(sum(values), 2) / len(values), 2) if values else None
