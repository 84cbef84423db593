"""Backup and restore: one consistent dump with a manifest that says what must be found again."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

from core import database, evidence
from core.addresses import Database
from core.errors import BadSetup, Invalid, Problem, Refused
from core.language import Text
from core.settings import Settings
from core.tables import as_owner, not_the_owner
from ops.embedded.binaries import postgres_bin

DUMP = "database.dump"
MANIFEST = "manifest.json"
EVIDENCE = "evidence"
FORMAT = 1
PREFIX = "shifen-"


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds, counted in the very snapshot that was dumped."""

    format: int
    made_at: datetime
    sha256: str
    rows: dict[str, int]
    audit_head: str | None
    evidence: int = 0
    """How many evidence files lie beside the dump."""


async def back_up(settings: Settings, *, made_at: datetime) -> Path:
    """Write a backup into a new folder of the backups folder, all or nothing, and return it."""
    target = settings.backups / f"{PREFIX}{made_at:%Y%m%dT%H%M%SZ}"
    unfinished = target.with_name(f".{target.name}.new")
    unfinished.mkdir(parents=True, mode=0o700)
    async with _snapshot(settings) as (connection, snapshot):
        dump = unfinished / DUMP
        await asyncio.to_thread(_run, settings, ["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={dump}"])  # fmt: skip
        manifest = Manifest(
            format=FORMAT,
            made_at=made_at,
            sha256=await asyncio.to_thread(_digest, dump),
            rows=await _row_counts(connection),
            audit_head=await _audit_head(connection),
            evidence=await asyncio.to_thread(_copied, evidence.folder(settings), unfinished / EVIDENCE),
        )
    (unfinished / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
    unfinished.rename(target)
    return target


async def restore(settings: Settings, folder: Path, *, replace: bool) -> Manifest:
    """Bring a backup back into an empty database, or in place of what is there, and see that everything has come back.

    It is done as the owner of the tables; what the application may do to them is granted by the migration that follows.
    """
    manifest = _checked(folder)
    owner = as_owner(settings)
    connection = await database.connect(owner)
    try:
        await _make_room(connection, _named(settings).user, replace=replace)
        await asyncio.to_thread(_run, owner, ["pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", f"--dbname={_named(settings).name}", str(folder / DUMP)])  # fmt: skip
        found = await _row_counts(connection)
        head = await _audit_head(connection)
    except asyncpg.InsufficientPrivilegeError as failure:
        raise not_the_owner(owner) from failure
    finally:
        await connection.close()
    if found != manifest.rows or head != manifest.audit_head:
        sentence = Text(zh="恢复后的内容与备份清单不符。", en="What came back differs from what the manifest says.")
        raise Invalid(Problem(code="restore-differs", sentence=sentence))
    await asyncio.to_thread(_copied, folder / EVIDENCE, evidence.folder(settings))
    return manifest


def prune(folder: Path, keep: int) -> list[Path]:
    """Delete all but the newest backups and return what was deleted."""
    backups = sorted(path for path in folder.glob(f"{PREFIX}*") if (path / MANIFEST).exists())
    old = backups[:-keep] if keep else []
    for path in old:
        for file in (DUMP, MANIFEST):
            (path / file).unlink(missing_ok=True)
        shutil.rmtree(path / EVIDENCE, ignore_errors=True)
        path.rmdir()
    return old


def _copied(source: Path, target: Path) -> int:
    """Copy evidence files that the target lacks and return how many the source holds; kept ones never change."""
    files = evidence.kept(source)
    for file in files:
        place = target / file.parent.name / file.name
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.copyfile(file, place)
    return len(files)


def _checked(folder: Path) -> Manifest:
    """Return the manifest of a backup that is whole."""
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
        whole = _digest(folder / DUMP) == manifest.sha256 and manifest.format == FORMAT
    except (OSError, msgspec.DecodeError) as failure:
        sentence = Text(zh="{folder} 不是完整的备份：{reason}", en="{folder} is not a whole backup: {reason}")
        raise Invalid(
            Problem(code="backup-broken", sentence=sentence.format(folder=folder, reason=failure))
        ) from failure
    files = evidence.kept(folder / EVIDENCE)
    if not whole or len(files) != manifest.evidence or evidence.damaged(folder / EVIDENCE):
        sentence = Text(zh="{folder} 已损坏：校验和不符。", en="{folder} is damaged: its checksum differs.")
        raise Invalid(Problem(code="backup-broken", sentence=sentence.format(folder=folder)))
    return manifest


@asynccontextmanager
async def _snapshot(settings: Settings) -> AsyncIterator[tuple[Any, str]]:
    """Hold one view of the database that the dump and the counts share."""
    connection = await database.connect(settings)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            yield connection, await connection.fetchval("SELECT pg_export_snapshot()")
    finally:
        await connection.close()


async def _tables(connection: Any) -> list[str]:  # noqa: ANN401 - asyncpg ships no types
    rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    return [row["tablename"] for row in rows]


async def _row_counts(connection: Any) -> dict[str, int]:  # noqa: ANN401 - asyncpg ships no types
    statement = 'SELECT count(*) FROM "{}"'
    return {table: await connection.fetchval(statement.format(table)) for table in await _tables(connection)}


async def _audit_head(connection: Any) -> str | None:  # noqa: ANN401 - asyncpg ships no types
    if "audit_entry" not in await _tables(connection):
        return None
    head: str | None = await connection.fetchval("SELECT hash FROM audit_entry ORDER BY id DESC LIMIT 1")
    return head


async def _make_room(connection: Any, application: str, *, replace: bool) -> None:  # noqa: ANN401 - asyncpg ships no types
    others = await connection.fetchval(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND (backend_type = 'client backend' OR usename = $1)",  # of other roles' visitors only the name is told
        application,
    )
    if others:
        sentence = Text(
            zh="数据库正被使用。请先停止 shifen serve 与 shifen work。",
            en="The database is in use. Stop shifen serve and shifen work first.",
        )
        raise Refused(Problem(code="database-in-use", sentence=sentence))
    if not await _tables(connection):
        return
    if not replace:
        sentence = Text(
            zh="数据库不是空的。若要以备份取代现有内容，请加 --replace。",
            en="The database is not empty. To put the backup in the place of what is there, add --replace.",
        )
        raise Refused(Problem(code="database-not-empty", sentence=sentence))
    async with connection.transaction():
        await connection.execute("DROP SCHEMA public CASCADE")
        await connection.execute("CREATE SCHEMA public")


def _run(settings: Settings, command: list[str]) -> None:
    """Run one of PostgreSQL's programs against the database; the password goes by the environment."""
    program = postgres_bin(settings.pg_bin_dir) / command[0]
    environment = {**os.environ, **_connection(_named(settings))}
    done = subprocess.run([str(program), *command[1:]], env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sentence = Text(zh="{program} 失败：{reason}", en="{program} failed: {reason}")
        reason = " / ".join(done.stderr.strip().splitlines()[-3:])
        raise BadSetup(Problem(code="program-failed", sentence=sentence.format(program=command[0], reason=reason)))


def _named(settings: Settings) -> Database:
    if settings.database is None:
        raise ValueError("the servers have not been opened")
    return settings.database


def _connection(address: Database) -> Mapping[str, str]:
    given = {
        "PGHOST": address.host,
        "PGPORT": str(address.port),
        "PGUSER": address.user,
        "PGPASSWORD": address.password,
        "PGDATABASE": address.name,
        "PGSSLMODE": "disable" if address.host.startswith("/") else address.ssl_mode,
        "PGSSLROOTCERT": address.ssl_root,
    }
    return {name: value for name, value in given.items() if value}


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return file_digest(content, "sha256").hexdigest()
