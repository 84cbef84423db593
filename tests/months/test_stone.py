"""What the database itself refuses once a month is closed, and how a change that got past it is found."""

import asyncpg
import pytest

from core.audit import SYSTEM
from core.database import SET_IN_STONE, raw, transaction
from leaderboards.operations import refresh
from months.operations.releasing import release
from months.queries.sealed import broken_seals, waiting_for_restatement
from scoring.operations.events import adjust_points
from scoring.operations.rules import store_rule_book
from tests.cast import MONTH, Cast, day
from tests.factories import SMALL_BOOK, Fact, facts
from tests.months.story import closed, closing_day, ran
from tests.servers import allow_everything, unguard

CHANGES = {
    "a total": "UPDATE standing SET total = total + 1",
    "a standing taken away": "DELETE FROM standing",
    "a standing put in": "INSERT INTO standing SELECT snapshot_id, 999999, card, peer, status, flags, pos, rank, peer_pos,"
    " peer_rank, total, coverage, measures, breakers, processes, lines FROM standing WHERE snapshot_id = (SELECT id FROM snapshot WHERE sealed) LIMIT 1",
    "the seal": "UPDATE snapshot SET sealed = false WHERE sealed",
    "the snapshot": "DELETE FROM snapshot WHERE sealed",
    "a winner": "UPDATE award_grant SET place = 1",
    "a winner taken away": "DELETE FROM award_grant",
    "the closing": "UPDATE closing SET approved_by = NULL, approved_at = NULL",
    "the digest": "UPDATE closing SET digest = repeat('0', 64)",
    "the month": "UPDATE service_month SET rule_book_id = rule_book_id, theme = 'OTHER'",
    "the publication": "DELETE FROM publication",
    "all facts": "TRUNCATE fact",
    "all standings": "TRUNCATE standing",
    "a fact": "UPDATE fact SET num = 0",
    "an import": "DELETE FROM import_batch",
    "the rules": "DELETE FROM rule_book",
    "the codes of KPIs": "UPDATE kpi SET code = code || 'X'",
    "the KPIs": "DELETE FROM kpi",
    "the items": "TRUNCATE fact_item CASCADE",
    "the coaching": "UPDATE coaching_assignment SET level = 1",
    "the coaching taken away": "DELETE FROM coaching_assignment",
    "the moment of the snapshot": "UPDATE snapshot SET made_at = now() WHERE sealed",
    "the publication put off": "UPDATE publication SET at = now()",
    "the month taken away": "DELETE FROM service_month WHERE month = 202610",
    "the closing through the view": "UPDATE closed_month SET digest = repeat('0', 64)",
    "the closing taken away through the view": "DELETE FROM closed_month",
    "a standing in passing": "WITH gone AS (DELETE FROM standing RETURNING 1) SELECT count(*) FROM gone",
    "standings by merging": "MERGE INTO standing s USING (SELECT 1) one ON true WHEN MATCHED THEN UPDATE SET total = 0",
    "standings in a block": "DO $$ BEGIN UPDATE standing SET total = 0; END $$",
    "the closing by conflict": "INSERT INTO closing SELECT * FROM closing ON CONFLICT (id) DO UPDATE SET digest = '0'",
    "a second closing": "INSERT INTO closing (month, version, snapshot_id, digest, header, proposed_by, proposed_at, approved_by,"
    " approved_at) SELECT month, version + 1, snapshot_id, digest, header, proposed_by, proposed_at, approved_by, now() FROM closing",
    "a reopening after publication": "INSERT INTO reopening (month, closing_id, at, by, why) SELECT c.month, c.id, now(),"
    " (SELECT min(id) FROM account WHERE id <> c.approved_by), 'x' FROM closing c",
    **{
        f"{table} by cascade": f"TRUNCATE {table} CASCADE"
        for table in ("snapshot", "unit", "account", "closing", "service_month", "kpi", "rule_book", "import_batch")
    },
}


