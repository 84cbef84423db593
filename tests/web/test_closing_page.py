"""The page on which a month is closed: what was written is kept when it is refused, and no button lies."""

from collections.abc import Iterator

import pytest
import time_machine

from core.database import raw
from months.operations.branches import propose_branch
from tests.cast import MONTH, Cast
from tests.months.story import closing_day
from tests.web.reader import Reader, inspected

PAGE = f"/months/{MONTH}"


@pytest.fixture(autouse=True)
def after_the_month() -> Iterator[None]:
    """The day on which the month is closed."""
    with time_machine.travel(closing_day(), tick=True):
        yield


async def test_ticks_and_words_of_a_refused_proposal_are_kept(reader: Reader, story: Cast) -> None:
    async with raw() as connection:
        await connection.execute("UPDATE service_month SET cut_off_at = $1", closing_day().replace(hour=20))
    await reader.sign_in("sulan")
    assert 'value="cut_off_ahead"' in await reader.read(PAGE)
    refused = inspected(await reader.submit(PAGE, f"{PAGE}/propose", {"waive": "cut_off_ahead", "why": " "}))
    assert 'value="cut_off_ahead" checked' in refused


async def test_who_proposed_a_branch_finds_its_approval_dead_with_the_reason(reader: Reader, story: Cast) -> None:
    await propose_branch(month=MONTH, unit_id=story["B2"], actor=story.actor("sulan"))
    button = f'id="against-{story["B2"]}"'
    await reader.sign_in("sulan")
    own = await reader.read(PAGE)
    assert button in own
    assert "撤回提议" in own
    await reader.sign_in("heqing")
    assert button not in await reader.read(PAGE)
