"""Keys for other systems: some of one's own actions, until a day."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from core import audit
from core.audit import Actor
from core.clock import now
from core.database import raw, transaction
from core.errors import Invalid, problem
from org.refusals import no_such
from org.roles import ALLOWED, EVERYONE, Action
from org.sessions import TOKEN_PREFIX, stored
from org.visibility import Viewer

LONGEST_DAYS = 366
NEVER = frozenset({Action.ANONYMOUS, Action.ACCOUNT_SELF, Action.MANAGE_TOKENS, Action.MANAGE_ACCOUNTS})
"""What no token may do: it could otherwise outlive its own end."""


class NewToken(msgspec.Struct, frozen=True):
    """A token with its secret, which is shown this once."""

    id: int
    secret: str
    expires_at: datetime


async def create_token(*, viewer: Viewer, username: str, name: str, actions: Iterable[Action], days: int) -> NewToken:
    """Make a token for some of the viewer's own actions; raise Invalid for more than that."""
    wanted = frozenset(actions)
    held = EVERYONE.union(*(ALLOWED[role] for role in viewer.roles))
    if not wanted or wanted - held or wanted & NEVER:
        raise Invalid(
            problem(
                "token_actions",
                "令牌只能包含本人已有的权限，且不能用于管理账号或令牌。",
                "A token may hold some of your own rights, and never the management of accounts or tokens.",
            )
        )
    if not 1 <= days <= LONGEST_DAYS:
        raise Invalid(problem("token_days", "有效期应为 1 至 366 天。", "A token lives 1 to 366 days."))
    secret, moment = TOKEN_PREFIX + secrets.token_urlsafe(32), now()
    async with transaction(), raw() as connection:
        token_id = await connection.fetchval(
            "INSERT INTO api_token (account_id, name, secret_hash, actions, created_at, expires_at)"
            " VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
            viewer.account_id,
            name,
            stored(secret),
            " ".join(sorted(wanted)),
            moment,
            moment + timedelta(days=days),
        )
        await audit.record(
            actor=Actor(viewer.account_id, username),
            action="create_token",
            subject_kind="token",
            subject=token_id,
            after={"name": name, "actions": sorted(wanted), "days": days},
        )
    return NewToken(token_id, secret, moment + timedelta(days=days))


async def revoke_token(*, actor: Actor, token_id: int) -> None:
    """End one of the actor's own tokens."""
    async with transaction(), raw() as connection:
        found = await connection.fetchval(
            "UPDATE api_token SET revoked_at = $3 WHERE id = $1 AND account_id = $2 AND revoked_at IS NULL RETURNING id",
            token_id,
            actor.account_id,
            now(),
        )
        if found is None:
            raise no_such("令牌", "token")
        await audit.record(actor=actor, action="revoke_token", subject_kind="token", subject=token_id)


async def used(secret_hash: str) -> None:
    """Write down that a token was used just now."""
    async with raw() as connection:
        await connection.execute("UPDATE api_token SET used_at = $2 WHERE secret_hash = $1", secret_hash, now())
