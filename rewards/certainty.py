"""Winners whom chance may have put above the first without the award."""

from collections.abc import Sequence

from rewards.entrants import Entrant
from rewards.gates import Terms
from scoring.apart import told_apart


def asks(terms: Terms) -> bool:
    """Tell whether an award wants to know which of its winners are certain."""
    return terms.award.certain or any(bar.code == "uncertain" for bar in terms.award.bars)


def uncertain(terms: Terms, won: Sequence[Entrant], free: Sequence[Entrant]) -> frozenset[int]:
    """Return the winners who cannot be told apart from the first who may win and does not.

    `free` are those who may win, in order. Where it is not known how sure the totals are, or by another measure than
    the places, every winner counts as certain.
    """
    winners = {one.unit_id for one in won}
    first = next((one for one in free if one.unit_id not in winners), None)
    if not asks(terms) or first is None:
        return frozenset()
    return frozenset(one.unit_id for one in won if not _apart(terms, one, first))


def _apart(terms: Terms, one: Entrant, other: Entrant) -> bool:
    if None in (one.variance, other.variance, one.value, other.value):
        return True
    mine, theirs = (one.value or 0, one.variance or 0), (other.value or 0, other.variance or 0)
    return told_apart(mine, theirs, terms.book.composition.certainty)
