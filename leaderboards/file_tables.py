"""Rows of lines.csv, scorecards.csv, standings.csv and nodes.csv."""

from collections.abc import Iterator
from fractions import Fraction

from core.points import CENTS, decimal_text, fraction_text, rounded_fraction
from leaderboards.file_results import Result
from scoring.book_parts import Rounding
from scoring.book_result_checks import KPI
from scoring.composition import POINT_PLACES
from scoring.explain import Line
from scoring.quantities import kpi_scores
from scoring.rounding import step_of
from scoring.rulebook import RuleBook
from scoring.scored import NODE_STATUSES
from scoring.tree.reach import weights_of_nodes

LINE_COLUMNS = (
    "period",
    "unit",
    "kpi",
    "process",
    "measured",
    "value",
    "numerator",
    "denominator",
    "sample",
    "score",
    "status",
    "policy",
    "weight",
    "weight_after",
    "weight_fraction",
    "points",
    "lost",
)
CARD_COLUMNS = ("period", "unit", "name", "kind", "group", "total", "rounding", "coverage", "status", "grade")
STANDING_COLUMNS = ("period", "kind", "group", "rank", "tied", "unit", "name", "total")
NODE_COLUMNS = ("period", "unit", "node", "value", "scored", "of", "status", "weight", "weight_fraction", "points")
Cells = list[object]


def line_row(result: Result, at: int, line: Line) -> Cells:
    """Return one line; `at` is the place of its unit among those of the result."""
    plain = {name: getattr(line, name) for name in LINE_COLUMNS[2:]}
    plain["score"] = _score(result, line, at)
    return [result.period, result.units[at].code, *("" if part is None else part for part in plain.values())]


def _score(result: Result, line: Line, at: int) -> str:
    """Return a score with as many decimals as the rule book rounds it to."""
    book = result.book
    row = result.scored.kpis.index(line.kpi)
    if row < len(result.scored.leaves):
        value = kpi_scores(result.scored, row).at(at)
        return "" if value is None else shown(value, book, rounding_of(book, result.kind, KPI + line.kpi))
    places = book.composition.score_places
    if line.score is None or places >= len(line.score.partition(".")[2]):
        return line.score or ""
    return line.score[: line.score.index(".") + (places + 1 if places else 0)]


def shown(value: Fraction, book: RuleBook, rounding: Rounding | None) -> str:
    """Return a number with the decimals of its rounding, or of `composition.show_places` where it has none."""
    return fraction_text(value, book.composition.show_places if rounding is None else decimals(rounding))


def decimals(rounding: Rounding) -> int:
    """Return how many decimals the results of a rounding have."""
    step = step_of(rounding)
    places = 0
    while (step * 10**places).denominator != 1:
        places += 1
    return places


def total_text(result: Result, at: int) -> str:
    """Return the total of a unit as it is published, empty where it has none."""
    value = result.total.at(at)
    return "" if value is None else shown(value, result.book, rounding_of(result.book, result.kind, "total"))


def rounding_of(book: RuleBook, kind: str, name: str) -> Rounding | None:
    """Return how a quantity of a card is rounded; None where it is not."""
    tree = book.trees.get(kind)
    if tree is not None and name == "total" and book.measure_of(kind) is None:
        name = tree.top
    if tree is not None and name in tree.nodes:
        return tree.nodes[name].round
    if name.startswith(KPI):
        told = book.kpis[name.removeprefix(KPI)].round
        return None if told == "none" else told or Rounding(places=book.composition.score_places)
    return Rounding(places=2)


def card_rows(result: Result) -> Iterator[Cells]:
    """Yield one row for every unit."""
    coverage = result.scored.coverage
    for at, unit in enumerate(result.units):
        total, ranked = result.total.at(at), bool(result.ranked[at])
        grade = result.book.grade_of(rounded_fraction(total * CENTS, 0)) if ranked and total is not None else None
        yield [
            result.period,
            unit.code,
            unit.name,
            result.kind,
            unit.group or "",
            total_text(result, at),
            decimal_text(int(result.scored.rounding[at]), 4),
            decimal_text(int(coverage[at]), 4),
            "ranked" if ranked else "not_ranked" if unit.competes else "exempt",
            grade.code if grade else "",
        ]


def place_rows(result: Result) -> Iterator[Cells]:
    """Yield one row for every place, board by board."""
    for members in result.boards():
        places = result.places(members)
        for at in places.order:
            index = int(members[at])
            unit = result.units[index]
            yield [
                result.period,
                result.kind,
                unit.group or "",
                int(places.ranks[at]),
                "yes" if places.tied[at] else "",
                unit.code,
                unit.name,
                total_text(result, index),
            ]


def node_rows(result: Result) -> Iterator[Cells]:
    """Yield one row for every unit and node of its tree, children before the nodes they stand under.

    The weight is the share of the node's value that reaches the total, the points are what arrives there.
    """
    book, places = result.book, result.book.composition.show_places
    weights = weights_of_nodes(result.scored.nodes)
    statuses = {node.code: node.statuses for node in result.scored.nodes}
    for at, unit in enumerate(result.units):
        for node in result.scored.nodes:
            value, weight = node.value.at(at), weights[node.code].at(at) or Fraction(0)
            known = value is not None
            yield [
                result.period,
                unit.code,
                node.code,
                shown(value, book, node.node.round) if value is not None else "",
                int(node.scored[at]),
                int(node.of[at]),
                NODE_STATUSES[statuses[node.code][at]],
                fraction_text(weight, POINT_PLACES) if known else "",
                str(weight) if known else "",
                fraction_text(weight * value, places) if value is not None else "",
            ]
