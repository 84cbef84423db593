"""Random trees with random leaves for the tests, and the two ways to work them out."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import strategies as st

from scoring.book_parts import Rounding
from scoring.book_trees import WEIGHTED, Node, Tree
from scoring.columns import of_fractions
from scoring.tree.evaluation import Leaf, Setting, TreeRun, evaluated
from scoring.tree.stand_ins import Peers
from tests.scoring.oracle_tree import OFF, Oracle

OPS = ("weighted_mean", "sum", "mean", "min", "max", "median", "count", "best", "product", "variance", "formula")
MISSING = ("leave_out", "zero", "group_worst", "group_mean", "hold_last", "not_scored", "value")
MODES = ("half_away", "half_even", "half_up", "half_down", "up", "down", "floor", "ceil")

small = st.fractions(min_value=-150, max_value=150, max_denominator=12)
cents = st.integers(-12_000, 12_000).map(lambda number: Fraction(number, 100))
few = st.integers(0, 3).map(Fraction)
huge = st.fractions(min_value=-(10**25), max_value=10**25, max_denominator=10**9)
numbers = st.one_of(cents, few, small, huge)


def decimals(low: int, high: int, places: int = 2) -> st.SearchStrategy[Decimal]:
    """Return exact decimals between two bounds."""
    return st.integers(low * 10**places, high * 10**places).map(lambda number: Decimal(number).scaleb(-places))


roundings = st.one_of(
    st.builds(lambda places, mode: {"places": places, "mode": mode}, st.integers(0, 4), st.sampled_from(MODES)),
    st.builds(
        lambda step, mode: {"step": step, "mode": mode},
        st.sampled_from([Decimal("0.5"), Decimal("0.25"), Decimal(5), Decimal("0.3")]),
        st.sampled_from(MODES),
    ),
)


@st.composite
def trees(draw: st.DrawFn, ops: Sequence[str] = OPS) -> dict[str, dict[str, Any]]:
    """Return nodes as plain tables: n0 is the top, every node and every KPI k0… is within reach."""
    nodes = [f"n{number}" for number in range(draw(st.integers(1, 5)))]
    kpis = [f"k{number}" for number in range(draw(st.integers(1, 5)))]
    under: dict[str, list[str]] = {code: [] for code in nodes}
    for at, code in enumerate(nodes[1:], start=1):
        under[draw(st.sampled_from(nodes[:at]))].append(code)
    for code in kpis:
        under[draw(st.sampled_from(nodes))].append(code)
    for at, code in enumerate(nodes):
        more = draw(st.lists(st.sampled_from([*nodes[at + 1 :], *kpis]), max_size=2))
        under[code] = list(dict.fromkeys([*under[code], *more])) or [kpis[0]]
    return {code: draw(tables(children, ops)) for code, children in under.items()}


@st.composite
def tables(draw: st.DrawFn, children: Sequence[str], ops: Sequence[str]) -> dict[str, Any]:
    """Return one node over some children."""
    op = draw(st.sampled_from(ops))
    weights = decimals(1, 40, 1) if op in WEIGHTED else st.just(Decimal(1))
    node: dict[str, Any] = {"op": op, "children": {child: draw(weights) for child in children}}
    node["min_scored"] = draw(st.integers(0, min(2, len(children))))
    node["missing"] = draw(st.sampled_from(MISSING))
    if node["missing"] == "value":
        node["missing_value"] = draw(decimals(-10, 10))
    for name, values in (("factor", decimals(-3, 3)), ("offset", decimals(-20, 20)), ("round", roundings)):
        if draw(st.booleans()):
            node[name] = draw(values.filter(bool))
    if draw(st.booleans()):
        node["floor"] = draw(decimals(-20, 20))
        node["cap"] = node["floor"] + draw(decimals(0, 90))
    return node | draw(_own_fields(op, len(children)))


def _own_fields(op: str, count: int) -> st.SearchStrategy[dict[str, Any]]:
    if op == "best":
        cut = st.one_of(
            st.builds(lambda n: {"n": n}, st.integers(1, count)),
            st.builds(lambda drop: {"drop": drop}, st.integers(0, count - 1)),
        )
        more = st.fixed_dictionaries({"of": st.sampled_from(["mean", "sum"]), "worst": st.booleans()})
        return st.builds(lambda one, two: one | two, cut, more)
    if op == "count":
        return st.fixed_dictionaries({}, optional={"at_least": decimals(-5, 5), "below": decimals(6, 90)})
    if op == "product":
        return st.fixed_dictionaries({}, optional={"scale": st.just(Decimal(100))})
    return st.fixed_dictionaries({"sample": st.booleans()}) if op == "variance" else st.just({})


def leaves_of(nodes: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return the KPIs of a tree in order of name."""
    return sorted({child for node in nodes.values() for child in node["children"] if child not in nodes})


