"""Making accounts, their roles and their passwords."""

import asyncio
import re
import secrets
from datetime import date

import msgspec

from core import audit
from core.audit import Actor
from core.clock import now, today
from core.database import Connection, raw, transaction
from core.errors import Conflict, Invalid, Problem, problem
from org import queries
from org.operations.administrators import never_without
from org.operations.sessions import SignedIn, counted, opened, right_after_all
from org.passwords import hashed, matches, weakness
from org.queries import Account
from org.refusals import no_such, wrong_password
from org.roles import NAMES, Role

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}", re.ASCII)
LONGEST_NAME = 80
_MAKE = """
INSERT INTO account (username, display_name, unit_id, password_hash, must_change, language, created_at, name_en)
VALUES ($1, $2::varchar, $3, $4, $5, $6, $7, coalesce($8::varchar,
  (SELECT u.name_en FROM unit u WHERE u.id = $3 AND u.name_zh = $2::varchar AND u.name_en <> '' AND length(u.name_en) <= 80)))
ON CONFLICT (username) DO NOTHING RETURNING id
"""


async def create_account(
    *,
    actor: Actor,
    username: str,
    display_name: str,
    name_en: str | None = None,
    unit_code: str | None = None,
    password: str | None = None,
    language: str = "zh",
    must_change: bool = False,
) -> int:
    """Make an account and return its number; without a password nobody can sign in to it yet.

    Without an English name the account of a person takes the one of that person, if both have the same name.
    Raises Invalid for a malformed name or a weak password, Conflict for a name that is taken.
    """
    english = (name_en or "").strip() or None
    problems = [
        *_name_problems(username, display_name),
        *_english_problems(english),
        *_password_problems(password, username),
    ]
    if problems:
        raise Invalid(*problems)
    stored = await asyncio.to_thread(hashed, password) if password else None
    async with transaction(), raw() as connection:
        unit_id = await _unit_id(unit_code) if unit_code else None
        account_id = await connection.fetchval(
            _MAKE,
            username,
            display_name,
            unit_id,
            stored,
            must_change,
            language,
            now(),
            english,
        )
        if account_id is None:
            raise Conflict(problem("username_taken", "该用户名已被使用。", "This user name is taken."))
        after = {"username": username, "unit": unit_code, "password": password is not None, "name_en": english}
        await audit.record(actor=actor, action="create_account", subject_kind="account", subject=username, after=after)
    return int(account_id)


async def set_english_name(*, actor: Actor, username: str, name_en: str | None) -> None:
    """Give an account the name under which English pages show it; none or an empty one takes it away."""
    account, english = await _account(username), (name_en or "").strip() or None
    problems = _english_problems(english)
    if problems:
        raise Invalid(*problems)
    async with transaction(), raw() as connection:
        await connection.execute("UPDATE account SET name_en = $2 WHERE id = $1", account.id, english)
        await audit.record(
            actor=actor,
            action="set_english_name",
            subject_kind="account",
            subject=account.username,
            before={"name_en": account.name_en},
            after={"name_en": english},
        )


async def set_password(*, actor: Actor, username: str, password: str, must_change: bool = False) -> None:
    """Give an account a new password and end all its sessions."""
    account = await _account(username)
    await _store_password(actor=actor, account=account, password=password, must_change=must_change)


async def reset_password(*, actor: Actor, username: str) -> str:
    """Give an account a random password, to be changed at the next sign-in; it is returned this once."""
    password = secrets.token_urlsafe(12)
    await set_password(actor=actor, username=username, password=password, must_change=True)
    return password


async def change_password(*, account: Account, old: str, new: str, agent: str | None = None) -> SignedIn:
    """Change one's own password; every session ends and a new one is returned for this browser.

    Raises Invalid for a wrong old password, TooMany when it was guessed at too often: a session left open is no way to it.
    """
    attempt = await counted(account.username)
    async with raw() as connection:
        stored = await connection.fetchval("SELECT password_hash FROM account WHERE id = $1", account.id)
    if not await asyncio.to_thread(matches, stored, old):
        raise Invalid(*wrong_password().problems)
    async with raw() as connection:
        await right_after_all(connection, attempt)
    actor = Actor(account.id, account.username)
    await _store_password(actor=actor, account=account, password=new, must_change=False)
    async with transaction(), raw() as connection:
        return await opened(connection, msgspec.structs.replace(account, must_change=False), agent)


async def _store_password(*, actor: Actor, account: Account, password: str, must_change: bool) -> None:
    problems = _password_problems(password, account.username)
    if problems:
        raise Invalid(*problems)
    stored = await asyncio.to_thread(hashed, password)
    async with transaction(), raw() as connection:
        await connection.execute(
            "UPDATE account SET password_hash = $2, must_change = $3 WHERE id = $1", account.id, stored, must_change
        )
        await _end_sessions(connection, account.id)
        await audit.record(actor=actor, action="set_password", subject_kind="account", subject=account.username)


