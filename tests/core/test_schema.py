import re
from importlib import import_module
from pathlib import Path

import msgspec
import pytest
from tortoise import Tortoise
from tortoise.migrations.autodetector import MigrationAutodetector

import core.database
from core.database import DatabaseUnreachable, FaultKind, connect, fault, raw, transaction
from core.settings import Settings
from core.tables import DatabaseNewer, as_owner, migrate, pending
from tests.servers import allow_everything

constraints = import_module("ops.migrations.0002_constraints")
MIGRATIONS = [import_module(f"ops.migrations.{file.stem}") for file in sorted(Path("ops/migrations").glob("0*.py"))]


async def stored(statement: str) -> set[str]:
    async with raw() as connection:
        return {row[0] for row in await connection.fetch(statement)}


def written() -> str:
    operations = [operation for module in MIGRATIONS for operation in module.Migration.operations]
    return "\n".join(operation.sql for operation in operations if hasattr(operation, "sql"))


async def test_every_constraint_that_was_written_is_really_there(database: Settings) -> None:
    wanted = set(re.findall(r"CONSTRAINT ([a-z_]+) (?:CHECK|EXCLUDE|FOREIGN|PRIMARY)", written()))
    found = await stored(
        "SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'"
    )
    assert len(wanted) > 40
    assert wanted <= found


async def test_every_trigger_that_was_written_is_really_there(database: Settings) -> None:
    wanted = set(re.findall(r"CREATE TRIGGER ([a-z_]+)", written()))
    found = await stored("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'")
    assert found == wanted
    assert len(wanted) > 15


async def test_every_model_has_its_table_columns_keys_and_uniqueness(database: Settings) -> None:
    columns = await stored(
        "SELECT table_name || '.' || column_name || ':' || is_nullable FROM information_schema.columns WHERE table_schema = 'public'"
    )
    unique = await stored(
        "SELECT indrelid::regclass || ':' || (SELECT string_agg(attname, ',' ORDER BY attname) FROM pg_attribute"
        " WHERE attrelid = indrelid AND attnum = ANY (indkey)) FROM pg_index WHERE indisunique AND indpred IS NULL"
    )
    keys = await stored(
        "SELECT conrelid::regclass || ':' || attname || '>' || confrelid::regclass FROM pg_constraint c"
        " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] WHERE contype = 'f'"
    )
    for model in Tortoise.apps["shifen"].values():
        meta = model._meta
        for field in meta.fields_db_projection:
            nullable = "YES" if meta.fields_map[field].null else "NO"
            assert f"{meta.db_table}.{meta.fields_db_projection[field]}:{nullable}" in columns
            if meta.fields_map[field].unique:
                assert f"{meta.db_table}:{field}" in unique
        for group in meta.unique_together:
            assert f"{meta.db_table}:{','.join(sorted(group))}" in unique
        for name in meta.fk_fields | meta.o2o_fields:
            field = meta.fields_map[name]
            assert f"{meta.db_table}:{field.source_field}>{field.related_model._meta.db_table}" in keys


async def test_the_models_have_not_moved_on_from_their_migration(database: Settings) -> None:
    apps = core.database.tortoise_config({})["apps"]
    assert await MigrationAutodetector(Tortoise.apps, apps).changes() == []  # type: ignore[arg-type]  # filled by init


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        (
            "INSERT INTO unit (code, name_zh, name_en, kind, peer_group) VALUES ('坏 码', 'x', 'x', 'team', 'all')",
            "unit_code_form",
        ),
        (
            "INSERT INTO unit (code, name_zh, name_en, kind, peer_group, star) VALUES ('X', 'x', 'x', 'team', 'all', 9)",
            "unit_star_range",
        ),
        ("INSERT INTO organisation_revision (id, number) VALUES (2, 1)", "organisation_revision_single"),
        (
            "INSERT INTO service_month (month, theme, rule_book_id, planned_at) VALUES (202613, 'x', 1, now())",
            "service_month_month",
        ),
        ("INSERT INTO month_matrix (month, unit_id, packed) VALUES (0, 1, '')", "month_matrix_month"),
        ("INSERT INTO fact VALUES (1, 1, '2026-10-01', 0, 0, 1, 1, 0, 1, 1, 1)", "fact_sound"),
    ],
)
async def test_the_database_refuses_what_is_unsound(tx: None, statement: str, constraint: str) -> None:
    with pytest.raises(Exception, match=constraint) as refused:
        await executed(statement)
    found = fault(refused.value)
    assert found is not None
    assert (found.kind, found.constraint) == (FaultKind.CONSTRAINT, constraint)


