from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from core.errors import Invalid
from core.language import Text
from leaderboards.ledger import Branch, Loss, by, city, split, total, whole_causes
from leaderboards.ledger_drill import Member, drilled
from scoring.apportion import apportioned
from scoring.book_causes import Cause
from scoring.book_checks import sound
from scoring.rulebook import RuleBook, parsed
from scoring.shares import NOBODY, caused_elsewhere, grain_of, shares_of
from tests.factories import SMALL_BOOK

TEXT = SMALL_BOOK.read_text(encoding="utf-8")
BOOK = parsed(TEXT)
DEPARTMENTS = ("CSD", "NWD", "HRD")
KPIS = ("COVER", "COMPLAINT", "SAT", "VISIT", "SMILE")
THIRD = Decimal("33.3333333333333333333333333333")

shares = st.lists(st.integers(0, 97) | st.just(THIRD), min_size=1, max_size=3).filter(lambda found: sum(found) > 0)
parts = st.dictionaries(
    st.sampled_from(("fog", "storm", "queue", "nobody")), st.fractions(0, 1, max_denominator=9), max_size=3
)
losses = st.builds(Loss, st.sampled_from(KPIS), st.integers(0, 10**7), parts)
branches = st.lists(
    st.builds(Branch, st.integers(1, 9), st.integers(0, 10**7), st.lists(losses, max_size=5).map(tuple)),
    max_size=6,
    unique_by=lambda branch: branch.unit_id,
)


def book(told: list[Decimal | int], of: str) -> RuleBook:
    """The small book with shares for one KPI, one cause, or one process."""
    table = dict(zip(DEPARTMENTS, map(Decimal, told), strict=False))
    cause = Cause(code="fog", name=Text(zh="雾", en="fog"), shares=table)
    return {
        "kpi": replace(BOOK, responsibility_kpis={"COVER": table}),
        "cause": replace(BOOK, causes={"fog": cause}),
        "process": replace(BOOK, responsibility={**BOOK.responsibility, "NET": table, "CARE": {}}),
    }[of]


@given(st.integers(0, 10**12), st.lists(st.fractions(0, 100, max_denominator=97), min_size=1, max_size=20))
def test_parts_add_up_to_the_whole_and_stand_next_to_their_exact_shares(whole: int, weights: list[Fraction]) -> None:
    if not sum(weights):
        return
    found = apportioned(whole, weights)
    assert sum(found) == whole
    assert all(abs(part - whole * weight / sum(weights)) < 1 for part, weight in zip(found, weights, strict=True))


def test_three_thirds_of_ten_give_the_first_the_odd_one() -> None:
    assert apportioned(10, [Fraction(1, 3)] * 3) == [4, 3, 3]


def test_a_loss_without_any_share_is_refused_rather_than_dropped() -> None:
    with pytest.raises(ValueError, match="all zero"):
        apportioned(1, [Fraction(0)])


@given(shares, st.sampled_from(("kpi", "cause", "process")), st.lists(losses, max_size=6))
def test_what_arrives_at_the_departments_is_what_the_branch_lost(
    told: list[Decimal | int], of: str, lost: list[Loss]
) -> None:
    found = split(book(told, of), 1, lost)
    assert total(found) == sum(loss.lost for loss in lost)
    assert sum(by(found, "department").values()) == sum(by(found, "process", "cause").values()) == total(found)


@given(shares, st.sampled_from(("kpi", "cause", "process")), branches)
def test_the_city_ledger_closes_by_branch_by_kpi_and_by_department(
    told: list[Decimal | int], of: str, all_of_them: list[Branch]
) -> None:
    found = city(book(told, of), all_of_them)
    for fields in (("department",), ("unit_id",), ("process", "kpi"), ("department", "unit_id", "kpi", "cause")):
        assert sum(by(found.pieces, *fields).values()) == found.lost
    weights = [branch.weight for branch in all_of_them]
    weights = weights if any(weights) else [1] * len(weights)
    lost = [sum(loss.lost for loss in branch.losses) for branch in all_of_them]
    exact = sum((Fraction(w * points) for w, points in zip(weights, lost, strict=True)), Fraction(0))
    assert not weights or abs(found.lost - exact / sum(weights)) <= Fraction(1, 2)


