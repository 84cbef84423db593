"""Seasons: what counts, what is broken, who shares a place; against a slow and plain reading of the same rules."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.language import Text
from scoring.book_parts import Rounding
from scoring.book_results import Season, SeasonBreaker, SeasonPart
from scoring.season import Round, SeasonResult, after_each_round, season

NAME = Text(zh="赛季", en="Season")
UNITS = ("ann", "bo", "cy", "di")


def rule(**fields: Any) -> Season:
    return Season(code="cup", name=NAME, kind="hall", **fields)


def rounds(*values: dict[str, int]) -> list[Round]:
    return [Round(str(number), one) for number, one in enumerate(values, 1)]


def values(results: Sequence[SeasonResult]) -> dict[str, Any]:
    return {one.unit: one.value for one in results}


def places(results: Sequence[SeasonResult]) -> dict[str, int | None]:
    return {one.unit: one.place for one in results}


def test_a_sum_adds_the_rounds_and_a_mean_divides_by_those_that_were_run() -> None:
    found = rounds({"ann": 10, "bo": 8}, {"ann": 4})
    assert values(season(rule(), found)) == {"ann": 14, "bo": 8}
    assert values(season(rule(op="mean"), found)) == {"ann": 7, "bo": 8}


def test_a_round_not_run_counts_nothing_where_the_rule_says_so() -> None:
    found = rounds({"ann": 10, "bo": 8}, {"ann": 4})
    assert values(season(rule(op="mean", missing="zero"), found)) == {"ann": 7, "bo": 4}


def test_only_the_best_rounds_count() -> None:
    found = rounds({"ann": 3}, {"ann": 9}, {"ann": 5})
    (one,) = season(rule(op="best", n=2), found)
    assert (one.value, one.counted, one.rounds) == (14, ("2", "3"), 3)


def test_the_worst_round_is_dropped_but_never_the_only_one() -> None:
    found = rounds({"ann": 3, "bo": 7}, {"ann": 9})
    assert values(season(rule(drop=1), found)) == {"ann": 9, "bo": 7}


def test_the_best_of_each_half_count() -> None:
    halves = (SeasonPart(last="3", n=2), SeasonPart(first="4", last="10", n=1))
    found = [Round(name, {"ann": value}) for name, value in (("1", 9), ("2", 8), ("3", 7), ("4", 1), ("10", 2))]
    (one,) = season(rule(op="best", parts=halves), found)
    assert (one.value, one.counted) == (19, ("1", "2", "10"))


def test_the_lowest_rounds_are_the_best_where_the_lowest_stands_first() -> None:
    found = rounds({"ann": 1, "bo": 2}, {"ann": 9, "bo": 3})
    results = season(rule(op="best", n=1, order="asc"), found)
    assert (values(results), places(results)) == ({"ann": 1, "bo": 2}, {"ann": 1, "bo": 2})


def test_a_heavy_round_weighs_more_in_sum_and_mean() -> None:
    found = rounds({"ann": 10}, {"ann": 4})
    double = {"2": Decimal(2)}
    assert values(season(rule(weights=double), found)) == {"ann": 18}
    assert values(season(rule(weights=double, op="mean"), found)) == {"ann": 6}


def test_too_few_rounds_give_neither_value_nor_place() -> None:
    found = rounds({"ann": 10, "bo": 1}, {"bo": 1}, {"bo": 1})
    results = season(rule(min_rounds=2), found)
    assert (values(results), places(results)) == ({"bo": 3, "ann": None}, {"bo": 1, "ann": None})
    assert values(season(rule(min_share=Decimal("0.5")), found)) == {"bo": 3, "ann": None}


def test_who_never_ran_is_listed_only_on_request() -> None:
    results = season(rule(min_rounds=0), rounds({"ann": 10}), units=("bo",))
    assert places(results) == {"ann": 1, "bo": 2}


def test_a_result_is_rounded_where_the_rule_says_so() -> None:
    found = rounds({"ann": 1}, {"ann": 1}, {"ann": 0})
    assert values(season(rule(op="mean", round=Rounding(places=2)), found)) == {"ann": Fraction(67, 100)}


def test_more_wins_break_a_tie_then_more_second_places() -> None:
    counts = {"ann": {"1": 1, "3": 1}, "bo": {"1": 1, "2": 1}, "cy": {"2": 2}}
    found = [Round("1", {"ann": 20, "bo": 20, "cy": 20}, items={"RESULT": counts})]
    chain = (SeasonBreaker(countback="kpi:RESULT", items=("1", "2", "3")),)
    assert places(season(rule(breakers=chain), found)) == {"bo": 1, "ann": 2, "cy": 3}


def test_places_in_the_rounds_are_counted_back_too() -> None:
    found = rounds({"ann": 9, "bo": 5, "cy": 1}, {"ann": 1, "bo": 5, "cy": 4})
    chain = (SeasonBreaker(countback="place"),)
    assert places(season(rule(breakers=chain), found)) == {"bo": 1, "ann": 2, "cy": 3}
    assert places(season(rule(breakers=(SeasonBreaker(countback="place", first=1, last=1),)), rounds(
        {"ann": 9, "bo": 5}, {"ann": 1, "bo": 5}))) == {"ann": 1, "bo": 1}  # fmt: skip


def test_a_countback_may_begin_behind_the_first_place() -> None:
    found = rounds({"ann": 9, "bo": 5, "cy": 1}, {"ann": 1, "bo": 5, "cy": 9})
    whole, seconds = SeasonBreaker(countback="place"), SeasonBreaker(countback="place", first=2, last=2)
    assert places(season(rule(breakers=(whole,)), found)) == {"ann": 1, "cy": 1, "bo": 3}
    assert places(season(rule(breakers=(seconds,)), found)) == {"bo": 1, "ann": 2, "cy": 2}


def test_a_dead_heat_stays_shared() -> None:
    results = season(rule(breakers=(SeasonBreaker(quantity="best_round"),)), rounds({"ann": 5, "bo": 5, "cy": 4}))
    assert [(one.unit, one.place, one.tied) for one in results] == [
        ("ann", 1, True),
        ("bo", 1, True),
        ("cy", 3, False),
    ]


def test_other_quantities_of_the_rounds_break_ties() -> None:
    one = Round("1", {"ann": 5, "bo": 5}, others={"safety": {"ann": 1, "bo": 2}})
    assert places(season(rule(breakers=(SeasonBreaker(field="safety"),)), [one])) == {"bo": 1, "ann": 2}
    assert places(season(rule(breakers=(SeasonBreaker(field="safety", order="asc"),)), [one])) == {"ann": 1, "bo": 2}


def test_a_round_not_run_may_count_as_any_number() -> None:
    found = rounds({"ann": 1, "bo": 2}, {"ann": 3})
    results = season(rule(order="asc", missing="value", missing_value=Decimal(11)), found)
    assert values(results) == {"ann": 4, "bo": 13}


def test_only_the_latest_rounds_are_looked_at_where_the_rule_says_so() -> None:
    found = rounds({"ann": 9, "bo": 1}, {"ann": 1, "bo": 2}, {"ann": 1, "bo": 2})
    assert values(season(rule(window=2), found)) == {"bo": 4, "ann": 2}


@pytest.mark.parametrize(
    ("quantity", "ahead"), [("best_round", "ann"), ("worst_round", "bo"), ("last_round", "ann"), ("rounds", None)]
)
def test_equal_sums_are_told_apart_by_the_round_that_the_rule_names(quantity: str, ahead: str | None) -> None:
    found = rounds({"ann": 3, "bo": 4}, {"ann": 1, "bo": 4}, {"ann": 8, "bo": 4})
    told = places(season(rule(breakers=(SeasonBreaker(quantity=quantity),)), found))  # type: ignore[arg-type]  # a word of many
    assert told == ({"ann": 1, "bo": 1} if ahead is None else {"ann": 2, "bo": 2} | {ahead: 1})


def test_rounds_are_compared_from_the_best_on() -> None:
    found = rounds({"ann": 1, "bo": 2, "cy": 6}, {"ann": 5, "bo": 3}, {"ann": 4, "bo": 5, "cy": 4})
    chain = (SeasonBreaker(countback="best", order="asc"),)
    assert places(season(rule(order="asc", breakers=chain), found)) == {"ann": 1, "bo": 2, "cy": 3}


def test_the_latest_round_decides_then_the_one_before_and_who_did_not_run_it_is_behind() -> None:
    found = rounds({"ann": 1, "bo": 2, "cy": 3}, {"ann": 2, "bo": 1}, {"ann": 3, "bo": 3, "cy": 3})
    chain = (SeasonBreaker(countback="latest", order="asc"),)
    assert places(season(rule(order="asc", breakers=chain), found)) == {"bo": 1, "ann": 2, "cy": 3}


def test_a_countback_may_look_at_the_rounds_that_count_alone() -> None:
    found = rounds({"ann": 1, "bo": 2}, {"ann": 3, "bo": 2}, {"ann": 9, "bo": 1}, {"ann": 1, "bo": 4})
    kept = (SeasonBreaker(countback="best", order="asc", kept=True),)
    # Dropped are the 9 and the 4: 1 1 3 against 1 2 2.
    assert places(season(rule(order="asc", drop=1, breakers=kept), found)) == {"ann": 1, "bo": 2}
    latest = (SeasonBreaker(countback="latest", order="asc", kept=True),)
    assert places(season(rule(order="asc", drop=1, breakers=latest), found)) == {"bo": 1, "ann": 2}


def test_the_standing_after_each_round_knows_nothing_of_later_ones() -> None:
    found = rounds({"ann": 1, "bo": 2}, {"ann": 5})
    story = {name: places(results) for name, results in after_each_round(rule(), found)}
    assert story == {"1": {"bo": 1, "ann": 2}, "2": {"ann": 1, "bo": 2}}


numbers = st.fractions(min_value=-50, max_value=50, max_denominator=12)
seasons = st.lists(st.dictionaries(st.sampled_from(UNITS), numbers, min_size=1), min_size=1, max_size=7)
rules = st.builds(
    rule,
    op=st.sampled_from(("sum", "mean", "best")),
    n=st.none() | st.integers(1, 5),
    drop=st.integers(0, 3),
    missing=st.sampled_from(("leave_out", "zero")),
    min_rounds=st.integers(0, 3),
    order=st.sampled_from(("desc", "asc")),
    ties=st.sampled_from(("competition", "dense", "modified")),
    weights=st.dictionaries(st.sampled_from(("1", "2", "3", "5")), st.sampled_from((Decimal("0.5"), Decimal(2)))),
    breakers=st.sampled_from(
        ((), (SeasonBreaker(countback="place"),), (SeasonBreaker(quantity="best_round"), SeasonBreaker(quantity="rounds")))
    ),
)  # fmt: skip


def slow_value(rule: Season, named: Sequence[tuple[str, dict[str, Fraction]]], unit: str) -> Fraction | None:
    """Return the season's value of a unit by trying every choice of rounds."""
    ran = [(name, one[unit]) for name, one in named if unit in one]
    if len(ran) < rule.min_rounds:
        return None
    taken = ran if rule.missing == "leave_out" else [(name, one.get(unit, Fraction(0))) for name, one in named]
    size = min(len(taken) if rule.n is None else rule.n, max(len(taken) - rule.drop, 1), len(taken))
    weigh = {name: Fraction(rule.weights.get(name, Decimal(1))) for name, _ in taken}
    best = max if rule.order == "desc" else min
    if rule.op != "mean":
        return best(
            sum((value * weigh[name] for name, value in some), Fraction(0)) for some in combinations(taken, size)
        )
    sign = -1 if rule.order == "desc" else 1
    kept = sorted(taken, key=lambda one: (sign * one[1], -weigh[one[0]]))[:size]
    weight = sum(weigh[name] for name, _ in kept)
    return sum((value * weigh[name] for name, value in kept), Fraction(0)) / weight if weight else None


