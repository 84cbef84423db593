"""Looking ahead for one unit: what would lift it, what if, and the way to the next place; nothing is stored."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from datetime import date

import msgspec

from core.errors import Refused, problem
from core.language import Text
from core.period import days_in, first_day, next_first_day
from core.points import cents_text
from leaderboards.outlooks import Gain, Slider, Supposed
from leaderboards.queries.explained import Explained, explained
from org.visibility import Scope

KEPT = 512
_lifts: OrderedDict[tuple[int, int, int, str], tuple[Gain, ...]] = OrderedDict()


class NextPlace(msgspec.Struct, frozen=True):
    """The nearest better place whose unit the viewer may see named, and the points missing to its total."""

    rank: int
    gap: str


class Outlook(msgspec.Struct, frozen=True, kw_only=True):
    """What a unit can still do: days left, the way to the next place, each KPI by what it would bring."""

    month: int
    snapshot_id: int
    unit_id: int
    name: Text
    sealed: bool
    total: str | None
    place: int | None
    of: int
    days_left: int
    next_place: NextPlace | None
    lifts: tuple[Gain, ...]


async def outlook(unit_id: int, *, month: int | None, on: date, scope: Scope) -> Outlook:
    """Return what would lift a unit most in a month, as seen on a day; Refused for a card that is not the sum of its lines."""
    from leaderboards.supposed import gap_up, grouped

    found = await explained(unit_id, month=month)
    _require_lines(found)
    board, standing = found.board, found.standing
    in_group = grouped(board, standing)
    gap = gap_up(board, standing, scope, in_group=in_group)
    population = board.population(standing.card, standing.group if in_group else None)
    return Outlook(
        month=board.month,
        snapshot_id=board.snapshot_id,
        unit_id=unit_id,
        name=standing.name,
        sealed=board.sealed,
        total=standing.total_text,
        place=standing.rank_in(in_group=in_group),
        of=sum(one.ranked for one in population),
        days_left=0 if board.sealed else still_open(board.month, on),
        next_place=NextPlace(gap[0], cents_text(gap[1])) if gap else None,
        lifts=await _lifting(found, on, scope),
    )


async def _lifting(found: Explained, on: date, scope: Scope) -> tuple[Gain, ...]:
    from leaderboards.lifting import lifts
    from leaderboards.reach import Pace

    board, standing = found.board, found.standing
    gone, left = (days_in(board.month), 0) if board.sealed else days(board.month, on)
    key = (board.snapshot_id, standing.unit_id, left, "all" if scope.sees_all else "")
    held = _lifts.get(key)
    if held is None:
        held = await asyncio.to_thread(lifts, found.working, board, standing, Pace(gone, left), scope)
        _lifts[key] = held
        while len(_lifts) > KEPT:
            _lifts.popitem(last=False)
    return held


def still_open(month: int, on: date) -> int:
    """Return how many days of a month are left, the day itself among them: what home page and board tell too."""
    return min(max((next_first_day(month) - on).days, 0), days_in(month))


def days(month: int, on: date) -> tuple[int, int]:
    """Return how many days of a month are gone, the day itself among them, and how many are left."""
    if on >= next_first_day(month):
        return days_in(month), 0
    gone = max((on - first_day(month)).days + 1, 0)
    return gone, days_in(month) - gone


async def sliders_of(unit_id: int, *, month: int | None) -> tuple[Explained, tuple[Slider, ...]]:
    """Return the sliders of a unit's card."""
    from leaderboards.sliders import sliders

    found = await explained(unit_id, month=month)
    _require_lines(found)
    return found, sliders(found.working, unit_id)


async def what_if(unit_id: int, values: Mapping[str, str], *, month: int | None, scope: Scope) -> Supposed:
    """Return what a unit would come to with other values of its KPIs; Invalid for values that cannot be. Nothing is stored."""
    found = await explained(unit_id, month=month)
    _require_lines(found)
    return await asyncio.to_thread(_supposed, found, dict(values), scope)


def _supposed(found: Explained, values: dict[str, str], scope: Scope) -> Supposed:
    from leaderboards.sliders import moved
    from leaderboards.supposed import grouped, outcome, suppose
    from scoring.supposing import at_value, facts_at

    working, standing = found.working, found.standing
    place = working.places[standing.unit_id]
    facts = {
        code: at_value(working.book.kpis[code], working.run.code, facts_at(working.sheet, code, place), value)
        for code, value in moved(working, standing.unit_id, values).items()
    }
    result = suppose(working, standing, facts) if facts else working.scored
    return outcome(working, found.board, standing, result, scope, in_group=grouped(found.board, standing))


def _require_lines(found: Explained) -> None:
    """Refuse for support departments, whose total is made of their processes, and for who has no card of lines."""
    kind = found.working.book.department.kind
    kept = len(found.working.scored.kpis) - found.working.scored.extras
    if found.standing.card == kind or not kept:
        zh = "这个单位的总分不是由自己的指标加成的，不能在这里试算。"
        en = "The total of this unit is not added up from KPIs of its own, so it cannot be tried here."
        raise Refused(problem("not_from_lines", zh, en))


def forget() -> None:
    """Empty the memory: for tests that swap the database beneath a process."""
    _lifts.clear()
