"""The shape of a rule book for those who write it: the tree of each scorecard, and the weights of processes by kind."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

import msgspec

from core.language import Text
from core.points import plain_text
from scoring.book_trees import WEIGHTED
from scoring.rulebook import RuleBook


class Branch(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a scorecard's tree: the whole card, a process, a node or a KPI, so deep under the total."""

    code: str
    name: Text
    sort: str
    """card, process, node or kpi"""
    depth: int
    weight: str = ""
    how: str = ""
    """What a node does with its children, or the method of a KPI."""


class WeightCell(msgspec.Struct, frozen=True):
    """The weight of a KPI on the card of a kind; empty where it is not on it."""

    kind: str
    kpi: str
    weight: str


class WeightRow(msgspec.Struct, frozen=True):
    """A process with its weight on every card, and its KPIs."""

    process: str
    name: Text
    sums: tuple[str, ...]
    kpis: tuple[tuple[str, Text, tuple[WeightCell, ...]], ...]


class Weights(msgspec.Struct, frozen=True):
    """All weights: kinds as columns, processes and their KPIs as rows, the sum of each card."""

    kinds: tuple[tuple[str, Text], ...]
    rows: tuple[WeightRow, ...]
    totals: tuple[str, ...]


def cards(book: RuleBook) -> tuple[tuple[str, Text], ...]:
    """Return the kinds that have a scorecard, flat or as a tree."""
    return tuple(
        (code, kind.name) for code, kind in book.kinds.items() if code in book.scorecards or code in book.trees
    )


def outline(book: RuleBook, card: str) -> tuple[Branch, ...]:
    """Return the scorecard of a kind, line by line from the total down."""
    return tuple(_tree(book, card) if card in book.trees else _flat(book, card))


def _flat(book: RuleBook, card: str) -> Iterator[Branch]:
    weights = book.scorecards.get(card, {})
    yield Branch(code=card, name=book.kinds[card].name, sort="card", depth=0, weight=_sum(weights.values()))
    for process in dict.fromkeys(book.kpis[code].process for code in weights):
        own = {code: weight for code, weight in weights.items() if book.kpis[code].process == process}
        name = book.processes[process].name
        yield Branch(code=process, name=name, sort="process", depth=1, weight=_sum(own.values()))
        for code, weight in own.items():
            yield _kpi(book, code, 2, plain_text(weight))


def _tree(book: RuleBook, card: str) -> Iterator[Branch]:
    tree = book.trees[card]
    yield Branch(code=card, name=book.kinds[card].name, sort="card", depth=0)
    yield from _node(book, card, tree.top, 1, "")


def _node(book: RuleBook, card: str, code: str, depth: int, weight: str) -> Iterator[Branch]:
    node = book.trees[card].nodes.get(code)
    if node is None:
        yield _kpi(book, code, depth, weight)
        return
    yield Branch(code=code, name=node.title, sort="node", depth=depth, weight=weight, how=node.op)
    weighs = node.op in WEIGHTED
    for child, share in node.children.items():
        yield from _node(book, card, child, depth + 1, plain_text(share) if weighs else "")


def _kpi(book: RuleBook, code: str, depth: int, weight: str) -> Branch:
    kpi = book.kpis[code]
    return Branch(code=code, name=kpi.name, sort="kpi", depth=depth, weight=weight, how=kpi.method)


def weights(book: RuleBook) -> Weights:
    """Return the weights of all flat cards."""
    kinds = tuple((code, book.kinds[code].name) for code in book.scorecards)
    rows = tuple(_weight_row(book, process) for process in book.processes if _members(book, process))
    return Weights(kinds, rows, tuple(_sum(book.scorecards[code].values()) for code, _ in kinds))


def _members(book: RuleBook, process: str) -> list[str]:
    used = {code for card in book.scorecards.values() for code in card}
    return [code for code, kpi in book.kpis.items() if kpi.process == process and code in used]


def _weight_row(book: RuleBook, process: str) -> WeightRow:
    members = _members(book, process)
    sums = tuple(_sum(card[code] for code in members if code in card) for card in book.scorecards.values())
    kpis = tuple((code, book.kpis[code].name, tuple(_cells(book, code))) for code in members)
    return WeightRow(process, book.processes[process].name, sums, kpis)


def _cells(book: RuleBook, code: str) -> Iterator[WeightCell]:
    for kind, card in book.scorecards.items():
        yield WeightCell(kind, code, plain_text(card[code]) if code in card else "")


def _sum(numbers: Iterable[Decimal]) -> str:
    found = list(numbers)
    return plain_text(sum(found, Decimal(0))) if found else ""