async def executed(statement: str) -> None:
    async with transaction(), raw() as connection:
        await allow_everything(connection)
        await connection.execute(statement)


async def test_two_memberships_of_a_unit_never_overlap(tx: None) -> None:
    await executed(
        "INSERT INTO unit (id, code, name_zh, name_en, kind, peer_group) VALUES"
        " (901, 'A', 'x', 'x', 'team', 'all'), (902, 'B', 'x', 'x', 'team', 'all'), (903, 'C', 'x', 'x', 'team', 'all')"
    )
    place = "INSERT INTO membership (unit_id, parent_id, relation, starts_on, ends_on) VALUES (901, {}, '{}', '{}', {})"
    await executed(place.format(902, "line", "2026-01-01", "'2026-05-01'"))
    await executed(place.format(903, "line", "2026-05-01", "NULL"))
    await executed(place.format(903, "employer", "2026-01-01", "NULL"))
    with pytest.raises(Exception, match="membership_line_once"):
        await executed(place.format(902, "line", "2026-04-30", "'2026-05-01'"))
    with pytest.raises(Exception, match="membership_employer_once"):
        await executed(place.format(902, "employer", "2030-01-01", "NULL"))


@pytest.mark.parametrize("table", constraints.SET_IN_STONE)
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
async def test_what_is_set_in_stone_is_neither_removed_nor_emptied(tx: None, table: str, statement: str) -> None:
    with pytest.raises(Exception, match="never altered") as refused:
        await executed(statement.format(table))
    found = fault(refused.value)
    assert found is not None
    assert found.kind is FaultKind.IN_STONE


async def test_migrating_twice_does_nothing_the_second_time(fresh_settings: Settings) -> None:
    assert await pending(fresh_settings) == []
    done: list[str] = []
    await migrate(fresh_settings, progress=lambda *step: done.append(step[2]))
    assert done == []


async def test_a_database_newer_than_the_program_is_refused_with_a_sentence(fresh_settings: Settings) -> None:
    connection = await connect(as_owner(fresh_settings))
    await connection.execute(
        "INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('shifen', '0999_future', now())"
    )
    await connection.close()
    with pytest.raises(DatabaseNewer) as refused:
        await migrate(fresh_settings)
    assert "0999_future" in refused.value.problem.read("zh")
    assert "newer" in refused.value.problem.read("en")


async def test_a_server_that_is_not_there_is_a_sentence_without_the_password(settings: Settings) -> None:
    nowhere = msgspec.structs.replace(settings.database, port=1, password="hush-hush")  # type: ignore[type-var] - a test has an address
    with pytest.raises(DatabaseUnreachable) as refused:
        await connect(msgspec.structs.replace(settings, database=nowhere))
    assert "DATABASE_URL" in refused.value.problem.read("zh")
    assert "hush-hush" not in str(refused.value)


async def test_what_waits_for_the_commit_happens_once_and_not_without_it(database: Settings) -> None:
    happened: list[str] = []

    async def follow() -> None:
        happened.append("followed")

    async with transaction():
        core.database.after_commit(follow)
        async with transaction():
            core.database.after_commit(follow)
        assert happened == []
    assert happened == ["followed"]
    with pytest.raises(ZeroDivisionError):
        await _failing(follow)
    assert happened == ["followed"]


async def _failing(follow: core.database.AfterCommit) -> None:
    async with transaction():
        core.database.after_commit(follow)
        raise ZeroDivisionError
