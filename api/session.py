"""Signing in and out, and what one may see of oneself."""

from typing import Any

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.params import JSONBody

from api.schemas import Name, Secret
from org import queries
from org.operations import sessions
from org.roles import ALLOWED, EVERYONE, Action
from web.session import secret_of, signed_in_cookie, signed_out_cookie


class Credentials(msgspec.Struct, forbid_unknown_fields=True):
    """A user name and its password."""

    username: Name
    password: Secret


class Me(msgspec.Struct):
    """Who is signed in, what they may do, and the token that changing requests carry in X-CSRF-Token."""

    username: str
    name: str
    language: str
    theme: str
    unit_id: int | None
    roles: list[str]
    actions: list[str]
    must_change_password: bool
    csrf_token: str


@post("/api/v1/session", opt={"action": Action.ANONYMOUS, "no_form_token": True}, status_code=204, tags=["session"])
async def sign_in(request: Request[Any, Any, Any], data: JSONBody[Credentials]) -> Response[None]:
    """Open a session; the cookie of the answer carries it."""
    opened = await sessions.sign_in(
        username=data.username,
        password=data.password,
        agent=request.headers.get("user-agent"),
        previous=secret_of(request),
    )
    return Response(None, status_code=204, cookies=[signed_in_cookie(request, opened.secret, opened.expires_at)])


@delete("/api/v1/session", opt={"action": Action.ACCOUNT_SELF}, status_code=204, tags=["session"])
async def sign_out(request: Request[Any, Any, Any]) -> Response[None]:
    """End this session."""
    secret = secret_of(request)
    if secret:
        await sessions.sign_out(secret=secret)
    return Response(None, status_code=204, cookies=[signed_out_cookie(request)])


@delete("/api/v1/sessions", opt={"action": Action.ACCOUNT_SELF}, status_code=204, tags=["session"])
async def sign_out_everywhere(request: Request[Any, Any, Any]) -> Response[None]:
    """End all of one's sessions, this one included."""
    account = await queries.account_by_id(request.state.viewer.account_id)
    if account:
        await sessions.sign_out_everywhere(account=account)
    return Response(None, status_code=204, cookies=[signed_out_cookie(request)])


@get("/api/v1/me", opt={"action": Action.ACCOUNT_SELF}, tags=["session"])
async def me(request: Request[Any, Any, Any]) -> Me:
    """Say who is signed in."""
    viewer = request.state.viewer
    held = EVERYONE.union(*(ALLOWED[role] for role in viewer.roles))
    allowed = held if viewer.actions is None else held & viewer.actions
    return Me(
        username=request.state.username,
        name=viewer.name,
        language=viewer.language,
        theme=viewer.theme,
        unit_id=viewer.unit_id,
        roles=sorted(viewer.roles),
        actions=sorted(allowed),
        must_change_password=request.state.must_change,
        csrf_token=request.state.csrf,
    )


HANDLERS = (sign_in, sign_out, sign_out_everywhere, me)
