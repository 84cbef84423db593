"""Reading the organisation of a day, its accounts, and who stands behind a request."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from core.clock import now, today
from core.database import inside_transaction, raw
from core.gathering import Remembering
from core.language import Text
from core.period import first_day, next_first_day
from org.names import called
from org.notices import NoticeRow
from org.organisation import Organisation, Unit
from org.roles import Role
from org.statements import BY_KEY, BY_SESSION, BY_SESSION_WITH_UNREAD, CHANGES, KNOWN, NOTICES, UNITS, UNREAD
from org.visibility import Viewer

KEPT = 24
"""Organisations held in memory: two years of months at one revision."""
_cache: OrderedDict[tuple[int, date, date], Organisation] = OrderedDict()
_reading: dict[tuple[int, date, date], "asyncio.Task[Organisation]"] = {}
_known: OrderedDict[tuple[int, date, date], Organisation] = OrderedDict()
"""The same as of earlier revisions, which never change."""


async def revision() -> int:
    """Return the number that moves with every change of units, memberships or grants."""
    async with raw() as connection:
        return int(await connection.fetchval("SELECT number FROM organisation_revision") or 0)


async def organisation(on: date | None = None, known_revision: int | None = None) -> Organisation:
    """Return the tree as it stands on a day (today when none is given), kept in memory until something changes."""
    day = on or today()
    return await _organisation(day, date.fromordinal(day.toordinal() + 1), known_revision)


async def organisation_of_month(month: int, known_revision: int | None = None) -> Organisation:
    """Return the tree that counts for a month: memberships on its first day, or the first one later in the month."""
    return await _organisation(first_day(month), next_first_day(month), known_revision)


async def organisation_known(month: int, at: datetime) -> Organisation:
    """Return the tree that counted for a month as it was known before an instant; without later changes the one of now."""
    async with raw() as connection:
        changes = await connection.fetchrow(CHANGES, at)
    if changes["known"] == changes["last"]:
        return await organisation_of_month(month)
    key = (changes["known"] or 0, first_day(month), next_first_day(month))
    held = _known.get(key)
    if held is None:
        async with raw() as connection:
            rows = await connection.fetch(KNOWN, key[1], key[2], key[0])
        held = _known[key] = Organisation(key[1], [Unit(**row) for row in rows], key[0])
        while len(_known) > KEPT:
            _known.popitem(last=False)
    return held


def organisation_at_hand(on: date, known_revision: int) -> Organisation | None:
    """Return the tree of a day if it is in memory: the road of every request, without waiting."""
    return _cache.get((known_revision, on, date.fromordinal(on.toordinal() + 1)))


async def _organisation(start: date, end: date, known_revision: int | None) -> Organisation:
    number = await revision() if known_revision is None else known_revision
    key = (number, start, end)
    held = _cache.get(key)
    if held is not None:
        return held
    if inside_transaction():
        return await _read(key)
    reading = _reading.get(key)
    if reading is None:
        reading = _reading[key] = asyncio.ensure_future(_read(key))
        reading.add_done_callback(lambda _: _reading.pop(key, None))
    return await asyncio.shield(reading)


async def _read(key: tuple[int, date, date]) -> Organisation:
    """Read the tree of a span of days; many who ask at once cost one reading."""
    number, start, end = key
    async with raw() as connection:
        rows = await connection.fetch(UNITS, start, end)
    held = Organisation(start, [Unit(**row) for row in rows], number)
    _keep(key, held)
    return held


def _keep(key: tuple[int, date, date], built: Organisation) -> None:
    _cache[key] = built
    while len(_cache) > KEPT:
        _cache.popitem(last=False)


def forget() -> None:
    """Empty the memory: for tests that swap the database beneath a process."""
    _cache.clear()
    _known.clear()
    identities.forget()


async def unit_row(unit_id: int) -> dict[str, Any] | None:
    """Return everything stored about a unit, closed ones included."""
    async with raw() as connection:
        row = await connection.fetchrow("SELECT * FROM unit WHERE id = $1", unit_id)
    return dict(row) if row else None


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A sign-in, without its password."""

    id: int
    username: str
    display_name: str
    name_en: str | None = None
    unit_id: int | None
    language: str
    theme: str
    must_change: bool
    disabled: bool

    @property
    def name(self) -> Text:
        """Return the name in both languages."""
        return called(self.display_name, self.name_en)


class HeldGrant(msgspec.Struct, frozen=True, kw_only=True):
    """A role that an account holds over a unit and all beneath it."""

    id: int
    account_id: int
    role: Role
    scope_id: int
    starts_on: date
    ends_on: date | None