@given(rules, seasons)
def test_values_are_those_of_the_slow_reading(rule: Season, played: list[dict[str, Fraction]]) -> None:
    named = [(str(number), one) for number, one in enumerate(played, 1)]
    results = season(rule, [Round(name, one) for name, one in named])
    assert values(results) == {
        unit: slow_value(rule, named, unit) for unit in {unit for _, one in named for unit in one}
    }


@given(rules, seasons, st.randoms())
def test_neither_the_order_of_rounds_nor_of_units_matters(
    rule: Season, played: list[dict[str, Fraction]], chance: Any
) -> None:
    found = [Round(str(number), one) for number, one in enumerate(played, 1)]
    mixed = []
    for one in found:
        units = list(one.values)
        chance.shuffle(units)
        mixed.append(Round(one.name, {unit: one.values[unit] for unit in units}))
    chance.shuffle(mixed)
    assert season(rule, mixed) == season(rule, found)


@given(rules, seasons)
def test_places_are_a_total_order_in_which_only_equals_share(rule: Season, played: list[dict[str, Fraction]]) -> None:
    results = [one for one in season(rule, [Round(str(at), one) for at, one in enumerate(played, 1)]) if one.place]
    sign = -1 if rule.order == "desc" else 1
    for left, right in combinations(results, 2):
        assert left.value is not None
        assert right.value is not None
        assert left.place is not None
        assert right.place is not None
        assert left.place <= right.place
        if left.value != right.value:
            assert sign * left.value < sign * right.value
            assert left.place < right.place
    for one in results:
        shared = sum(other.place == one.place for other in results)
        assert one.tied == (shared > 1)
        ahead = [
            other for other in results if other.place is not None and one.place is not None and other.place < one.place
        ]
        expected = {"competition": len(ahead) + 1, "modified": len(ahead) + shared}
        assert one.place == expected.get(rule.ties, len({other.place for other in ahead}) + 1)


