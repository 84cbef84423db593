"""Accounts, roles, tokens, one's own habits and password; the trail of changes."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from litestar import Response, delete, get, patch, post, put
from litestar.params import JSONBody, PathParameter, QueryParameter

from api.answers import Req, once
from api.schemas import Limit, Name, PathNumber, Secret, UnitCode, Words
from core import audit
from core.audit import BrokenLink, Entry
from core.clock import now
from org import queries
from org.operations import accounts, tokens
from org.operations.tokens import NewToken
from org.queries import Account, HeldGrant, OpenSession, Token
from org.refusals import no_such
from org.roles import Action, Role
from web.session import signed_in_cookie

SELF = {"action": Action.ACCOUNT_SELF}
MANAGE = {"action": Action.MANAGE_ACCOUNTS}
MOST_DAYS = 366
AccountName = Annotated[str, PathParameter(max_length=64, pattern=r"^[a-z0-9][a-z0-9._-]{1,63}$")]
After = Annotated[
    str, QueryParameter(max_length=64, pattern=r"^[a-z0-9._-]*$", description="Last name of the page before.")
]
BeforeEntry = Annotated[int | None, QueryParameter(ge=1, le=2**63 - 1, description="Last number of the page before.")]
SubjectKind = Annotated[str | None, QueryParameter(max_length=32, pattern=r"^[a-z_]+$")]


class NewAccount(msgspec.Struct, forbid_unknown_fields=True):
    """An account to be made; it gets its password by a reset."""

    username: Name
    display_name: Name
    name_en: Name | None = None
    """How English pages show the name; None: as the person of the organisation is called, else as in `display_name`."""
    unit_code: UnitCode | None = None
    language: Literal["zh", "en"] = "zh"


class EnglishName(msgspec.Struct, forbid_unknown_fields=True):
    """The name under which English pages show an account; None shows its display name there as well."""

    name_en: Name | None


class NewGrant(msgspec.Struct, forbid_unknown_fields=True):
    """A role over a unit and all beneath it."""

    role: Role
    unit_code: UnitCode
    starts_on: date | None = None
    ends_on: date | None = None


class Reason(msgspec.Struct, forbid_unknown_fields=True):
    """Why it is done."""

    why: Words


class Switch(msgspec.Struct, forbid_unknown_fields=True):
    """Whether an account is shut, and why."""

    disabled: bool
    why: Words


class Habits(msgspec.Struct, forbid_unknown_fields=True):
    """How somebody likes to read."""

    language: Literal["zh", "en"] | None = None
    theme: Literal["auto", "light", "dark"] | None = None


class PasswordChange(msgspec.Struct, forbid_unknown_fields=True):
    """The old and the new password."""

    old: Secret
    new: Secret


class TokenWish(msgspec.Struct, forbid_unknown_fields=True):
    """A token to be made for some of one's own actions."""

    name: Name
    actions: Annotated[list[Action], msgspec.Meta(min_length=1, max_length=40)]
    days: Annotated[int, msgspec.Meta(ge=1, le=MOST_DAYS)] = 90


class Made(msgspec.Struct):
    """The number of what was made."""

    id: int


class Password(msgspec.Struct):
    """A password, shown this once."""

    password: str


class Chain(msgspec.Struct):
    """Whether the trail of changes is whole, and where its end is."""

    broken: list[BrokenLink]
    end_id: int | None
    end_hash: str | None
    checked_at: datetime


@get("/api/v1/accounts", opt=MANAGE, tags=["accounts"])
async def every_account(after: After = "", limit: Limit = 50) -> list[Account]:
    """List the accounts by name."""
    return await queries.accounts(after, limit)


@post("/api/v1/accounts", opt=MANAGE, status_code=201, tags=["accounts"])
async def create(request: Req, data: JSONBody[NewAccount]) -> Response[Made]:
    """Make an account; nobody can sign in to it before its password is reset."""

    async def effect() -> Made:
        return Made(
            await accounts.create_account(
                actor=request.state.actor,
                username=data.username,
                display_name=data.display_name,
                name_en=data.name_en,
                unit_code=data.unit_code,
                language=data.language,
            )
        )

    return await once(request, effect, 201)


@put("/api/v1/accounts/{username:str}/name-en", opt=MANAGE, status_code=204, tags=["accounts"])
async def english_name(request: Req, username: AccountName, data: JSONBody[EnglishName]) -> None:
    """Give an account its English name, or take it away."""
    await accounts.set_english_name(actor=request.state.actor, username=username, name_en=data.name_en)


@get("/api/v1/accounts/{username:str}/grants", opt=MANAGE, tags=["accounts"])
async def grants(username: AccountName) -> list[HeldGrant]:
    """List the roles that an account holds today."""
    return await queries.grants_of((await _known(username)).id)


