"""One's own account: password, browsers, keys for other systems."""

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core.clock import now
from core.errors import ShifenError
from core.language import Text, current
from org import queries
from org.operations import accounts, sessions, tokens
from org.organisation import Organisation
from org.queries import Account
from org.refusals import NotSignedIn, wrong_password
from org.roles import NAMES, Action
from org.visibility import Viewer
from web.forms import form_of
from web.frame import Req, allowed, html, name_of, said
from web.once import once
from web.session import signed_in_cookie, signed_out_cookie
from web.views.account import AccountView, SessionRow, TokenRow
from web.views.shell import Choice, Fact
from web.words import ACTIONS

_SELF = {"action": Action.ACCOUNT_SELF}
_TOKENS = {"action": Action.MANAGE_TOKENS}
MISMATCH = Text(zh="两次输入的新密码不一样。", en="The two new passwords differ.")
SENT_BEFORE = Text(
    zh="这个密钥已经建好，只显示一次；没有抄下的话，请吊销后重建。",
    en="This key was made already and is shown only once; revoke it and make another if you did not copy it.",
)
NO_ACTION = Text(zh="请至少选择一项操作。", en="Choose at least one thing that it may do.")


async def _own(request: Req) -> Account:
    account = await queries.account_by_id(request.state.viewer.account_id)
    if account is None:
        raise NotSignedIn(*wrong_password().problems)
    return account


@get("/account", opt=_SELF)
async def account_page(request: Req) -> Response[str]:
    """Show the account."""
    return await _page(request)


async def _page(
    request: Req, errors: dict[str, str] | None = None, fresh_token: str = "", status: int = 200
) -> Response[str]:
    viewer: Viewer = request.state.viewer
    reader, organisation = current(), request.state.organisation
    may_tokens = Action.MANAGE_TOKENS in allowed(viewer) and not request.state.must_change
    unit = organisation.unit(viewer.unit_id) if viewer.unit_id is not None else None
    view = AccountView(
        name=name_of(viewer, organisation, reader),
        username=request.state.username,
        unit=unit.name(reader) if unit else "–",
        roles=_roles(viewer, organisation),
        must_change=request.state.must_change,
        errors=errors or {},
        sessions=await _sessions(request),
        tokens=await _tokens(viewer.account_id) if may_tokens else (),
        may_tokens=may_tokens,
        actions=tuple(
            Choice(action.value, ACTIONS[action].read(reader))
            for action in Action
            if action in allowed(viewer) and action in ACTIONS
        ),
        fresh_token=fresh_token,
    )
    return html(request, "account.html", view, status)


def _roles(viewer: Viewer, organisation: Organisation) -> tuple[Fact, ...]:
    reader = current()
    held = ((NAMES[role].read(reader), organisation.unit(unit_id)) for role, unit_id in viewer.grants)
    return tuple(Fact(name, unit.name(reader) if unit else "–") for name, unit in held)


async def _sessions(request: Req) -> tuple[SessionRow, ...]:
    rows = await queries.sessions_of(request.state.viewer.account_id)
    here = request.state.session_id
    unknown = Text(zh="未知浏览器", en="unknown browser").read(current())
    return tuple(
        SessionRow(_browser(row.agent) or unknown, row.created_at, row.seen_at, row.id == here) for row in rows
    )


def _browser(agent: str | None) -> str:
    """Return the name that people know of a browser's long self-description."""
    words = agent or ""
    name = next(
        (n for n in ("MicroMessenger", "Edg", "Firefox", "Chrome", "Safari", "curl", "python") if n in words), ""
    )
    system = next((n for n in ("Android", "iPhone", "Windows", "Mac OS", "Linux") if n in words), "")
    return " · ".join(part for part in (name, system) if part) or words[:40]


async def _tokens(account_id: int) -> tuple[TokenRow, ...]:
    reader, moment = current(), now()
    rows = []
    for row in await queries.tokens_of(account_id):
        live = row.revoked_at is None and row.expires_at > moment
        gone = Text(zh="已吊销", en="revoked") if row.revoked_at else Text(zh="已过期", en="expired")
        state = Text(zh="有效", en="valid") if live else gone
        names = [
            ACTIONS[Action(code)].read(reader)
            for code in row.actions.split()
            if code in set(Action) and Action(code) in ACTIONS
        ]
        rows.append(
            TokenRow(
                row.id,
                row.name,
                ("、" if reader == "zh" else ", ").join(names),
                row.expires_at,
                state.read(reader),
                live,
            )
        )
    return tuple(rows)


@post("/account/password", opt=_SELF, status_code=303)
async def change_password(request: Req) -> Response[str] | Redirect:
    """Change the password; this browser stays signed in under a new session."""
    sent = await form_of(request)
    reader = current()
    if sent.secret("fresh") != sent.secret("again"):
        return await _page(request, {"again": MISMATCH.read(reader)}, status=422)
    try:
        opened = await accounts.change_password(
            account=await _own(request),
            old=sent.secret("current"),
            new=sent.secret("fresh"),
            agent=request.headers.get("user-agent"),
        )
    except ShifenError as refusal:
        place = "current" if refusal.problem.code == wrong_password().problem.code else "fresh"
        return await _page(request, {place: refusal.problem.sentence.read(reader)}, status=refusal.status)
    answer = said("/account", "password")
    answer.cookies.append(signed_in_cookie(request, opened.secret, opened.expires_at))
    return answer


@post("/account/sign-out-everywhere", opt=_SELF, status_code=303)
async def sign_out_everywhere(request: Req) -> Redirect:
    """End every session, this one included."""
    await sessions.sign_out_everywhere(account=await _own(request))
    answer = said("/sign-in", "out")
    answer.cookies.append(signed_out_cookie(request))
    return answer


@post("/account/tokens", opt=_TOKENS, status_code=200)
async def make_token(request: Req) -> Response[str]:
    """Make a key and show it this once."""
    sent = await form_of(request)
    reader = current()
    wishes = [Action(code) for code in sent.texts("actions") if code in set(Action)]
    if not wishes:
        return await _page(request, {"token": NO_ACTION.read(reader)}, status=422)
    secrets: list[str] = []

    async def made() -> str:
        token = await tokens.create_token(
            viewer=request.state.viewer,
            username=request.state.username,
            name=sent.text("name", 80),
            actions=wishes,
            days=sent.whole("days", 1, 366),
        )
        secrets.append(token.secret)
        return "/account"

    try:
        done = await once(request, sent, made)
    except ShifenError as refusal:
        return await _page(request, {"token": refusal.problem.sentence.read(reader)}, status=refusal.status)
    if done.again:
        return await _page(request, {"token": SENT_BEFORE.read(reader)}, status=409)
    return await _page(request, fresh_token=secrets[0])


@post("/account/tokens/{token_id:int}/revoke", opt=_TOKENS, status_code=303)
async def revoke_token(request: Req, token_id: FromPath[int]) -> Redirect:
    """End a key."""
    await tokens.revoke_token(actor=request.state.actor, token_id=token_id)
    return said("/account", "token_revoked")


HANDLERS = (account_page, change_password, sign_out_everywhere, make_token, revoke_token)
