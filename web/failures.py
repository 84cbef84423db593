"""What a reader sees when a page cannot be shown."""

from html import escape
from typing import Any
from urllib.parse import quote

from litestar import Request, Response
from litestar.enums import MediaType
from litestar.response import Redirect

from core import language
from core.errors import Problem


def page(request: Request[Any, Any, Any], status: int, problems: tuple[Problem, ...]) -> Response[str] | Redirect:
    """Return the page that says what went wrong, or the way to the sign-in page."""
    if status == 401 and request.method == "GET":  # noqa: PLR2004 - not signed in
        return Redirect(f"/sign-in?next={quote(request.scope['path'])}", status_code=303)
    if problems[0].code == "must_change_password":
        return Redirect("/account", status_code=303)
    reader = language.current()
    words = "".join(f"<p>{escape(one.read(reader))}</p>" for one in problems)
    body = f'<!doctype html><html lang="{reader}"><meta charset="utf-8"><title>{status}</title><main>{words}</main>'
    return Response(body, status_code=status, media_type=MediaType.HTML)