@post("/api/v1/accounts/{username:str}/grants", opt=MANAGE, status_code=201, tags=["accounts"])
async def grant(request: Req, username: AccountName, data: JSONBody[NewGrant]) -> Response[Made]:
    """Give an account a role; nobody gives one to themselves."""

    async def effect() -> Made:
        return Made(
            await accounts.grant(
                actor=request.state.actor,
                username=username,
                role=data.role,
                unit_code=data.unit_code,
                starts_on=data.starts_on,
                ends_on=data.ends_on,
            )
        )

    return await once(request, effect, 201)


@post("/api/v1/grants/{grant_id:int}/end", opt=MANAGE, status_code=204, tags=["accounts"])
async def end_grant(request: Req, grant_id: PathNumber, data: JSONBody[Reason]) -> None:
    """Take a role back."""
    await accounts.end_grant(actor=request.state.actor, grant_id=grant_id, why=data.why)


@put("/api/v1/accounts/{username:str}/disabled", opt=MANAGE, status_code=204, tags=["accounts"])
async def switch(request: Req, username: AccountName, data: JSONBody[Switch]) -> None:
    """Shut an account or open it again."""
    change = accounts.disable_account if data.disabled else accounts.enable_account
    await change(actor=request.state.actor, username=username, why=data.why)


@post("/api/v1/accounts/{username:str}/password", opt=MANAGE, status_code=200, tags=["accounts"])
async def reset(request: Req, username: AccountName) -> Password:
    """Give an account a random password, to be changed at the next sign-in."""
    return Password(await accounts.reset_password(actor=request.state.actor, username=username))


@patch("/api/v1/me", opt=SELF, status_code=204, tags=["session"])
async def habits(request: Req, data: JSONBody[Habits]) -> None:
    """Keep language and theme."""
    account = await _own(request)
    await accounts.set_habits(account=account, language=data.language, theme=data.theme)


@put("/api/v1/me/password", opt=SELF, status_code=204, tags=["session"])
async def change_password(request: Req, data: JSONBody[PasswordChange]) -> Response[None]:
    """Change one's password; all sessions end and this browser gets a new one."""
    agent = request.headers.get("user-agent")
    opened = await accounts.change_password(account=await _own(request), old=data.old, new=data.new, agent=agent)
    return Response(None, status_code=204, cookies=[signed_in_cookie(request, opened.secret, opened.expires_at)])


@get("/api/v1/me/sessions", opt=SELF, tags=["session"])
async def open_sessions(request: Req) -> list[OpenSession]:
    """List the browsers in which one is signed in; the number names a session and opens nothing."""
    return await queries.sessions_of(request.state.viewer.account_id)


@get("/api/v1/tokens", opt={"action": Action.MANAGE_TOKENS}, tags=["tokens"])
async def every_token(request: Req) -> list[Token]:
    """List one's tokens, without their secrets."""
    return await queries.tokens_of(request.state.viewer.account_id)


@post("/api/v1/tokens", opt={"action": Action.MANAGE_TOKENS}, status_code=201, tags=["tokens"])
async def create_token(request: Req, data: JSONBody[TokenWish]) -> NewToken:
    """Make a token; the secret is shown this once and is never stored, so an Idempotency-Key has no effect here."""
    state = request.state
    return await tokens.create_token(
        viewer=state.viewer, username=state.username, name=data.name, actions=data.actions, days=data.days
    )


@delete("/api/v1/tokens/{token_id:int}", opt={"action": Action.MANAGE_TOKENS}, status_code=204, tags=["tokens"])
async def revoke(request: Req, token_id: PathNumber) -> None:
    """End a token."""
    await tokens.revoke_token(actor=request.state.actor, token_id=token_id)


@get("/api/v1/audit", opt={"action": Action.SEE_AUDIT}, tags=["audit"])
async def trail(before: BeforeEntry = None, limit: Limit = 50, subject_kind: SubjectKind = None) -> list[Entry]:
    """List the changes, the newest first."""
    return await audit.entries_before(before, limit, subject_kind)


@get("/api/v1/audit/chain", opt={"action": Action.SEE_AUDIT}, tags=["audit"])
async def chain() -> Chain:
    """Check the whole trail of changes."""
    broken, end = await audit.broken_links(), await audit.end()
    return Chain(broken[:200], end.id if end else None, end.hash if end else None, now())


async def _known(username: str) -> Account:
    account = await queries.account_by_username(username)
    if account is None:
        raise no_such("账号", "account")
    return account


async def _own(request: Req) -> Account:
    account = await queries.account_by_id(request.state.viewer.account_id)
    if account is None:
        raise no_such("账号", "account")
    return account


HANDLERS = (
    every_account, create, english_name, grants, grant, end_grant, switch, reset, habits, change_password, open_sessions,
    every_token, create_token, revoke, trail, chain,
)  # fmt: skip
