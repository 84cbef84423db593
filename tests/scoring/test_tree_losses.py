"""Points lost on a tree, from stored lines: the same as when the card was scored, one unit at a time or many at once."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.engine import Scored
from scoring.losses import CardLine, CardLosses
from scoring.rulebook import RuleBook
from scoring.statuses import NOT_APPLICABLE
from tests.scoring.test_tree_card import TREE, book, of, value

CAPPED = TREE.replace("\n[trees.hall.nodes.P]", "\ncap = 70\nfactor = 2\n[trees.hall.nodes.P]", 1)
LOWEST = '[trees.hall.nodes.total]\nop = "min"\nchildren = ["A", "B", "C"]\n'
BEST = '[trees.hall.nodes.total]\nop = "best"\nchildren = ["A", "B", "C"]\nn = 2\n'
TAKEN = '[trees.hall.nodes.total]\nop = "sum"\nchildren = { A = 1, B = "-0.5", C = "0.25" }\n'
SAID = (
    '[trees.hall.nodes.total]\nop = "formula"\nchildren = ["A", "B", "C"]\n'
    'formula = "0.5 * A + 0.3 * B + 0.2 * C if known(A) and known(C) else min(B, 90)"\n'
)
COMPARED = (
    '[trees.hall.nodes.total]\nop = "method"\nchildren = ["all"]\nmethod = "percentile"\nparams = { lo = 20, hi = 100 }\n'
    '[trees.hall.nodes.all]\nop = "mean"\nchildren = ["A", "B", "C"]\n'
)
CARDS = [TREE, CAPPED, LOWEST, BEST, TAKEN, SAID]


def stored(found: Scored, unit: int) -> tuple[CardLine, ...]:
    return tuple(
        CardLine(
            kpi=code,
            score=int(found.scores[row, unit]),
            counted=bool(found.counted[row, unit]),
            applicable=int(found.statuses[row, unit]) != NOT_APPLICABLE,
            points=int(found.points[row, unit]),
        )
        for row, code in enumerate(found.kpis)
    )


@pytest.mark.parametrize("card", CARDS)
@settings(max_examples=25, deadline=None)
@given(rows=st.lists(st.tuples(value, value, value), min_size=1, max_size=6))
def test_stored_lines_lose_what_the_engine_said(card: str, rows: list[tuple[object, object, object]]) -> None:
    rules: RuleBook = book(card)
    found = of(rules, rows)
    one_by_one, at_once = (CardLosses(rules, "hall", None) for _ in range(2))
    at_once.learn(stored(found, unit) for unit in range(len(rows)))
    for unit in range(len(rows)):
        lines = stored(found, unit)
        assert one_by_one.of(lines) == at_once.of(lines)
        lost = {code: loss.lost for code, loss in one_by_one.of(lines).items()}
        assert lost == {
            code: int(found.lost[row, unit]) for row, code in enumerate(found.kpis) if found.counted[row, unit]
        }


def test_where_units_are_compared_the_stored_points_tell_the_weight() -> None:
    rules = book(COMPARED)
    found = of(rules, [(90, 80, 70), (60, 60, 50), (None, 90, 40)])
    for unit in range(3):
        lost = CardLosses(rules, "hall", None).of(stored(found, unit))
        for row, code in enumerate(found.kpis):
            assert code not in lost or abs(lost[code].lost - int(found.lost[row, unit])) <= 1


@pytest.mark.parametrize("card", CARDS)
def test_a_total_can_be_worked_out_from_stored_lines(card: str) -> None:
    rules = book(card)
    found = of(rules, [(90, 80, 70), (None, 60, 50), (None, None, None)])
    counter = CardLosses(rules, "hall", None)
    told = [counter.total(stored(found, unit)) for unit in range(3)]
    assert told == [int(found.totals[0]), int(found.totals[1]), None]


def test_a_flat_card_tells_its_total_by_its_lines_alone() -> None:
    rules = book("[scorecards.hall]\nA = 30\nB = 30\nC = 40\n")
    assert CardLosses(rules, "hall", None).total(()) is None


def test_a_formula_loses_what_a_node_of_the_same_weights_loses() -> None:
    said, plain = (
        book(f'[trees.hall.nodes.total]\nop = "{op}"\nchildren = {children}\n{more}')
        for op, children, more in (
            ("formula", '["A", "B", "C"]', 'formula = "(5 * A + 3 * B + 2 * C) / 10"\n'),
            ("weighted_mean", "{ A = 5, B = 3, C = 2 }", ""),
        )
    )
    rows = [(90, 80, 70), (60, 60, 50), (100, 100, 0)]
    one, other = of(said, rows), of(plain, rows)
    assert one.lost.tolist() == other.lost.tolist()
    assert one.points.tolist() == other.points.tolist()
    assert {one.rest.at(unit) for unit in range(3)} == {0}  # type: ignore[union-attr] # a tree has a rest


def test_full_marks_of_a_total_are_its_own_and_only_told_where_the_rules_name_them() -> None:
    sums = book('[trees.hall.nodes.total]\nop = "sum"\nchildren = { A = "0.1", B = "0.05" }\n')
    lines = stored(of(sums, [(90, 80, 70)]), 0)
    assert CardLosses(sums, "hall", None).full(lines) == 1500
    compared = book(COMPARED)
    assert CardLosses(compared, "hall", None).full(stored(of(compared, [(90, 80, 70)]), 0)) is None
