"""What a reader sees when a page cannot be shown: a sentence and a way on."""

from typing import Any
from urllib.parse import quote

from litestar import Litestar, Request, Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect

from core import language
from core.errors import Problem
from core.language import Text
from web.frame import html
from web.show import full_width
from web.views.account import ErrorView
from web.views.shell import Link

TITLES: dict[int, Text] = {
    401: Text(zh="请先登录", en="Please sign in"),
    403: Text(zh="您没有此项权限", en="You have no right to this"),
    404: Text(zh="没有这个页面", en="There is no such page"),
    409: Text(zh="现在还不能这样做", en="This cannot be done now"),
    413: Text(zh="文件太大", en="The file is too large"),
    422: Text(zh="有些内容需要改正", en="Something needs to be mended"),
    429: Text(zh="请稍等再试", en="Please wait a moment"),
    503: Text(zh="服务暂时不可用", en="The service is away for a moment"),
}
GENERAL = Text(zh="这一步没有成功", en="This did not work")
SERVER = 500
NOT_SIGNED_IN = 401
NO_PAGE = 405


def page(request: Request[Any, Any, Any], status: int, problems: tuple[Problem, ...]) -> Response[str] | Redirect:
    """Return the page that says what went wrong, or the way to the sign-in page."""
    if status == NOT_SIGNED_IN and request.method == "GET":
        return Redirect(f"/sign-in?next={quote(_here(request), safe='')}", status_code=303)
    if status == NO_PAGE and request.method == "GET":
        return Redirect(_page_above(request.app, request.scope["path"]), status_code=303)
    if problems[0].code == "must_change_password":
        return Redirect("/account", status_code=303)
    reader = language.current()
    back = Link(Text(zh="回首页", en="Back home").read(reader), "/")
    if status == NOT_SIGNED_IN:
        back = Link(Text(zh="去登录", en="Go and sign in").read(reader), "/sign-in")
    view = ErrorView(
        status=status,
        title=TITLES.get(status, GENERAL).read(reader),
        sentences=tuple(dict.fromkeys(_sentence(one, reader) for one in problems))[:12],
        hint=next((one.hint.read(reader) for one in problems if one.hint), ""),
        way=back,
    )
    return html(request, "error.html", view, status)


def _page_above(app: Litestar, path: str) -> str:
    """Return the nearest page above an address that only takes forms: a refused form stands there, and is asked for again."""
    while path := path.rpartition("/")[0]:
        try:
            app.asgi_router.handle_routing(path, "GET")
        except HTTPException:
            continue
        return path
    return "/"


def _sentence(one: Problem, reader: language.Language) -> str:
    colon = "：" if reader == "zh" else ": "
    place = f"{one.place}{colon}" if one.place and str(one.place) else ""
    return f"{place}{full_width(one.sentence.read(reader))}"


def _here(request: Request[Any, Any, Any]) -> str:
    query = request.scope["query_string"].decode("latin-1")
    path: str = request.scope["path"]
    return f"{path}?{query}" if query else path
