"""Drawing up a contest and changing a draft, in one form for each kind."""

from collections.abc import Collection, Mapping

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

import org.queries
from core.errors import NotFound, ShifenError, problem
from core.language import Text, current
from months.contests.spec import KINDS, TOTAL
from months.operations.contests import planning
from months.queries import calendar
from months.queries.contests.pages import continued_from, reader_of
from months.queries.contests.rows import ContestRow, contest
from org.roles import Action
from scoring.queries.rules import rules_of
from scoring.rulebook import RuleBook
from web import show
from web.forms import Form, form_of
from web.frame import Req, html, said
from web.numbers import month_key, whole
from web.once import once
from web.pages.contests.parts import say
from web.pages.contests.reading import FIELDS, Reading, written
from web.sentences.contests import CHOICES, TITLE
from web.sentences.contests import FIELDS as LABELS
from web.views.contests import ContestFormView, FieldView
from web.views.shell import Choice, Crumb

RUN = {"action": Action.RUN_CONTESTS}
NAMES = ("name_zh", "name_en", "stake_zh", "stake_en")
LARGE = {"pairs": 8, "units": 6, "days": 4, "teams": 8, "rounds": 4, "divisions": 4}
USUAL = {"share": "100", "coverage": "60", "moves": "2", "tie": "all_stay", "way": "mean", "measure": TOTAL}


@get("/contests/new", opt=RUN)
async def new_contest(request: Req) -> Response[str]:
    """Show the form of one kind, empty or with what a contest of an earlier month had."""
    month = month_key(request.query_params.get("month"))
    kind = request.query_params.get("kind", "")
    if month is None or kind not in KINDS:
        raise _no_such_form()
    await calendar.month_row(month)
    values = await _begun_with(request, month, kind)
    return await _form(request, month, kind, values, f"/contests?month={month}&kind={kind}")


async def _begun_with(request: Req, month: int, kind: str) -> Mapping[str, str]:
    """Return what stands in a new form: what is usual, or what the contest had that goes on in it."""
    before = whole(request.query_params.get("after", ""))
    if before:
        row, spec = await continued_from(before, reader_of(request.state.viewer, request.state.scope))
        if row.kind != kind:
            raise _no_such_form()
        return {**_names_of(row), **written(spec, await org.queries.organisation_of_month(month))}
    ranked = next((code for code, one in (await rules_of(month)).book.kinds.items() if one.ranked), "")
    return {**USUAL, "card": ranked}


@post("/contests", opt=RUN, status_code=303)
async def create(request: Req) -> Response[str] | Redirect:
    """Keep a new contest as a draft."""
    sent = await form_of(request)
    month = month_key(request.query_params.get("month"))
    kind = request.query_params.get("kind", "")
    if month is None or kind not in KINDS:
        raise _no_such_form()

    async def effect() -> str:
        spec = Reading(sent, await org.queries.organisation_of_month(month)).spec(kind)
        name, stake = _words(sent)
        number = await planning.create_contest(
            month=month, name=name, stake=stake, spec=spec, actor=request.state.actor
        )
        return f"/contests/{number}"

    try:
        done = await once(request, sent, effect)
    except ShifenError as refusal:
        address = f"/contests?month={month}&kind={kind}"
        return await _form(request, month, kind, _typed(sent, kind), address, refusal)
    return said(done.address, "contest_drawn_up")


@get("/contests/{contest_id:int}/edit", opt=RUN)
async def edit_contest(request: Req, contest_id: FromPath[int]) -> Response[str]:
    """Show a draft in its form."""
    row = await contest(contest_id, drafts=True)
    values = {**_names_of(row), **written(row.spec, await org.queries.organisation_of_month(row.month))}
    return await _form(request, row.month, row.kind, values, f"/contests/{row.id}/edit")


