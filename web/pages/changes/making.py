"""Making a change set: one short form for each kind, read strictly, previewed before anything counts."""

from collections.abc import Callable
from datetime import date
from typing import Any

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from core.clock import now
from core.errors import Invalid, Problem, ShifenError
from core.language import current
from core.points import fixed
from months.changes.guards import BEGUN, proposing_problems
from months.changes.payloads import NAMES, Kind
from months.changes.preview import Way, way_of
from months.operations import changes
from months.queries import calendar
from months.queries.calendar import MonthRow
from months.queries.posting import nowhere, posted_in
from org.organisation import Organisation
from web import show
from web.forms import Form, form_of
from web.frame import Req, html
from web.once import once
from web.pages.changes.choices import picks
from web.pages.changes.parts import MAKE, crumbs, say, words
from web.sentences.changes import WAYS, WORDS
from web.views.changes import MakeView
from web.views.shell import Choice, Link

Payload = dict[str, Any]
FIELDS = (
    "title", "why", "unit", "points", "evidence", "what", "code", "on", "kpi", "first_on", "last_on", "parent", "batch",
    "value", "numerator", "denominator", "withdraw", "rule_book", "theme", "lift", "award", "units",
)  # fmt: skip


@get("/changes/new/{kind:str}", opt=MAKE)
async def new_page(request: Req, kind: FromPath[str]) -> Response[str]:
    """Show the form of a new change set of one kind."""
    return await _page(request, _kind(kind), {**request.query_params})


async def _page(request: Req, kind: Kind, values: dict[str, str], refusal: ShifenError | None = None) -> Response[str]:
    reader = current()
    rows = [row for row in await calendar.months() if row.state in BEGUN]
    wish = values.get("month", "")
    chosen = wish if any(str(row.month) == wish for row in rows) else str(max((row.month for row in rows), default=""))
    at = f"?month={chosen}" if chosen else ""
    view = MakeView(
        words=words(),
        crumbs=crumbs(say("make")),
        kind=kind,
        title=NAMES[kind].read(reader),
        about=say("propose_about"),
        way=await _way(next((row for row in rows if str(row.month) == chosen), None), kind),
        kinds=tuple(Link(NAMES[one].read(reader), f"/changes/new/{one}{at}", current=one is kind) for one in FORMS),
        months=tuple(Choice(str(row.month), show.month(row.month, reader), str(row.month) == chosen) for row in rows),
        month=chosen,
        picks=await picks(kind, int(chosen), values) if chosen else {},
        values={name: values.get(name, "") for name in FIELDS},
        problems=tuple(one.read(reader) for one in refusal.problems) if refusal else (),
    )
    return html(request, "change_new.html", view, refusal.status if refusal else 200)


async def _way(row: MonthRow | None, kind: Kind) -> str:
    """Return what the change would come to in a month that is closed or public, what lacks for that, or that it cannot be."""
    if row is None or way_of(row.state) is Way.DIRECT:
        return ""
    way = way_of(row.state)
    if refused := tuple(proposing_problems(row.state, kind, way)):
        return refused[0].read(current())
    lacks = nowhere().read(current()) if way is Way.RESTATE and await posted_in(now()) is None else ""
    return say("way_told", way=WAYS[way].read(current())) + lacks


@post("/changes/new/{kind:str}", opt=MAKE, status_code=303)
async def propose(request: Req, kind: FromPath[str]) -> Response[str] | Redirect:
    """Propose a change set, and go on to its preview."""
    what, sent = _kind(kind), await form_of(request)

    async def effect() -> str:
        payload = FORMS[what](sent, request.state.organisation)
        number = await changes.propose(
            month=sent.whole("month", 200001, 209912), kind=what, payload=payload, title=sent.text("title", 160),
            why=sent.text("why"), actor=request.state.actor,
        )  # fmt: skip
        return f"/changes/{number}"

    try:
        done = await once(request, sent, effect)
    except ShifenError as refusal:
        values = {name: sent.typed(name) for name in (*FIELDS, "month")}
        return await _page(request, what, values, refusal)
    return Redirect(done.address, status_code=303)


def _kind(text: str) -> Kind:
    if text not in {str(kind) for kind in FORMS}:
        raise NotFoundException
    return Kind(text)


