"""Winners whom chance may have put there: said so, or barred, as the rules ask."""

from leaderboards.operations import range_places
from leaderboards.queries.snapshots import forget, month_board
from rewards.awards import granted, outcome
from rewards.entrants import Entrant
from rewards.judging import Basis, entrants
from scoring.queries.rules import rules_of
from scoring.rulebook import Bar
from tests.cast import MONTH, Cast
from tests.leaderboards import october
from tests.rewards.test_awards import CHEN, HAN, LIN, SONG, award, hall, why_not, winners


def halls(variance: int | None) -> list[Entrant]:
    """Return three halls ten and one points apart, with so much chance in each total."""
    return [
        hall(LIN, 9500, 1, variance=variance), hall(HAN, 8500, 2, variance=variance), hall(SONG, 8400, 3, variance=variance),
    ]  # fmt: skip


ONE_POINT = 100 * 100 * 1_000
"""The variance of a total with a standard error of one point."""


def test_a_winner_who_cannot_be_told_apart_from_the_first_without_it_is_told_so() -> None:
    found = outcome(award(certain=True), halls(ONE_POINT))
    assert winners(found) == [LIN, HAN]
    assert ["cannot be told apart" in grant.reason.en for grant in found.grants] == [False, True]
    assert "分不出高下" in found.grants[1].reason.zh


def test_by_its_bar_only_certain_winners_win() -> None:
    found = outcome(award(bars=(Bar(code="uncertain"),)), halls(ONE_POINT))
    assert winners(found) == [LIN]
    assert why_not(found, HAN) == ["uncertain"]
    assert why_not(found, SONG) == ["behind"]


def test_awards_that_do_not_ask_say_nothing() -> None:
    found = outcome(award(), halls(ONE_POINT))
    assert winners(found) == [LIN, HAN]
    assert not any("told apart" in grant.reason.en for grant in found.grants)


def test_where_chance_is_not_known_or_small_every_winner_is_certain() -> None:
    for variance in (None, 0, ONE_POINT // 100):
        found = outcome(award(certain=True, bars=(Bar(code="uncertain"),)), halls(variance))
        assert winners(found) == [LIN, HAN]


def test_with_nobody_behind_there_is_nobody_to_be_told_apart_from() -> None:
    found = outcome(award(certain=True, bars=(Bar(code="uncertain"),), count={"default": 3}), halls(ONE_POINT))
    assert winners(found) == [LIN, HAN, SONG]


def test_the_first_who_is_barred_is_not_the_one_to_compare_with() -> None:
    field = [
        *halls(ONE_POINT)[:2],
        hall(SONG, 8400, 3, variance=ONE_POINT, barred=True),
        hall(CHEN, 5000, 4, variance=ONE_POINT),
    ]
    assert winners(outcome(award(bars=(Bar(code="uncertain"), Bar(code="red_line"))), field)) == [LIN, HAN]


def test_a_look_at_winners_alone_says_the_same() -> None:
    for terms in (award(certain=True), award(bars=(Bar(code="uncertain"),)), award()):
        assert granted(terms, halls(ONE_POINT)) == outcome(terms, halls(ONE_POINT)).grants


async def test_who_enters_brings_along_how_sure_the_total_is(cast: Cast) -> None:
    await october.told(october.everything())
    await range_places(MONTH)
    forget()
    found = entrants(await month_board(MONTH), (await rules_of(MONTH)).book, Basis({}, {}, {}))
    assert found
    assert all((one.variance or 0) > 0 for one in found.values() if one.kind == "storefront" and one.rank)
