"""The frame around every page: who reads, where one can go, and what was just done."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, urlencode

from litestar import Request, Response
from litestar.enums import MediaType
from litestar.response import Redirect

from core.language import Language, Text, current
from org.organisation import Organisation, Unit
from org.roles import ALLOWED, EVERYONE, NAMES, Action, Role
from org.visibility import Viewer
from web.render import rendered
from web.said import SAID
from web.views.shell import Link, Page

Req = Request[Any, Any, Any]
LONGEST_QUERY = 300
THEMES = ("light", "dark", "auto")
CARD_ROLES = (
    Role.STORE_MANAGER,
    Role.BRANCH_MANAGER,
    Role.DEPARTMENT_HEAD,
    Role.SERVICE_SUPERVISOR,
    Role.SERVICE_MONITOR,
)
"""Roles whose card is that of the unit they hold over; everybody else has a card of one's own."""

_MAIN: tuple[tuple[Text, str, str, Action], ...] = (
    (Text("首页", "Home"), "/", "house", Action.ACCOUNT_SELF),
    (Text("排行榜", "Boards"), "/boards", "trophy", Action.SEE_BOARD),
    (Text("我的记分卡", "My card"), "", "layers", Action.SEE_UNIT),
    (Text("支撑部门", "Departments"), "/departments", "network", Action.SEE_DEPARTMENT),
    (Text("服务月", "Months"), "/months", "calendar-days", Action.SEE_MONTH),
    (Text("奖项", "Awards"), "/awards", "award", Action.SEE_AWARDS),
    (Text("数据", "Data"), "/intake", "database", Action.IMPORT_FACTS),
)
_MORE: tuple[tuple[Text, str, str, Action], ...] = (
    (Text("比赛", "Contests"), "/contests", "flag", Action.SEE_CONTESTS),
    (Text("赛季", "Season"), "/season", "table-2", Action.SEE_HISTORY),
    (Text("光荣榜", "Hall of fame"), "/hall-of-fame", "medal", Action.SEE_HISTORY),
    (Text("短板热图", "Weak points"), "/weak-points", "grid-3x3", Action.SEE_HISTORY),
    (Text("回看", "As of then"), "/as-of", "history", Action.SEE_BOARD),
    (Text("帮扶", "Coaching"), "/coaching", "heart-handshake", Action.SEE_COACHING),
    (Text("失分账", "Ledger of losses"), "/losses", "scale", Action.SEE_LEDGER),
    (Text("数据齐备", "Completeness"), "/completeness", "grid-3x3", Action.SEE_COMPLETENESS),
    (Text("年度计划", "Plan of the year"), "/plans", "calendar-days", Action.PLAN_MONTH),
    (Text("导出结果", "Export"), "/exports", "download", Action.EXPORT_RESULTS),
    (Text("申诉", "Appeals"), "/appeals", "scale", Action.APPEAL),
    (Text("变更", "Change sets"), "/changes", "git-compare", Action.SEE_CHANGES),
    (Text("规则", "Rules"), "/rules", "book-open", Action.SEE_RULES),
    (Text("规则草案", "Drafts of rules"), "/drafts", "pencil", Action.SEE_DRAFTS),
    (Text("单位", "Units"), "/units", "building-2", Action.SEE_UNITS),
    (Text("人员与角色", "People"), "/people", "users", Action.MANAGE_ACCOUNTS),
    (Text("审计记录", "Audit trail"), "/audit", "history", Action.SEE_AUDIT),
)
_TABS = ("/", "/boards", "/units", "/awards")


def html(request: Req, template: str, view: object, status: int = 200) -> Response[str]:
    """Return a page in the reader's language and theme."""
    return Response(rendered(template, page_of(request), view), status_code=status, media_type=MediaType.HTML)


def said(path: str, code: str, **query: object) -> Redirect:
    """Go on to a page that says in one sentence what was done."""
    return Redirect(f"{path}?{urlencode({**query, 'said': code})}", status_code=303)


