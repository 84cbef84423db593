"""The organisation as a list, with search and pages."""

from collections import Counter
from typing import Literal
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.response import Redirect

from core.errors import Invalid, ShifenError, problem
from core.language import Text, current
from org.operations import unit_sheets
from org.organisation import Organisation, Unit
from org.roles import Action
from org.visibility import Scope
from scoring.queries.rules import rule_book, rule_books
from web import show
from web.forms import form_of
from web.frame import Req, allowed, html, said
from web.numbers import whole
from web.pages.intake.upload import XLSX
from web.pages.places import above
from web.views.account import UnitRow, UnitsView
from web.views.shell import Choice, Fact, Pager

PAGE = 50
MOST_PROBLEMS = 12
LARGEST = 32 * 1024 * 1024
_MANAGE = {"action": Action.MANAGE_UNITS}
ALL_KINDS = Text(zh="全部类型", en="all kinds")
OPEN = Text(zh="正常", en="active")
CLOSED = Text(zh="{day} 关闭", en="closed {day}")
OUTSIDE = Text(zh="不评奖", en="hors concours")


@get("/units", opt={"action": Action.SEE_UNITS})
async def units_page(request: Req) -> Response[str]:
    """Show units as they stand today."""
    return await page(request)


async def page(request: Req, problems: tuple[str, ...] = (), status: int = 200) -> Response[str]:
    """Return the list, with what was wrong with an import."""
    organisation: Organisation = request.state.organisation
    reader, params = current(), request.query_params
    names, groups = await kind_names(), await _group_names()
    seen = seen_units(request.state.scope, organisation)
    counts = Counter(unit.kind for unit in seen)
    kind = params.get("kind", "")
    kind = kind if kind in counts else ""
    query = params.get("q", "").strip()[:60]
    found = [unit for unit in seen if _fits(unit, kind, query)]
    start = _start(params.get("from", ""), len(found))
    view = UnitsView(
        rows=tuple(_row(unit, organisation, names, groups) for unit in found[start : start + PAGE]),
        query=query,
        kinds=(
            Choice("", ALL_KINDS.read(reader), not kind),
            *(Choice(code, f"{names.get(code, code)} ({n})", code == kind) for code, n in counts.items()),
        ),
        pager=_pager(start, len(found), kind, query),
        counts=tuple(Fact(names.get(code, code), show.number(n, 0, reader)) for code, n in counts.items()),
        may_change=Action.MANAGE_UNITS in allowed(request.state.viewer),
        problems=problems,
    )
    return html(request, "units.html", view, status)


def seen_units(scope: Scope, organisation: Organisation) -> list[Unit]:
    """Return the units that the reader looks after; all of them for those who run the contest."""
    return [unit for unit in organisation.units.values() if scope.sees_all or unit.id in scope.own]


async def _group_names() -> dict[str, str]:
    """Return what peer groups are called, by kind and code, as the newest rule book says."""
    books = await rule_books()
    book = await rule_book(books[0].id) if books else None
    kinds = book.kinds.values() if book else ()
    return {f"{kind.code}.{group.code}": group.name.read(current()) for kind in kinds for group in kind.groups}


async def kind_names() -> dict[str, str]:
    """Return what kinds of units are called, as the newest rule book says."""
    books = await rule_books()
    book = await rule_book(books[0].id) if books else None
    return {code: kind.name.read(current()) for code, kind in book.kinds.items()} if book else {}


def _fits(unit: Unit, kind: str, query: str) -> bool:
    if kind and unit.kind != kind:
        return False
    words = query.casefold()
    return (
        not words
        or words in unit.code.casefold()
        or words in unit.name_zh.casefold()
        or words in unit.name_en.casefold()
    )


def _start(text: str, most: int) -> int:
    start = whole(text) or 0
    return start if start < most else 0


def _row(unit: Unit, organisation: Organisation, names: dict[str, str], groups: dict[str, str]) -> UnitRow:
    reader = current()
    state = (
        CLOSED.format(day=show.day(unit.closed_on, "day", reader))
        if unit.closed_on
        else OUTSIDE
        if unit.hors_concours
        else OPEN
    )
    return UnitRow(
        code=unit.code,
        name=unit.name(reader),
        kind=names.get(unit.kind, unit.kind),
        parent=above(organisation, unit.id),
        peer_group=groups.get(f"{unit.kind}.{unit.peer_group}", unit.peer_group),
        customers=show.number(unit.customers, 0, reader) if unit.customers is not None else "–",
        state=state.read(reader),
        href=f"/units/{unit.id}",
    )


def _pager(start: int, total: int, kind: str, query: str) -> Pager | None:
    if total <= PAGE:
        return None

    def href(begin: int) -> str:
        return "/units?" + urlencode({"kind": kind, "q": query, "from": begin})

    return Pager(
        first=start + 1,
        last=min(start + PAGE, total),
        total=total,
        back=href(max(0, start - PAGE)) if start else "",
        onward=href(start + PAGE) if start + PAGE < total else "",
    )


@get(["/units/export.csv", "/units/export.xlsx"], opt=_MANAGE)
async def export(request: Req) -> Response[bytes]:
    """Return all units as a sheet that can be changed and taken in again."""
    form: Literal["csv", "xlsx"] = "csv" if request.scope["path"].endswith(".csv") else "xlsx"
    content = await unit_sheets.export_units(request.state.organisation, form, current())
    kind = XLSX if form == "xlsx" else "text/csv; charset=utf-8"
    return Response(content, media_type=kind, headers={"content-disposition": f'attachment; filename="units.{form}"'})


@post("/units", opt=_MANAGE, status_code=303, request_max_body_size=LARGEST)
async def take_in(request: Req) -> Response[str] | Redirect:
    """Take a sheet of units in, all rows or none."""
    sent = await form_of(request)
    file = sent.file("file")
    try:
        if file is None:
            raise Invalid(problem("no_file", "请选择一个文件。", "Choose a file."))
        await unit_sheets.import_units(actor=request.state.actor, filename=file.filename, content=await file.read())
    except ShifenError as refusal:
        return await page(
            request, tuple(one.read(current()) for one in refusal.problems[:MOST_PROBLEMS]), refusal.status
        )
    return said("/units", "units_imported")


HANDLERS = (units_page, export, take_in)
