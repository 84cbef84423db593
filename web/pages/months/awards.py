"""The awards of a month, and why one unit has none."""

from collections.abc import Iterable

from litestar import Response, get
from litestar.datastructures import State

import months.queries.calendar
import rewards.queries
from core.language import Text, current
from months.changes.guards import BEGUN
from months.disclosure import sees_month, sees_results
from months.queries.awards import known_winners
from months.queries.calendar import MonthRow
from org.organisation import Organisation
from org.roles import Action
from org.visibility import Scope, Viewer
from rewards.queries import WhyNot, Winner
from scoring.book_terms import Award
from scoring.plain_words import award_words
from scoring.queries.rules import rules_of
from scoring.rulebook import RuleBook
from web import show
from web.frame import Req, allowed, html, my_unit
from web.pages.months.award_groups import award_groups
from web.pages.months.parts import month_choices, path_to
from web.pages.places import above
from web.views.month import AwardGroup, AwardsView
from web.views.month import Winner as WinnerView
from web.views.shell import Check, Choice, Link

TITLE = Text(zh="奖项", en="Awards")
NOT_YET = Text(
    zh="这个月的奖项在结果公布后显示；下面可以先看各项条件。",
    en="The awards of this month appear when its result is published; the conditions can be looked at below.",
)
SEALED = Text(zh="这个月的奖项在结果公布后显示。", en="The awards of this month appear when its result is published.")
NO_MONTH = Text(zh="还没有服务月。", en="There is no service month yet.")
NOBODY = Text(zh="没有评出奖项。", en="No award was given.")
WON = Text(zh="已获奖，第 {place} 名", en="won, place {place}")
MET = Text(zh="条件全部达到", en="every condition is met")
EXPORT = Text(zh="导出", en="Export")
NAME = Text(zh="评定奖项", en="Name winners")
MOST_UNITS = 60


@get("/awards", opt={"action": Action.SEE_AWARDS})
async def awards_page(request: Req) -> Response[str]:
    """Show who won, and let a reader ask for a unit of one's own."""
    reader = current()
    viewer: Viewer = request.state.viewer
    rows = tuple(one for one in await months.queries.calendar.months() if sees_month(one.announced_at, viewer.roles))
    row = _chosen(rows, request.query_params.get("month", ""), viewer)
    if row is None:
        view = AwardsView(TITLE.read(reader), "", (), (), (), NO_MONTH.read(reader), (), "", (), ())
        return html(request, "awards.html", view)
    seen = sees_results(row.state, viewer.roles)
    book = (await rules_of(row.month)).book
    told = seen or not row.final  # a closed month tells winners by having failed nothing
    units = _askable(viewer, request.state.scope, request.state.organisation, book) if told else []
    asked = _asked(units, request.query_params.get("unit", ""))
    won = await known_winners(row, viewer.roles)
    groups = tuple(_groups(won, book, request.state, whole=seen)) if won is not None else ()
    view = AwardsView(
        title=f"{TITLE.read(reader)} · {show.month(row.month, reader)}",
        subtitle=book.themes[row.theme].name.read(reader) if row.theme in book.themes else row.theme,
        crumbs=path_to(row.month, TITLE),
        months=month_choices([one.month for one in rows if one.announced_at or one is row], row.month),
        groups=groups,
        empty="" if groups else (NOBODY if seen else NOT_YET if told else SEALED).read(reader),
        ask_units=tuple(Choice(value, label, value == str(asked)) for value, label in units),
        asked=str(asked or ""),
        gates=await _gates(row, asked, seen=seen) if asked else (),
        links=_links(
            row, allowed(viewer), reader_sees=seen, by_hand=any(one.rule == "by_hand" for one in book.awards.values())
        ),
    )
    return html(request, "awards.html", view)


def _chosen(rows: tuple[MonthRow, ...], wish: str, viewer: Viewer) -> MonthRow | None:
    """Return the month asked for, else the newest whose awards this reader may see, else the newest."""
    by_key = {str(row.month): row for row in rows}
    told = next((row for row in rows if sees_results(row.state, viewer.roles)), None)
    return by_key.get(wish) or told or (rows[0] if rows else None)


