"""Whole cards: policies for missing values, extras beside the card, measures, red lines."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec
import numpy as np
import pytest

from core.points import FACT_SCALE
from scoring.columns import Sums
from scoring.composition import BLOCK
from scoring.engine import Scored, Sheet, scored
from scoring.explain import lines
from scoring.measures import measured_totals, vetoes
from scoring.peers import grouped
from scoring.rulebook import RuleBook, parsed
from scoring.settlement import settled

WORD = '{ zh = "词", en = "word" }'
BOOK = f"""
code = "small"
name = {WORD}
[kinds.hall]
name = {WORD}
level = "hall"
merge_under = 2
groups = [{{ code = "A", name = {WORD} }}, {{ code = "B", name = {WORD} }}]
[processes.SMILE]
name = {WORD}
family = {WORD}
[processes.SPEED]
name = {WORD}
family = {WORD}
[processes.TASKS]
name = {WORD}
family = {WORD}
management = true
[kpis.warmth]
name = {WORD}
process = "SMILE"
aggregation = "sample_mean"
method = "linear"
params = {{ anchors = [["6", "60"], ["8", "100"]], above = "clamp" }}
[kpis.wait]
name = {WORD}
process = "SPEED"
direction = "lower"
aggregation = "sample_mean"
method = "ratio"
params = {{ target = 10 }}
[kpis.done]
name = {WORD}
process = "TASKS"
aggregation = "ratio_of_sums"
method = "ratio"
params = {{ target = 100 }}
[scorecards.hall]
warmth = 60
wait = 40
[extras.hall]
done = 100
[measures.whole]
name = {WORD}
kinds = ["hall"]
parts = [{{ source = "card", weight = "0.70" }}, {{ source = "process:TASKS", weight = "0.30" }}]
[red_lines.insult]
name = {WORD}
"""


def with_missing(policy: str) -> RuleBook:
    book = parsed(BOOK)
    wait = msgspec.structs.replace(book.kpis["wait"], missing=policy)
    return msgspec.structs.replace(book, kpis=book.kpis | {"wait": wait})


def column(*values: int | None) -> Sums:
    num = np.array([0 if value is None else value * FACT_SCALE for value in values], dtype=np.int64)
    known = np.array([value is not None for value in values])
    return Sums(num, np.where(known, FACT_SCALE, 0), np.ones(len(values), dtype=np.int64), known)


def of_three(book: RuleBook, **more: Any) -> Scored:
    """Three halls: one complete, one without waiting times, one with nothing."""
    sums = {"warmth": column(8, 7, None), "wait": column(20, None, None)}
    return scored(book, "hall", Sheet(group=np.zeros(3, dtype=np.intp), sums=sums, **more))


def test_a_missing_score_moves_its_weight_to_the_others() -> None:
    found = of_three(with_missing("reweight"))
    assert list(found.totals) == [8000, 8000, 0]
    assert list(found.ranked) == [True, True, False]
    assert list(found.coverage) == [10_000, 6000, 0]


@pytest.mark.parametrize(
    ("policy", "held", "total"),
    [
        ("zero", -1, 4800),
        ("group_worst", -1, 6800),
        ("group_mean", -1, 6800),
        ("hold_last", 9000, 8400),
        ("hold_last", -1, 8000),
    ],
)
def test_a_policy_stands_in_for_a_missing_score(policy: str, held: int, total: int) -> None:
    found = of_three(with_missing(policy), held={"wait": np.array([held, held, held])})
    assert found.totals[1] == total
    assert found.statuses[1, 1] == 1


def test_where_a_value_is_demanded_its_lack_costs_the_place() -> None:
    assert list(of_three(with_missing("not_scored")).ranked) == [True, False, False]


def test_what_does_not_apply_leaves_the_card_without_lowering_coverage() -> None:
    found = of_three(parsed(BOOK), not_applicable={"wait": np.array([False, True, False])})
    assert (found.totals[1], found.coverage[1]) == (8000, 10_000)


def test_extras_are_scored_beside_the_card_and_enter_the_blend_alone() -> None:
    tasks = column(9, None)
    in_tens = Sums(tasks.num, tasks.den * 10, tasks.sample, tasks.known)
    sums = {"warmth": column(8, 7), "wait": column(10, 10), "done": in_tens}
    book = parsed(BOOK)
    found = scored(book, "hall", Sheet(group=np.zeros(2, dtype=np.intp), sums=sums))
    assert list(found.totals) == [10_000, 8800]
    assert list(found.process_scores[found.processes.index("TASKS")]) == [9000, -1]
    assert list(measured_totals(book, "hall", found, {})) == [9700, 8800]
    assert not found.counted[2].any()


def test_a_line_tells_how_its_points_came_about() -> None:
    book = parsed(BOOK)
    sums = {"warmth": column(8, 7, None), "wait": column(20, None, None)}
    sheet = Sheet(group=np.zeros(3, dtype=np.intp), sums=sums)
    warmth, wait, _ = lines(scored(book, "hall", sheet), book, sheet, 1)
    assert (warmth.value, warmth.score, warmth.weight, warmth.weight_fraction, warmth.points) == (
        "7.0000",
        "80.00",
        "60.00",
        "100",
        "80.0000",
    )
    assert (wait.status, wait.score, wait.value, wait.numerator) == ("missing", None, None, None)


def test_adjustments_are_held_within_their_limit_and_red_lines_come_last() -> None:
    book = parsed(BOOK)
    totals, added = np.array([9320, 9320, 4100]), np.array([900, -100, 0])
    found = settled(totals, added, {"insult": np.array([0, 1, 2])}, vetoes(book), Fraction(5))
    assert list(found.totals) == [9820, 5900, 4100]
    assert list(found.award_eligible) == [True, False, False]
    assert list(found.adjusted) == [500, -100, 0]


def test_a_small_peer_group_joins_its_neighbour() -> None:
    kind = parsed(BOOK).kinds["hall"]
    assert grouped(kind, ["A", "A", "B"]) == ([0, 0, 0], ("A+B",))
    assert grouped(kind, ["A", "B", "A", "B"]) == ([0, 1, 0, 1], ("A", "B"))


def test_nobody_measured_is_no_error() -> None:
    found = scored(parsed(BOOK), "hall", Sheet(group=np.zeros(0, dtype=np.intp), sums={}))
    assert len(found.totals) == 0


def test_rounding_is_shown_as_its_own_line() -> None:
    book = parsed(BOOK)
    card = {"warmth": Decimal("33.33"), "wait": Decimal("66.67")}
    book = msgspec.structs.replace(book, scorecards={"hall": card})
    sums = {"warmth": column(7), "wait": column(11)}
    found = scored(book, "hall", Sheet(group=np.zeros(1, dtype=np.intp), sums=sums))
    assert found.points.sum() + found.rounding[0] == found.totals[0] * 100
    assert found.rounding[0] != 0


def test_many_units_are_scored_as_few_are() -> None:
    book, times = parsed(BOOK), BLOCK + 7
    few = of_three(book)
    sums = {"warmth": column(*[8, 7, None] * times), "wait": column(*[20, None, None] * times)}
    many = scored(book, "hall", Sheet(group=np.zeros(3 * times, dtype=np.intp), sums=sums))
    assert (many.totals.reshape(times, 3) == few.totals).all()
    assert (many.points.reshape(3, times, 3) == few.points[:, None, :]).all()