@given(st.lists(st.permutations(UNITS), min_size=1, max_size=6))
def test_a_full_countback_shares_a_place_only_where_all_places_are_the_same(finishes: list[list[str]]) -> None:
    found = [Round(str(at), dict.fromkeys(order, 0), places={unit: place for place, unit in enumerate(order, 1)})
             for at, order in enumerate(finishes, 1)]  # fmt: skip
    results = season(rule(breakers=(SeasonBreaker(countback="place"),)), found)
    tally = {unit: [sum(order[place] == unit for order in finishes) for place in range(len(UNITS))] for unit in UNITS}
    by_tally = sorted(UNITS, key=lambda unit: [-count for count in tally[unit]])
    assert [tally[one.unit] for one in results] == [tally[unit] for unit in by_tally]
    assert all((left.place == right.place) == (tally[left.unit] == tally[right.unit])
               for left, right in combinations(results, 2))  # fmt: skip


def test_more_rounds_are_dropped_and_count_as_more_have_come_together() -> None:
    found = rounds(*({"ann": value} for value in (9, 1, 5, 2, 7, 3)))
    dropping = rule(drop_from={"3": 1, "5": 2})
    assert [results[0].value for _, results in after_each_round(dropping, found)] == [9, 10, 14, 16, 21, 24]
    counting = rule(op="best", n=6, n_from={"3": 1, "5": 2})
    assert [results[0].value for _, results in after_each_round(counting, found)] == [9, 10, 9, 9, 16, 16]


def test_a_mean_divides_by_the_least_divisor_where_few_rounds_were_run() -> None:
    found = rounds({"ann": 10, "bo": 8}, {"bo": 4}, {"bo": 6})
    assert values(season(rule(op="mean", min_divisor=Decimal(2)), found)) == {"ann": 5, "bo": 6}


def test_parts_have_weights_of_their_own() -> None:
    year = (SeasonPart(last="2", weight=Decimal("0.6")), SeasonPart(rounds=("3",), weight=Decimal("0.4")))
    found = rounds({"ann": 80, "bo": 90}, {"ann": 90}, {"ann": 70, "bo": 60})
    assert values(season(rule(op="mean", parts=year), found)) == {"ann": 79, "bo": 78}
    assert values(season(rule(parts=year), found)) == {"ann": 130, "bo": 78}
    assert values(season(rule(op="mean", parts=year), found[:2])) == {"ann": 85, "bo": 90}
