"""Completeness by process: what is there, who signs for it, and whose the late data are."""

from collections.abc import Iterable

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import structs

from core.clock import SHANGHAI
from core.errors import ShifenError
from core.language import Text, current
from core.sheets.writing import csv_bytes
from months.lifecycle import OPEN
from months.operations import signing
from months.queries.calendar import month_row
from months.queries.complete import (
    ProcessCell,
    ProcessMatrix,
    ProcessRow,
    Signed,
    known_until,
    process_matrix,
    processes_of,
    processes_to_sign,
    signed_of,
)
from months.queries.late import late_league
from months.watch.lateness import LateDepartment, LateKpi, LateSource
from org.roles import Action
from scoring.queries.rules import rules_of
from scoring.rulebook import RuleBook
from web import show
from web.forms import form_of
from web.frame import Req, allowed, html, said
from web.numbers import whole
from web.pages.intake.completeness import MARKS, short_names, usual_card
from web.pages.intake.completeness import reach as looked_after
from web.pages.months.parts import path_to
from web.sentences.complete import TITLE, WORDS
from web.sentences.teller import teller
from web.views.complete import CompleteView, LateLine, LateView, ProcessView, SignView
from web.views.intake import StateCell
from web.views.shell import Choice, Link, Pager

PAGE = 12
MOST_LINES = 4
MARKS_OF_SIGNED = {signing.SIGNED: Text(zh="签", en="✓✓"), signing.WAIVED: Text(zh="放", en="w")}
SEE = {"action": Action.SEE_COMPLETENESS}
SIGN = {"action": Action.SIGN_COMPLETENESS}
say = teller(WORDS)


@get("/months/{month:int}/completeness", opt=SEE)
async def complete_page(request: Req, month: FromPath[int]) -> Response[str]:
    """Show the matrix of one kind of unit, as far as the reader looks after it, and the league of late data."""
    return html(request, "complete.html", await _page(request, month))


async def _page(request: Req, month: int) -> CompleteView:
    is_open = (await month_row(month)).state in OPEN
    book = (await rules_of(month)).book
    card = _card(request, book)
    start = whole(request.query_params.get("from", "")) or 0
    mine = await processes_to_sign(month, request.state.viewer.account_id)
    found = await process_matrix(month, card, unit_ids=_reach(request, mine), first=start, limit=PAGE)
    return await _view(request, found, book, mine, start, is_open=is_open)


def _reach(request: Req, mine: frozenset[str]) -> frozenset[int] | None:
    """Return the units whose cells the reader sees: whoever signs sees all units of the own processes."""
    return None if mine else looked_after(request.state.scope)


def _limited(request: Req, mine: frozenset[str]) -> bool:
    """Say whether the reader sees the own processes alone, because all units are seen only to sign for them."""
    return bool(mine) and not request.state.scope.sees_all


def _card(request: Req, book: RuleBook) -> str:
    asked = request.query_params.get("card", "")
    return asked if asked in book.cards() else usual_card(request, book)


async def _view(
    request: Req, found: ProcessMatrix, book: RuleBook, mine: frozenset[str], start: int, *, is_open: bool
) -> CompleteView:
    reader, month = current(), found.month
    until = await known_until(month)
    waives = is_open and {Action.PROPOSE_CLOSE, Action.SIGN_COMPLETENESS} <= allowed(request.state.viewer)
    subtitle = say("subtitle", kind=book.kinds[found.card].name)
    every, limited = processes_of(book), _limited(request, mine)

    def seen(row: ProcessRow) -> bool:
        """Say whether the reader sees the cells: who signs for some processes alone sees those, of all units."""
        return not limited or row.process in mine

    cells = [cell for row in found.rows if seen(row) for cell in row.cells if cell.all]
    states = ("there", "few", "late", "missing")
    return CompleteView(
        month=month,
        card=found.card,
        title=say("title", month=show.month(month, reader)),
        subtitle=subtitle if until is None else f"{subtitle} · {say('as_of', when=show.moment(until, reader))}",
        crumbs=path_to(month, TITLE),
        cards=tuple(Choice(code, book.kinds[code].name.read(reader), code == found.card) for code in book.cards()),
        done=sum(one.process in every for one in await signed_of(month)),
        all=len(every),
        counts=tuple(
            (
                state if state != "there" else "come",
                MARKS[state].read(reader),
                say(state),
                sum(cell.state == state for cell in cells),
            )
            for state in states
        ),
        columns=tuple(
            (name, f"/units/{row.unit_id}?month={month}" if request.state.scope.detail(row.unit_id) else "")
            for name, row in zip(short_names(found.units), found.units, strict=True)
        ),
        rows=tuple(
            _process(row, found, mine=is_open and row.process in mine, waives=waives, told=seen(row))
            for row in found.rows
        ),
        league=tuple(_late(one, book) for one in await late_league(month)),
        pager=_pager(found, start),
        words={key: text.read(reader) for key, text in WORDS.items()},
    )


def _process(row: ProcessRow, found: ProcessMatrix, *, mine: bool, waives: bool, told: bool) -> ProcessView:
    reader = current()
    pairs = zip(row.cells, found.units, strict=True) if told else ()
    cells = tuple(_cell(row, cell, unit.name.read(reader)) for cell, unit in pairs)
    return ProcessView(row.name.read(reader), _sign(row, mine=mine, waives=waives), cells)


def _cell(row: ProcessRow, cell: ProcessCell, unit: str) -> StateCell:
    if not cell.all:
        return StateCell("none", MARKS[""].read(current()), "")
    about = say("cell", process=row.name, unit=unit, state=say(cell.state), there=cell.there, all=cell.all)
    mark = MARKS[cell.state].read(current())
    if cell.state == "there":
        signed = MARKS_OF_SIGNED[row.signed.decision].read(current()) if row.signed else ""
        return StateCell("there", signed, about) if signed else StateCell("come", mark, about)
    return StateCell(cell.state, f"{mark} {cell.there}/{cell.all}", about)


