from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.language import Text
from rewards.awards import granted, outcome, quota
from rewards.entrants import Entrant, Outcome, improvements
from rewards.gates import Terms
from scoring.book_results import ClassRule, ClassStep
from scoring.rulebook import Award, Bar, Kpi, Process, RuleBook, UnitKind

WORD = Text("词", "word")
NETWORK = Process(code="P1", name=Text("网络质量", "Network quality"), family=WORD)
SURVEY = Kpi(
    code="K1", name=Text("满意度", "Satisfaction"), process="P1", unit="score_10", unit_name=WORD, source="s",
    aggregation="sample_mean", min_sample={"default": 30}, method="linear", formula=WORD,
)  # fmt: skip
QUARTER = ClassRule(
    code="quarter", name=Text("四分位", "Quarter"), kind="hall", steps=(ClassStep(code="worst"), ClassStep(code="rest"))
)
BOOK = RuleBook(
    code="b", name=WORD, kinds={"hall": UnitKind(code="hall", name=WORD, level="hall")},
    processes={"P1": NETWORK}, kpis={"K1": SURVEY}, classes={"quarter": QUARTER},
)  # fmt: skip
LIN, HAN, SONG, CHEN, GU = 1, 2, 3, 4, 5


def award(named: Mapping[int, str] | None = None, **terms: Any) -> Terms:
    given = {"code": "window", "name": WORD, "kinds": ("hall",), "count": {"default": 2}} | terms
    return Terms(award=Award(**given), book=BOOK, named=named or {})


def hall(unit_id: int, total: int, rank: int, **more: Any) -> Entrant:
    given = {"unit_id": unit_id, "kind": "hall", "group": "A", "value": total, "rank": rank, "total": total} | more
    return Entrant(**given)


def winners(found: Outcome) -> list[int]:
    return [grant.unit_id for grant in found.grants]


def why_not(found: Outcome, unit_id: int) -> list[str]:
    return [gate.code for gate in found.missed[unit_id]]


def test_the_first_two_of_each_peer_group_win() -> None:
    halls = [hall(LIN, 9500, 1), hall(HAN, 9400, 2), hall(SONG, 9300, 3), hall(CHEN, 8000, 1, group="B")]
    found = outcome(award(), halls)
    assert winners(found) == [LIN, HAN, CHEN]
    assert why_not(found, SONG) == ["behind"]
    assert "1.00" in found.missed[SONG][0].fact.en


def test_all_who_share_the_last_winning_place_win() -> None:
    halls = [hall(LIN, 9500, 1), hall(HAN, 9400, 2), hall(SONG, 9400, 2), hall(CHEN, 9300, 4)]
    assert winners(outcome(award(), halls)) == [LIN, HAN, SONG]


@pytest.mark.parametrize(
    ("bar", "state", "code"),
    [
        (Bar(code="red_line"), {"barred": True}, "red_line"),
        (Bar(code="minimum_total", at_least=Decimal(96)), {}, "minimum_total"),
        (Bar(code="process_below", at_least=Decimal(60)), {"processes": {"P1": 5999}}, "process_below"),
        (Bar(code="kpi_below", kpi="K1", at_least=Decimal(80)), {"kpis": {"K1": 7999}}, "kpi_below"),
        (Bar(code="insufficient_sample", kpi="K1"), {"short": {"K1": 12}}, "insufficient_sample"),
        (Bar(code="coverage", at_least=Decimal("0.80")), {"coverage": 7900}, "coverage"),
        (Bar(code="class", class_code="quarter", step="worst"), {"classes": {"quarter": "worst"}}, "class"),
    ],
)
def test_a_barred_leader_is_passed_over_and_told_why(bar: Bar, state: dict[str, Any], code: str) -> None:
    halls = [hall(LIN, 9500, 1, **state), hall(HAN, 9650, 2), hall(SONG, 9640, 3)]
    found = outcome(award(bars=(bar,)), halls)
    assert winners(found) == [HAN, SONG]
    assert why_not(found, LIN) == [code]
    assert found.missed[LIN][0].advice.zh