async def set_habits(*, account: Account, language: str | None = None, theme: str | None = None) -> None:
    """Keep how somebody likes to read: language and light or dark."""
    async with transaction(), raw() as connection:
        await connection.execute(
            "UPDATE account SET language = COALESCE($2, language), theme = COALESCE($3, theme) WHERE id = $1",
            account.id,
            language,
            theme,
        )
        await audit.record(
            actor=Actor(account.id, account.username),
            action="set_habits",
            subject_kind="account",
            subject=account.username,
            before={"language": account.language, "theme": account.theme},
            after={"language": language or account.language, "theme": theme or account.theme},
        )


async def disable_account(*, actor: Actor, username: str, why: str) -> None:
    """Shut an account; its next request is refused in every browser and for every token. Not that of the last administrator."""
    await _switch(actor=actor, username=username, disabled=True, why=why)


async def enable_account(*, actor: Actor, username: str, why: str) -> None:
    """Open a shut account again."""
    await _switch(actor=actor, username=username, disabled=False, why=why)


async def _switch(*, actor: Actor, username: str, disabled: bool, why: str) -> None:
    account = await _account(username)
    async with transaction(), raw() as connection, never_without(connection):
        await connection.execute(
            "UPDATE account SET disabled_at = $2 WHERE id = $1", account.id, now() if disabled else None
        )
        if disabled:  # opening the account again revives nothing
            await _end_sessions(connection, account.id)
            await connection.execute(
                "UPDATE api_token SET revoked_at = $2 WHERE account_id = $1 AND revoked_at IS NULL", account.id, now()
            )
        await audit.record(
            actor=actor,
            action="disable_account" if disabled else "enable_account",
            subject_kind="account",
            subject=username,
            before={"disabled": account.disabled},
            after={"disabled": disabled},
            why=why,
        )


async def grant(
    *,
    actor: Actor,
    username: str,
    role: Role,
    unit_code: str,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> int:
    """Give an account a role over a unit and all beneath it; return the grant's number. Its open sessions end."""
    account = await _account(username)
    _refuse_own(actor, account, role)
    async with transaction(), raw() as connection:
        grant_id = await connection.fetchval(
            "INSERT INTO role_grant (account_id, role, scope_id, starts_on, ends_on) VALUES ($1, $2, $3, $4, $5)"
            " RETURNING id",
            account.id,
            role.value,
            await _unit_id(unit_code),
            starts_on or today(),
            ends_on,
        )
        await _end_sessions(connection, account.id)
        after = {"role": role.value, "unit": unit_code, "from": starts_on or today(), "until": ends_on}
        await audit.record(actor=actor, action="grant", subject_kind="account", subject=username, after=after)
    return int(grant_id)


async def end_grant(*, actor: Actor, grant_id: int, why: str) -> None:
    """Take a role back from now on; that it was held stays readable in the trail. The last administrator stays one."""
    async with transaction(), raw() as connection, never_without(connection):
        row = await connection.fetchrow(
            "DELETE FROM role_grant g USING account a WHERE g.id = $1 AND a.id = g.account_id"
            " RETURNING a.id, a.username, g.role, g.scope_id",
            grant_id,
        )
        if row is None:
            raise no_such("授权", "grant")
        await _end_sessions(connection, row["id"])
        before = {"role": row["role"], "unit_id": row["scope_id"]}
        await audit.record(
            actor=actor, action="end_grant", subject_kind="account", subject=row["username"], before=before, why=why
        )


async def _end_sessions(connection: Connection, account_id: int) -> None:
    """End an account's sessions: whoever holds one signs in anew, with what holds from now on."""
    await connection.execute(
        "UPDATE session SET ended_at = $2 WHERE account_id = $1 AND ended_at IS NULL", account_id, now()
    )


def _refuse_own(actor: Actor, account: Account, role: Role) -> None:
    if actor.account_id != account.id:
        return
    name = NAMES[role]
    raise Invalid(
        problem(
            "own_grant",
            f"不能给自己授予「{name.zh}」角色，请由另一位管理员操作。",
            f"Nobody gives the role {name.en} to themselves; ask another administrator.",
        )
    )


def _name_problems(username: str, display_name: str) -> list[Problem]:
    problems = []
    if not USERNAME.fullmatch(username):
        problems.append(
            problem(
                "username_form",
                "用户名由 2 至 64 个小写字母、数字、点、横线组成。",
                "A user name has 2 to 64 small letters, digits, dots or dashes.",
            )
        )
    if not 0 < len(display_name.strip()) <= LONGEST_NAME or not display_name.isprintable():
        problems.append(
            problem("display_name_form", "姓名应为 1 至 80 个字符。", "A display name has 1 to 80 characters.")
        )
    return problems


def _english_problems(name_en: str | None) -> list[Problem]:
    if name_en is None or (len(name_en) <= LONGEST_NAME and name_en.isprintable()):
        return []
    zh, en = "英文姓名最多 80 个字符。", "An English name has at most 80 characters."
    return [problem("name_en_form", zh, en)]


def _password_problems(password: str | None, username: str) -> list[Problem]:
    weak = None if password is None else weakness(password, username)
    return [weak] if weak else []


async def _account(username: str) -> Account:
    account = await queries.account_by_username(username)
    if account is None:
        raise no_such("账号", "account")
    return account


async def _unit_id(code: str) -> int:
    async with raw() as connection:
        found: int | None = await connection.fetchval("SELECT id FROM unit WHERE code = $1", code)
    if found is None:
        raise no_such("单位", "unit")
    return found
