"""The tables: brought up to this program by their owner, and what the application may do to them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import cached_property
from typing import Any

import asyncpg
import msgspec
from tortoise.context import TortoiseContext
from tortoise.exceptions import OperationalError
from tortoise.migrations.executor import MigrationExecutor, MigrationTarget
from tortoise.migrations.graph import MigrationKey
from tortoise.migrations.schema_generator.state import ModelState, State
from tortoise.migrations.schema_generator.state_apps import StateApps

from core import roles
from core.database import APP, MIGRATIONS, MODELS, Connection, cause, connect, credentials, tortoise_config
from core.errors import BadSetup, Problem, ShifenError
from core.language import Text
from core.settings import Settings

MIGRATION_LOCK = 0x5C_1F_E0
_READABLE = "SELECT coalesce(has_table_privilege(to_regclass('tortoise_migrations'), 'SELECT'), false)"
_MADE = "SELECT name FROM tortoise_migrations WHERE app = $1"


class DatabaseNewer(ShifenError):
    """The database was migrated by a later version of this program."""

    status = 503


def as_owner(settings: Settings) -> Settings:
    """Return settings that point to the database as the owner of its tables; the application itself where none is named."""
    return msgspec.structs.replace(settings, database=settings.owner or settings.database)


async def migrate(settings: Settings, progress: Callable[[str, str, str], object] | None = None) -> None:
    """Bring the tables up to this program's version as their owner, and grant the application what it needs.

    Two programs that do so at once take turns. Without an owner's address nothing is touched unless something is missing.
    """
    if settings.owner is None and not await pending(settings):
        return
    async with _turn(as_owner(settings)) as connection:
        try:
            await _migrate(as_owner(settings), progress)
        except (OperationalError, asyncpg.InsufficientPrivilegeError) as failure:
            if isinstance(cause(failure), asyncpg.InsufficientPrivilegeError):
                raise not_the_owner(as_owner(settings)) from failure
            raise
        if settings.owner and settings.database:
            await roles.admit(connection, settings.database, settings.owner.user)


async def _migrate(settings: Settings, progress: Callable[[str, str, str], object] | None) -> None:
    async with TortoiseContext() as context:
        await context.init(config=_migration_config(settings))
        executor = _executor(context)
        await _refuse_newer(executor)
        await executor.migrate([MigrationTarget(APP, "__latest__")], direction="forward", progress=progress)


def not_the_owner(settings: Settings) -> BadSetup:
    """Return the refusal that names the role and the setting that is missing."""
    sentence = Text(
        zh="角色 {role} 无权更改数据表。请以 SHIFEN_OWNER_DATABASE_URL 指明数据表所有者的地址。",
        en="The role {role} may not change the tables. Name the address of their owner with SHIFEN_OWNER_DATABASE_URL.",
    )
    role = settings.database.user if settings.database else ""
    return BadSetup(Problem(code="not-the-owner", sentence=sentence.format(role=role)))


async def pending(settings: Settings) -> list[str]:
    """Return the names of the migrations that this database still lacks; raise DatabaseNewer when it is ahead."""
    async with TortoiseContext() as context:
        await context.init(config=_migration_config(as_owner(settings)))
        executor = _executor(context)
        await _refuse_newer(executor)
        return [step.migration.name for step in await executor.plan() if not step.backward]


def _migration_config(settings: Settings) -> dict[str, Any]:
    patient = {**credentials(settings), "maxsize": 2, "server_settings": {"timezone": "UTC"}}
    return tortoise_config(patient)


class _Executor(MigrationExecutor):
    """The library's, spared what no step of ours asks for: without this an empty database takes four times as long."""

    async def _project_state(self, applied: set[MigrationKey], *, upto: MigrationKey | None = None) -> State:
        async with TortoiseContext():  # without connections the library makes no queries of models that nobody queries
            found = await super()._project_state(applied, upto=upto)
        return _Now(models=found.models, apps=found.apps)


class _Now(State):
    """The models as the steps so far have made them."""

    def clone(self) -> State:
        """Return the models as they are now; most steps look only at what comes of them."""
        return _Before({key: _as_it_is(model) for key, model in self.models.items()}, self.apps)


class _Before(State):
    """The models before a step, rendered only when the step looks at them."""

    def __init__(self, models: dict[tuple[str, str], ModelState], now: StateApps) -> None:
        self.models = models
        self._now = now

    @cached_property
    def apps(self) -> StateApps:  # type: ignore[override]  # an attribute there, made here only when somebody asks
        return self._now.clone(model_states={key: model.clone() for key, model in self.models.items()})


def _as_it_is(model: ModelState) -> ModelState:
    """Return the model with its fields themselves: steps put others in their place and never change one."""
    return replace(model, options=dict(model.options), fields=dict(model.fields))


def _executor(context: TortoiseContext) -> MigrationExecutor:
    apps = {APP: {"models": list(MODELS), "default_connection": "default", "migrations": MIGRATIONS}}
    return _Executor(context.connections.get("default"), apps)


@asynccontextmanager
async def _turn(settings: Settings) -> AsyncIterator[Connection]:
    connection = await connect(settings)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", MIGRATION_LOCK)
        yield connection
    finally:
        await connection.close()


async def _refuse_newer(executor: MigrationExecutor) -> None:
    await executor.loader.build_graph()
    applied = await _applied(executor)
    unknown = sorted(applied - {key.name for key in executor.loader.graph.nodes})
    if not unknown:
        return
    sentence = Text(
        zh="数据库比程序新：其中有本程序不认识的迁移 {names}。请安装更新的版本，或恢复与本版本相符的备份。",
        en="The database is newer than this program: it holds migrations unknown here ({names}). Install the newer version, or restore a backup that fits this one.",
    )
    raise DatabaseNewer(Problem(code="database_newer", sentence=sentence.format(names=", ".join(unknown))))


async def _applied(executor: MigrationExecutor) -> set[str]:
    """Return the names of the migrations that were made; of a database whose history may not be read yet, none."""
    _, ((readable,),) = await executor.connection.execute_query(_READABLE)
    if not readable:
        return set()
    _, rows = await executor.connection.execute_query(_MADE, [APP])
    return {row["name"] for row in rows}