def test_the_city_weighs_branches_by_their_customers() -> None:
    one, other = Branch(1, 300, (Loss("COVER", 40_000),)), Branch(2, 100, (Loss("COVER", 20_000),))
    assert city(BOOK, [one, other]).lost == 35_000
    assert by(city(BOOK, [one, other]).pieces, "unit_id") == {(1,): 30_000, (2,): 5_000}


@given(parts)
def test_causes_and_what_has_none_make_one_whole(told: dict[str, Fraction]) -> None:
    found = whole_causes(told)
    assert sum(found.values()) == 1
    assert all(part > 0 for part in found.values())


def test_the_finer_share_wins_and_the_coarser_is_inherited() -> None:
    finer = replace(
        BOOK,
        responsibility_kpis={"COMPLAINT": {"NWD": Decimal(100)}},
        causes={
            "fog": Cause(code="fog", name=Text(zh="雾", en="fog"), shares={"HRD": Decimal(100)}, kpis=("COMPLAINT",)),
            "mood": Cause(code="mood", name=Text(zh="态度", en="mood"), shares={"CSD": Decimal(100)}, own=True),
        },
    )
    assert shares_of(finer, "COMPLAINT", "fog") == {"HRD": 1}
    assert shares_of(finer, "COMPLAINT") == {"NWD": 1}
    assert shares_of(finer, "SAT", "fog") == shares_of(BOOK, "SAT")
    assert [grain_of(finer, kpi) for kpi in ("COMPLAINT", "SAT", "TASKS")] == ["kpi", "process", "none"]
    assert shares_of(finer, "TASKS") == {NOBODY: 1}
    assert caused_elsewhere(finer, "COMPLAINT", "fog")
    assert not caused_elsewhere(finer, "SAT")
    assert not caused_elsewhere(finer, "SAT", "mood")


def test_a_part_of_the_loss_goes_with_its_cause_and_the_rest_with_the_process() -> None:
    causes = {"fog": Cause(code="fog", name=Text(zh="雾", en="fog"), shares={"HRD": Decimal(100)})}
    found = split(replace(BOOK, causes=causes), 1, [Loss("COVER", 10_000, {"fog": Fraction(1, 3)})])
    assert by(found, "cause") == {("",): 6_667, ("fog",): 3_333}
    assert {piece.department for piece in found if piece.cause == "fog"} == {"HRD"}


@pytest.mark.parametrize(
    "table",
    [
        "[responsibility_kpis.COVER]\nNWD = 99",
        "[causes.fog]\nname = {zh='雾',en='fog'}\nshares = {NWD = -5, CSD = 105}",
    ],
)
def test_finer_shares_that_do_not_make_a_hundred_are_refused(table: str) -> None:
    with pytest.raises(Invalid) as refusal:
        sound(f"{TEXT}\n{table}\n")
    assert {problem.code for problem in refusal.value.problems} == {"shares_not_100"}


@pytest.mark.parametrize(
    "table", ["[responsibility_kpis.COVR]\nNWD = 100", "[causes.fog]\nname = {zh='雾',en='fog'}\nkpis = ['COVR']"]
)
def test_finer_shares_of_a_kpi_that_does_not_exist_are_refused_with_the_nearest(table: str) -> None:
    with pytest.raises(Invalid) as refusal:
        parsed(f"{TEXT}\n{table}\n")
    hint = refusal.value.problems[0].hint
    assert hint
    assert "COVER" in hint.en


members = st.lists(
    st.builds(
        Member,
        st.integers(1, 99),
        st.fractions(0, 1, max_denominator=50),
        st.none() | st.fractions(0, 120, max_denominator=100),
    ),
    max_size=8,
)


@given(st.integers(0, 10**6), st.fractions(0, 100, max_denominator=30), members)
def test_members_and_mix_add_up_to_the_loss(lost: int, weight: Fraction, beneath: list[Member]) -> None:
    found = drilled(lost, weight, beneath)
    assert sum(cost for _, cost in found.members) + found.rest == lost
    assert all(cost >= 0 for _, cost in found.members)


def test_a_hall_above_full_marks_offsets_another_and_the_mix_line_says_so() -> None:
    found = drilled(
        5_000, Fraction(10), [Member(1, Fraction(1, 2), Fraction(80)), Member(2, Fraction(1, 2), Fraction(110))]
    )
    assert found.members == ((1, 10_000), (2, 0))
    assert found.rest == -5_000
