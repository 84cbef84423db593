"""How a contest is told to its reader: duels, tables, teams, its rules in plain words."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from core.language import Text, current
from months.contests.spec import Elimination, HeadToHead, League, Race, Spec, TeamGoal, units_of
from months.contests.told import Side, Told, ToldDuel, ToldRow, ToldTable, ToldTeam
from months.lifecycle import State
from months.queries.contests.pages import ContestPage
from org.visibility import Scope
from web import show
from web.sentences.contests import WORDS
from web.sentences.teller import teller
from web.views.contests import DuelView, LineView, SideView, StandingView, TableView, TeamView

say = teller(WORDS)
MOST_SHOWN = 40
"""Lines of a table on a page, the reader's own aside; the file has all."""
MARKS = {"up": "good", "down": "bad", "arrived": "good", "out": "bad", "in": "", "stay": "", "running": ""}


def points(cents: int | None) -> str:
    """Return cents as a score, a dash for none."""
    return "–" if cents is None else show.number(show.scaled(cents, 2), 2, current())


def state_of(page: ContestPage) -> tuple[str, str]:
    """Return how far a contest is, and the tone of its chip."""
    row = page.row
    if row.cancelled_at or page.month.state is State.CANCELLED:
        return say("cancelled"), "bad"
    if row.draft:
        return say("draft"), "warn"
    if page.over:
        return say("over"), "good"
    if page.month.state in (State.DRAFT, State.ANNOUNCED):
        return say("announced"), ""
    return (say("running"), "blue") if page.month.state is State.RUNNING else (say("waiting"), "warn")


def about(spec: Spec) -> str:
    """Return how many take part."""
    if isinstance(spec, HeadToHead):
        return say("duels", n=len(spec.pairs))
    if isinstance(spec, TeamGoal):
        return say("teams", n=len(spec.teams))
    return say("units", n=len(set(units_of(spec))))


def standing_view(
    found: Told,
    page: ContestPage,
    scope: Scope,
    *,
    over: bool,
    mine: bool = False,
    number: int = 0,
    whole: bool = False,
) -> StandingView:
    """Return a round for its reader; `mine` keeps what concerns the reader, `number` is the round told, `whole` every line."""
    duels = [one for one in found.duels if one.own or not mine]
    teams = [one for one in found.teams if one.own or not mine]
    tables = [_own(one) if mine else one for one in found.tables]
    return StandingView(
        duels=tuple(_duel(one, page, scope, over=over) for one in sorted(duels, key=lambda one: not one.own)),
        tables=tuple(
            _table(one, page, scope, number=0 if over else number, most=None if whole else MOST_SHOWN)
            for one in tables
            if one.rows or not mine
        ),
        teams=tuple(_team(one, page.row.spec, over=over) for one in sorted(teams, key=lambda one: not one.own)),
    )


def _own(table: ToldTable) -> ToldTable:
    return ToldTable(name=table.name, rows=tuple(row for row in table.rows if row.own))


def _duel(one: ToldDuel, page: ContestPage, scope: Scope, *, over: bool) -> DuelView:
    winner = {"left": one.left, "right": one.right}.get(one.won)
    return DuelView(
        left=_side(one.left, page, scope, won=over and one.won == "left"),
        right=_side(one.right, page, scope, won=over and one.won == "right"),
        verdict=_closed_side(one, page) or _verdict(one, winner, over=over),
        tone="good" if winner and winner.own else "warn" if winner and (one.left.own or one.right.own) else "",
    )


def _closed_side(one: ToldDuel, page: ContestPage) -> str:
    """Return that a duel does not count since one side is closed; empty for any other duel."""
    gone = (page.units[side.unit_id] for side in (one.left, one.right) if side.unit_id in page.units)
    closed = [unit for unit in gone if unit.closed_on is not None and one.won == "void"]
    return say("void_closed", name=closed[0].name, day=_day(closed[0].closed_on)) if closed else ""


def _verdict(one: ToldDuel, winner: Side | None, *, over: bool) -> str:
    if winner is None:
        return say("void_over" if over else "void") if one.won == "void" else say("draw" if over else "level")
    name = winner.name.read(current())
    if over:
        return say("won", name=name)
    if one.left.cents is None or one.right.cents is None:
        return say("leads", name=name)
    return say("leads_by", name=name, gap=points(abs(one.left.cents - one.right.cents)))


def _side(one: Side, page: ContestPage, scope: Scope, *, won: bool) -> SideView:
    return SideView(
        name=one.name.read(current()),
        code=one.code,
        value=points(one.cents) if one.cents is not None else "",
        href=_href(one.unit_id, page, scope),
        own=one.own,
        won=won,
    )


def _href(unit_id: int, page: ContestPage, scope: Scope) -> str:
    return f"/units/{unit_id}?month={page.row.month}" if scope.detail(unit_id) else ""


def _table(one: ToldTable, page: ContestPage, scope: Scope, *, number: int, most: int | None) -> TableView:
    shown = [row for at, row in enumerate(one.rows) if most is None or at < most or row.own]
    rest = len(one.rows) - len(shown)
    said = [say("more", n=rest)] if rest else []
    said += [say("left_out")] if _left_out(one, page) else []
    return TableView(
        name=one.name.read(current()) if one.name else "",
        rows=tuple(_line(row, page, scope, number) for row in shown),
        left_out=" ".join(said),
    )


