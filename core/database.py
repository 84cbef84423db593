"""The way to PostgreSQL: pool, transactions, COPY, and what a failure of the database means."""

import asyncio
import io
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from enum import StrEnum
from typing import Any, NamedTuple, cast

import asyncpg
from tortoise import Tortoise
from tortoise.backends.base.client import TransactionalDBClient
from tortoise.connection import get_connection
from tortoise.exceptions import BaseORMException, DBConnectionError
from tortoise.transactions import in_transaction

from core.addresses import Database
from core.errors import Problem, ShifenError
from core.language import Text
from core.settings import Settings

Connection = Any  # asyncpg ships no types
AfterCommit = Callable[[], Awaitable[None]]

APP = "shifen"
MIGRATIONS = "ops.migrations"
_OF_MONTHS = (
    "life",
    "rules",
    "exceptions",
    "planning",
    "changes",
    "watch",
    "history",
    "contests",
    "appeals",
    "payouts",
)
MODELS = (
    *(f"{package}.models" for package in ("core", "org", "scoring", "leaderboards", "rewards", "coaching")),
    *(f"months.models.{part}" for part in _OF_MONTHS),
)
SET_IN_STONE = "SF001"
"""SQLSTATE that our triggers raise when somebody tries to alter what must never change."""

_after_commit: ContextVar[list[AfterCommit] | None] = ContextVar("after_commit", default=None)
_lent: ContextVar[tuple[object, object, Connection] | None] = ContextVar("lent", default=None)


class DatabaseUnreachable(ShifenError):
    """No connection could be made."""

    status = 503


class Pooled(asyncpg.Connection):  # type: ignore[misc]  # asyncpg ships no types
    """A connection without the round trip that cleans it on release: nothing here keeps state beyond a transaction."""

    __slots__ = ()

    def get_reset_query(self) -> str:
        """Return no statement at all."""
        return ""


def credentials(settings: Settings) -> dict[str, Any]:
    """Return what Tortoise's asyncpg backend needs, pool and time limit included."""
    return {
        **_address(settings).credentials(),
        "minsize": 1,
        "maxsize": settings.pool_size,
        "connection_class": Pooled,
        "application_name": _address(settings).application_name,
        "server_settings": {"statement_timeout": str(settings.statement_timeout_ms), "timezone": "UTC"},
    }


def tortoise_config(given: dict[str, Any]) -> dict[str, Any]:
    """Return the one Tortoise configuration: one connection, one app of all tables."""
    return {
        "connections": {"default": {"engine": "tortoise.backends.asyncpg", "credentials": given}},
        "apps": {APP: {"models": list(MODELS), "default_connection": "default", "migrations": MIGRATIONS}},
        "use_tz": True,
        "timezone": "UTC",
    }


async def init(settings: Settings) -> None:
    """Open the pool of this process; any task sees it from now on."""
    await Tortoise.init(config=tortoise_config(credentials(settings)), _enable_global_fallback=True)


async def close() -> None:
    """Close the pool of this process."""
    await Tortoise.close_connections()


@asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """Open a transaction, or a savepoint inside the running one; errors roll back."""
    outer = _after_commit.get()
    calls: list[AfterCommit] = outer if outer is not None else []
    _after_commit.set(calls)
    try:
        async with in_transaction("default"):
            yield
    finally:
        _after_commit.set(outer)
    if outer is None:
        for call in dict.fromkeys(calls):
            await call()


@asynccontextmanager
async def joined() -> AsyncIterator[None]:
    """Run in the caller's transaction without a savepoint, or in one of its own: whoever catches an error inside must end it."""
    if inside_transaction():
        yield
    else:
        async with transaction():
            yield


def after_commit(call: AfterCommit) -> None:
    """Have something called once when the running transaction has committed; outside of one nothing waits for it."""
    calls = _after_commit.get()
    if calls is not None:
        calls.append(call)


@asynccontextmanager
async def raw() -> AsyncIterator[Connection]:
    """Lend an asyncpg connection: the one of the running transaction if there is one, else one of the pool.

    Whoever asks again inside gets the same one: the transaction's lock knows no owner, a second asking would wait for ever.
    """
    client = get_connection("default")
    lent = _lent.get()
    if lent is not None and lent[0] is client and lent[1] is asyncio.current_task():
        yield lent[2]
        return
    async with client.acquire_connection() as connection:
        _lent.set((client, asyncio.current_task(), connection))
        try:
            yield connection
        finally:
            _lent.set(lent)


