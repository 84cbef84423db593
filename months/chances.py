"""How much of a total may be chance: whether a rule book asks, and the answer straight from memory."""

from typing import TYPE_CHECKING

from leaderboards.ranges import UnitRange
from scoring.rulebook import RuleBook

if TYPE_CHECKING:  # numpy is imported late: this module is also read by pages
    from leaderboards.inputs import MonthInputs
    from leaderboards.month_ranges import Uncertain
    from leaderboards.month_results import MonthResults


def looks_at_chance(book: RuleBook) -> bool:
    """Tell whether a trigger or an award asks how much of a total may be chance."""
    bars = (bar.code for award in book.awards.values() for bar in award.bars)
    return "uncertain" in bars or any(rule.beyond_noise for rule in book.coaching.rules.values())


def variances(
    inputs: "MonthInputs", results: "MonthResults", known: "dict[str, Uncertain] | None" = None
) -> dict[int, UnitRange]:
    """Return what samples leave open about each total; the places it may truly have are nobody's question here.

    `known` holds cards that were worked out before, and takes in those that are worked out here.
    """
    from leaderboards.month_ranges import month_variances

    ids = inputs.frame.tree.ids
    found = month_variances(inputs, results.cards, {} if known is None else known)
    return {
        unit: UnitRange(variance, 0, 0, 0, 0, 0)
        for card in results.cards
        for unit, variance in zip(ids[card.run.units].tolist(), found[card.run.code].tolist(), strict=True)
    }
