"""Accounts and roles, for the administrator."""

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core.errors import Invalid, Problem, ShifenError, problem
from core.language import Text, current
from org import queries
from org.operations import accounts
from org.organisation import Organisation
from org.queries import Account
from org.refusals import no_such
from org.roles import NAMES, Action, Role
from web.forms import Form, form_of
from web.frame import Req, html, said
from web.once import once
from web.pages.places import above
from web.views.account import AccountRow, PeopleView
from web.views.shell import Choice, Pager

_MANAGE = {"action": Action.MANAGE_ACCOUNTS}
PAGE = 20
TYPED = ("username", "name", "name_en", "unit", "named_username", "new_name_en", "grant_username", "role", "scope")
BY_HAND = "people page"
LIVE = Text(zh="可登录", en="may sign in")
SHUT = Text(zh="已停用", en="disabled")
FIRST = "/people"
SENT_BEFORE = Text(
    zh="这个账号已经建好，初始密码只显示一次；没有抄下的话，请在名单里重设密码。",
    en="This account was made already and its password is shown only once; set a new one in the list if you missed it.",
)


@get("/people", opt=_MANAGE)
async def people_page(request: Req) -> Response[str]:
    """Show accounts by user name."""
    return await _page(request)


async def _page(
    request: Req,
    errors: dict[str, str] | None = None,
    fresh_password: str = "",
    status: int = 200,
    sent: Form | None = None,
) -> Response[str]:
    typed = {name: sent.typed(name) for name in TYPED} if sent else {}
    query = request.query_params.get("q", "").strip().lower()[:64]
    after = request.query_params.get("after", "")[:64]
    found = await queries.accounts(after=after or _just_before(query), limit=PAGE + 1)
    rows = [one for one in found if one.username.startswith(query)]
    reader = current()
    onward = f"{FIRST}?q={query}&after={rows[PAGE - 1].username}" if len(rows) > PAGE else ""
    view = PeopleView(
        rows=tuple([await _row(one, request.state.organisation) for one in rows[:PAGE]]),
        query=query,
        pager=Pager(1, len(rows[:PAGE]), len(rows[:PAGE]), FIRST if after else "", onward) if onward or after else None,
        roles=tuple(Choice(role.value, NAMES[role].read(reader), role.value == typed.get("role")) for role in Role),
        errors=errors or {},
        typed=typed,
        fresh_password=fresh_password,
    )
    return html(request, "people.html", view, status)


def _just_before(query: str) -> str:
    """Return a text that sorts directly before all names that begin with the query."""
    return query[:-1] + chr(ord(query[-1]) - 1) + "\x7f" if query and query.isascii() else ""


async def _row(one: Account, organisation: Organisation) -> AccountRow:
    reader = current()
    unit = organisation.unit(one.unit_id) if one.unit_id is not None else None
    held = await queries.grants_of(one.id)
    scopes = {grant.id: organisation.unit(grant.scope_id) for grant in held}
    names = {number: scope.name(reader) if scope else "–" for number, scope in scopes.items()}
    return AccountRow(
        number=one.id,
        name=str(one.name),
        username=one.username,
        unit=(above(organisation, unit.id) or unit.name(reader)) if unit else "–",
        roles=tuple((grant.id, _words(grant.role, names[grant.id])) for grant in held),
        state=(SHUT if one.disabled else LIVE).read(reader),
        live=not one.disabled,
    )


def _words(role: Role, unit: str) -> str:
    return f"{NAMES[role].read(current())} · {unit}"


async def _account(account_id: int) -> Account:
    found = await queries.account_by_id(account_id)
    if found is None:
        raise no_such("账号", "account")
    return found


