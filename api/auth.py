"""The guard before every handler: who asks, from where, and whether the role × action table allows it."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection, Request
from litestar.exceptions import ImproperlyConfiguredException
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.routes import BaseRoute, HTTPRoute
from litestar.types import Empty

from api.schemas import no_month
from core import language
from core.audit import Actor
from core.clock import SHANGHAI, now
from core.errors import NotAllowed, NotFound, problem
from core.settings import Settings
from leaderboards import faces
from org import queries
from org.names import called
from org.operations import sessions, tokens
from org.organisation import Organisation
from org.queries import Identity, by_session, by_token
from org.refusals import NotSignedIn, no_such
from org.roles import Action, Role
from org.sessions import SEEN_EVERY, cookie_name, form_token, is_form_token, is_over, stored
from org.visibility import OF_A_UNIT, Scope, Viewer, may, scope
from web.numbers import month_key

Connection = ASGIConnection[Any, Any, Any, Any]

LONGEST_TOLD = 12
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


def declared(handler: BaseRouteHandler) -> Action:
    """Return the action that a route declares; without one the application does not start."""
    action = handler.opt.get("action")
    if not isinstance(action, Action):
        raise ImproperlyConfiguredException(f"{handler} declares no action: opt={{'action': Action.…}}")
    return action


def require_declarations(routes: Iterable[BaseRoute], guard: "Guard") -> None:
    """Refuse to start an application with a route about which nobody has decided, or which the guard would not see."""
    for route in routes:
        if not isinstance(route, HTTPRoute):
            raise ImproperlyConfiguredException(f"{route.path} is no HTTP route: the guard would not see it")
        for handler in route.route_handlers:
            if handler.http_methods != {"OPTIONS"}:
                declared(handler)
                _require_guarded(handler, guard)


def _require_guarded(handler: HTTPRouteHandler, guard: "Guard") -> None:
    hook = handler.resolve_before_request()
    if getattr(hook, "func", hook) is not guard:
        raise ImproperlyConfiguredException(f"{handler} has a before_request of its own, which would replace the guard")


class Guard:
    """Resolves the viewer and decides, once for each request."""

    def __init__(self, settings: Settings, secret: str) -> None:
        self.settings = settings
        self.secret = secret

    async def __call__(self, connection: Connection) -> None:
        """Let the request through with `state` filled, or raise.

        It runs as `before_request` and not as a guard in Litestar's sense: for those every request copies its handler.
        """
        handler = connection.scope["route_handler"]
        method = connection.scope.get("method", "GET")
        if handler.opt.get("bare") or method == "OPTIONS":
            return
        moment = now()
        identity = await self._identity(connection, moment)
        await _settle(connection, identity, moment, self.secret)
        if method not in SAFE:
            await self._check_origin(connection, handler, identity)
        self._decide(connection, handler)
        _require_month(connection)

    @staticmethod
    async def _identity(connection: Connection, moment: datetime) -> Identity | None:
        today = moment.astimezone(SHANGHAI).date()
        authorization = connection.headers.get("authorization")
        if authorization is not None:
            return await _of_token(authorization, moment, today)
        secret = secret_of(connection)
        if secret is None:
            return None
        found = await by_session(stored(secret), today, moment - SEEN_EVERY, unread=_is_page(connection))
        if found is None or is_over(moment, found.seen_at, found.expires_at):
            return None
        await _note_use(found, moment)
        return found

    async def _check_origin(self, connection: Connection, handler: BaseRouteHandler, identity: Identity | None) -> None:
        """Refuse a change that another site asked for."""
        if identity is not None and identity.actions is not None:
            return
        origin = connection.headers.get("origin") or _origin_of(connection.headers.get("referer"))
        if origin is not None and origin != own_origin(connection):
            raise NotAllowed(problem("other_origin", "请求来自其他网站。", "The request comes from another site."))
        if handler.opt.get("no_form_token") or identity is None:
            self._refuse_cross_site(connection)
            return
        given = connection.headers.get("x-csrf-token") or await _form_token(connection)
        if not is_form_token(self.secret, identity.session_id, given):
            raise NotAllowed(
                problem(
                    "form_token",
                    "表单已失效，请刷新页面后重试。",
                    "This form is no longer valid; reload the page and try again.",
                )
            )

    @staticmethod
    def _refuse_cross_site(connection: Connection) -> None:
        if connection.headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}:
            return
        raise NotAllowed(problem("other_origin", "请求来自其他网站。", "The request comes from another site."))

    def _decide(self, connection: Connection, handler: BaseRouteHandler) -> None:
        action, state = declared(handler), connection.scope["state"]
        viewer: Viewer | None = state["viewer"]
        if viewer is None:
            if action is Action.ANONYMOUS or (handler.opt.get("public") and self.settings.public_board):
                return
            raise NotSignedIn(problem("not_signed_in", "请先登录。", "Sign in first."))
        if state["must_change"] and action not in {Action.ACCOUNT_SELF, Action.ANONYMOUS}:
            raise NotAllowed(problem("must_change_password", "请先修改密码。", "Change your password first."))
        unit_id = connection.path_params.get(handler.opt["unit"]) if "unit" in handler.opt else None
        if not may(viewer, action, None if action in OF_A_UNIT else unit_id, state["organisation"]):
            raise NotAllowed(problem("not_allowed", "您没有此项权限。", "You have no right to this."))
        if unit_id is not None and not may(viewer, action, unit_id, state["organisation"]):
            raise no_such("单位", "unit")


def _require_month(connection: Connection) -> None:
    """Refuse the address of a page of a month that no calendar has: another month would be shown without a word."""
    asked = connection.query_params.get("month", "")
    if asked and month_key(asked) is None and not connection.scope["path"].startswith("/api/"):
        raise NotFound(no_month(asked[:LONGEST_TOLD]))


def _is_page(connection: Connection) -> bool:
    """Tell whether the answer has the header of a page around it, which says how many notices wait."""
    return not connection.scope["path"].startswith("/api/") and "x-fragment" not in connection.headers


async def _of_token(authorization: str, moment: datetime, today: date) -> Identity:
    kind, _, secret = authorization.partition(" ")
    found = await by_token(stored(secret), moment, today) if kind.lower() == "bearer" else None
    if found is None:
        raise NotSignedIn(
            problem("bad_token", "令牌无效、已过期或已撤销。", "The token is unknown, expired or revoked.")
        )
    await _note_use(found, moment)
    return found


async def _settle(connection: Connection, identity: Identity | None, moment: datetime, secret: str) -> None:
    """Fill the request's state from who asks; an account whose person has left is nobody."""
    today = moment.astimezone(SHANGHAI).date()
    revision = identity.revision if identity else None
    organisation = queries.organisation_at_hand(today, revision) if revision is not None else None
    organisation = organisation or await queries.organisation(today, revision)
    if identity is not None and _has_left(identity.unit_id, organisation):
        identity = None
    reader = _language(connection, identity)
    viewer = _viewer(identity, reader) if identity else None
    by_session = identity is not None and identity.actions is None
    connection.scope["state"].update(
        organisation=organisation,
        viewer=viewer,
        scope=_scope(viewer, organisation),
        session_id=identity.session_id if identity and by_session else None,
        csrf=form_token(secret, identity.session_id) if identity and by_session else "",
        username=identity.username if identity else "",
        actor=Actor(identity.account_id, identity.username) if identity else None,
        unread=identity.unread if identity else 0,
        must_change=bool(identity and by_session and identity.must_change),
        language=reader,
    )
    language.choose(reader)
    faces.show(connection.scope["state"]["scope"].face)


