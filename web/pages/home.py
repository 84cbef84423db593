"""Home: the next thing to do, the reader's place, what is due, where points went, and the work of the reader's roles."""

from litestar import Response, get
from msgspec import Struct
from msgspec.structs import replace

import coaching.queries
import leaderboards.queries.cards
import leaderboards.queries.departments
from core.clock import today
from core.errors import NotFound
from core.language import current
from leaderboards.month_board import MonthBoard
from leaderboards.queries import boards
from leaderboards.queries.cards import Card
from leaderboards.queries.departments import DepartmentPage
from leaderboards.queries.snapshots import heads, month_board, rules_of_board
from org.organisation import Organisation, Unit
from org.roles import Action
from org.visibility import Scope, Viewer
from scoring.queries.rules import Rules
from web.frame import Req, allowed, html, my_unit, name_of, roles_of
from web.pages.department_home import department_action, department_losses
from web.pages.looking_back import part_href
from web.pages.losses import loss_card, next_action
from web.pages.office import office_action, office_tiles, shortcuts
from web.pages.places import WEAKEST, cents, history, my_place
from web.pages.resting import place_rests
from web.sentences.home import WORDS
from web.sentences.teller import teller
from web.views.home import Duty, HomeView, MyPlace, NextAction, Roster, RosterRow
from web.views.shell import Live, Tile

say = teller(WORDS)
MOST_DUTIES, MOST_ROWS = 3, 8


class Own(Struct, frozen=True):
    """What the page knows of the reader's own unit."""

    unit: Unit | None
    found: MonthBoard | None
    rules: Rules | None
    card: Card | None


@get("/", opt={"action": Action.ACCOUNT_SELF})
async def home_page(request: Req) -> Response[str]:
    """Show what matters to this reader now."""
    viewer: Viewer = request.state.viewer
    organisation: Organisation = request.state.organisation
    own = await _own(viewer, organisation, request.state.scope)
    can = allowed(viewer)
    place = await _place(request, own)
    ledger = await _ledger(own)
    view = HomeView(
        greeting=say("hello", name=name_of(viewer, organisation, current())),
        where=roles_of(viewer, organisation, current()) if own.found else say("first_month"),
        tiles=await _tiles(own, can),
        action=_action(own) or department_action(ledger) or await office_action(viewer, can, own.found),
        place=place,
        day=part_href(own.card.unit_id, own.card.month, sealed=own.card.sealed) if own.card else "",
        loss=department_losses(ledger) or (loss_card(own.card) if own.card else None),
        duties=await _duties(request),
        roster=await _roster(request, own),
        shortcuts=shortcuts(can, own.unit, own.rules),
        live=Live(own.found.month, own.found.version) if own.found and not own.found.sealed else None,
    )
    return html(request, "home.html", view)


async def _own(viewer: Viewer, organisation: Organisation, scope: Scope) -> Own:
    unit = my_unit(viewer, organisation)
    known = await heads()
    if known.latest is None:
        return Own(unit, None, None, None)
    found = await month_board(known.latest)
    rules = await rules_of_board(found)
    if unit is None or unit.id not in found.by_unit:
        return Own(unit, found, rules, None)
    card = await leaderboards.queries.cards.card(unit.id, month=found.month, live=scope.live(unit.id))
    return Own(unit, found, rules, card)


async def _ledger(own: Own) -> DepartmentPage | None:
    """Return the ledger of a support department, None for every other unit."""
    if own.card is None or own.rules is None or own.card.card != own.rules.book.department.kind:
        return None
    return await leaderboards.queries.departments.department(own.card.unit_id, month=own.card.month)


async def _tiles(own: Own, can: frozenset[Action]) -> tuple[Tile, ...]:
    """Return the numbers of those who run the contest; everybody else has the own place."""
    return await office_tiles(own.found, can) if own.card is None and own.found else ()


def _action(own: Own) -> NextAction | None:
    return next_action(own.card, own.rules.book) if own.card and own.rules else None


async def _place(request: Req, own: Own) -> MyPlace | None:
    if own.card is None or own.found is None or own.rules is None:
        return None
    group = own.card.group or None
    if len(own.found.heads[own.card.card].groups) < 2:  # noqa: PLR2004 - one group is the whole board
        group = None
    try:
        place = await boards.place(
            request.state.scope, unit_id=own.card.unit_id, month=own.found.month, group=group, around=1
        )
    except NotFound:
        return None
    label = own.card.group_name if group else own.found.heads[own.card.card].name
    shown = my_place(
        place, label.read(current()), provisional=not own.found.sealed, book=own.rules.book, month=own.found.month
    )
    live = request.state.scope.live(own.card.unit_id)
    return replace(shown, resting=await place_rests(own.found.month, own=live))


async def _duties(request: Req) -> tuple[Duty, ...]:
    found = await coaching.queries.open_assignments(request.state.scope)
    mine = [one for one in found if one.unit_id in request.state.scope.own and one.next_step is not None]
    ordered = sorted(mine, key=lambda one: one.next_step.due_on if one.next_step else one.opened_at.date())
    reader = current()
    return tuple(
        Duty(
            on=step.due_on,
            about=say("step_late" if step.due_on < today() else "step", n=step.number, name=step.name),
            title=one.unit_name.read(reader),
            detail=step.task.read(reader),
            href=f"/coaching/{one.id}",
            button=say("see_plan"),
        )
        for one in ordered[:MOST_DUTIES]
        if (step := one.next_step) is not None
    )


async def _roster(request: Req, own: Own) -> Roster | None:
    """Return the units directly beneath the reader's own, the lowest first; for the organisers the branches of the city."""
    if own.found is None or own.rules is None:
        return None
    organisation, scope = request.state.organisation, request.state.scope
    if scope.sees_all and own.card is None:
        kind = own.rules.book.department.branch_kind
        title, members = "roster_all", [unit.id for unit in organisation.of_kind(kind)]
    elif own.unit is not None and own.unit.id in scope.own:
        title, members = "roster", list(organisation.children(own.unit.id))
    else:
        return None
    kinds = {own.found.by_unit[unit].card for unit in members if unit in own.found.by_unit}
    kind = next((code for code in own.found.competing if code in kinds), "")
    if not kind:
        return None
    chosen = [unit for unit in members if unit in own.found.by_unit and own.found.by_unit[unit].card == kind]
    totals = {unit: own.found.by_unit[unit].total for unit in chosen}
    lowest = sorted(chosen, key=lambda unit: (totals[unit] is None, totals[unit] or 0))
    rows = [await _roster_row(scope, own.found, own.rules, unit) for unit in lowest[:MOST_ROWS]]
    return Roster(
        say(title, kind=own.rules.book.kinds[kind].name), say("roster_hint"), tuple(rows), f"/boards?kind={kind}"
    )


async def _roster_row(scope: Scope, found: MonthBoard, rules: Rules, unit_id: int) -> RosterRow:
    row = (await boards.place(scope, unit_id=unit_id, month=found.month, around=0)).row
    told = zip(found.detail.processes, row.processes, strict=False)
    scores = [(code, score) for code, score in told if score is not None]
    weakest = min(scores, key=lambda pair: pair[1], default=None)
    return RosterRow(
        name=row.name.read(current()) if row.name else "",
        href=f"/units/{unit_id}",
        rank=row.rank,
        total=cents(row.cents),
        movement=row.movement,
        history=history(row.history),
        weakest=_weakest(rules, *weakest) if weakest else "",
    )


def _weakest(rules: Rules, code: str, score: int) -> str:
    return WEAKEST.format(name=rules.book.processes[code].name, score=cents(score)).read(current())


HANDLERS = (home_page,)