def _left_out(one: ToldTable, page: ContestPage) -> bool:
    spec = page.row.spec
    if isinstance(spec, League):
        whole = next((len(set(part.units)) for part in spec.divisions if part.name == one.name), 0)
    else:
        whole = len(set(units_of(spec)))
    return 0 < len(one.rows) < whole and any(not row.own for row in one.rows)


def _line(row: ToldRow, page: ContestPage, scope: Scope, number: int) -> LineView:
    if row.hidden or row.name is None or row.unit_id is None:
        return LineView("–", say("hidden"), "", "–", _mark(row, number), MARKS[row.mark], hidden=True)
    return LineView(
        place=str(row.place) if row.place else "–",
        name=row.name.read(current()),
        code=row.code or "",
        value=points(row.cents),
        mark=_closed(row, page) or _mark(row, number),
        tone=MARKS[row.mark],
        href=_href(row.unit_id, page, scope),
        own=row.own,
    )


def _closed(row: ToldRow, page: ContestPage) -> str:
    """Return since when a unit is closed, where that is why it has no number; empty for any other row."""
    unit = page.units.get(row.unit_id or 0)
    if unit is None or unit.closed_on is None or row.cents is not None or row.mark in {"out", "arrived"}:
        return ""
    return say("closed", day=_day(unit.closed_on))


def _mark(row: ToldRow, number: int) -> str:
    if row.mark == "running":
        return (
            say("hidden")
            if row.hidden
            else say("no_place")
            if row.short is None
            else say("short", gap=points(row.short))
        )
    if row.mark == "arrived":
        return say("there_now") if row.round == number or row.round is None else say("arrived", n=row.round)
    if row.mark == "out":
        return say("out_now") if row.round == number or row.round is None else say("out", n=row.round)
    return say(row.mark)


def _team(one: ToldTeam, spec: Spec, *, over: bool) -> TeamView:
    target = spec.target if isinstance(spec, TeamGoal) else 0
    by_share = isinstance(spec, TeamGoal) and spec.way == "share"
    verdict = {None: "undecided", True: "reached"}.get(one.reached, "missed" if over else "not_yet")
    share: Decimal | None = None
    told = say("goal_alone" if one.counted else "goal", target=points(target))
    if by_share and one.there is not None and one.counted:
        share = Decimal(one.there * 100) / one.counted
        told = say("share", there=one.there, counted=one.counted, target=points(target))
    elif not by_share and one.mean is not None:
        share = min(Decimal(one.mean * 100) / target, Decimal(100))
        told = say("mean", mean=points(one.mean), target=points(target))
    return TeamView(
        name=one.name.read(current()),
        value=told,
        counted=say("counted", members=one.members, counted=one.counted),
        verdict=say(verdict),
        tone="good" if one.reached else "warn" if one.reached is None else "",
        share=share,
        own=one.own,
    )


def rules(page: ContestPage, card: Text) -> tuple[str, ...]:
    """Return the rules of a contest in plain words."""
    spec, process = page.row.spec, page.measure
    measure = say("measure_process", card=card, process=process) if process else say("measure_total", card=card)
    return (measure, *_of_kind(spec), say("rule_missing"), say("rule_closed"), say("rule_points"))


def _of_kind(spec: Spec) -> Iterator[str]:
    comma = "、" if current() == "zh" else ", "
    if isinstance(spec, HeadToHead):
        yield say("rule_duel")
    elif isinstance(spec, Race):
        yield say("rule_race", target=points(spec.target), days=comma.join(map(_day, spec.days)))
    elif isinstance(spec, TeamGoal):
        yield say("rule_mean" if spec.way == "mean" else "rule_share", target=points(spec.target), share=spec.share)
        yield say("rule_coverage", coverage=spec.coverage)
    elif isinstance(spec, Elimination):
        told = [say("rule_leaving", when=_day(one.on), n=one.leave) for one in spec.rounds]
        yield say("rule_elimination", rounds=comma.join(told))
        yield say(f"tie_{spec.tie}")
    else:
        yield say("rule_league", moves=spec.moves)


def _day(day: date | None) -> str:
    return say("sealed_short") if day is None else show.day(day, "short", current())


def taking_part(page: ContestPage) -> tuple[tuple[str, str], ...]:
    """Return who takes part, as pairs of a heading (empty for none) and the names under it."""
    spec, comma = page.row.spec, "、" if current() == "zh" else ", "

    def names(units: Iterable[int]) -> str:
        return comma.join(page.units[unit].name.read(current()) for unit in units if unit in page.units)

    if isinstance(spec, HeadToHead):
        return tuple(("", say("against", left=names((one.left,)), right=names((one.right,)))) for one in spec.pairs)
    if isinstance(spec, TeamGoal):
        return tuple((one.name.read(current()), names(one.units)) for one in spec.teams)
    if isinstance(spec, League):
        return tuple((one.name.read(current()), names(one.units)) for one in spec.divisions)
    return (("", names(spec.units)),)
