"""What the home page holds for those who run the contest: numbers, the next thing to do, ways to work."""

import coaching.queries
import months.queries.calendar
import months.queries.changes
import rewards.queries
import scoring.queries.intake
from core import period
from core.clock import today
from core.language import current
from leaderboards.month_board import MonthBoard
from months.disclosure import sees_results
from months.lifecycle import State
from org.organisation import Unit
from org.roles import Action, Role
from org.visibility import Scope, Viewer
from scoring.queries.rules import Rules
from web import show
from web.pages.came import came
from web.pages.months.parts import state_name
from web.sentences.home import WORDS
from web.sentences.teller import teller
from web.views.home import NextAction, Shortcut
from web.views.shell import Tile

say = teller(WORDS)
EVERYTHING = Scope(sees_all=True, key="office")
_WAYS: tuple[tuple[Action, str, str, str, str], ...] = (
    (Action.IMPORT_FACTS, "database", "upload", "upload_about", "/intake"),
    (Action.SEE_COMPLETENESS, "grid-3x3", "missing", "missing_about", "/completeness"),
    (Action.SEE_CHANGES, "git-compare", "changes", "changes_about", "/changes"),
    (Action.PROPOSE_CLOSE, "calendar-days", "months", "months_about", "/months"),
    (Action.TICK_STEP, "heart-handshake", "coaching", "coaching_about", "/coaching"),
    (Action.SEE_LEDGER, "scale", "losses", "losses_about", "/losses"),
    (Action.EXPORT_RESULTS, "award", "award_list", "award_about", "/awards"),
    (Action.EXPORT_RESULTS, "download", "export", "export_about", "/exports"),
    (Action.MANAGE_ACCOUNTS, "users", "people", "people_about", "/people"),
    (Action.SEE_AUDIT, "history", "audit", "audit_about", "/audit"),
    (Action.MANAGE_UNITS, "building-2", "units", "units_about", "/units"),
    (Action.RECORD_ACTIVITY, "list-checks", "activities", "activities_about", "/activities"),
    (Action.SEE_BOARD, "trophy", "board", "board_about", "/boards"),
    (Action.SEE_RULES, "book-open", "rules", "rules_about", "/rules"),
)
MOST_WAYS = 7


def shortcuts(can: frozenset[Action], unit: Unit | None, rules: Rules | None) -> tuple[Shortcut, ...]:
    """Return the ways to work that the reader's roles open, the special ones first."""
    ways = [Shortcut(icon, say(title), say(about), href) for action, icon, title, about, href in _WAYS if action in can]
    if (
        unit is not None
        and rules is not None
        and unit.kind == rules.book.department.kind
        and Action.SEE_DEPARTMENT in can
    ):
        ways.insert(0, Shortcut("network", say("department"), say("department_about"), f"/departments/{unit.id}"))
    return tuple(ways[:MOST_WAYS])


async def office_tiles(found: MonthBoard | None, can: frozenset[Action]) -> tuple[Tile, ...]:
    """Return the state of the month, how many are ranked, the open plans and the last intake."""
    if found is None or not can & {Action.PROPOSE_CLOSE, Action.EXPORT_RESULTS, Action.MANAGE_ACCOUNTS}:
        return ()
    tiles = [await _month_tile(found), _ranked_tile(found)]
    if Action.PROPOSE_CLOSE in can:
        plans = await coaching.queries.open_assignments(EVERYTHING)
        tiles.append(Tile(say("open_plans"), show.number(len(plans), 0, current())))
    if Action.IMPORT_FACTS in can:
        tiles.append(await _batch_tile())
    else:
        tiles.append(await _closed_tile())
    return tuple(tiles)


async def _month_tile(found: MonthBoard) -> Tile:
    rows = {row.month: row for row in await months.queries.calendar.months()}
    row = rows.get(found.month)
    left = (period.next_first_day(found.month) - today()).days
    closed = row is not None and row.final
    detail = "" if closed else say("days_left", n=left) if left > 0 else say("over") if row else ""
    return Tile(
        say("month_state"),
        state_name(row.state) if row else "–",
        "",
        f"{show.month(found.month, current())} · {detail}".rstrip(" ·"),
    )


def _ranked_tile(found: MonthBoard) -> Tile:
    """Return how many of the largest kind of places are ranked: the number that a month stands or falls with."""
    kinds = [(code, rows) for code, rows in found.by_card.items() if not found.heads[code].person]
    code, rows = max(kinds, key=lambda pair: len(pair[1]))
    ranked = sum(one.ranked for one in rows)
    return Tile(
        say("ranked"),
        show.number(ranked, 0, current()),
        say("ranked_of", n=show.number(len(rows), 0, current()), kind=found.heads[code].name),
    )


async def _batch_tile() -> Tile:
    found = await scoring.queries.intake.batches(limit=1)
    if not found:
        return Tile(say("batches"), "–", "", say("none"))
    row = found[0]
    rows = show.number(row.rows_taken, 0, current())
    return Tile(say("batches"), f"#{row.id}", "", say("batch_rows", name=row.filename or came(row.via), rows=rows))


async def _closed_tile() -> Tile:
    row = next((one for one in await months.queries.calendar.months() if one.final), None)
    if row is None:
        return Tile(say("last_closed"), "–", "", say("none"))
    given = await rewards.queries.winners(row.month)
    return Tile(say("last_closed"), show.month(row.month, current()), "", say("awards", n=len(given)))


async def _changes_to_decide(viewer: Viewer, can: frozenset[Action]) -> int:
    """Return how many change sets others have proposed that the reader may decide about."""
    if Action.APPLY_CHANGE not in can:
        return 0
    rows = await months.queries.changes.changes(None, "open")
    return sum(row.made_by != viewer.account_id and row.failure is None for row in rows)


async def office_action(viewer: Viewer, can: frozenset[Action], found: MonthBoard | None) -> NextAction | None:
    """Return the one next thing of those who run the contest; None for everybody else."""
    rows = await months.queries.calendar.months()
    reader = current()
    if Action.PROPOSE_CLOSE in can:
        due = next((row for row in rows if row.state is State.VERIFYING), None)
        if due is not None:
            title = say("close", month=show.month(due.month, reader))
            return NextAction(title, say("close_why"), f"/months/{due.month}", say("close_go"))
    waiting = await _changes_to_decide(viewer, can)
    if waiting:
        return NextAction(say("decide", n=waiting), say("decide_why"), "/changes?state=open", say("decide_go"))
    if Action.PROPOSE_CLOSE in can and found is not None:
        title = say("fill", month=show.month(found.month, reader))
        return NextAction(title, say("fill_why"), f"/completeness?month={found.month}", say("fill_go"))
    if Role.AWARD_HOST in viewer.roles:
        told = next((row for row in rows if sees_results(row.state, viewer.roles)), None)
        if told is not None and told.state is State.EMBARGOED:
            title = say("reveal", month=show.month(told.month, reader))
            return NextAction(title, say("reveal_why"), f"/months/{told.month}/reveal", say("reveal_go"))
        if told is not None:
            title = say("host", month=show.month(told.month, reader))
            return NextAction(title, say("host_why"), f"/awards?month={told.month}", say("host_go"))
    return None
