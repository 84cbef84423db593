"""What contests come to: nothing is lost or won from nowhere, no order of units matters, missing is not nought."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from months.contests.checks import problems
from months.contests.placing import lowest_first, places
from months.contests.results import Duels, Result, Runners, Survivors, Tables, Teams
from months.contests.settling import settled
from months.contests.spec import (
    Division,
    Duel,
    Elimination,
    HeadToHead,
    League,
    Leaving,
    Race,
    Spec,
    Team,
    TeamGoal,
    days_of,
    kind_of,
    units_of,
)

MONTH = 202610
DAYS = tuple(date(2026, 10, day) for day in (10, 17, 24))
UNITS = tuple(range(1, 13))
NUMBERS = st.fixed_dictionaries({unit: st.one_of(st.none(), st.integers(6_000, 12_000)) for unit in UNITS})
CLOSE = st.fixed_dictionaries({unit: st.one_of(st.none(), st.integers(9_000, 9_003)) for unit in UNITS})
ANY = st.one_of(NUMBERS, CLOSE)
SHUFFLED = st.permutations(UNITS)


def elimination(units: tuple[int, ...] = UNITS, tie: str = "all_stay", leave: int = 2) -> Elimination:
    rounds = tuple(Leaving(leave=leave, on=day) for day in DAYS)
    return Elimination(card="storefront", units=units, rounds=rounds, tie=tie)  # type: ignore[arg-type]  # one of the two words


def league(moves: int = 2, units: tuple[int, ...] = UNITS) -> League:
    parts = [Division(zh=str(n), en=str(n), units=tuple(sorted(units)[n * 4 : n * 4 + 4])) for n in range(3)]
    return League(card="storefront", divisions=tuple(parts), moves=moves)


def played(spec: Spec, boards: list[dict[int, int | None]]) -> list[Result]:
    found: list[Result] = []
    for number, numbers in enumerate(boards, 1):
        found.append(settled(spec, number, numbers, found))
    return found


@given(ANY, SHUFFLED)
def test_of_each_duel_one_wins_or_both_share_or_it_does_not_count(
    numbers: dict[int, int | None], units: list[int]
) -> None:
    pairs = tuple(Duel(units[at], units[at + 1]) for at in range(0, 12, 2))
    found = settled(HeadToHead(card="storefront", pairs=pairs), 1, numbers)
    assert isinstance(found, Duels)
    assert [(one.left, one.right) for one in found.duels] == [(one.left, one.right) for one in pairs]
    for one in found.duels:
        told = None not in (one.left_cents, one.right_cents)
        assert (one.won == "void") is not told
        assert (one.won == "draw") is (told and one.left_cents == one.right_cents)


@given(ANY)
def test_a_duel_told_from_the_other_side_has_the_same_winner(numbers: dict[int, int | None]) -> None:
    here = settled(HeadToHead(card="s", pairs=(Duel(1, 2),)), 1, numbers)
    there = settled(HeadToHead(card="s", pairs=(Duel(2, 1),)), 1, numbers)
    assert isinstance(here, Duels)
    assert isinstance(there, Duels)
    turned = {"left": "right", "right": "left", "draw": "draw", "void": "void"}
    assert turned[here.duels[0].won] == there.duels[0].won


def test_who_has_no_number_is_not_beaten_by_it() -> None:
    found = settled(HeadToHead(card="s", pairs=(Duel(1, 2),)), 1, {1: 9_000, 2: None})
    assert isinstance(found, Duels)
    assert found.duels[0].won == "void"


@given(st.lists(ANY, min_size=3, max_size=3), SHUFFLED, st.sampled_from(["all_stay", "all_leave"]))
def test_an_elimination_loses_nobody_and_no_order_of_units_matters(
    boards: list[dict[int, int | None]], units: list[int], tie: str
) -> None:
    found = played(elimination(tie=tie), boards)
    assert found == played(elimination(tuple(units), tie), boards)
    for one in found:
        assert isinstance(one, Survivors)
        assert sorted(row.unit for row in one.rows) == list(UNITS)
        assert any(row.left is None for row in one.rows)


@given(st.lists(ANY, min_size=3, max_size=3), st.sampled_from(["all_stay", "all_leave"]))
def test_who_left_stays_away_and_nobody_leaves_above_one_that_stays(
    boards: list[dict[int, int | None]], tie: str
) -> None:
    gone: dict[int, int] = {}
    for number, one in enumerate(played(elimination(tie=tie), boards), 1):
        assert isinstance(one, Survivors)
        left = {row.unit: row.left for row in one.rows if row.left is not None}
        assert gone.items() <= left.items()
        now = {unit for unit, at in left.items() if at == number}
        values = boards[number - 1]
        assert None not in {values[unit] for unit in now}
        within = [values[row.unit] for row in one.rows if row.left is None and values[row.unit] is not None]
        if now and within:
            assert max(values[unit] or 0 for unit in now) < min(value for value in within if value is not None)
        if tie == "all_stay":
            assert len(now) <= 2
        gone = {unit: at for unit, at in left.items() if at is not None}


def test_equals_at_the_edge_all_stay_or_all_leave_as_declared() -> None:
    numbers = {1: 10_000, 2: 9_000, 3: 9_000, 4: 9_500, **dict.fromkeys(UNITS[4:], 9_800)}
    stay = settled(elimination(leave=1), 1, numbers)
    leave = settled(elimination(leave=1, tie="all_leave"), 1, numbers)
    assert isinstance(stay, Survivors)
    assert isinstance(leave, Survivors)
    assert not [row for row in stay.rows if row.left]
    assert {row.unit for row in leave.rows if row.left} == {2, 3}


@given(ANY, SHUFFLED, st.integers(1, 2))
def test_a_league_keeps_its_units_and_the_size_of_each_class(
    numbers: dict[int, int | None], units: list[int], moves: int
) -> None:
    spec = league(moves)
    found = settled(spec, 1, numbers)
    assert isinstance(found, Tables)
    assert [len(one) for one in found.following] == [4, 4, 4]
    assert sorted(unit for one in found.following for unit in one) == list(UNITS)
    mixed = [Division(zh=str(n), en=str(n), units=tuple(u for u in units if u in one.units)) for n, one in enumerate(spec.divisions)]  # fmt: skip
    again = settled(League(card="s", divisions=tuple(mixed), moves=moves), 1, numbers)
    assert again == found


@given(ANY)
def test_who_goes_up_is_above_all_that_stay_and_without_a_number_nobody_moves(numbers: dict[int, int | None]) -> None:
    found = settled(league(), 1, numbers)
    assert isinstance(found, Tables)
    for one in found.divisions:
        stay = [row.cents for row in one.rows if row.move == "stay" and row.cents is not None]
        for row in one.rows:
            assert row.move == "stay" or row.cents is not None
            assert row.move != "up" or all((row.cents or 0) > value for value in stay)
            assert row.move != "down" or all((row.cents or 0) < value for value in stay)


@given(st.lists(ANY, min_size=3, max_size=3), SHUFFLED)
def test_who_arrived_keeps_the_place_and_equals_of_a_day_share_it(
    boards: list[dict[int, int | None]], units: list[int]
) -> None:
    spec = Race(card="s", units=UNITS, target=9_001, days=DAYS)
    found = played(spec, boards)
    assert found == played(Race(card="s", units=tuple(units), target=9_001, days=DAYS), boards)
    last = found[-1]
    assert isinstance(last, Runners)
    assert sorted(row.unit for row in last.rows) == list(UNITS)
    for row in last.rows:
        there = [n for n, board in enumerate(boards, 1) if (board[row.unit] or 0) >= 9_001]
        assert row.arrived == (there[0] if there else None)
        assert (row.place is None) is (row.arrived is None)
    by_place = {row.place for row in last.rows if row.arrived == 1}
    assert by_place <= {1}


@given(ANY, st.integers(9_000, 9_003), st.sampled_from(["mean", "share"]))
def test_a_team_counts_those_who_have_a_number_and_decides_only_with_enough(
    numbers: dict[int, int | None], target: int, way: str
) -> None:
    teams = (Team("a", "a", UNITS[:6]), Team("b", "b", UNITS[6:]))
    spec = TeamGoal(card="s", teams=teams, target=target, way=way, share=50)  # type: ignore[arg-type]  # one of the two words
    found = settled(spec, 1, numbers)
    assert isinstance(found, Teams)
    for row, team in zip(found.rows, teams, strict=True):
        told = [value for unit in team.units if (value := numbers[unit]) is not None]
        assert row.counted == len(told)
        assert (row.reached is None) is (100 * len(told) < 60 * 6)
        if row.reached is not None and way == "mean":
            assert row.reached is (sum(told) >= target * len(told))


@given(st.dictionaries(st.integers(1, 50), st.integers(0, 9)), st.integers(0, 9))
def test_the_lowest_are_lower_than_the_rest(numbers: dict[int, int], count: int) -> None:
    found = lowest_first(dict(numbers), count, tied_leave=False)
    assert len(found) <= count
    rest = [value for unit, value in numbers.items() if unit not in found]
    assert not found or not rest or max(numbers[unit] for unit in found) < min(rest)
    ranked = places(numbers)
    assert all(1 + sum(other > value for other in numbers.values()) == ranked[unit] for unit, value in numbers.items())


KINDS = {**dict.fromkeys(UNITS, "storefront"), 99: "branch"}
WRONG: tuple[tuple[Spec, str, str], ...] = (
    (HeadToHead(card="storefront", pairs=()), "pairs", "no_pairs"),
    (HeadToHead(card="storefront", pairs=(Duel(1, 1),)), "pairs.0", "against_itself"),
    (HeadToHead(card="storefront", pairs=(Duel(1, 2), Duel(2, 1))), "pairs", "pair_twice"),
    (HeadToHead(card="storefront", pairs=(Duel(1, 77),)), "units", "no_such_unit"),
    (HeadToHead(card="storefront", pairs=(Duel(1, 99),)), "units", "other_kind"),
    (HeadToHead(card="storefront", pairs=(Duel(1, 2),), measure="XX"), "measure", "no_such_measure"),
    (HeadToHead(card="storefront", pairs=(Duel(1, 2),), on=date(2026, 11, 1)), "days.0", "day_outside"),
    (Race(card="storefront", units=UNITS, target=9_000, days=()), "days", "days_out_of_order"),
    (Race(card="storefront", units=UNITS, target=9_000, days=(DAYS[1], DAYS[0])), "days", "days_out_of_order"),
    (Race(card="storefront", units=(1,), target=9_000, days=DAYS), "units", "too_few_units"),
    (TeamGoal(card="storefront", teams=(), target=9_000), "teams", "too_few_groups"),
    (TeamGoal(card="storefront", teams=(Team("a", "a", (1,)),), target=9_000), "teams.0.units", "too_few_units"),
    (Elimination(card="storefront", units=UNITS, rounds=()), "rounds", "no_rounds"),
    (elimination((1, 2, 3)), "rounds", "nobody_left"),
    (elimination((*UNITS, 1)), "units", "unit_twice"),
    (league(moves=3), "moves", "too_many_moves"),
)


@pytest.mark.parametrize(("spec", "field", "code"), WRONG, ids=[code for _, _, code in WRONG])
def test_what_is_wrong_is_told_with_its_field_and_what_would_be_right(spec: Spec, field: str, code: str) -> None:
    found = {(one.place.path if one.place else "", one.code) for one in problems(spec, month=MONTH, kinds=KINDS, measures=("HALL",))}  # fmt: skip
    assert (field, code) in found


def test_a_sound_contest_of_each_kind_has_no_problem() -> None:
    sound: tuple[Spec, ...] = (
        HeadToHead(card="storefront", pairs=(Duel(1, 2),), measure="HALL"),
        Race(card="storefront", units=UNITS, target=9_000, days=DAYS),
        TeamGoal(card="storefront", teams=(Team("a", "a", UNITS),), target=9_000, on=DAYS[2]),
        elimination(),
        league(),
    )
    for spec in sound:
        assert problems(spec, month=MONTH, kinds=KINDS, measures=("HALL",)) == ()
        assert set(units_of(spec)) <= set(UNITS)
        assert days_of(spec)
    assert len({kind_of(spec) for spec in sound}) == 5
