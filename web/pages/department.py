"""A support department: its processes and shares, what its total is made of, and which branches lose most in them."""

from collections.abc import Iterable
from decimal import Decimal

from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec.structs import replace

import leaderboards.queries.departments
from core.errors import NotFound
from core.language import current
from leaderboards.evidence import department_shown
from leaderboards.queries.departments import DepartmentPage, Share
from leaderboards.queries.snapshots import heads, rules_shown
from org.organisation import Organisation
from org.refusals import no_such
from org.roles import Action
from org.visibility import Scope
from scoring.queries.rules import rules_of
from scoring.rulebook import RuleBook
from web import show
from web.charts.waterfall import Ends, Step
from web.frame import Req, html, my_unit
from web.numbers import one_of
from web.pages.department_home import department_sum
from web.pages.department_late import late_charge
from web.pages.ledger.summary import passed_on
from web.pages.lines import losers, number, value_of
from web.pages.months.parts import month_choices
from web.pages.places import cents
from web.sentences.department import WORDS
from web.sentences.teller import teller
from web.views.department import DepartmentView, LedgerRow
from web.views.department import Share as ShareView
from web.views.shell import Crumb, Link
from web.views.unit import Bar

MOST_COLUMNS, MOST_BRANCHES, MOST_LOSSES = 20, 12, 8
FEW = 4
say = teller(WORDS)


@get("/departments", opt={"action": Action.SEE_DEPARTMENT})
async def departments(request: Req) -> Redirect:
    """Go on to one's own department, else to the first one that may be read."""
    organisation: Organisation = request.state.organisation
    kind = await _kind(organisation)
    units = [unit.id for unit in organisation.of_kind(kind) if request.state.scope.department(unit.id)]
    mine = my_unit(request.state.viewer, organisation)
    first = mine.id if mine and mine.id in units else units[0] if units else None
    if first is None:
        raise no_such("支撑部门", "department")
    return Redirect(f"/departments/{first}", status_code=303)


async def _kind(organisation: Organisation) -> str:
    month = organisation.on.year * 100 + organisation.on.month
    return (await rules_of(month)).book.department.kind


@get("/departments/{unit_id:int}", opt={"action": Action.SEE_DEPARTMENT})
async def department_page(request: Req, unit_id: FromPath[int]) -> Response[str]:
    """Show one department in one month."""
    scope = request.state.scope
    if unit_id not in request.state.organisation or not scope.department(unit_id):
        raise no_such("支撑部门", "department")
    known = await heads()
    asked = request.query_params.get("month", "")
    month = one_of(asked, known.by_month) or known.latest
    found = await leaderboards.queries.departments.department(unit_id, month=month)
    rules = await rules_shown(found.card.month)
    before = await _earlier(unit_id, found.card.month)
    others = [
        Link(unit.name(current()), f"/departments/{unit.id}")
        for unit in request.state.organisation.of_kind(rules.book.department.kind)
        if unit.id != unit_id and scope.department(unit.id)
    ]
    passed = await passed_on(unit_id, found.card.month, scope)
    found, before = department_shown(found, scope), department_shown(before, scope) if before else None
    view = replace(_view(found, before, rules.book, tuple(others), list(known.by_month), scope), **passed)
    view = replace(view, late=await late_charge(request, unit_id, found.card.month))
    return html(request, "department.html", view)


async def _earlier(unit_id: int, month: int) -> DepartmentPage | None:
    known = [one for one in (await heads()).by_month if one < month]
    if not known:
        return None
    try:
        return await leaderboards.queries.departments.department(unit_id, month=max(known))
    except NotFound:
        return None