@pytest.mark.parametrize(
    ("bar", "state"),
    [
        (Bar(code="minimum_total", at_least=Decimal(95)), {}),
        (Bar(code="process_below", at_least=Decimal(60)), {"processes": {"P1": 6000}}),
        (Bar(code="kpi_below", kpi="K1", at_least=Decimal(80)), {"kpis": {"K1": 8000}}),
        (Bar(code="coverage", at_least=Decimal("0.80")), {"coverage": 8000}),
    ],
)
def test_who_just_reaches_a_bar_wins(bar: Bar, state: dict[str, Any]) -> None:
    found = outcome(award(bars=(bar,)), [hall(LIN, 9500, 1, **state), hall(HAN, 9650, 2), hall(SONG, 9640, 3)])
    assert winners(found) == [LIN, HAN]


def test_a_share_of_the_ranked_halls_wins_and_those_without_a_place_do_not_count() -> None:
    halls = [hall(LIN, 9500, 1), hall(HAN, 9400, 2), hall(SONG, 9300, 3), hall(CHEN, 9200, 4)]
    unranked = [Entrant(unit_id=number, kind="hall", group="A", value=None, rank=None) for number in range(90, 94)]
    assert winners(outcome(award(count={}, share=Decimal("0.5")), [*halls, *unranked])) == [LIN, HAN]


def test_an_award_may_be_for_one_class_only() -> None:
    bar = Bar(code="outside_class", class_code="quarter", step="rest")
    halls = [hall(LIN, 9500, 1), hall(HAN, 9400, 2, classes={"quarter": "rest"})]
    found = outcome(award(bars=(bar,)), halls)
    assert (winners(found), why_not(found, LIN)) == ([HAN], ["outside_class"])
    assert found.missed[LIN][0].fact.en == "“Quarter”: not rest."


def test_of_one_team_only_the_best_placed_wins_and_the_other_is_told_why() -> None:
    halls = [
        hall(LIN, 9500, 1, above={"hall": 11}), hall(HAN, 9400, 2, above={"hall": 11}),
        hall(SONG, 9300, 3, above={"hall": 12}), hall(CHEN, 9200, 4, above={"hall": 11}),
    ]  # fmt: skip
    found = outcome(award(at_most={"hall": 1}), halls)
    assert winners(found) == [LIN, SONG]
    assert (why_not(found, HAN), why_not(found, CHEN)) == (["crowded"], ["behind"])


def test_equals_of_one_team_win_together() -> None:
    halls = [hall(LIN, 9500, 1, above={"hall": 11}), hall(HAN, 9500, 1, above={"hall": 11}), hall(SONG, 9300, 3)]
    assert winners(outcome(award(at_most={"hall": 1}), halls)) == [LIN, HAN]


def test_a_score_at_the_bar_is_not_below_it() -> None:
    bars = (Bar(code="process_below", at_least=Decimal(60)),)
    assert winners(outcome(award(bars=bars), [hall(LIN, 9500, 1, processes={"P1": 6000})])) == [LIN]


def test_every_failed_gate_is_named_not_only_the_first() -> None:
    bars = (Bar(code="red_line"), Bar(code="insufficient_sample", kpi="K1"))
    found = outcome(award(bars=bars), [hall(LIN, 9500, 1, barred=True, short={"K1": 3})])
    assert why_not(found, LIN) == ["red_line", "insufficient_sample"]


@pytest.mark.parametrize("state", ["external", "hors_concours", "protected"])
def test_who_does_not_compete_never_wins(state: str) -> None:
    found = outcome(award(), [hall(LIN, 9900, 1, **{state: True}), hall(HAN, 9000, 2)])
    assert winners(found) == [HAN]
    assert why_not(found, LIN) == [state]


