"""From a ranged board to the triggers: the chance in the totals reaches the rules that ask for it, and no others."""

from msgspec import structs

from coaching.history import Month, members
from coaching.review import caught
from leaderboards.month_board import MonthBoard
from leaderboards.ranges import UnitRange
from scoring.rulebook import Coaching, RuleBook, TriggerRule, UnitKind
from tests.leaderboards import test_boards
from tests.rewards.test_awards import WORD

TOTALS = [8_400, 8_300, 8_200, 8_100, 8_000, 7_900, 7_800, 7_400]


def rules(*, beyond_noise: bool) -> RuleBook:
    rule = TriggerRule(beyond_noise=beyond_noise, threshold=None, process_threshold=None, repeat_months=0)
    kinds = {"hall": UnitKind(code="hall", name=WORD, level="hall")}
    return RuleBook(code="b", name=WORD, kinds=kinds, processes={}, kpis={}, coaching=Coaching(rules={"hall": rule}))


def month(book: RuleBook, points: int | None) -> Month:
    """Return a month of halls whose totals have a standard error of so many points, None = not known."""
    plain = test_boards.board(TOTALS)
    variance = (points or 0) ** 2 * 100 * 100 * 1_000
    ranges = {unit: UnitRange(variance, 0, 1, 8, 1, 8) for unit in plain.by_unit} if points is not None else {}
    detail = structs.replace(plain.detail, processes=())
    standings = [structs.replace(one, processes=()) for one in plain.by_unit.values()]
    board = MonthBoard(snapshot_id=1, month=plain.month, made_at="", detail=detail, standings=standings, ranges=ranges)
    return Month(board=board, lines={}, book=book)


def last(book: RuleBook, points: int | None) -> bool:
    """Tell whether the last of the halls is called a laggard."""
    return 8 in caught(book, "hall", members("hall", [month(book, points)], {}))


def test_a_rule_that_asks_for_more_than_chance_spares_whom_chance_may_have_put_last() -> None:
    book = rules(beyond_noise=True)
    assert not last(book, 4)
    assert last(book, 1)


def test_a_month_of_which_nothing_is_known_is_judged_as_it_stands() -> None:
    assert last(rules(beyond_noise=True), None)


def test_a_rule_that_does_not_ask_spares_nobody() -> None:
    assert last(rules(beyond_noise=False), 9)
