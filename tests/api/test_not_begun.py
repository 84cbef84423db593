"""Nothing is entered beside the cards of a month that has not begun: it would become the latest board of all."""

import pytest

from core.database import raw
from tests.api.browser import Browser
from tests.cast import Cast


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/months/209901/units/{}/adjustments", {"cents": 150, "reason": "见义勇为"}),
        ("/api/v1/units/{}/red-lines", {"on": "2099-01-05", "code": "begging", "reason": "经核实"}),
    ],
)
async def test_a_month_that_has_not_begun_takes_no_entries(
    anybody: Browser, cast: Cast, path: str, body: dict[str, object]
) -> None:
    await anybody.sign_in("sulan")
    answer = await anybody.request("POST", path.format(cast["S1"]), json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_begun")
    async with raw() as connection:
        assert not await connection.fetchval("SELECT count(*) FROM adjustment")
        assert not await connection.fetchval("SELECT count(*) FROM red_line_event")
