"""A backup holds everything, says what it holds, and comes back whole."""

from pathlib import Path

import asyncpg
import msgspec
import pytest

from core.clock import now
from core.database import connect
from core.errors import BadSetup, Invalid, Refused
from core.roles import is_over_its_tables
from core.settings import Settings
from core.tables import migrate
from ops import backup

UNIT = "INSERT INTO unit (code, name_zh, name_en, kind, peer_group, opened_on) VALUES ('B1', '东湖', 'East Lake', 'branch', 'all', '2026-01-01')"


async def _do(settings: Settings, statement: str) -> object:
    owner = settings.owner or settings.database
    assert owner
    connection = await asyncpg.connect(**owner.credentials())
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


async def test_what_was_backed_up_comes_back(fresh_settings: Settings) -> None:
    await _do(fresh_settings, UNIT)
    folder = await backup.back_up(fresh_settings, made_at=now())
    await _do(fresh_settings, "UPDATE unit SET name_en = 'West Lake'")
    manifest = await backup.restore(fresh_settings, folder, replace=True)
    assert manifest.rows["unit"] == 1
    assert await _do(fresh_settings, "SELECT name_en FROM unit") == "East Lake"


async def test_constraints_and_triggers_come_back_too(fresh_settings: Settings) -> None:
    count = "SELECT (SELECT count(*) FROM pg_constraint) * 1000 + (SELECT count(*) FROM pg_trigger)"
    before = await _do(fresh_settings, count)
    folder = await backup.back_up(fresh_settings, made_at=now())
    await backup.restore(fresh_settings, folder, replace=True)
    assert await _do(fresh_settings, count) == before


async def test_a_filled_database_is_not_replaced_unasked(fresh_settings: Settings) -> None:
    folder = await backup.back_up(fresh_settings, made_at=now())
    with pytest.raises(Refused, match="--replace"):
        await backup.restore(fresh_settings, folder, replace=False)


async def test_the_application_cannot_put_a_backup_in_the_place_of_its_tables(fresh_settings: Settings) -> None:
    if fresh_settings.owner is None:
        pytest.skip("the given server has one role for all, which may make no other")
    await _do(fresh_settings, UNIT)
    folder = await backup.back_up(fresh_settings, made_at=now())
    with pytest.raises(BadSetup, match="SHIFEN_OWNER_DATABASE_URL"):
        await backup.restore(msgspec.structs.replace(fresh_settings, owner=None), folder, replace=True)
    assert await _do(fresh_settings, "SELECT count(*) FROM unit") == 1


async def test_what_the_application_may_do_comes_back_with_the_migration(fresh_settings: Settings) -> None:
    folder = await backup.back_up(msgspec.structs.replace(fresh_settings, owner=None), made_at=now())
    await backup.restore(fresh_settings, folder, replace=True)
    await migrate(fresh_settings)
    connection = await connect(fresh_settings)
    try:
        assert await connection.fetchval("SELECT count(*) FROM unit") == 0
        assert not await is_over_its_tables(connection) or fresh_settings.owner is None
    finally:
        await connection.close()


async def test_a_database_in_use_is_not_replaced(fresh_settings: Settings) -> None:
    assert fresh_settings.database
    folder = await backup.back_up(fresh_settings, made_at=now())
    visitor = await asyncpg.connect(**fresh_settings.database.credentials())
    try:
        with pytest.raises(Refused, match="in use"):
            await backup.restore(fresh_settings, folder, replace=True)
    finally:
        await visitor.close()


async def test_a_damaged_backup_is_refused_before_anything_is_touched(fresh_settings: Settings) -> None:
    await _do(fresh_settings, UNIT)
    folder = await backup.back_up(fresh_settings, made_at=now())
    with (folder / backup.DUMP).open("r+b") as dump:
        dump.seek(100)
        dump.write(b"!")
    with pytest.raises(Invalid, match="checksum"):
        await backup.restore(fresh_settings, folder, replace=True)
    assert await _do(fresh_settings, "SELECT count(*) FROM unit") == 1


async def test_a_folder_that_is_no_backup_is_refused(fresh_settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="not a whole backup"):
        await backup.restore(fresh_settings, tmp_path, replace=True)


async def test_a_backup_that_broke_off_leaves_none_behind(fresh_settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "pg_dump").write_text("#!/bin/sh\necho 'No space left on device' >&2\nexit 1\n")
    for name in ("pg_dump", "postgres", "initdb"):
        (tmp_path / name).touch()
        (tmp_path / name).chmod(0o755)
    with pytest.raises(BadSetup, match="No space left"):
        await backup.back_up(msgspec.structs.replace(fresh_settings, pg_bin_dir=str(tmp_path)), made_at=now())
    assert list(fresh_settings.backups.glob(f"{backup.PREFIX}*")) == []


def test_only_the_newest_are_kept(tmp_path: Path) -> None:
    names = [f"{backup.PREFIX}2026110{day}T000000Z" for day in (1, 2, 3)]
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / backup.MANIFEST).write_text("{}")
    backup.prune(tmp_path, 2)
    assert sorted(path.name for path in tmp_path.iterdir()) == names[1:]
    assert backup.prune(tmp_path, 0) == []
