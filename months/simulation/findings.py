"""What a report says about one slice of it: a kind in a month, or in all of them, whole or one peer group."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

import msgspec

from months.simulation.coefficient import Correlation
from months.simulation.correlation import kendall, mean, spearman
from months.simulation.report import CardMonth, MonthReport, Report

MOST_BARS = 24
WIDTHS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
"""How many points a bar of the histogram may span."""
CENTS = 100


class Row(msgspec.Struct, frozen=True):
    """One unit in one month: totals in cents, places on the board that is looked at."""

    month: int
    unit: int
    group: str
    old: int | None
    new: int | None
    old_place: int | None
    new_place: int | None

    @property
    def gain(self) -> int:
        """Return by how many cents the total rises; 0 where one of them is missing."""
        return self.new - self.old if self.new is not None and self.old is not None else 0

    @property
    def climb(self) -> int:
        """Return by how many places it rises, down is below 0."""
        return self.old_place - self.new_place if self.old_place is not None and self.new_place is not None else 0

    @property
    def crossing(self) -> int:
        """Return 1 for a unit that gets a place for the first time, -1 for one that is left without."""
        return (self.new_place is not None) - (self.old_place is not None)


class Slice(msgspec.Struct, frozen=True):
    """What happens to a population, over one month or several."""

    rows: tuple[Row, ...]
    gain: int
    lose: int
    same: int
    moved: int
    ranked: int
    dropped: int
    """So many have a total today and none under the draft."""
    old_mean: Fraction | None
    new_mean: Fraction | None
    spearman: Correlation | None
    kendall: Correlation | None


class Bars(msgspec.Struct, frozen=True):
    """A histogram of two columns: the first border, the width of a bar in points, and how many stand in each."""

    first: int
    width: int
    old: tuple[int, ...]
    new: tuple[int, ...]


def kinds_of(report: Report) -> tuple[str, ...]:
    """Return the kinds that anybody is ranked in, today or under the draft, as the rule books order them."""
    cards = (card for month in report.months for card in month.cards)
    ranked = (card.card for card in cards if any(rank is not None for rank in (*card.old_rank, *card.new_rank)))
    return tuple(dict.fromkeys(ranked))


def dropped_kinds(report: Report) -> tuple[str, ...]:
    """Return the kinds that have totals today and not one under the draft, in any month."""
    cards = [card for month in report.months for card in month.cards]
    now, then = (
        {card.card for card in cards if any(total is not None for total in getattr(card, side))}
        for side in ("old", "new")
    )
    return tuple(code for code in dict.fromkeys(card.card for card in cards) if code in now - then)


def groups_of(months: Iterable[MonthReport], kind: str) -> tuple[str, ...]:
    """Return the peer groups of a kind."""
    found = (name for month in months for card in month.cards if card.card == kind for name in card.groups)
    return tuple(sorted({name for name in found if name}))


def sliced(months: Sequence[MonthReport], kind: str, group: str | None) -> Slice:
    """Return what happens to a kind; places are those in the group when one is named. Correlations are of one month alone."""
    cards = [(month.month, card) for month in months for card in month.cards if card.card == kind]
    rows = tuple(row for month, card in cards for row in _rows(month, card, group))
    one = rows if len(cards) == 1 else ()
    places = [(row.old_place, row.new_place) for row in one if row.old_place is not None and row.new_place is not None]
    pair = [a for a, _ in places], [b for _, b in places]
    known = [row for row in rows if row.old is not None and row.new is not None]
    return Slice(
        rows=rows,
        gain=sum(row.gain > 0 for row in known),
        lose=sum(row.gain < 0 for row in known),
        same=sum(row.gain == 0 for row in known),
        moved=sum(row.climb != 0 for row in rows),
        ranked=sum(row.new_place is not None for row in rows),
        dropped=sum(row.old is not None and row.new is None for row in rows),
        old_mean=mean([row.old for row in rows if row.old is not None]),
        new_mean=mean([row.new for row in rows if row.new is not None]),
        spearman=spearman(*pair),
        kendall=kendall(*pair),
    )


def _rows(month: int, card: CardMonth, group: str | None) -> Iterable[Row]:
    old_places, new_places = (card.old_peer, card.new_peer) if group else (card.old_rank, card.new_rank)
    columns = zip(
        card.units, card.group, card.old, card.new, old_places, new_places, card.old_rank, card.new_rank, strict=True
    )
    for unit, number, old, new, old_place, new_place, old_rank, new_rank in columns:
        if group is None or card.groups[number] == group:
            ranked = old_rank is not None, new_rank is not None
            yield Row(
                month, unit, card.groups[number], old, new,
                old_place if ranked[0] else None, new_place if ranked[1] else None,
            )  # fmt: skip


def bars(rows: Iterable[Row]) -> Bars | None:
    """Return the totals before and after in bars of a round width, None when nobody has a total."""
    pairs = [(row.old, row.new) for row in rows]
    old, new = [a for a, _ in pairs if a is not None], [b for _, b in pairs if b is not None]
    if not old and not new:
        return None
    low, high = min(*old, *new, 10**9), max(*old, *new, 0)
    width = next((one for one in WIDTHS if (high - low) // (one * CENTS) < MOST_BARS), WIDTHS[-1])
    first = low // (width * CENTS) * width
    count = (high // CENTS - first) // width + 1
    return Bars(first, width, _counted(old, first, width, count), _counted(new, first, width, count))


def _counted(values: Sequence[int], first: int, width: int, count: int) -> tuple[int, ...]:
    found = [0] * count
    for value in values:
        found[min((value // CENTS - first) // width, count - 1)] += 1
    return tuple(found)


def furthest(rows: Sequence[Row], most: int) -> list[Row]:
    """Return who moves most, the largest changes of total first."""
    return sorted(rows, key=lambda row: (-abs(row.gain), -abs(row.climb), row.unit, row.month))[:most]


def places_first(rows: Sequence[Row]) -> list[Row]:
    """Return all rows, those first who gain or lose a place: who is displaced shall not stand behind many small changes."""
    return sorted(furthest(rows, len(rows)), key=lambda row: (not row.crossing, not row.climb))
