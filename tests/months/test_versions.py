"""Closings in versions: a month is opened again before its publication, what was sealed stays sealed."""

from datetime import timedelta

import asyncpg
import pytest

from core import outbox
from core.database import SET_IN_STONE, raw, transaction
from core.errors import Invalid, Refused
from leaderboards.operations import refresh
from months.lifecycle import State
from months.operations.closing import approve_close, propose_close
from months.operations.releasing import release, reveal
from months.operations.reopening import reopen
from months.queries.calendar import month_row
from months.queries.sealed import broken_seals, document
from months.seal import digest
from rewards.queries import winners
from tests.cast import MONTH, Cast, day
from tests.factories import Fact, facts
from tests.months.story import closed, closing_day, ran, worked_off
from tests.servers import allow_everything

WHY = "数据源更正 / a source was corrected"


async def reopened(cast: Cast) -> None:
    await reopen(month=MONTH, why=WHY, actor=cast.actor("heqing"), at=closing_day() + timedelta(hours=1))
    await worked_off()


async def closed_again(cast: Cast) -> str:
    at = closing_day() + timedelta(hours=2)
    await propose_close(month=MONTH, actor=cast.actor("tangyi"), at=at)
    return (await approve_close(month=MONTH, actor=cast.actor("baishu"), at=at)).digest


async def test_a_month_opened_again_takes_facts_and_closes_as_the_next_version(cast: Cast) -> None:
    await ran(cast)
    first = await closed(cast)
    await facts([Fact("S4", "VISIT", day(30), 100, 1)])
    assert await refresh(MONTH) == first.snapshot_id
    await reopened(cast)
    row = await month_row(MONTH, closing_day())
    assert (row.state, row.digest) == (State.VERIFYING, None)
    second = await closed_again(cast)
    row = await month_row(MONTH, closing_day())
    assert (row.version, row.digest) == (2, second)
    assert second != first.digest
    assert not await broken_seals()


async def test_without_a_change_the_next_version_has_the_same_standings(cast: Cast) -> None:
    await ran(cast)
    await closed(cast)
    before = await rows("SELECT unit_id, rank, total, lines FROM standing WHERE snapshot_id = $1 ORDER BY 1")
    await reopened(cast)
    await closed_again(cast)
    assert await rows("SELECT unit_id, rank, total, lines FROM standing WHERE snapshot_id = $1 ORDER BY 1") == before


async def rows(statement: str) -> list[tuple[object, ...]]:
    async with raw() as connection:
        snapshot = await connection.fetchval("SELECT snapshot_id FROM closed_month WHERE month = $1", MONTH)
        return [tuple(row) for row in await connection.fetch(statement, snapshot)]


async def test_the_first_version_stays_sealed_and_keeps_its_digest(cast: Cast) -> None:
    await ran(cast)
    first = await closed(cast)
    async with raw() as connection:
        header = await connection.fetchval("SELECT header FROM closed_month WHERE month = $1", MONTH)
    await reopened(cast)
    await closed_again(cast)
    import msgspec

    assert digest(await document(msgspec.json.decode(header), first.snapshot_id)) == first.digest
    with pytest.raises(asyncpg.PostgresError) as refusal:
        async with transaction(), raw() as connection:
            await connection.execute("UPDATE snapshot SET sealed = false WHERE id = $1", first.snapshot_id)
    assert refusal.value.sqlstate == SET_IN_STONE


async def test_awards_and_help_of_the_closing_that_holds_no_longer_are_gone(cast: Cast) -> None:
    await ran(cast)
    await closed(cast)
    assert await winners(MONTH)
    async with raw() as connection:
        helped = await connection.fetchval("SELECT count(*) FROM coaching_assignment")
    await reopened(cast)
    assert await winners(MONTH) == ()
    await closed_again(cast)
    won = await winners(MONTH)
    assert len(won) == len({(one.award, one.unit_id) for one in won})
    async with raw() as connection:
        statement = "SELECT count(*) FROM coaching_assignment WHERE withdrawn_at IS NULL"
        assert await connection.fetchval(statement) == helped