def _language(connection: Connection, identity: Identity | None) -> language.Language:
    if identity is not None and identity.actions is None:
        return language.parsed(identity.language) or language.DEFAULT
    chosen = language.parsed(connection.cookies.get("language"))
    return chosen or language.accepted(connection.headers.get("accept-language"))


def _has_left(unit_id: int | None, organisation: Organisation) -> bool:
    """Tell whether the person of an account is gone: the unit closed, or in nobody's line and heading none."""
    if unit_id is None:
        return False
    unit = organisation.unit(unit_id)
    return unit is None or (unit.parent_id is None and unit.employer_id is None and not organisation.children(unit_id))


def _viewer(identity: Identity, reader: language.Language) -> Viewer:
    return _known_viewer(
        identity.account_id,
        called(identity.display_name, identity.name_en).read(reader),
        identity.language,
        identity.theme,
        identity.unit_id,
        identity.grants,
        identity.actions,
    )


@lru_cache(maxsize=4096)
def _known_viewer(
    account_id: int,
    name: str,
    reading: str,
    theme: str,
    unit_id: int | None,
    grants: tuple[str, ...],
    actions: str | None,
) -> Viewer:
    pairs = (grant.split(" ") for grant in grants)
    return Viewer(
        account_id=account_id,
        name=name,
        language=reading,
        theme=theme,
        unit_id=unit_id,
        grants=tuple((Role(role), int(reach)) for role, reach in pairs),
        actions=None if actions is None else frozenset(Action(word) for word in actions.split() if word in set(Action)),
    )


_scopes: dict[tuple[int, date, Viewer | None], Scope] = {}
MOST_SCOPES = 4096


def _scope(viewer: Viewer | None, organisation: Organisation) -> Scope:
    key = (organisation.revision, organisation.on, viewer)
    found = _scopes.get(key)
    if found is None:
        if len(_scopes) >= MOST_SCOPES:
            _scopes.clear()
        found = _scopes[key] = scope(viewer, organisation)
    return found


async def _note_use(identity: Identity, moment: datetime) -> None:
    if moment - identity.seen_at < SEEN_EVERY:
        return
    if identity.actions is None:
        await sessions.seen(identity.session_id)
    else:
        await tokens.used(identity.session_id)


def secret_of(connection: Connection) -> str | None:
    """Return the session's secret from the cookie; over HTTPS only the `__Host-` cookie counts."""
    value: str | None = connection.cookies.get(cookie_name(https=connection.scope["scheme"] == "https"))
    return value


def own_origin(connection: Connection) -> str:
    """Return the origin that this request's own pages have."""
    return f"{connection.scope['scheme']}://{connection.headers.get('host', '')}"


def _origin_of(referer: str | None) -> str | None:
    if not referer:
        return None
    try:
        parts = urlsplit(referer)
    except ValueError:
        return "null"
    return f"{parts.scheme}://{parts.netloc}"


async def _form_token(connection: Connection) -> str | None:
    kind = connection.headers.get("content-type", "")
    if not isinstance(connection, Request) or not kind.startswith(FORM_TYPES):
        return None
    form = await connection.form()
    value = form.get("csrf", Empty)
    return value if isinstance(value, str) else None