@post("/contests/{contest_id:int}/edit", opt=RUN, status_code=303)
async def revise(request: Req, contest_id: FromPath[int]) -> Response[str] | Redirect:
    """Keep a changed draft."""
    sent = await form_of(request)
    row = await contest(contest_id, drafts=True)
    address = f"/contests/{row.id}"

    async def effect() -> str:
        spec = Reading(sent, await org.queries.organisation_of_month(row.month)).spec(row.kind)
        name, stake = _words(sent)
        await planning.revise_contest(
            contest_id=contest_id, name=name, stake=stake, spec=spec, actor=request.state.actor
        )
        return address

    try:
        await once(request, sent, effect)
    except ShifenError as refusal:
        return await _form(request, row.month, row.kind, _typed(sent, row.kind), f"{address}/edit", refusal)
    return said(address, "contest_drawn_up")


async def _form(
    request: Req, month: int, kind: str, values: Mapping[str, str], action: str, refusal: ShifenError | None = None
) -> Response[str]:
    reader, book = current(), (await rules_of(month)).book
    begun = action.endswith("/edit")
    title = say("edit" if begun else "new", kind=KINDS[kind])
    view = ContestFormView(
        title=title,
        crumbs=(Crumb(TITLE.read(reader), f"/contests?month={month}"), Crumb(title)),
        action=action,
        kind=kind,
        about=say("form_about", month=show.month(month, reader)),
        fields=tuple(_field(name, values, book, refusal) for name in (*NAMES, *FIELDS[kind])),
        problems=_general(refusal, (*NAMES, *FIELDS[kind])),
    )
    return html(request, "contest_form.html", view, refusal.status if refusal else 200)


def _field(name: str, values: Mapping[str, str], book: RuleBook, refusal: ShifenError | None) -> FieldView:
    label, hint = LABELS[name]
    value = values.get(name, "")
    return FieldView(
        name=name,
        label=label.read(current()),
        value=value,
        hint=hint.read(current()),
        rows=LARGE.get(name, 0),
        choices=_choices(name, value, book),
        kind="date" if name == "on" else "text",
        error=_error(name, refusal),
    )


def _choices(name: str, value: str, book: RuleBook) -> tuple[Choice, ...]:
    reader = current()
    if name == "card":
        return tuple(Choice(code, kind.name.read(reader), code == value) for code, kind in book.kinds.items())
    if name == "measure":
        total = Text(zh="总分", en="Total").read(reader)
        processes = ((code, one.name.read(reader)) for code, one in book.processes.items())
        return tuple(Choice(code, words, code == value) for code, words in ((TOTAL, total), *processes))
    return tuple(Choice(code, words.read(reader), code == value) for code, words in CHOICES.get(name, {}).items())


def _error(name: str, refusal: ShifenError | None) -> str:
    found = (
        [one for one in refusal.problems if _field_of(one.place.path if one.place else "") == name] if refusal else []
    )
    return " ".join(one.sentence.read(current()) for one in found)


def _field_of(path: str | None) -> str:
    """Return the form's field for the path of a problem: `name.zh` is name_zh, `pairs.3` is pairs."""
    head, _, tail = (path or "").partition(".")
    return f"{head}_{tail}" if head in {"name", "stake"} else head


def _general(refusal: ShifenError | None, fields: Collection[str]) -> tuple[str, ...]:
    """Return what no field of the form stands for."""
    found = refusal.problems if refusal else ()
    return tuple(
        one.sentence.read(current()) for one in found if _field_of(one.place.path if one.place else "") not in fields
    )


def _words(sent: Form) -> tuple[Text, Text | None]:
    name = Text(zh=sent.text("name_zh", planning.LONGEST_ZH), en=sent.text("name_en", planning.LONGEST_EN))
    longest = planning.LONGEST_STAKE
    stake = Text(zh=sent.text("stake_zh", longest), en=sent.text("stake_en", longest))
    return name, stake if stake.zh else None


def _typed(sent: Form, kind: str) -> dict[str, str]:
    return {name: sent.typed(name) for name in (*NAMES, *FIELDS[kind])}


def _names_of(row: ContestRow) -> dict[str, str]:
    stake = row.stake or Text(zh="", en="")
    return {"name_zh": row.name.zh, "name_en": row.name.en, "stake_zh": stake.zh, "stake_en": stake.en}


def _no_such_form() -> NotFound:
    return NotFound(problem("no_such_form", "没有这种比赛。", "There is no such kind of contest."))


HANDLERS = (new_contest, create, edit_contest, revise)