def test_one_in_five_rounds_down_and_gives_at_least_one() -> None:
    terms = award(count={}, share=Decimal("0.2"))
    assert [quota(terms, "A", units) for units in (0, 1, 4, 5, 9, 10)] == [0, 1, 1, 1, 1, 2]


def test_a_group_may_have_its_own_quota() -> None:
    terms = award(count={"A": 3, "default": 5})
    assert (quota(terms, "A", 40), quota(terms, "B", 40)) == (3, 5)


def test_groups_too_small_to_stand_alone_bring_their_quotas_along() -> None:
    terms = award(count={"A": 3, "B": 2, "default": 7})
    assert [quota(terms, group, 9) for group in ("A+B", "A+C", "C+D")] == [5, 3, 7]


def test_where_an_award_is_not_given_nobody_is_behind_or_near() -> None:
    found = outcome(award(count={"default": 0}), [hall(LIN, 9500, 1)])
    assert why_not(found, LIN) == ["no_quota"]
    assert found.near == ()


def test_an_improvement_is_measured_against_the_other_peers() -> None:
    halls = [
        hall(LIN, 8000, 3, previous=7000),
        hall(HAN, 9000, 1, previous=8900),
        hall(SONG, 8500, 2, previous=8300),
        hall(CHEN, 8400, 4),
    ]
    assert improvements(halls) == {LIN: 1000 - 150, HAN: 100 - 600, SONG: 200 - 550}


def test_the_most_improved_wins_once_a_board_whatever_its_place() -> None:
    terms = award(rule="improved", count={"default": 1}, at_least=Decimal(2))
    halls = [hall(LIN, 8000, 3, previous=7000), hall(HAN, 9000, 1, previous=8900), hall(SONG, 8500, 2, previous=8300)]
    found = outcome(terms, halls)
    assert winners(found) == [LIN]
    assert found.grants[0].value == 850


def test_halls_that_improved_alike_share_the_place_and_just_reaching_the_bar_is_enough() -> None:
    terms = award(rule="improved", count={"default": 1}, at_least=Decimal(5))
    halls = [hall(LIN, 8000, 3, previous=7000), hall(HAN, 9000, 1, previous=8000), hall(SONG, 8500, 2, previous=8500)]
    found = outcome(terms, halls)
    assert [(one.unit_id, one.place, one.value) for one in found.grants] == [(LIN, 1, 500), (HAN, 1, 500)]


def test_a_change_within_chance_wins_nothing() -> None:
    terms = award(rule="improved", count={"default": 1}, at_least=Decimal(8))
    found = outcome(terms, [hall(LIN, 9000, 1, previous=8700), hall(HAN, 8900, 2, previous=8900)])
    assert winners(found) == []
    assert why_not(found, LIN) == ["within_noise"]
    assert why_not(found, HAN) == ["within_noise"]


def test_a_fall_is_told_with_a_real_minus_sign() -> None:
    terms = award(rule="improved", count={"default": 1}, at_least=Decimal(8))
    found = outcome(terms, [hall(LIN, 8000, 1, previous=8700), hall(HAN, 8900, 2, previous=8900)])
    assert "−7.00" in found.missed[LIN][0].fact.zh
    assert "-" not in found.missed[LIN][0].fact.en


def test_without_a_month_before_there_is_no_improvement() -> None:
    found = outcome(award(rule="improved", at_least=Decimal(2)), [hall(LIN, 9000, 1)])
    assert why_not(found, LIN) == ["no_basis"]


def test_two_places_behind_the_last_winner_is_near_and_three_is_not() -> None:
    halls = [hall(LIN, 9500, 1), hall(HAN, 9400, 2), hall(SONG, 9300, 3), hall(CHEN, 9200, 4), hall(GU, 9100, 5)]
    assert dict(outcome(award(), halls).near) == {LIN: 0, HAN: 0, SONG: 1, CHEN: 2}


def test_who_does_not_compete_is_never_near() -> None:
    assert outcome(award(), [hall(LIN, 9500, 1, hors_concours=True)]).near == ()