@pytest.mark.parametrize("change", CHANGES, ids=str)
async def test_direct_sql_cannot_change_a_closed_month_even_with_every_right_to_its_tables(
    cast: Cast, change: str
) -> None:
    await ran(cast)
    await closed(cast)
    await release(month=MONTH, actor=cast.actor("heqing"), at=closing_day())
    async with raw() as connection:
        await allow_everything(connection)
    with pytest.raises(asyncpg.PostgresError) as refusal:
        async with transaction(), raw() as connection:
            await connection.execute(CHANGES[change])
    assert refusal.value.sqlstate == SET_IN_STONE


async def test_no_row_is_copied_into_a_sealed_snapshot(cast: Cast) -> None:
    await ran(cast)
    kept = await closed(cast)
    with pytest.raises(asyncpg.PostgresError) as refusal:
        await copied_into(kept.snapshot_id)
    assert refusal.value.sqlstate == SET_IN_STONE


async def copied_into(snapshot_id: int) -> None:
    async with transaction(), raw() as connection:
        row = dict(await connection.fetchrow("SELECT * FROM standing WHERE snapshot_id = $1 LIMIT 1", snapshot_id))
        row["unit_id"] = 999_999
        await connection.copy_records_to_table("standing", records=[tuple(row.values())], columns=list(row))


@pytest.mark.parametrize("table", ["unit", "account"])
async def test_what_a_closed_month_names_is_not_deleted(cast: Cast, table: str) -> None:
    await ran(cast)
    await closed(cast)
    async with raw() as connection:
        await allow_everything(connection)
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        async with transaction(), raw() as connection:
            await connection.execute(f"DELETE FROM {table}")


async def test_the_role_of_the_application_cannot_pass_as_a_replica_to_which_no_trigger_applies(cast: Cast) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with transaction(), raw() as connection:
            await connection.execute("SET session_replication_role = replica")


async def test_a_fact_that_comes_later_waits_for_a_restatement(cast: Cast) -> None:
    await ran(cast)
    sealed = await closed(cast)
    assert await waiting_for_restatement(MONTH) == ()
    late = await facts([Fact("S4", "VISIT", day(30), 100, 1)])
    assert await refresh(MONTH) == sealed.snapshot_id
    waiting = await waiting_for_restatement(MONTH)
    assert [(one.kind, one.id, one.rows) for one in waiting] == [("batch", late, 1)]
    assert not await broken_seals()


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE standing SET total = total + 1 WHERE rank = 1 AND snapshot_id IN (SELECT id FROM snapshot WHERE sealed)",
        "UPDATE standing SET lines = substring(lines FROM 1 FOR length(lines) - 4) || '\\x01000000'::bytea WHERE rank = 2",
        "UPDATE closing SET header = left(header, -1)",
        "UPDATE award_grant SET place = place + 1",
        "UPDATE coaching_assignment SET level = 1 WHERE level > 1",
        'UPDATE closing SET header = replace(header, \'"theme":"SMILING"\', \'"theme":"OTHER"\')',
    ],
)
async def test_what_was_changed_with_the_triggers_off_is_found_by_the_digest(cast: Cast, tampering: str) -> None:
    await ran(cast)
    await closed(cast)
    async with raw() as connection:
        await unguard(connection, "standing", "award_grant", "closing", "coaching_assignment")
        assert await connection.execute(tampering) != "UPDATE 0"
    assert [broken.month for broken in await broken_seals()] == [MONTH]


async def test_what_changes_around_a_closed_month_leaves_its_digest_alone(cast: Cast) -> None:
    await ran(cast)
    await closed(cast)
    book = SMALL_BOOK.read_text(encoding="utf-8").replace("小规则书", "改过的规则书")
    await store_rule_book(text=book, actor=SYSTEM)
    async with raw() as connection:
        await connection.execute("UPDATE unit SET code = 'S99', name_zh = '新名营业厅' WHERE id = $1", cast["S1"])
        await connection.execute("UPDATE unit SET closed_on = '2026-10-15', peer_group = 'B' WHERE id = $1", cast["S2"])
        await connection.execute("UPDATE account SET disabled_at = now()")
    await adjust_points(month=MONTH, unit_id=cast["S4"], points=300, reason="补报", actor=cast.actor("sulan"))
    assert await broken_seals() == ()
    assert [late.kind for late in await waiting_for_restatement(MONTH)] == ["adjustment"]