def _sign(row: ProcessRow, *, mine: bool, waives: bool) -> SignView:
    signed, lacking = row.signed, sum(cell.all > 0 and cell.state != "there" for cell in row.cells)
    state = signed.decision if signed else "open" if row.owner else "no_sign"
    return SignView(
        process=row.process,
        owner=row.owner_name.read(current()) if row.owner_name else say("no_owner"),
        state=say(state),
        tone={"signed": "good", "waived": "warn"}.get(state, ""),
        told=_signed_by(signed) if signed else "",
        why=(signed.why or "") if signed else "",
        may_sign=mine and signed is None,
        may_waive=waives and signed is None and row.owner is not None,
        lacks=say("lacks", n=lacking) if lacking and mine and signed is None else "",
        may_take_back=signed is not None and (mine if signed.decision == signing.SIGNED else waives),
    )


def _signed_by(signed: Signed) -> str:
    return say(f"{signed.decision}_by", name=signed.by_name, when=show.moment(signed.at, current(), short=True))


def _late(one: LateDepartment, book: RuleBook) -> LateView:
    reader = current()
    return LateView(
        rank=one.rank,
        name=one.name.read(reader),
        points=show.number(show.scaled(one.cents, 2), 2, reader),
        told=tuple(_source(source, book) for source in one.sources),
        late=bool(one.sources),
    )


def _source(source: LateSource, book: RuleBook) -> LateLine:
    between, kpis = "；" if current() == "zh" else "; ", source.kpis[:MOST_LINES]
    text = say("late_part", source=source.name, kpis=between.join(_kpi(one, book) for one in kpis))
    batches = sorted({number for one in kpis for number in one.batches}, reverse=True)[:MOST_LINES]
    return LateLine(text, tuple(Link(say("batch", n=one), f"/intake/batches/{one}") for one in batches))


def _kpi(one: LateKpi, book: RuleBook) -> str:
    name = book.kpis[one.kpi].name
    if one.missing:
        return say("late_kpi_missing", kpi=name, days=one.worst)
    if one.absent == one.late:
        return say("late_only_absent", kpi=name, days=one.worst, absent=one.absent, units=one.units)
    told = say("late_kpi", kpi=name, days=one.worst, late=one.late, units=one.units)
    return told if not one.absent else say("late_absent", told=told, absent=one.absent)


def _pager(found: ProcessMatrix, start: int) -> Pager | None:
    if not start and not found.more:
        return None
    href = f"/months/{found.month}/completeness?card={found.card}&from="
    total = start + len(found.units) + found.more
    back = f"{href}{max(0, start - PAGE)}" if start else ""
    return Pager(start + 1, start + len(found.units), total, back, f"{href}{start + PAGE}" if found.more else "")


@get("/months/{month:int}/completeness/file", opt=SEE)
async def complete_file(request: Req, month: FromPath[int]) -> Response[bytes]:
    """Return the matrix of one kind as CSV: a row a process and unit, with owner and sign-off."""
    await month_row(month)
    book = (await rules_of(month)).book
    mine = await processes_to_sign(month, request.state.viewer.account_id)
    found = await process_matrix(month, _card(request, book), unit_ids=_reach(request, mine), limit=20_000)
    headers = {"content-disposition": f'attachment; filename="shifen-{month}-completeness-{found.card}.csv"'}
    return Response(
        csv_bytes(_table(found, mine if _limited(request, mine) else None)),
        media_type="text/csv; charset=utf-8",
        headers=headers,
    )


def _table(found: ProcessMatrix, only: frozenset[str] | None) -> Iterable[tuple[str | int, ...]]:
    """Yield the cells as rows, of some processes alone where the reader sees no others."""
    reader = current()
    words = ("code", "process", "department", "owner", "by", "at", "unit", "unit_name", "state", "there_n", "all_n")
    yield tuple(say(word) for word in words)
    for row in (one for one in found.rows if only is None or one.process in only):
        signed = row.signed
        when = signed.at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S") if signed else ""
        told = (say(signed.decision), signed.by_name, when) if signed else ("", "", "")
        for cell, unit in zip(row.cells, found.units, strict=True):
            if cell.all:
                yield (
                    row.process,
                    row.name.read(reader),
                    row.owner or "",
                    *told,
                    unit.code,
                    unit.name.read(reader),
                    say(cell.state),
                    cell.there,
                    cell.all,
                )


@post("/months/{month:int}/sign", opt=SIGN, status_code=303)
async def sign(request: Req, month: FromPath[int]) -> Response[str] | Redirect:
    """Sign for a process, waive what lacks of it, or take either back; a refusal shows its reasons beside what was written."""
    sent = await form_of(request)
    actor, act = request.state.actor, sent.typed("act")
    where = f"/months/{month}/completeness"
    try:
        process, why = sent.text("process", 24), sent.text("why", signing.LONGEST)
        if act == "waive":
            await signing.waive(month=month, process=process, why=why, actor=actor)
            return said(where, "signing_waived")
        if act == "take_back":
            await signing.withdraw(month=month, process=process, actor=actor)
            return said(where, "sign_off_withdrawn")
        await signing.sign(month=month, process=process, why=why, actor=actor)
    except ShifenError as refusal:
        reasons = tuple(one.sentence.read(current()) for one in refusal.problems)
        view = structs.replace(
            await _page(request, month), problems=reasons, typed=(sent.typed("process"), sent.typed("why"))
        )
        return html(request, "complete.html", view, refusal.status)
    return said(where, "signed_off")


HANDLERS = (complete_page, complete_file, sign)