ANY_LEAF = st.one_of(numbers, numbers, numbers, st.none(), st.just(OFF))


@st.composite
def cases(
    draw: st.DrawFn, ops: Sequence[str] = OPS, leaf: st.SearchStrategy[Any] = ANY_LEAF
) -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]], list[int]]:
    """Return a tree, the leaves of some units, and their groups."""
    nodes = draw(trees(ops))
    units = draw(st.lists(st.fixed_dictionaries(dict.fromkeys(leaves_of(nodes), leaf)), min_size=1, max_size=6))
    return nodes, units, draw(st.lists(st.integers(0, 1), min_size=len(units), max_size=len(units)))


def formula_of(children: Sequence[str]) -> str:
    """Return the formula that the nodes of random trees have: missing ones count nothing, the first decides twice."""
    first, rest = children[0], "".join(f" + coalesce({child}, 0)" for child in children[1:])
    return f"({first} * 2 if {first} >= 1 else 0 - {first}){rest}"


def worked(children: Sequence[str]) -> Callable[[Mapping[str, Fraction | None]], Fraction | None]:
    """Return the same formula in plain Python."""

    def at(values: Mapping[str, Fraction | None]) -> Fraction | None:
        first = values[children[0]]
        if first is None:
            return None
        return (first * 2 if first >= 1 else -first) + sum(values[child] or Fraction(0) for child in children[1:])

    return at


def built(nodes: Mapping[str, Mapping[str, Any]]) -> Tree:
    """Return the tree of plain tables."""
    made = {}
    for code, table in nodes.items():
        fields = dict(table)
        if "round" in fields:
            fields["round"] = Rounding(**fields["round"])
        if fields["op"] == "formula":
            fields["formula"] = formula_of(list(fields["children"]))
        made[code] = Node(code=code, **fields)
    return Tree(code="hall", top="n0", nodes=made)


HELD = (500, -1, 7025)
"""What some units had last period, in cents, over and over."""


def by_engine(nodes: Mapping[str, Any], units: Sequence[Mapping[str, Any]], group: Sequence[int]) -> TreeRun:
    """Return the tree as the engine works it out."""
    leaves = {}
    for code in leaves_of(nodes):
        given = [unit[code] for unit in units]
        values = of_fractions([None if value == OFF else value for value in given])
        applies = np.array([value != OFF for value in given], dtype=bool)
        leaves[code] = Leaf(values, values.known, applies)
    held = {code: np.resize(np.array(HELD, dtype=np.int64), len(units)) for code in [*nodes, *leaves]}
    return evaluated(built(nodes), leaves, Setting(Peers(np.array(group, dtype=np.intp), held=held)))


def by_oracle(nodes: Mapping[str, Any], units: Sequence[Mapping[str, Any]], group: Sequence[int]) -> Oracle:
    """Return the tree as the oracle works it out."""
    held = [None if cents < 0 else Fraction(cents, 100) for cents in HELD]
    last = {code: [held[unit % len(HELD)] for unit in range(len(units))] for code in [*nodes, *leaves_of(nodes)]}
    formulas = {code: worked(list(table["children"])) for code, table in nodes.items() if table["op"] == "formula"}
    return Oracle(nodes, units, group, last, formulas)
