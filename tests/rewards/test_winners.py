import pytest

from rewards.queries import WhyNot, why_not, winners
from scoring.operations.events import record_red_line
from tests.cast import BEFORE, MONTH, Cast, day
from tests.months.story import closed, published, ran, worked_off

BETTER = {"S1": 90, "S2": 90, "S3": 84, "S4": 84}


def of(award: str, answers: tuple[WhyNot, ...]) -> WhyNot:
    return next(answer for answer in answers if answer.award == award)


async def test_the_three_awards_are_given_at_the_closing(cast: Cast) -> None:
    await ran(cast)
    assert await winners(MONTH) == ()
    await closed(cast)
    given = {(winner.award, winner.unit_code) for winner in await winners(MONTH)}
    assert {("window", "S1"), ("management", "B1")} <= given
    assert {award for award, _ in given} == {"window", "management", "support"}


async def test_a_department_out_of_competition_is_never_awarded(cast: Cast) -> None:
    await ran(cast)
    await closed(cast)
    assert "CSD" not in {winner.unit_code for winner in await winners(MONTH)}
    answer = of("support", await why_not(MONTH, cast["CSD"], named=False))
    assert [gate.code for gate in answer.gates] == ["hors_concours"]


async def test_who_came_second_is_told_the_gap_and_where_to_begin(cast: Cast) -> None:
    await ran(cast)
    await closed(cast)
    answer = of("window", await why_not(MONTH, cast["S2"], named=False))
    assert not answer.won
    assert [gate.code for gate in answer.gates] == ["behind"]
    assert "第2名" in answer.gates[0].fact.zh


async def test_while_the_month_runs_why_not_me_says_how_it_would_end_now(cast: Cast) -> None:
    await ran(cast)
    assert of("window", await why_not(MONTH, cast["S1"], named=False)).won


async def test_a_red_line_takes_the_award_from_the_best(cast: Cast) -> None:
    await ran(cast)
    await record_red_line(
        unit_id=cast["S1"], on=day(9), code="begging", reason="录音显示索要十分", actor=cast.actor("baishu")
    )
    await worked_off()
    await closed(cast)
    assert ("window", "S2") in {(winner.award, winner.unit_code) for winner in await winners(MONTH)}
    assert "red_line" in {gate.code for gate in of("window", await why_not(MONTH, cast["S1"], named=False)).gates}


async def test_the_most_improved_is_the_one_that_gained_on_its_peers(cast: Cast) -> None:
    await ran(cast, BEFORE, {"S1": 95, "S2": 90, "S3": 86, "S4": 76})
    await published(cast, BEFORE)
    await ran(cast, MONTH, BETTER)
    await closed(cast, MONTH)
    improved = [winner for winner in await winners(MONTH) if winner.award == "improved"]
    assert [winner.unit_code for winner in improved] == ["S4"]
    assert improved[0].value.startswith(("1", "2", "3", "4"))


async def test_two_halls_with_the_same_result_share_the_award(cast: Cast) -> None:
    await ran(cast, MONTH, {"S1": 84, "S2": 84, "S3": 90, "S4": 90})
    await closed(cast)
    window = sorted(winner.unit_code for winner in await winners(MONTH) if winner.award == "window")
    assert window == ["S3", "S4"]


@pytest.mark.parametrize("code", ["YC", "P-linyue"])
async def test_whom_no_award_is_for_gets_no_answer(cast: Cast, code: str) -> None:
    await ran(cast)
    assert await why_not(MONTH, cast[code], named=False) == ()
