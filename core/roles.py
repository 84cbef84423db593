"""Two roles of the database: the owner of the tables, and the application's, which may do no more than `privileges.toml` says."""

import hmac
import secrets
import tomllib
from base64 import b64encode
from hashlib import pbkdf2_hmac, sha256
from importlib import resources
from typing import Any

from core.addresses import Database
from core.errors import BadSetup, Problem
from core.language import Text

Connection = Any  # asyncpg ships no types

ROUNDS = 4096
MAY_MAKE_ROLES = "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
_OVER_TABLES = """
SELECT (SELECT rolsuper OR rolcreaterole OR rolbypassrls FROM pg_roles WHERE rolname = current_user) OR EXISTS (
  SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace AND pg_has_role(current_user, relowner, 'MEMBER')
) OR has_schema_privilege(current_user, 'public', 'CREATE')
"""


def privileges() -> dict[str, str]:
    """Return for each table, by name, what is granted on it: `SELECT, INSERT, UPDATE (lifted_at)`."""
    return tomllib.loads(resources.files("core").joinpath("privileges.toml").read_text(encoding="utf-8"))


async def admit(connection: Connection, application: Database, owner: str) -> None:
    """Give the application's role what it needs and nothing else, as the owner of all tables; the role is made when it is absent.

    `owner` is the role of the connection; where it is the application's too there is nothing to tell apart.
    """
    if application.user == owner:
        return
    async with connection.transaction():
        await _made(connection, application)
        await connection.execute(_grants(quoted(application.user), quoted(application.name), privileges()))


async def is_over_its_tables(connection: Connection) -> bool:
    """Tell whether the role of a connection could switch the guards of its tables off."""
    return bool(await connection.fetchval(_OVER_TABLES))


def quoted(name: str) -> str:
    """Return a name as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'


def _grants(role: str, database: str, allowed: dict[str, str]) -> str:
    """Return the statements that take everything from a role and give it what is allowed."""
    return ";\n".join(
        [
            f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
            f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {role}",
            f"REVOKE CREATE ON SCHEMA public FROM PUBLIC, {role}",
            f"REVOKE CREATE, TEMPORARY ON DATABASE {database} FROM PUBLIC, {role}",
            f"GRANT CONNECT ON DATABASE {database} TO {role}",
            f"GRANT USAGE ON SCHEMA public TO {role}",
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
            *(f"GRANT {what} ON {table} TO {role}" for table, what in allowed.items()),
        ]
    )


async def _made(connection: Connection, application: Database) -> None:
    """Make the application's role when there is none; a role that is there keeps its password and its attributes."""
    if await connection.fetchval("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", application.user):
        return
    if not await connection.fetchval(MAY_MAKE_ROLES):
        sentence = Text(
            zh="数据库中没有角色 {role}，而所有者无权新建角色。请由管理员执行：CREATE ROLE {role} LOGIN PASSWORD '…'。",
            en="The database has no role {role}, and the owner may not make one. Have an administrator run: CREATE ROLE {role} LOGIN PASSWORD '…'.",
        )
        raise BadSetup(Problem(code="no-role", sentence=sentence.format(role=application.user)))
    password = f" PASSWORD '{scram(application.password)}'" if application.password else ""
    await connection.execute(f"CREATE ROLE {quoted(application.user)} LOGIN NOINHERIT{password}")


def scram(password: str) -> str:
    """Return what PostgreSQL keeps of a password, so that the password itself stands in no statement and no log."""
    salt = secrets.token_bytes(16)
    salted = pbkdf2_hmac("sha256", password.encode(), salt, ROUNDS)
    stored = sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    return f"SCRAM-SHA-256${ROUNDS}:{_text(salt)}${_text(stored)}:{_text(server)}"


def _text(raw: bytes) -> str:
    return b64encode(raw).decode("ascii")
