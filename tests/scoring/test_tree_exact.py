"""Trees against a slow oracle: every node, every policy, random numbers, and weights that add up to the last digit."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.tree.evaluation import TreeRun
from scoring.tree.nominal import nominal_shares
from tests.scoring.oracle_tree import OFF
from tests.scoring.trees import built, by_engine, by_oracle, cases, cents, few, trees

Units = Sequence[Mapping[str, Any]]
MEANS = ("weighted_mean", "mean", "min", "max", "median", "best")


def column(run: TreeRun, code: str, size: int) -> list[Fraction | None]:
    return [run.nodes[code].value.at(unit) for unit in range(size)]


@settings(max_examples=250, deadline=None)
@given(case=cases())
def test_every_node_of_every_tree_is_what_the_oracle_says(case: tuple[dict[str, Any], Units, list[int]]) -> None:
    nodes, units, group = case
    run, oracle = by_engine(nodes, units, group), by_oracle(nodes, units, group)
    for code in nodes:
        assert column(run, code, len(units)) == [oracle.seen(code, unit).value for unit in range(len(units))], code


@settings(max_examples=120, deadline=None)
@given(case=cases(ops=("best", "median", "min", "max"), leaf=st.one_of(few, few, st.none())))
def test_equal_children_share_what_is_taken_of_them(case: tuple[dict[str, Any], Units, list[int]]) -> None:
    nodes, units, group = case
    run, oracle = by_engine(nodes, units, group), by_oracle(nodes, units, group)
    for code in nodes:
        assert column(run, code, len(units)) == [oracle.seen(code, unit).value for unit in range(len(units))], code


@settings(max_examples=120, deadline=None)
@given(case=cases())
def test_a_node_is_the_sum_of_its_weighted_children_where_it_has_weights(case: tuple[Any, Units, list[int]]) -> None:
    nodes, units, group = case
    for node in by_engine(nodes, units, group).nodes.values():
        if node.node.op in {"count", "formula"}:
            continue
        for unit in range(len(units)):
            raw = node.raw.at(unit)
            if raw is not None:
                pairs = zip(node.shares, node.children, strict=True)
                assert raw == sum(
                    ((share.at(unit) or 0) * (child.at(unit) or 0) for share, child in pairs), Fraction(0)
                )


@settings(max_examples=120, deadline=None)
@given(case=cases(ops=("weighted_mean", "sum", "mean", "min", "max", "median", "best", "product", "variance")))
def test_points_of_the_leaves_are_the_total_where_nothing_is_cut_or_put_in(case: tuple[Any, Units, list[int]]) -> None:
    nodes, units, group = case
    plain = {
        code: {name: value for name, value in node.items() if name not in {"offset", "floor", "cap", "round"}}
        | {"missing": "leave_out"}
        for code, node in nodes.items()
    }
    for node in plain.values():
        node.pop("missing_value", None)
    run = by_engine(plain, units, group)
    for unit in range(len(units)):
        if run.total.known[unit]:
            parts = [leaf.points.at(unit) or Fraction(0) for leaf in run.leaves.values()]
            assert sum(parts, Fraction(0)) == run.total.at(unit)


@settings(max_examples=100, deadline=None)
@given(case=cases(), seed=st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(case: tuple[Any, Units, list[int]], seed: Any) -> None:
    nodes, units, group = case
    plain = {code: node | {"missing": "group_mean"} for code, node in nodes.items()}
    for node in plain.values():
        node.pop("missing_value", None)
    order = list(range(len(units)))
    seed.shuffle(order)
    run = by_engine(plain, units, group)
    mixed = by_engine(plain, [units[at] for at in order], [group[at] for at in order])
    assert [mixed.total.at(place) for place in range(len(order))] == [run.total.at(at) for at in order]


@settings(max_examples=100, deadline=None)
@given(case=cases(ops=MEANS), which=st.integers(0, 4), more=st.integers(0, 5000))
def test_a_better_leaf_never_makes_a_mean_worse(case: tuple[Any, Units, list[int]], which: int, more: int) -> None:
    nodes, units, group = case
    for node in nodes.values():
        node["missing"] = "leave_out"
        node.pop("missing_value", None)
        node["factor"] = abs(node.get("factor", 1))
        node["worst"] = False if node["op"] == "best" else node.get("worst", False)
        if node["op"] == "best":  # which of unequal weights are taken may turn with the order: that is no mean
            node["children"] = dict.fromkeys(node["children"], 1)
    codes = sorted(units[0])
    code = codes[which % len(codes)]
    better = [
        dict(unit) | ({code: unit[code] + Fraction(more, 100)} if unit[code] not in {None, OFF} else {})
        for unit in units
    ]
    before, after = by_engine(nodes, units, group).total, by_engine(nodes, better, group).total
    for unit in range(len(units)):
        was, now = before.at(unit), after.at(unit)
        assert was is None or (now is not None and now >= was)


@settings(max_examples=60, deadline=None)
@given(values=st.lists(st.one_of(st.none(), cents), min_size=2, max_size=40))
def test_parts_of_the_units_are_worked_out_as_all_of_them(values: list[Fraction | None]) -> None:
    nodes = {"n0": {"op": "weighted_mean", "children": {"k0": 3, "k1": 4}, "missing": "leave_out"}}
    units = [{"k0": one, "k1": two} for one, two in zip(values, reversed(values), strict=True)]
    run = by_engine(nodes, units, [0] * len(units))
    alone = [by_engine(nodes, [unit], [0]).total.at(0) for unit in units]
    assert [run.total.at(unit) for unit in range(len(units))] == alone


def test_numbers_beyond_64_bits_stay_exact() -> None:
    nodes = {
        "n0": {"op": "variance", "children": {"n1": 1, "k0": 1}},
        "n1": {"op": "product", "children": dict.fromkeys(("k0", "k1"), 1)},
    }
    units = [{"k0": Fraction(10**29, 3), "k1": Fraction(10**29 + 1, 7)}]
    run, oracle = by_engine(nodes, units, [0]), by_oracle(nodes, units, [0])
    assert run.total.at(0) == oracle.seen("n0", 0).value
    assert run.total.num.dtype == np.dtype(object)


@settings(max_examples=80, deadline=None)
@given(rows=st.lists(st.tuples(st.one_of(st.none(), few, cents), st.integers(0, 1)), min_size=1, max_size=12))
def test_a_method_over_a_node_compares_the_units_of_a_group(rows: list[tuple[Fraction | None, int]]) -> None:
    nodes = {
        "n0": {"op": "method", "children": {"n1": 1}, "method": "percentile", "params": {"lo": 0, "hi": 100}},
        "n1": {"op": "sum", "children": {"k0": 2}, "offset": 1},
    }
    group = [one for _, one in rows]
    run = by_engine(nodes, [{"k0": value} for value, _ in rows], group)
    for unit, (value, own) in enumerate(rows):
        peers = [2 * other + 1 for other, theirs in rows if other is not None and theirs == own]
        mine = None if value is None else 2 * value + 1
        below = 0 if mine is None else sum(peer < mine for peer in peers)
        equal = 0 if mine is None else sum(peer == mine for peer in peers)
        share = None if mine is None else Fraction(100 * (2 * below + equal), 2 * len(peers))
        assert run.total.at(unit) == share
        if share is not None and mine:
            assert (run.nodes["n0"].shares[0].at(unit) or Fraction(0)) * mine == share


@settings(max_examples=100, deadline=None)
@given(nodes=trees())
def test_what_the_kpis_of_a_tree_count_on_paper_is_the_whole(nodes: dict[str, Any]) -> None:
    shares = nominal_shares(built(nodes))
    assert set(shares) == {child for node in nodes.values() for child in node["children"] if child not in nodes}
    assert sum(shares.values(), Fraction(0)) == 1
    assert min(shares.values()) > 0
