"""What the application's role may do to a published month over a plain connection: nothing at all."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from core.audit import broken_links
from core.settings import Settings
from months.operations.releasing import release
from months.queries.sealed import broken_seals
from tests.cast import MONTH, enrol
from tests.months.story import closed, closing_day, ran
from tests.months.test_stone import CHANGES

GUARDED = (
    "standing",
    "snapshot",
    "closing",
    "fact",
    "import_batch",
    "audit_entry",
    "award_grant",
    "publication",
    "service_month",
)
OF_THE_OWNER = {
    **{
        f"{what} of {table}": statement.format(table)
        for table in GUARDED
        for what, statement in {
            "the triggers": "ALTER TABLE {} DISABLE TRIGGER USER",
            "all triggers": "ALTER TABLE {} DISABLE TRIGGER ALL",
            "the ownership": "ALTER TABLE {} OWNER TO CURRENT_USER",
            "a column": "ALTER TABLE {} ADD COLUMN other int",
            "the name": "ALTER TABLE {} RENAME TO other",
            "all rows": "TRUNCATE {} CASCADE",
            "the whole": "DROP TABLE {} CASCADE",
            "a rule": "CREATE RULE other AS ON INSERT TO {} DO INSTEAD NOTHING",
            "a policy": "ALTER TABLE {} ENABLE ROW LEVEL SECURITY",
        }.items()
    },
    "a trigger": "DROP TRIGGER standing_never_updated ON standing",
    "a trigger of its own": "CREATE TRIGGER first BEFORE INSERT ON fact EXECUTE FUNCTION refuse_change()",
    "what a trigger does": "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
    "a trigger's function away": "DROP FUNCTION refuse_change() CASCADE",
    "a trigger's rights": "ALTER FUNCTION refuse_change() SECURITY DEFINER",
    "a function of its own": "CREATE FUNCTION other() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "a table of its own": "CREATE TABLE other (id int)",
    "a passing table": "CREATE TEMP TABLE snapshot (id int, sealed boolean)",
    "a schema of its own": "CREATE SCHEMA other",
    "the schema": "DROP SCHEMA public CASCADE",
    "the view of closings": "CREATE OR REPLACE VIEW closed_month AS SELECT 1",
    "an index": "DROP INDEX fact_batch",
    "a replica": "SET session_replication_role = replica",
    "another role": "SET ROLE {owner}",
    "another session": "SET SESSION AUTHORIZATION {owner}",
    "a membership": "GRANT {owner} TO CURRENT_USER",
    "a role": "CREATE ROLE other SUPERUSER",
    "its own rights": "ALTER ROLE CURRENT_USER SUPERUSER",
    "a program": "COPY fact TO PROGRAM 'cat'",
    "a file": "COPY fact FROM '/etc/passwd'",
    "the catalogue": "UPDATE pg_trigger SET tgenabled = 'D'",
    "the catalogue of functions": "DELETE FROM pg_proc WHERE proname = 'refuse_change'",
    "the counter of the organisation": "UPDATE organisation_revision SET number = 1",
    "the history of units": "INSERT INTO unit_version SELECT * FROM unit_version",
    "the migrations": "DELETE FROM tortoise_migrations",
}


@pytest_asyncio.fixture(loop_scope="session")
async def application(own_database: Settings) -> AsyncIterator[asyncpg.Connection]:
    """Give a plain connection as the web process has one, to a database with a published month."""
    if own_database.owner is None:
        pytest.skip("the given server has one role for all, which may make no other")
    cast = await enrol()
    await ran(cast)
    await closed(cast)
    await release(month=MONTH, actor=cast.actor("heqing"), at=closing_day())
    assert own_database.database
    connection = await asyncpg.connect(**own_database.database.credentials())
    yield connection
    await connection.close()


async def refused(connection: asyncpg.Connection, statements: dict[str, str]) -> dict[str, str]:
    """Return of those statements that PostgreSQL let through, or refused for another reason than who asks, what it said."""
    let_through = {}
    for name, statement in statements.items():
        try:
            async with connection.transaction():
                await connection.execute(statement)
        except asyncpg.PostgresError as refusal:
            if refusal.sqlstate not in {"42501", "SF001"}:
                let_through[name] = str(refusal)
        else:
            let_through[name] = "done"
    return let_through


async def test_nothing_that_only_an_owner_may_do_is_let_through(
    application: asyncpg.Connection, own_database: Settings
) -> None:
    owner = own_database.owner
    assert owner
    asked = {name: statement.replace("{owner}", owner.user) for name, statement in OF_THE_OWNER.items()}
    assert await refused(application, asked) == {}
    assert await broken_seals() == ()
    assert await broken_links() == []


async def test_a_right_given_to_oneself_is_none(application: asyncpg.Connection) -> None:
    await application.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO CURRENT_USER")  # a warning, no error
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await application.execute("UPDATE fact SET num = 0")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await application.execute("ALTER SYSTEM SET fsync = off")


async def test_no_change_of_a_published_month_is_let_through(application: asyncpg.Connection) -> None:
    before = await application.fetchrow("SELECT digest, header FROM closed_month WHERE month = $1", MONTH)
    assert await refused(application, CHANGES) == {}
    assert await application.fetchrow("SELECT digest, header FROM closed_month WHERE month = $1", MONTH) == before
    assert await broken_seals() == ()


async def test_the_history_of_the_organisation_is_kept_though_nobody_may_write_it(
    application: asyncpg.Connection,
) -> None:
    revision = "SELECT number FROM organisation_revision"
    kept = "SELECT count(*) FROM unit_version WHERE revision = (SELECT number FROM organisation_revision)"
    before = await application.fetchval(revision)
    await application.execute("UPDATE unit SET star = star WHERE code = 'S1'")
    assert await application.fetchval(revision) == before + 1
    assert await application.fetchval(kept) == 1
