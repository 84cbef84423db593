"""Signing in and out, and the language and the theme of the reader."""

from urllib.parse import urlsplit

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.response import Redirect

from core import language
from core.errors import ShifenError
from org import queries
from org.operations import accounts, sessions
from org.roles import Action
from web.demo import cast
from web.forms import form_of
from web.frame import THEMES, Req, html, said
from web.session import is_https, secret_of, signed_in_cookie, signed_out_cookie
from web.views.account import SignInView

A_YEAR = 365 * 24 * 3600
_SIGN_IN = {"action": Action.ANONYMOUS, "no_form_token": True}


def safe_path(wish: str) -> str:
    """Return a path on this host; anything else is the home page."""
    parts = urlsplit(wish)
    if parts.scheme or parts.netloc or not wish.startswith("/") or wish.startswith(("//", "/\\")):
        return "/"
    return wish


@get("/sign-in", opt={"action": Action.ANONYMOUS})
async def sign_in_page(request: Req) -> Response[str] | Redirect:
    """Show the form; who is already signed in goes home."""
    back = safe_path(request.query_params.get("next", "/"))
    if request.state.viewer is not None:
        return Redirect(back, status_code=303)
    return html(request, "sign_in.html", SignInView(username="", error="", back=back, cast=cast(request)))


@post("/sign-in", opt=_SIGN_IN, status_code=303)
async def sign_in(request: Req) -> Response[str] | Redirect:
    """Open a session; a refusal is said in the form."""
    sent = await form_of(request)
    back = safe_path(sent.text("back") or "/")
    try:
        opened = await sessions.sign_in(
            username=sent.text("username", 64),
            password=sent.secret("password"),
            agent=request.headers.get("user-agent"),
            previous=secret_of(request),
        )
    except ShifenError as refusal:
        words = refusal.problem.sentence.read(language.current())
        view = SignInView(username=sent.text("username", 64), error=words, back=back, cast=cast(request))
        return html(request, "sign_in.html", view, refusal.status)
    answer = Redirect(back, status_code=303)
    answer.cookies.append(signed_in_cookie(request, opened.secret, opened.expires_at))
    return answer


@post("/sign-out", opt={"action": Action.ACCOUNT_SELF}, status_code=303)
async def sign_out(request: Req) -> Redirect:
    """End this session."""
    secret = secret_of(request)
    if secret:
        await sessions.sign_out(secret=secret)
    answer = said("/sign-in", "out")
    answer.cookies.append(signed_out_cookie(request))
    return answer


@post("/language", opt={"action": Action.ANONYMOUS}, status_code=303)
async def set_language(request: Req) -> Redirect:
    """Keep the reader's language, with the account or in a cookie."""
    sent = await form_of(request)
    wish = language.parsed(sent.text("language", 8)) or language.DEFAULT
    await _remember(request, reading=wish)
    return _with_cookie(request, "language", wish, safe_path(sent.text("back")))


@post("/theme", opt={"action": Action.ANONYMOUS}, status_code=303)
async def set_theme(request: Req) -> Redirect:
    """Keep the reader's theme, with the account or in a cookie."""
    sent = await form_of(request)
    wish = sent.text("theme", 8)
    wish = wish if wish in THEMES else "auto"
    await _remember(request, theme=wish)
    return _with_cookie(request, "theme", wish, safe_path(sent.text("back")))


async def _remember(request: Req, *, reading: str | None = None, theme: str | None = None) -> None:
    if request.state.session_id is None:  # nobody, or a token: reading habits are no business of a program
        return
    account = await queries.account_by_id(request.state.viewer.account_id)
    if account is not None:
        await accounts.set_habits(account=account, language=reading, theme=theme)


def _with_cookie(request: Req, name: str, value: str, back: str) -> Redirect:
    answer = Redirect(back, status_code=303)
    answer.cookies.append(
        Cookie(key=name, value=value, max_age=A_YEAR, path="/", samesite="lax", httponly=True, secure=is_https(request))
    )
    return answer


HANDLERS = (sign_in_page, sign_in, sign_out, set_language, set_theme)