async def test_who_approved_the_closing_does_not_open_it_and_nobody_without_a_reason(cast: Cast) -> None:
    await ran(cast)
    await closed(cast)
    with pytest.raises(Refused) as refusal:
        await reopen(month=MONTH, why=WHY, actor=cast.actor("baishu"), at=closing_day())
    assert refusal.value.problem.code == "same_person"
    with pytest.raises(Invalid):
        await reopen(month=MONTH, why=" ", actor=cast.actor("heqing"), at=closing_day())


async def test_a_published_month_is_not_opened_again(cast: Cast) -> None:
    await ran(cast)
    await closed(cast)
    await release(month=MONTH, actor=cast.actor("heqing"), at=closing_day())
    with pytest.raises(Refused) as refusal:
        await reopen(month=MONTH, why=WHY, actor=cast.actor("tangyi"), at=closing_day())
    assert refusal.value.problem.code == "month_state"


async def test_a_month_of_which_an_award_is_revealed_is_not_opened_again(cast: Cast) -> None:
    await ran(cast)
    async with raw() as connection:
        ceremony = closing_day() + timedelta(days=3)
        await connection.execute("UPDATE service_month SET ceremony_at = $2 WHERE month = $1", MONTH, ceremony)
    await closed(cast)
    await release(month=MONTH, actor=cast.actor("heqing"), at=closing_day())
    won = (await winners(MONTH))[0]
    await reveal(month=MONTH, award=won.award, unit_id=won.unit_id, actor=cast.actor("yaoxing"), at=closing_day())
    with pytest.raises(Refused) as refusal:
        await reopen(month=MONTH, why=WHY, actor=cast.actor("tangyi"), at=closing_day())
    assert refusal.value.problem.code == "revealed_already"


BY_HAND = {
    "a second closing beside the first": "INSERT INTO closing (month, proposed_at, proposed_by, approved_at, approved_by,"
    " snapshot_id, digest, version) SELECT month, proposed_at, proposed_by, approved_at, approved_by, snapshot_id,"
    " digest, 2 FROM closing",
    "an award slipped in": "INSERT INTO award_grant (month, snapshot_id, award, unit_id, peer_group, place, value, reason)"
    " SELECT month, snapshot_id, award, unit_id, peer_group, place + 1, value, reason FROM award_grant",
    "help slipped in": "INSERT INTO coaching_assignment (month, unit_id, level, triggers, diagnosis, opened_at)"
    " SELECT 202610, id, 1, '[]', '{}', now() FROM unit LIMIT 1",
    "the publication put off": "UPDATE publication SET at = at + interval '1 day'",
    "a reopening after the publication": "INSERT INTO reopening (month, closing_id, at, by, why)"
    " SELECT month, id, now(), proposed_by, 'x' FROM closing",
    "the release taken back": "DELETE FROM release",
    "a release by the approver": "INSERT INTO release (month, closing_id, at, by) SELECT month, id, now(), approved_by FROM closing",
    "a transition forgotten": "DELETE FROM transition",
    "all reopenings": "TRUNCATE reopening",
}


@pytest.mark.parametrize("change", BY_HAND, ids=str)
async def test_direct_sql_cannot_bend_the_life_of_a_published_month(cast: Cast, change: str) -> None:
    await ran(cast)
    await closed(cast)
    await release(month=MONTH, actor=cast.actor("heqing"), at=closing_day())
    async with raw() as connection:
        await allow_everything(connection)
    with pytest.raises(asyncpg.PostgresError) as refusal:
        async with transaction(), raw() as connection:
            await connection.execute(BY_HAND[change])
    assert refusal.value.sqlstate == SET_IN_STONE


async def test_facts_that_came_while_it_was_closed_are_scored_when_it_is_opened_again(cast: Cast) -> None:
    await ran(cast)
    await closed(cast)
    await facts([Fact("S4", "VISIT", day(30), 100, 1)])
    await worked_off()
    assert await outbox.waiting_of_month(MONTH) == 0
    await reopen(month=MONTH, why=WHY, actor=cast.actor("heqing"), at=closing_day() + timedelta(hours=1))
    assert await outbox.waiting_of_month(MONTH) == 1
