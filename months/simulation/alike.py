"""Which cards two rule books treat alike: what one of them has worked out then serves the other."""

from dataclasses import fields
from typing import Any

import numpy as np

from leaderboards.results import CardLines, CardResult
from scoring.rulebook import RuleBook

SHARED = (
    "kinds", "processes", "targets", "themes", "composition", "measures", "seasons", "classes", "red_lines", "department",
    "departments", "responsibility", "responsibility_kpis",
)  # fmt: skip
"""What concerns every card; where any of it differs no card is treated alike."""
OWN = ("scorecards", "extras", "trees", "boards")


def alike_cards(one: RuleBook, other: RuleBook) -> frozenset[str]:
    """Return the cards on which two rule books say the same, and on which those say the same that they build on."""
    if any(getattr(one, name) != getattr(other, name) for name in SHARED):
        return frozenset()
    found = {code for code in one.kinds if _own(one, code) == _own(other, code)}
    if found != set(one.kinds):
        found.discard(one.department.kind)
    while lacking := {code for code in found if not _above(one, code) <= found}:
        found -= lacking
    return frozenset(found)


def _own(book: RuleBook, card: str) -> tuple[object, ...]:
    codes = book.kpis_of(card)
    return codes, [book.kpis[code] for code in codes], [getattr(book, name).get(card) for name in OWN]


def _above(book: RuleBook, card: str) -> set[str]:
    """Return the cards whose totals a card takes a share of."""
    parts = (part.source for one in book.measures.values() if card in one.kinds for part in one.parts)
    return {source.partition(":")[2] for source in parts if source.startswith("parent:")}


def same_results(one: CardResult, other: CardResult) -> bool:
    """Tell whether two cards came to the same in every number."""
    return one.run.size == other.run.size and one.run.groups == other.run.groups and _same(one, other)


def _same(one: CardResult | CardLines, other: CardResult | CardLines) -> bool:
    return all(_equal(getattr(one, field.name), getattr(other, field.name)) for field in fields(one))


def _equal(one: Any, other: Any) -> bool:  # noqa: ANN401 arrays, lines, plain values
    if isinstance(one, CardLines):
        return _same(one, other)
    if isinstance(one, np.ndarray):
        return bool(np.array_equal(one, other))
    return True if hasattr(one, "units") else bool(one == other)