def allowed(viewer: Viewer | None) -> frozenset[Action]:
    """Return what a viewer may do at all, whichever unit it reaches."""
    if viewer is None:
        return frozenset()
    return EVERYONE.union(*(ALLOWED[role] for role in viewer.roles))


def my_unit(viewer: Viewer, organisation: Organisation) -> Unit | None:
    """Return the unit whose card is the viewer's business first: the one managed, else one's own; None for the office."""
    ids = [unit_id for wanted in CARD_ROLES for role, unit_id in viewer.grants if role is wanted]
    if Role.CLERK in viewer.roles and viewer.unit_id is not None:
        ids.append(viewer.unit_id)
    return next((unit for unit in map(organisation.unit, ids) if unit is not None), None)


def name_of(viewer: Viewer, organisation: Organisation, language: Language) -> str:
    """Return the reader's name as it is written in a language."""
    person = organisation.unit(viewer.unit_id) if viewer.unit_id is not None else None
    return person.name(language) if person else viewer.name


def roles_of(viewer: Viewer, organisation: Organisation, language: Language) -> str:
    """Return the viewer's roles and the unit of the first, for the menu and the greeting."""
    comma = "、" if language == "zh" else ", "
    words = comma.join(dict.fromkeys(NAMES[role].read(language) for role, _ in viewer.grants))
    unit = my_unit(viewer, organisation)
    if unit is not None and unit.id == viewer.unit_id and unit.parent_id is not None:
        unit = organisation.unit(unit.parent_id)
    return " · ".join(part for part in (unit.name(language) if unit else "", words) if part)


def page_of(request: Req) -> Page:
    """Return the frame for the reader of a request; one who failed to get in has no menu."""
    viewer: Viewer | None = getattr(request.state, "viewer", None)
    language = current()
    path = request.scope["path"]
    message = SAID.get(request.query_params.get("said", ""))
    frame = Page(
        language=language,
        theme=_theme(request, viewer),
        csrf=getattr(request.state, "csrf", ""),
        path=path,
        back=_back(request, path),
        demo=bool(request.app.state.settings.demo),
        said=message.read(language) if message else None,
        bare=request.headers.get("x-fragment") == "main",
        settable=hasattr(request.state, "csrf"),
    )
    if viewer is None or frame.bare:
        return frame
    organisation: Organisation = request.state.organisation
    unit = my_unit(viewer, organisation)
    can = allowed(viewer)
    nav = tuple(_links(_MAIN, can, path, unit, language))
    return Page(
        **{name: getattr(frame, name) for name in ("language", "theme", "csrf", "path", "back", "demo", "said")},
        unread=getattr(request.state, "unread", 0),
        viewer=name_of(viewer, organisation, language),
        viewer_unit=roles_of(viewer, organisation, language),
        nav=nav,
        more=tuple(_links(_MORE, can, path, unit, language)),
        tabs=tuple(link for link in nav if link.href == "/" or link.href.startswith(_TABS[1:]))[:4],
    )


def _back(request: Req, path: str) -> str:
    """Return where a switch of language or theme leads back to: this page as it was asked for."""
    query = request.scope["query_string"].decode("latin-1")
    if not query or request.method != "GET" or len(query) > LONGEST_QUERY:
        return path
    kept = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if name != "said"]
    return f"{path}?{urlencode(kept)}" if kept else path


def _theme(request: Req, viewer: Viewer | None) -> str:
    wish = viewer.theme if viewer else request.cookies.get("theme", "auto")
    return wish if wish in THEMES else "auto"


def _links(
    entries: Iterable[tuple[Text, str, str, Action]],
    can: frozenset[Action],
    path: str,
    unit: Unit | None,
    language: Language,
) -> Iterable[Link]:
    for label, href, icon, action in entries:
        address = href or (f"/units/{unit.id}" if unit else "")
        if action in can and address:
            here = path == address if address == "/" else path == address or path.startswith(f"{address}/")
            yield Link(label.read(language), address, icon, current=here)