class OpenSession(msgspec.Struct, frozen=True, kw_only=True):
    """A browser that is signed in."""

    id: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    agent: str | None


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A token without its secret."""

    id: int
    name: str
    actions: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


async def account_by_username(username: str) -> Account | None:
    """Return the account of a name."""
    return await _account("username = $1", username)


async def account_by_id(account_id: int) -> Account | None:
    """Return the account of a number."""
    return await _account("id = $1", account_id)


_ACCOUNT = (
    "SELECT id, username, display_name, name_en, unit_id, language, theme, must_change, disabled_at IS NOT NULL AS disabled"
    " FROM account"
)


async def _account(condition: str, value: object) -> Account | None:
    async with raw() as connection:
        row = await connection.fetchrow(f"{_ACCOUNT} WHERE {condition}", value)
    return Account(**row) if row else None


async def accounts(after: str = "", limit: int = 50) -> list[Account]:
    """Return a page of accounts by username."""
    async with raw() as connection:
        rows = await connection.fetch(f"{_ACCOUNT} WHERE username > $1 ORDER BY username LIMIT $2", after, limit)
    return [Account(**row) for row in rows]


async def grants_of(account_id: int, on: date | None = None) -> list[HeldGrant]:
    """Return the roles that an account holds on a day."""
    statement = (
        "SELECT id, account_id, role, scope_id, starts_on, ends_on FROM role_grant WHERE account_id = $1"
        " AND starts_on <= $2 AND (ends_on IS NULL OR ends_on > $2) ORDER BY id"
    )
    async with raw() as connection:
        rows = await connection.fetch(statement, account_id, on or today())
    return [HeldGrant(**{**row, "role": Role(row["role"])}) for row in rows]


async def viewer(account: Account) -> Viewer:
    """Return an account as the viewer it is today."""
    held = await grants_of(account.id)
    return Viewer(
        account_id=account.id,
        name=str(account.name),
        language=account.language,
        theme=account.theme,
        unit_id=account.unit_id,
        grants=tuple((grant.role, grant.scope_id) for grant in held),
    )


async def sessions_of(account_id: int) -> list[OpenSession]:
    """Return the browsers in which an account is signed in, the latest used first."""
    statement = (
        "SELECT id, created_at, seen_at, expires_at, agent FROM session"
        " WHERE account_id = $1 AND ended_at IS NULL AND expires_at > $2 ORDER BY seen_at DESC LIMIT 100"
    )
    async with raw() as connection:
        return [OpenSession(**row) for row in await connection.fetch(statement, account_id, now())]


async def tokens_of(account_id: int) -> list[Token]:
    """Return the tokens that an account has made, the newest first."""
    statement = (
        "SELECT id, name, actions, created_at, expires_at, used_at, revoked_at FROM api_token"
        " WHERE account_id = $1 ORDER BY id DESC LIMIT 200"
    )
    async with raw() as connection:
        return [Token(**row) for row in await connection.fetch(statement, account_id)]


class Identity(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An account behind a session or a token, with all that a request needs to know before it begins."""

    session_id: str
    seen_at: datetime
    expires_at: datetime
    account_id: int
    username: str
    display_name: str
    name_en: str | None
    unit_id: int | None
    language: str
    theme: str
    must_change: bool
    grants: tuple[str, ...]
    actions: str | None
    revision: int
    unread: int = 0
    """Notices not read yet, at most one more than `MOST_SHOWN`; counted for pages alone."""


async def by_session(session_id: str, on: date, since: datetime, *, unread: bool = False) -> Identity | None:
    """Return who is signed in under a session that has not been ended; pages ask for the number of unread notices with it.

    All who ask at once cost one question, or none; one not seen since a moment may have been seen by another process.
    """
    asked = (session_id, on, unread)
    found = await identities.one(asked)
    return await identities.anew(asked) if found is not None and found.seen_at <= since else found


Asked = tuple[str, date, bool]  # session, day, whether with the number of unread notices


async def _by_sessions(asked: Sequence[Asked]) -> dict[Asked, Identity]:
    found = {}
    async with raw() as connection:
        for day, unread in {(day, unread) for _, day, unread in asked}:
            ids = [session_id for session_id, *rest in asked if rest == [day, unread]]
            for row in await connection.fetch(BY_SESSION_WITH_UNREAD if unread else BY_SESSION, ids, day):
                found[row["session_id"], day, unread] = _identity(row)
    return found


identities: Remembering[Asked, Identity] = Remembering(_by_sessions, seconds=60, most=20_000)
"""Who is behind sessions; an end, a grant or a change of the account is called at once (`core.bell.PEOPLE`)."""


async def by_token(secret_hash: str, moment: datetime, on: date) -> Identity | None:
    """Return whose token this is, while it is valid."""
    async with raw() as connection:
        row = await connection.fetchrow(BY_KEY, secret_hash, on, moment)
    return _identity(row) if row else None


def _identity(row: Any) -> Identity:  # noqa: ANN401 - asyncpg ships no types
    values = dict(row)
    values["grants"] = tuple(values["grants"])
    return Identity(**values)


async def notices(account_id: int, before: int | None = None, limit: int = 50) -> list[NoticeRow]:
    """Return what a person was told, the newest first, older than a notice where one is given."""
    async with raw() as connection:
        return [NoticeRow(**row) for row in await connection.fetch(NOTICES, account_id, before, limit)]


async def unread_notices(account_id: int) -> int:
    """Return how many notices a person has not read, counted no further than pages show."""
    async with raw() as connection:
        return int(await connection.fetchval(UNREAD, account_id))