def _view(
    found: DepartmentPage,
    before: DepartmentPage | None,
    book: RuleBook,
    others: tuple[Link, ...],
    months: list[int],
    scope: Scope,
) -> DepartmentView:
    reader, card = current(), found.card
    detail = scope.detail(card.unit_id)
    total = cents(card.cents)
    earlier = cents(before.card.cents) if before else None
    ends, steps = _bridge(found, before)
    columns = found.shares[:MOST_COLUMNS]
    return DepartmentView(
        name=card.name.read(reader),
        subtitle=" · ".join([*_roles(found.shares), show.month(card.month, reader), card.group_name.read(reader)]),
        provisional=not card.sealed,
        crumbs=(Crumb(say("departments"), "/departments"), Crumb(card.name.read(reader))),
        months=month_choices(months, card.month),
        total=total,
        change=total - earlier if total is not None and earlier is not None else None,
        place=_place(found, detail=detail),
        parts=tuple(
            Bar(
                part.name.read(reader),
                _cents(part.cents),
                (part.cents or 0) // 100,
                detail=f"{show.plain(part.weight, 1)}%",
            )
            for part in found.parts
        ),
        sum_line=department_sum(found),
        shares=tuple(_share(share) for share in sorted(found.shares, key=lambda one: -Decimal(one.share))),
        ends=ends,
        steps=steps,
        bridge_say=_bridge_say(found, before),
        bridge_about=_bridge_about(ends, steps),
        worth=_worth(found),
        columns=tuple((share.name.read(reader), say("share", share=show.plain(share.share, 1))) for share in columns),
        ledger=tuple(_ledger(columns, scope)),
        ledger_total=_ledger_total(columns),
        ledger_say=say("closing", lost=number(found.lost, 3), branches=number(_in_branches(found.shares), 3)),
        losses=_losses(found, book) if detail else (),
        others=others,
        card_href=f"/units/{card.unit_id}?month={card.month}" if detail else "",
    )


def _place(found: DepartmentPage, *, detail: bool) -> str:
    """Return the place; to others nothing is said about it."""
    if not detail:
        return ""
    card = found.card
    return say("place", rank=card.peer_rank, of=card.peer_of) if card.peer_rank else say("unranked")


def _cents(value: int | None) -> str:
    return "–" if value is None else number(Decimal(value).scaleb(-2))


def _roles(shares: Iterable[Share]) -> Iterable[str]:
    comma = "、" if current() == "zh" else ", "
    held = list(shares)
    for lead, words in ((True, "leads"), (False, "supports")):
        names = [share.name.read(current()) for share in held if share.lead is lead]
        if names and (lead or len(names) < FEW):
            yield say(words, names=comma.join(names))
        elif names:
            yield say("supports_many", n=len(names))


def _share(share: Share) -> ShareView:
    now, before = cents(share.cents), cents(share.before)
    return ShareView(
        name=share.name.read(current()),
        role=say("lead" if share.lead else "support"),
        share=show.plain(share.share, 1),
        score=now,
        change=now - before if now is not None and before is not None else None,
    )


def _moves(found: DepartmentPage) -> list[tuple[str, Decimal, Decimal]]:
    """Return by process what its change brought the total: name, change of the score, points."""
    moves = []
    for share in found.shares:
        if share.cents is not None and share.before is not None:
            change = Decimal(share.cents - share.before).scaleb(-2)
            moves.append((share.name.read(current()), change, change * Decimal(share.effect)))
    return sorted(moves, key=lambda move: -abs(move[2]))


def _bridge(found: DepartmentPage, before: DepartmentPage | None) -> tuple[Ends | None, tuple[Step, ...]]:
    if before is None or before.card.cents is None or found.card.cents is None:
        return None, ()
    start, finish = Decimal(before.card.cents).scaleb(-2), Decimal(found.card.cents).scaleb(-2)
    moves = _moves(found)[:4]
    steps = [_step(name, effect) for name, _, effect in moves if show.rounded(effect, 2)]
    rest = finish - start - sum((show.rounded(effect, 2) for _, _, effect in moves), Decimal(0))
    if rest:
        steps.append(_step(say("other"), rest))
    return Ends(start, say("before"), number(start), say("now"), number(finish)), tuple(steps)


def _step(name: str, effect: Decimal) -> Step:
    arrow, tone = ("↑", "gain") if effect > 0 else ("↓", "drop")
    return Step(name, show.rounded(effect, 2), f"{arrow}{number(abs(effect))}", tone)


def _bridge_say(found: DepartmentPage, before: DepartmentPage | None) -> str:
    moves = _moves(found)
    if before is None or not moves:
        return say("no_bridge")
    name, change, effect = moves[0]
    reader = current()
    rest = _rest(found, before)
    if rest is not None and abs(rest) > abs(effect):
        return say("bridge_rest", effect=show.signed(rest, 2, reader))
    return say("bridge", name=name, change=show.signed(change, 1, reader), effect=show.signed(effect, 2, reader))