def _askable(viewer: Viewer, scope: Scope, organisation: Organisation, book: RuleBook) -> list[tuple[str, str]]:
    """Return the units about which this reader may ask: those whose cards may be taken apart and that some award is for."""
    kinds = {kind for award in book.awards.values() for kind in award.kinds}
    first = my_unit(viewer, organisation)
    near = [first.id, *organisation.ancestors(first.id)] if first else []
    inside = (
        sorted(scope.own)
        if not scope.sees_all
        else [unit.id for kind in sorted(kinds) for unit in organisation.of_kind(kind)]
    )
    found = (organisation.unit(unit_id) for unit_id in dict.fromkeys((*near, *inside)))
    named = [
        (str(unit.id), unit.name(current())) for unit in found if unit and unit.kind in kinds and scope.detail(unit.id)
    ]
    return named[:MOST_UNITS]


def _asked(units: list[tuple[str, str]], wish: str) -> int | None:
    known = [value for value, _ in units]
    return int(wish) if wish in known else int(known[0]) if known else None


def _groups(winners: Iterable[Winner], book: RuleBook, reading: State, *, whole: bool) -> Iterable[AwardGroup]:
    """Return the awards with those winners; the awards without a winner only where all winners are known."""
    reader = current()
    kinds = {code: one.name for code, one in book.kinds.items()}
    given: set[str] = set()
    for award, group, found in award_groups(winners, kinds, reader):
        yield AwardGroup(
            award=found[0].award_name.read(reader),
            group=group,
            rule="" if award in given else _rule(book, book.awards[award]),
            winners=tuple(_winner(one, reading) for one in found),
        )
        given.add(award)
    for code, terms in book.awards.items():
        if whole and code not in given:
            yield AwardGroup(terms.name.read(reader), "", _rule(book, terms), ())


def _rule(book: RuleBook, award: Award) -> str:
    return show.full_width(award_words(book, award).read(current()))


def _winner(one: Winner, reading: State) -> WinnerView:
    """Return a winner; its name leads to its card for those who may open it."""
    reader = current()
    return WinnerView(
        name=one.unit_name.read(reader),
        href=f"/units/{one.unit_id}" if reading.scope.detail(one.unit_id) else "",
        under=above(reading.organisation, one.unit_id),
        place=one.place,
        value=one.value,
        reason=show.full_width(one.reason.read(reader)),
    )


async def _gates(row: MonthRow, unit_id: int, *, seen: bool) -> tuple[tuple[str, tuple[Check, ...]], ...]:
    """Return every failed condition of every award; of a closed month only where its awards may be read."""
    answers = await rewards.queries.why_not(row.month, unit_id, named=seen)
    return tuple((one.award_name.read(current()), _checks(one, seen=seen)) for one in answers)


def _checks(one: WhyNot, *, seen: bool) -> tuple[Check, ...]:
    reader = current()
    if one.won and seen:
        return (Check(WON.format(place=one.place).read(reader), one.value or "", "ok"),)
    if not one.gates:
        return (Check(MET.read(reader), "", "ok"),)
    return tuple(
        Check(show.full_width(gate.fact.read(reader)), show.full_width(gate.advice.read(reader)), "no")
        for gate in one.gates
    )


def _links(row: MonthRow, can: frozenset[Action], *, reader_sees: bool, by_hand: bool) -> tuple[Link, ...]:
    reader = current()
    export = Link(EXPORT.read(reader), f"/exports?month={row.month}", "download")
    name = Link(NAME.read(reader), f"/changes/new/naming?month={row.month}", "award")
    may_name = by_hand and row.state in BEGUN and not row.public and Action.PROPOSE_CHANGE in can
    may_export = row.final and reader_sees and Action.EXPORT_RESULTS in can
    return (*([name] if may_name else []), *([export] if may_export else []))


HANDLERS = (awards_page,)