def test_two_kinds_under_one_award_compete_apart() -> None:
    terms = award(kinds=("hall", "stall"), count={"default": 1})
    found = outcome(terms, [hall(LIN, 9500, 1), hall(HAN, 7000, 1, kind="stall"), hall(SONG, 6900, 2, kind="stall")])
    assert winners(found) == [LIN, HAN]


def test_an_award_by_hand_is_nobodys_before_somebody_is_named() -> None:
    found = outcome(award(rule="by_hand"), [hall(LIN, 9500, 1)])
    assert (found.grants, why_not(found, LIN)) == ((), ["by_hand"])


def test_whoever_is_named_for_an_award_by_hand_wins_it_with_the_reason() -> None:
    found = outcome(award(rule="by_hand", named={HAN: "盲点上报最多"}), [hall(LIN, 9500, 1), hall(HAN, 8000, 2)])
    assert [(grant.unit_id, grant.place, grant.reason.zh) for grant in found.grants] == [
        (HAN, 2, "由组织者评定：盲点上报最多")
    ]
    assert why_not(found, LIN) == ["by_hand"]


def test_whoever_is_named_has_to_meet_the_conditions_too() -> None:
    terms = award(rule="by_hand", named={HAN: "盲点上报最多"}, bars=(Bar(code="red_line"),))
    found = outcome(terms, [hall(HAN, 8000, 1, barred=True)])
    assert (winners(found), why_not(found, HAN)) == ([], ["red_line"])


def test_of_those_named_the_first_win_as_many_as_there_are_over_all_groups() -> None:
    terms = award(rule="by_hand", named={SONG: "一", CHEN: "二", LIN: "三"})
    found = outcome(terms, [hall(LIN, 9500, 1), hall(HAN, 9400, 2), hall(SONG, 9300, 3), hall(CHEN, 80, 1, group="B")])
    assert (winners(found), why_not(found, LIN)) == ([SONG, CHEN], ["all_given"])


def test_who_wins_by_hand_stands_near_the_award_and_nobody_else_does() -> None:
    found = outcome(award(rule="by_hand", named={HAN: "盲点"}), [hall(LIN, 9500, 1), hall(HAN, 8000, 2)])
    assert found.near == ((HAN, 0),)


@st.composite
def fields(draw: st.DrawFn) -> list[Entrant]:
    """Return halls of two groups in order of value, some barred, some in one hall's team."""
    found: list[Entrant] = []
    for group in ("A", "B"):
        values = sorted(draw(st.lists(st.integers(80, 90), max_size=9)), reverse=True)
        for number, value in enumerate(values):
            flags = draw(st.tuples(*[st.booleans()] * 3))
            found.append(
                hall(
                    len(found) + 1, value * 100, values.index(value) + 1 if not flags[2] else number + 1, group=group,
                    barred=flags[0], hors_concours=flags[1], variance=draw(st.sampled_from([None, 0, 10**9])), previous=draw(st.integers(8000, 9000)),
                    above={"hall": draw(st.integers(1, 3))},
                )
            )  # fmt: skip
    return found


@given(
    fields(),
    st.sampled_from(["top", "share", "improved", "threshold", "by_hand"]),
    st.integers(0, 4),
    st.sampled_from([{}, {"hall": 1}]),
    st.lists(st.integers(1, 18), unique=True),
)
def test_winners_looked_for_from_the_top_are_those_found_among_all(
    halls: list[Entrant], rule: str, count: int, at_most: dict[str, int], named: list[int]
) -> None:
    terms = award(
        dict.fromkeys(named, "盲点"),
        rule=rule, count={"default": count, "B": 1}, share=Decimal("0.3") if rule == "share" else None,
        bars=(Bar(code="red_line"), *([Bar(code="uncertain")] if count % 2 else [])), at_most=at_most,
    )  # fmt: skip
    assert granted(terms, halls) == outcome(terms, halls).grants