def _rest(found: DepartmentPage, before: DepartmentPage) -> Decimal | None:
    """Return what tasks and rating moved: the change of the total that no process explains."""
    if found.card.cents is None or before.card.cents is None:
        return None
    moved = sum((effect for _, _, effect in _moves(found)), Decimal(0))
    return Decimal(found.card.cents - before.card.cents).scaleb(-2) - moved


def _bridge_about(ends: Ends | None, steps: Iterable[Step]) -> str:
    if ends is None:
        return ""
    told = show.listed((f"{step.label} {step.shown}" for step in steps), current())
    return say("bridge_about", before=ends.start_shown, now=ends.finish_shown, list=told)


def _effect(share: Share) -> Decimal:
    """Return what one point more of a process brings: by its level, and as growth on the month before."""
    return Decimal(share.effect) + Decimal(share.growth_effect)


def _worth(found: DepartmentPage) -> tuple[Bar, ...]:
    ordered = sorted(found.shares, key=lambda share: -_effect(share))
    most = max((_effect(share) for share in ordered), default=Decimal(1)) or Decimal(1)
    return tuple(
        Bar(
            name=share.name.read(current()),
            shown=f"+{number(_effect(share), 3)}",
            share=int(_effect(share) * 100 / most),
            detail=say("weight", weight=show.plain(share.weight, 1), share=show.plain(share.share, 1)),
        )
        for share in ordered[:MOST_LOSSES]
    )


def _ledger(columns: Iterable[Share], scope: Scope) -> Iterable[LedgerRow]:
    """Yield what each branch costs, the dearest first; all by one scale of tones."""
    held = list(columns)
    by_unit: dict[int, dict[str, Decimal]] = {}
    names: dict[int, str] = {}
    for share in held:
        for branch in share.branches:
            by_unit.setdefault(branch.unit_id, {})[share.process] = Decimal(branch.lost)
            names[branch.unit_id] = branch.name.read(current())
    most = max((lost for row in by_unit.values() for lost in row.values()), default=Decimal(0))
    ordered = sorted(by_unit, key=lambda unit: -sum(by_unit[unit].values(), Decimal(0)))
    for unit_id in ordered[:MOST_BRANCHES]:
        row = by_unit[unit_id]
        cells = tuple(
            (number(row.get(share.process, Decimal(0)), 3), _tone(row.get(share.process, Decimal(0)), most))
            for share in held
        )
        href = f"/units/{unit_id}" if scope.detail(unit_id) else ""
        yield LedgerRow(names[unit_id], href, cells, number(sum(row.values(), Decimal(0)), 3))


def _tone(lost: Decimal, most: Decimal) -> int:
    return int(lost * 3 / most + Decimal("0.3")) if most else 0


def _ledger_total(columns: Iterable[Share]) -> LedgerRow | None:
    sums = [sum((Decimal(branch.lost) for branch in share.branches), Decimal(0)) for share in columns]
    if not sums:
        return None
    return LedgerRow(say("all"), "", tuple((number(one, 3), 0) for one in sums), number(sum(sums, Decimal(0)), 3))


def _in_branches(shares: Iterable[Share]) -> Decimal:
    return sum((Decimal(branch.lost) for share in shares for branch in share.branches), Decimal(0))


def _losses(found: DepartmentPage, book: RuleBook) -> tuple[Bar, ...]:
    """Return the department's own KPIs that lost most."""
    lines = losers(found.card.lines)[:MOST_LOSSES]
    most = Decimal(lines[0].lost) if lines else Decimal(1)
    return tuple(
        Bar(
            name=line.name.read(current()),
            shown=f"−{number(line.lost)}",
            share=int(Decimal(line.lost) * 100 / most),
            tone="loss4" if place == 0 else "loss3",
            detail=f"{book.processes[line.process].name.read(current())} · {value_of(line)}",
        )
        for place, line in enumerate(lines)
    )


HANDLERS = (departments, department_page)
