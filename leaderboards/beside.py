"""What a snapshot keeps beside the measures of a card, for seasons and classes: columns with names of their own."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.points import CENTS, FACT_SCALE
from leaderboards.results import NONE
from leaderboards.standing_names import CLASS, COUNT, NODE
from scoring.book_result_checks import KPI, SEASON
from scoring.book_results import ClassRule
from scoring.bulk import Ints
from scoring.classes import classes
from scoring.columns import Bools, Column, Sums, rounded_to
from scoring.engine import Scored
from scoring.quantities import quantity
from scoring.rulebook import RuleBook

CENT_PLACES = 2
Items: TypeAlias = Callable[[str], Mapping[str, Sums]]


@dataclass(frozen=True)
class Card:
    """One card of a month: its units, their total as it is published, who has a place, who counts, and item counts."""

    kind: str
    scored: Scored
    total: Ints
    ranked: Bools
    counts: Bools
    group: NDArray[np.intp]
    items: Items


def beside_names(book: RuleBook) -> tuple[str, ...]:
    """Return the names of the columns kept, the same for every card."""
    return tuple(dict.fromkeys([*_classes(book), *_nodes(book), *_counts(book)]))


def _classes(book: RuleBook) -> Iterator[str]:
    return (CLASS + code for code, rule in book.classes.items() if not rule.of.startswith(SEASON))


def _nodes(book: RuleBook) -> Iterator[str]:
    yield from (NODE + name for name in book.held_nodes())
    for season in book.seasons.values():
        tree = book.trees.get(season.kind)
        names = [season.of, *(breaker.field for breaker in season.breakers if breaker.field)]
        yield from (NODE + name for name in names if tree and name in tree.nodes)


def _counts(book: RuleBook) -> Iterator[str]:
    for season in book.seasons.values():
        for breaker in season.breakers:
            if (breaker.countback or "").startswith(KPI):
                kpi = str(breaker.countback).removeprefix(KPI)
                yield from (f"{COUNT}{kpi}:{item}" for item in breaker.items)


def beside(book: RuleBook, card: Card) -> list[Ints]:
    """Return the columns of `beside_names` for one card; NONE where a unit has no such number.

    A class is the place of its step, a node is in cents, a count is whole.
    """
    return [_column(book, card, name) for name in beside_names(book)]


def _column(book: RuleBook, card: Card, name: str) -> Ints:
    kind, _, code = name.partition(":")
    if f"{kind}:" == CLASS:
        return _class_column(book.classes[code], card)
    if f"{kind}:" == NODE:
        found = quantity(code, card.scored, total_column(card.total))
        return np.where(found.known, rounded_to(found, CENT_PLACES), NONE).astype(np.int64)
    kpi, _, item = code.rpartition(":")
    sums = card.items(kpi).get(item) if kpi in card.scored.kpis else None
    if sums is None:
        return np.zeros(len(card.total), dtype=np.int64)
    return np.where(sums.known, sums.num // FACT_SCALE, 0)


def total_column(cents: Ints) -> Column:
    """Return totals in cents as exact values."""
    known = cents != NONE
    return Column(np.where(known, cents, 0), np.where(known, CENTS, 1), known)


def _class_column(rule: ClassRule, card: Card) -> Ints:
    column = np.full(len(card.total), NONE, dtype=np.int64)
    if rule.kind != card.kind:
        return column
    found = quantity(rule.of, card.scored, total_column(card.total))
    numbers = {step.code: number for number, step in enumerate(rule.steps)}
    for members in _peers(rule, card):
        values = {str(at): found.at(at) for at in members.tolist() if card.ranked[at] or card.counts[at]}
        population = frozenset(code for code in values if card.counts[int(code)])
        for code, classed in classes(rule, values, population).items():
            if card.ranked[int(code)]:
                column[int(code)] = numbers[classed.step.code]
    return column


def _peers(rule: ClassRule, card: Card) -> list[NDArray[np.intp]]:
    if rule.scope == "all":
        return [np.arange(len(card.group))]
    return [np.flatnonzero(card.group == index) for index in range(int(card.group.max(initial=-1)) + 1)]
