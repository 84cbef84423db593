"""The application's role: every table is named, granted anew with each migration, and never more than that."""

import re

import asyncpg
import msgspec
import pytest

from core import roles
from core.database import connect, raw
from core.errors import BadSetup
from core.settings import Settings
from core.tables import as_owner, migrate, pending
from tests.servers import unguard

GRANTED = """
SELECT relname, coalesce(array_agg(privilege ORDER BY privilege) FILTER (WHERE has_table_privilege(current_user, c.oid, privilege)), '{}') AS held,
  has_any_column_privilege(current_user, c.oid, 'UPDATE') AS some_columns
FROM pg_class c CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS privilege
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'p', 'm') GROUP BY c.oid, relname
"""
IN_STONE = """
SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
WHERE p.proname = 'refuse_change' AND tgtype & 24 = 24
"""


async def test_every_table_is_named_with_what_is_really_granted(database: Settings) -> None:
    allowed = roles.privileges()
    async with raw() as connection:
        found = {row["relname"]: row for row in await connection.fetch(GRANTED)}
    assert set(found) == set(allowed)
    if database.owner is None:
        pytest.skip("the given server has one role for all, which may make no other")
    for table, words in allowed.items():
        whole = re.sub(r", UPDATE \(.*\)", "", words)
        assert set(found[table]["held"]) == set(whole.split(", ")), table
        assert found[table]["some_columns"] is ("UPDATE" in words), table


async def test_what_is_only_ever_added_to_is_neither_changed_nor_removed_by_the_application(database: Settings) -> None:
    async with raw() as connection:
        stone = {row[0] for row in await connection.fetch(IN_STONE)}
    assert len(stone) > 15
    assert {roles.privileges()[table] for table in stone} <= {"SELECT, INSERT", "SELECT"}


async def test_a_table_made_later_cannot_be_read_until_it_is_named(fresh_settings: Settings) -> None:
    _needs_two(fresh_settings)
    owner, application = await connect(as_owner(fresh_settings)), await connect(fresh_settings)
    try:
        await owner.execute("CREATE TABLE other (id int)")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await application.fetch("SELECT * FROM other")
    finally:
        await owner.close()
        await application.close()


async def test_what_was_granted_beside_is_taken_back_by_the_next_migration(fresh_settings: Settings) -> None:
    _needs_two(fresh_settings)
    owner, application = await connect(as_owner(fresh_settings)), await connect(fresh_settings)
    assert fresh_settings.database
    try:
        await owner.execute(f"GRANT UPDATE ON fact TO {roles.quoted(fresh_settings.database.user)}")
        await application.execute("SELECT id FROM unit FOR UPDATE")
        await migrate(fresh_settings)
        held = "SELECT has_table_privilege(current_user, 'fact', 'UPDATE')"
        assert not await application.fetchval(held)
        assert not await roles.is_over_its_tables(application)
        assert await roles.is_over_its_tables(owner)
    finally:
        await owner.close()
        await application.close()


async def test_the_application_sees_what_is_pending_without_the_owner_and_brings_nothing_up(
    fresh_settings: Settings,
) -> None:
    _needs_two(fresh_settings)
    alone = msgspec.structs.replace(fresh_settings, owner=None)
    assert await pending(alone) == []
    await migrate(alone)
    owner = await connect(as_owner(fresh_settings))
    await owner.execute("DELETE FROM tortoise_migrations WHERE id = (SELECT max(id) FROM tortoise_migrations)")
    await owner.close()
    with pytest.raises(BadSetup, match="SHIFEN_OWNER_DATABASE_URL"):
        await migrate(alone)


async def test_a_role_that_nobody_may_make_is_asked_for_with_a_sentence(fresh_settings: Settings) -> None:
    _needs_two(fresh_settings)
    assert fresh_settings.database
    stranger = msgspec.structs.replace(fresh_settings.database, user="nobody_yet")
    application = await connect(fresh_settings)
    try:
        with pytest.raises(BadSetup, match="CREATE ROLE nobody_yet"):
            await roles.admit(application, stranger, fresh_settings.database.user)
    finally:
        await application.close()


async def test_one_role_for_all_is_left_as_it_is(fresh_settings: Settings) -> None:
    single = msgspec.structs.replace(as_owner(fresh_settings), owner=as_owner(fresh_settings).database)
    await migrate(single)
    owner = await connect(single)
    assert await owner.fetchval("SELECT has_table_privilege(current_user, 'fact', 'UPDATE')")
    await owner.close()


def test_the_password_of_a_new_role_is_kept_as_postgresql_keeps_it() -> None:
    kept = roles.scram("hush-hush")
    assert re.fullmatch(r"SCRAM-SHA-256\$4096:[\w+/=]+\$[\w+/=]{44}:[\w+/=]{44}", kept)
    assert "hush" not in kept
    assert roles.scram("hush-hush") != kept


async def test_the_tests_can_play_the_owner_inside_their_own_transaction_alone(tx: None) -> None:
    async with raw() as connection:
        await unguard(connection, "fact")
        assert await connection.execute("UPDATE fact SET num = 0") == "UPDATE 0"


def _needs_two(settings: Settings) -> None:
    if settings.owner is None:
        pytest.skip("the given server has one role for all, which may make no other")