def inside_transaction() -> bool:
    """Tell whether this task runs inside a transaction, and so may see what nobody else does yet."""
    return isinstance(get_connection("default"), TransactionalDBClient)


async def copy_in(
    connection: Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]] | bytes
) -> None:
    """Append rows (tuples, or the bytes of a binary COPY) to a table."""
    if isinstance(rows, bytes):
        await connection.copy_to_table(table, source=io.BytesIO(rows), columns=columns, format="binary")
    else:
        await connection.copy_records_to_table(table, records=rows, columns=columns)


async def copy_out(connection: Connection, query: str, *values: object) -> bytes:
    """Return the result of a query as the bytes of a binary COPY."""
    sink = io.BytesIO()
    await connection.copy_from_query(query, *values, output=sink, format="binary")
    return sink.getvalue()


async def connect(settings: Settings) -> Connection:
    """Open one connection beside the pool; raise DatabaseUnreachable when there is no server to be had."""
    try:
        return await asyncpg.connect(**_address(settings).credentials(), timeout=10)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as failure:
        reason = str(failure) or type(failure).__name__
        sentence = Text(
            zh="连不上数据库：{reason}。请检查 DATABASE_URL，并确认 PostgreSQL 正在运行。",
            en="The database cannot be reached: {reason}. Check DATABASE_URL and that PostgreSQL is running.",
        )
        raise DatabaseUnreachable(
            Problem(code="database_unreachable", sentence=sentence.format(reason=reason))
        ) from failure


def _address(settings: Settings) -> Database:
    if settings.database is None:
        sentence = Text(
            zh="没有数据库地址：请设置 DATABASE_URL，或使用内置数据库。",
            en="There is no database address: set DATABASE_URL, or use the embedded database.",
        )
        raise DatabaseUnreachable(Problem(code="no_database", sentence=sentence))
    return settings.database


class FaultKind(StrEnum):
    """What a failure of the database means for the one who asked."""

    UNREACHABLE = "unreachable"
    CONSTRAINT = "constraint"
    IN_STONE = "set_in_stone"
    BUSY = "busy"
    SLOW = "slow"
    DATA = "data"


class Fault(NamedTuple):
    """A failure of the database, with the constraint that was broken if one was."""

    kind: FaultKind
    constraint: str | None = None


_KINDS: tuple[tuple[tuple[type[BaseException], ...], FaultKind], ...] = (
    ((asyncpg.QueryCanceledError,), FaultKind.SLOW),
    (
        (asyncpg.InsufficientPrivilegeError,),
        FaultKind.IN_STONE,
    ),  # the application's role may do all but alter what stays
    ((asyncpg.SerializationError, asyncpg.DeadlockDetectedError, asyncpg.LockNotAvailableError), FaultKind.BUSY),
    ((asyncpg.IntegrityConstraintViolationError,), FaultKind.CONSTRAINT),
    ((asyncpg.DataError, asyncpg.UntranslatableCharacterError), FaultKind.DATA),
    (
        (
            DBConnectionError,
            asyncpg.PostgresConnectionError,
            asyncpg.CannotConnectNowError,
            asyncpg.AdminShutdownError,
            asyncpg.CrashShutdownError,
            asyncpg.TooManyConnectionsError,
            asyncpg.InterfaceError,
            ConnectionError,
            asyncio.TimeoutError,
        ),
        FaultKind.UNREACHABLE,
    ),
)


def fault(error: BaseException) -> Fault | None:
    """Return what a raised error means, None when it does not come from the database."""
    found = cause(error)
    if getattr(found, "sqlstate", None) == SET_IN_STONE:
        return Fault(FaultKind.IN_STONE)
    for types, kind in _KINDS:
        if isinstance(found, types):
            return Fault(kind, cast("str | None", getattr(found, "constraint_name", None)))
    return Fault(FaultKind.DATA) if _is_bad_argument(found) else None


def cause(error: BaseException) -> BaseException:
    """Return the database's own error beneath the mapper's wrapper."""
    inner = error.args[0] if isinstance(error, BaseORMException) and error.args else None
    return inner if isinstance(inner, BaseException) else error


def _is_bad_argument(error: BaseException) -> bool:
    """Tell whether asyncpg could not encode a value: the number too large, the text with a NUL."""
    return isinstance(error, asyncpg.InterfaceError | ValueError) and bool(
        re.match(r"invalid input for query argument", str(error))
    )
