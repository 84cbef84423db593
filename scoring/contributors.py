"""Whose facts count for a unit: its own, and those of the units beneath it as far as the rules let them rise."""

from collections.abc import Collection

from org.organisation import Organisation, Unit
from scoring.rulebook import RuleBook

NO_CARD = ""


def card_of(unit: Unit, book: RuleBook) -> str:
    """Return the card a unit is scored on: that of its post, else of its kind; empty when it has none."""
    return next((code for code in (unit.post, unit.kind) if code and code in book.kinds), NO_CARD)


def contributors(organisation: Organisation, unit_id: int, book: RuleBook, stays_with: Collection[str]) -> list[int]:
    """Return the units whose facts of a KPI add up to a unit's; those of the kinds in `stays_with` keep theirs.

    An employment hands everything over: that facts stay with a promoter keeps them from the store, not from the firm.
    """
    found, waiting = [], [unit_id]
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting += [unit for unit in organisation.children(one) if not _keeps(organisation, unit, book, stays_with)]
        waiting += organisation.employed(one)
    return sorted(set(found))


def _keeps(organisation: Organisation, unit_id: int, book: RuleBook, stays_with: Collection[str]) -> bool:
    unit = organisation.units[unit_id]
    return (card_of(unit, book) or unit.kind) in stays_with