@post("/people", opt=_MANAGE, status_code=303)
async def make_account(request: Req) -> Response[str]:
    """Make an account with a password that is shown this once."""
    sent = await form_of(request)
    passwords: list[str] = []

    async def made() -> str:
        username = sent.text("username", 64).lower()
        await accounts.create_account(
            actor=request.state.actor,
            username=username,
            display_name=sent.text("name", 80),
            name_en=sent.text("name_en", 80) or None,
            unit_code=sent.text("unit", 32) or None,
            must_change=True,
        )
        password = await accounts.reset_password(actor=request.state.actor, username=username)
        passwords.append(f"{username}  {password}")
        return FIRST

    try:
        done = await once(request, sent, made)
    except ShifenError as refusal:
        return await _page(
            request,
            {_field(one): one.sentence.read(current()) for one in refusal.problems},
            status=refusal.status,
            sent=sent,
        )
    if done.again:
        return await _page(request, {"username": SENT_BEFORE.read(current())}, status=409)
    return await _page(request, fresh_password=passwords[0])


def _field(one: Problem) -> str:
    """Return the field of the form that a problem is about."""
    code, path = one.code, one.place.path if one.place else None
    if path in TYPED:
        return path
    if code == "name_en_form":
        return "name_en"
    return "unit" if "unit" in code or code == "not_found" else "name" if "display" in code else "username"


@post("/people/name-en", opt=_MANAGE, status_code=303)
async def english_name(request: Req) -> Response[str] | Redirect:
    """Give an account its English name, or take it away."""
    sent = await form_of(request)
    try:
        username, name_en = sent.text("named_username", 64).lower(), sent.text("new_name_en", 80)
        await accounts.set_english_name(actor=request.state.actor, username=username, name_en=name_en)
    except ShifenError as refusal:
        field = "new_name_en" if _field(refusal.problem) in {"name_en", "new_name_en"} else "named_username"
        told = {field: refusal.problem.sentence.read(current())}
        return await _page(request, told, status=refusal.status, sent=sent)
    return said(FIRST, "name_kept")


@post("/people/{account_id:int}/reset", opt=_MANAGE, status_code=200)
async def reset(request: Req, account_id: FromPath[int]) -> Response[str]:
    """Give an account a new password, shown this once."""
    found = await _account(account_id)
    password = await accounts.reset_password(actor=request.state.actor, username=found.username)
    return await _page(request, fresh_password=f"{found.username}  {password}")


@post("/people/{account_id:int}/disable", opt=_MANAGE, status_code=303)
async def disable(request: Req, account_id: FromPath[int]) -> Redirect:
    """Shut an account."""
    found = await _account(account_id)
    await accounts.disable_account(actor=request.state.actor, username=found.username, why=BY_HAND)
    return said(FIRST, "disabled")


@post("/people/{account_id:int}/enable", opt=_MANAGE, status_code=303)
async def enable(request: Req, account_id: FromPath[int]) -> Redirect:
    """Open a shut account again."""
    found = await _account(account_id)
    await accounts.enable_account(actor=request.state.actor, username=found.username, why=BY_HAND)
    return said(FIRST, "enabled")


@post("/people/grants", opt=_MANAGE, status_code=303)
async def give_role(request: Req) -> Response[str] | Redirect:
    """Give somebody a role over a unit and all beneath it."""
    sent = await form_of(request)
    try:
        if sent.text("role", 24) not in set(Role):
            raise Invalid(problem("no_such_role", "请选择角色。", "Choose a role."))
        await once(request, sent, lambda: _given(request, sent))
    except ShifenError as refusal:
        field = "scope" if "unit" in refusal.problem.code else "grant_username"
        told = {field: refusal.problem.sentence.read(current())}
        return await _page(request, told, status=refusal.status, sent=sent)
    return said(FIRST, "granted")


async def _given(request: Req, sent: Form) -> str:
    await accounts.grant(
        actor=request.state.actor,
        username=sent.text("grant_username", 64).lower(),
        role=Role(sent.text("role", 24)),
        unit_code=sent.text("scope", 32),
    )
    return FIRST


@post("/people/grants/{grant_id:int}/end", opt=_MANAGE, status_code=303)
async def end_role(request: Req, grant_id: FromPath[int]) -> Redirect:
    """Take a role back from today on."""
    await accounts.end_grant(actor=request.state.actor, grant_id=grant_id, why=BY_HAND)
    return said(FIRST, "role_ended")


HANDLERS = (people_page, make_account, english_name, reset, disable, enable, give_role, end_role)
