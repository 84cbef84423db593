"""What an open page is told, and how soon after one another."""

import platform

import pytest

from ops.memory import give_back
from tests.cast import MONTH, Cast
from tests.web.reader import Reader
from web.pages.stream import GAP, pause_after


@pytest.mark.parametrize(
    ("told", "before", "pause"), [("12", "", 0.0), ("13", "12", GAP), ("13", "12r", GAP), ("12r", "12", 0.0)]
)
def test_only_another_board_makes_the_next_one_wait(told: str, before: str, pause: float) -> None:
    assert pause_after(told, before) == pause


def test_what_passed_through_is_given_back_to_the_system_where_the_c_library_can() -> None:
    assert give_back() is (platform.libc_ver()[0] == "glibc")


async def test_a_table_made_for_one_reader_shows_another_no_more_than_is_theirs(reader: Reader, story: Cast) -> None:
    path = f"/boards?month={MONTH}&kind=storefront"
    last = f'data-unit="/units/{story["S4"]}"'
    for username, sees in (("zhouhe", False), ("sulan", True), ("zhouhe", False), ("sulan", True)):
        await reader.sign_in(username)
        table = (await reader.read(path)).partition("<tbody")[2].partition("</tbody>")[0]
        assert (last in table) is sees, username
