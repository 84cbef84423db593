from core.database import raw
from months.operations.verifying import differing_boards
from tests.cast import MONTH, Cast, day
from tests.factories import Fact, facts
from tests.months.story import closed, ran


async def test_a_board_that_follows_from_its_facts_is_not_reported(cast: Cast) -> None:
    await ran(cast)
    assert await differing_boards() == ()


async def test_a_board_that_missed_a_fact_is_found_and_left_as_it_is(cast: Cast) -> None:
    snapshot_id = await ran(cast)
    await facts([Fact("S4", "VISIT", day(30), 100, 1)])
    assert [found.month for found in await differing_boards()] == [MONTH]
    async with raw() as connection:
        assert await connection.fetchval("SELECT snapshot_id FROM board_head WHERE month = $1", MONTH) == snapshot_id


async def test_a_closed_month_answers_with_its_digest_instead(cast: Cast) -> None:
    await ran(cast)
    await closed(cast)
    await facts([Fact("S4", "VISIT", day(30), 100, 1)])
    assert await differing_boards() == ()
