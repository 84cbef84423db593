"""What is there and what is missing: KPI by unit for one month."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from litestar import Response, get
from litestar.response import Redirect

import scoring.queries.completeness
from core import period
from core.clock import today
from core.language import Text, current
from core.points import plain_text
from leaderboards.queries.snapshots import heads
from org.roles import Action
from org.visibility import Scope
from scoring.queries.completeness import Completeness, SourceRow, UnitRow
from scoring.queries.rules import rules_of
from scoring.rulebook import RuleBook
from web import show
from web.frame import Req, html, my_unit
from web.numbers import one_of, whole
from web.pages.months.parts import month_choices
from web.sentences.completeness import WORDS
from web.sentences.teller import teller
from web.views.intake import CompletenessView, MatrixRow, StateCell
from web.views.shell import Check, Choice, Fact, Pager

PAGE = 12
MARKS: dict[str, Text] = {
    "there": Text(zh="到", en="✓"),
    "late": Text(zh="迟", en="late"),
    "few": Text(zh="少", en="few"),
    "missing": Text(zh="缺", en="–"),
    "": Text(zh="·", en="·"),
}
NAMES: dict[str, Text] = {
    "there": Text(zh="已到", en="there"),
    "late": Text(zh="逾期未到", en="overdue"),
    "few": Text(zh="样本不足", en="too few samples"),
    "missing": Text(zh="未到", en="not there yet"),
    "": Text(zh="不适用", en="does not apply"),
}
say = teller(WORDS)


@get("/completeness", opt={"action": Action.SEE_COMPLETENESS})
async def completeness_page(request: Req) -> Response[str]:
    """Show the matrix of one kind of unit, as far as the reader looks after it."""
    params, scope = request.query_params, request.state.scope
    running = period.month_of(today())
    months = sorted({*(await heads()).by_month, running}, reverse=True)
    asked = params.get("month", "")
    month = one_of(asked, months) or max((await heads()).by_month, default=running)
    book = (await rules_of(month)).book
    card = params.get("card", "")
    card = card if card in book.cards() else usual_card(request, book)
    first = params.get("from", "")
    start = whole(first) or 0
    found = await scoring.queries.completeness.completeness(month, card, unit_ids=reach(scope), first=start, limit=PAGE)
    if (
        not found.rows and "card" not in params
    ):  # who has no sheets of their own, as a department's head, signs by process
        return Redirect(f"/months/{month}/completeness", status_code=303)
    return html(request, "completeness.html", _view(found, book, months, params.get("cell", ""), start))


def reach(scope: Scope) -> frozenset[int] | None:
    """Return the units that the reader looks after; None for all of them."""
    return None if scope.sees_all else scope.own


def usual_card(request: Req, book: RuleBook) -> str:
    """Return the kind that a reader looks at first: the own one, else that of the branches."""
    mine = my_unit(request.state.viewer, request.state.organisation)
    if mine is not None and mine.kind in book.cards() and not request.state.scope.sees_all:
        return mine.kind
    return book.department.branch_kind if book.department.branch_kind in book.cards() else next(iter(book.cards()))


def _view(found: Completeness, book: RuleBook, months: Sequence[int], cell: str, start: int) -> CompletenessView:
    reader = current()
    counts = {
        state: sum(row.states.count(state) for row in found.rows) for state in ("there", "late", "few", "missing")
    }
    total = sum(counts.values())
    month = show.month(found.month, reader)
    kinds = tuple(Choice(code, book.kinds[code].name.read(reader), code == found.card) for code in book.cards())
    told = show.listed((f"{NAMES[state].read(reader)} {n}" for state, n in counts.items()), reader)
    chosen = _chosen(found, book, cell)
    return CompletenessView(
        title=say("title", month=month),
        subtitle=say("subtitle", kind=book.kinds[found.card].name),
        filters=(("month", say("month"), month_choices(months, found.month)), ("card", say("card"), kinds)),
        share=show.rounded(Decimal(counts["there"] * 100) / total, 1) if total else Decimal(0),
        counts=tuple((state, MARKS[state].read(reader), NAMES[state].read(reader), n) for state, n in counts.items()),
        total=total,
        strip=tuple(counts.items()),
        strip_about=say("strip", total=total, list=told),
        columns=tuple(
            (name, f"/units/{row.unit_id}?month={found.month}")
            for name, row in zip(short_names(found.rows), found.rows, strict=True)
        ),
        rows=tuple(_rows(found, book)) if found.rows else (),
        coverage=tuple(_coverage(row, found, book) for row in found.rows),
        detail=chosen[1] if chosen else "",
        detail_title=chosen[0] if chosen else "",
        detail_facts=chosen[2] if chosen else (),
        checks=tuple(_check(source) for source in found.sources) if found.rows else (),
        by_process=f"/months/{found.month}/completeness",
        pager=_pager(found, start),
    )


def short_names(rows: Sequence[UnitRow]) -> list[str]:
    """Return the names of the columns without the ending that all of them share."""
    names = [row.name.read(current()) for row in rows]
    shared = 0
    while len(names) > 1 and len({name[-shared - 1 :] for name in names}) == 1 and shared < min(map(len, names)) - 1:
        shared += 1
    return [name[: len(name) - shared].strip() for name in names]


def _rows(found: Completeness, book: RuleBook) -> Iterable[MatrixRow]:
    """Yield the processes with their KPIs beneath."""
    places = {code: place for place, code in enumerate(found.kpis)}
    groups: dict[str, list[str]] = {}
    for code in found.kpis:
        groups.setdefault(book.kpis[code].process, []).append(code)
    for process, codes in groups.items():
        name = book.processes[process].name.read(current())
        if len(codes) > 1:
            cells = tuple(_part(row, name, [row.states[places[code]] for code in codes]) for row in found.rows)
            yield MatrixRow(name, say("items", n=len(codes)), group=True, cells=cells)
        for code in codes:
            cells = tuple(_cell(row, found, book, code, places[code]) for row in found.rows)
            yield MatrixRow(
                book.kpis[code].name.read(current()), "" if len(codes) > 1 else name, group=False, cells=cells
            )


def _part(row: UnitRow, process: str, states: Sequence[str]) -> StateCell:
    there, applicable = states.count("there"), sum(state != "" for state in states)
    worst = next((state for state in ("late", "missing", "few", "there") if state in states), "")
    mark = MARKS["there"].read(current()) if there == applicable else f"{there}/{applicable}"
    about = say("part", process=process, unit=row.name, there=there, all=applicable)
    return StateCell(worst or "none", mark, about)


def _cell(row: UnitRow, found: Completeness, book: RuleBook, code: str, place: int) -> StateCell:
    state, name = row.states[place], book.kpis[code].name
    href = f"/completeness?month={found.month}&card={found.card}&cell={row.unit_id}.{code}"
    if state == "few":
        least = book.kpis[code].least_sample(found.card)
        about = say("cell_few", kpi=name, unit=row.name, sample=row.samples[place], least=least)
        return StateCell(state, f"{MARKS[state].read(current())} {row.samples[place]}", about, href)
    about = say("cell", kpi=name, unit=row.name, state=NAMES[state])
    return StateCell(state or "none", MARKS[state].read(current()), about, href if state else "")


def _coverage(row: UnitRow, found: Completeness, book: RuleBook) -> str:
    weights = book.weights_of(found.card)
    states = dict(zip(found.kpis, row.states, strict=True))
    whole = sum((weights[code] for code in weights if states.get(code)), Fraction(0))
    there = sum((weights[code] for code in weights if states.get(code) == "there"), Fraction(0))
    return show.plain(plain_text(there * 100 / whole), 1) if whole else "–"


def _chosen(found: Completeness, book: RuleBook, cell: str) -> tuple[str, str, tuple[Fact, ...]] | None:
    """Return title, consequence and facts of the cell that was asked for."""
    unit, _, code = cell.partition(".")
    row = next((one for one in found.rows if str(one.unit_id) == unit), None)
    if row is None or code not in found.kpis:
        return None
    kpi, place = book.kpis[code], found.kpis.index(code)
    reader = current()
    source = book.sources.get(kpi.source)
    weight = book.weights_of(found.card).get(code, Fraction(0))
    least = show.plain(book.composition.coverage_min * 100, 1)
    lines = (
        ("state", NAMES[row.states[place]].read(reader)),
        ("has", show.number(row.samples[place], 0, reader)),
        ("least", str(kpi.least_sample(found.card) or "–")),
        ("from", source.name.read(reader) if source else kpi.source),
        ("how", kpi.formula.read(reader)),
    )
    title = f"{kpi.name.read(reader)} · {row.name.read(reader)}"
    return (
        title,
        say("if_not", kpi=code, weight=show.plain(plain_text(weight), 2), least=least),
        tuple(Fact(say(name), value) for name, value in lines),
    )


def _check(source: SourceRow) -> Check:
    gap = source.missing + source.late
    state = "no" if source.late else "caution" if gap or source.few else "ok"
    detail = say("source", day=show.day(source.due_on, "short", current()), there=source.there, gap=gap)
    return Check(source.name.read(current()), detail, state)


def _pager(found: Completeness, start: int) -> Pager | None:
    if not start and not found.more:
        return None
    href = f"/completeness?month={found.month}&card={found.card}&from="
    total = start + len(found.rows) + found.more
    back = f"{href}{max(0, start - PAGE)}" if start else ""
    return Pager(start + 1, start + len(found.rows), total, back, f"{href}{start + PAGE}" if found.more else "")


HANDLERS = (completeness_page,)