def _adjustment(sent: Form, organisation: Organisation) -> Payload:
    if sent.text("lift", 10):
        return {"lift": sent.whole("lift", 1, 2**31 - 1)}
    return {
        "unit_id": unit_of(sent.text("unit", 32), organisation),
        "points": cents(sent.text("points", 12)),
        "evidence": sent.text("evidence", 500) or None,
    }


def _exclusion(sent: Form, organisation: Organisation) -> Payload:
    if sent.text("lift", 10):
        return {"lift": sent.whole("lift", 1, 2**31 - 1)}
    return {"unit_id": unit_of(sent.text("unit", 32), organisation), "what": sent.text("what", 10)}


def _naming(sent: Form, organisation: Organisation) -> Payload:
    if sent.text("lift", 10):
        return {"lift": sent.whole("lift", 1, 2**31 - 1)}
    written = [line.strip() for line in sent.text("units").splitlines() if line.strip()]
    return {"award": sent.text("award", 32), "unit_ids": [unit_of(one, organisation) for one in written]}


def _red_line(sent: Form, organisation: Organisation) -> Payload:
    if sent.text("lift", 10):
        return {"lift": sent.whole("lift", 1, 2**31 - 1)}
    unit_id = unit_of(sent.text("unit", 32), organisation)
    return {"unit_id": unit_id, "on": _day(sent, "on"), "code": sent.text("code", 24)}


def _correction(sent: Form, _organisation: Organisation) -> Payload:
    if sent.text("withdraw", 10):
        return {"withdraw": sent.whole("withdraw", 1, 2**31 - 1)}
    names = ("unit", "kpi", "on", "value", "numerator", "denominator")
    return {"records": [{name: told for name in names if (told := sent.text(name, 48))}]}


def _late(sent: Form, _organisation: Organisation) -> Payload:
    if not sent.text("batch", 10):
        raise Invalid(Problem(code="no_import", sentence=WORDS["no_import"]))
    return {"batch_id": sent.whole("batch", 1, 2**31 - 1)}


def _quarantine(sent: Form, organisation: Organisation) -> Payload:
    days = {name: _day(sent, name) for name in ("first_on", "last_on") if sent.text(name, 10)}
    return {"unit_id": unit_of(sent.text("unit", 32), organisation), "kpi": sent.text("kpi", 32), **days}


def _membership(sent: Form, organisation: Organisation) -> Payload:
    return {
        "unit_id": unit_of(sent.text("unit", 32), organisation),
        "parent_id": unit_of(sent.text("parent", 32), organisation),
        "on": _day(sent, "on"),
    }


def _rules(sent: Form, _organisation: Organisation) -> Payload:
    book = {"rule_book_id": sent.whole("rule_book", 1, 2**31 - 1)} if sent.text("rule_book", 10) else {}
    return {**book, **({"theme": sent.text("theme", 24)} if sent.text("theme", 24) else {})}


FORMS: dict[Kind, Callable[[Form, Organisation], Payload]] = {
    Kind.ADJUSTMENT: _adjustment,
    Kind.EXCLUSION: _exclusion,
    Kind.NAMING: _naming,
    Kind.RED_LINE: _red_line,
    Kind.CORRECTION: _correction,
    Kind.LATE_DATA: _late,
    Kind.QUARANTINE: _quarantine,
    Kind.MEMBERSHIP: _membership,
    Kind.RULES: _rules,
}
"""The kinds that people propose by hand; what an appeal comes to is proposed by its decision."""


def unit_of(written: str, organisation: Organisation) -> int:
    """Return the number of a unit by its code or its full name; Invalid when there is none, or more than one."""
    unit = organisation.by_code.get(written)
    if unit is not None:
        return unit.id
    same = [one.id for one in organisation.units.values() if written and written in {one.name_zh, one.name_en}]
    if len(same) != 1:
        word, code = ("many_units", "ambiguous_unit") if same else ("no_unit", "no_such_unit")
        raise Invalid(Problem(code=code, sentence=WORDS[word].format(code=written)))
    return same[0]


def cents(text: str) -> int:
    """Return signed points as cents; Invalid for anything else."""
    try:
        return fixed(text.replace("−", "-").replace("+", ""), 2)
    except (ValueError, ArithmeticError):
        raise Invalid(Problem(code="bad_points", sentence=WORDS["bad_points"].format(text=text))) from None


def _day(sent: Form, name: str) -> str:
    text = sent.text(name, 10)
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Invalid(Problem(code="bad_day", sentence=WORDS["bad_day"].format(text=text))) from None


HANDLERS = (new_page, propose)
