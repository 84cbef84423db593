"""The months that this process holds scored, so that a small change costs little; nothing here is ever the only copy."""

from collections import OrderedDict
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, NamedTuple

from core.database import Connection
from leaderboards.month_board import Detail
from leaderboards.queries.month_inputs import earlier_pool, frame_of, held_pool_of, month_inputs
from scoring.queries.rules import Ground, Rules

if TYPE_CHECKING:  # numpy is imported late: this package is also read by pages
    from leaderboards.following import Following
    from leaderboards.frame import Frame
    from leaderboards.inputs import MonthInputs
    from scoring.pooling import Pool
    from scoring.queries.rules import Catalogue

MONTHS = 2
"""So many months are held: the running one, and the one before it while its last facts arrive."""
LONGEST_CHAIN = 32
"""After so many snapshots that hold only what changed a whole one is written."""
MOST_UNITS = 100_000
"""So many units are held over all months, about 13 kB each with sixty KPIs; a month of more is scored anew each time."""
_STATE = """
SELECT h.snapshot_id, f.number AS fold, cardinality(parts_of(h.snapshot_id)) AS chain,
  EXISTS (SELECT FROM closed_month c WHERE c.month = $1) AS closed
FROM board_head h JOIN month_fold f ON f.month = h.month WHERE h.month = $1
"""
_held: "OrderedDict[int, Held]" = OrderedDict()


class State(NamedTuple):
    """Which snapshot of a month is read, from which fold, of how many parts, and whether the month is closed."""

    snapshot_id: int
    fold: int
    chain: int
    closed: bool


@dataclass(frozen=True)
class Held:
    """One month as this process scored it last: of which snapshot and fold, under which rules."""

    snapshot_id: int
    fold: int
    rules: Rules
    following: "Following"
    detail: Detail


def remember(held: Held) -> None:
    """Hold a month; call it once the transaction that stored the snapshot has committed."""
    month = held.rules.month
    _held[month] = held
    _held.move_to_end(month)
    while len(_held) > MONTHS or (len(_held) > 1 and sum(map(_size, _held.values())) > MOST_UNITS):
        _held.popitem(last=False)


def held() -> list[int]:
    """Return the months that this process holds."""
    return list(_held)


def _size(held: Held) -> int:
    return len(held.following.inputs.frame.units)


def forget() -> None:
    """Hold nothing: for tests that swap the database beneath a process."""
    _held.clear()


async def state_of(connection: Connection, month: int) -> "State | None":
    """Return how a month is stored this instant, None where it was not scored yet."""
    row = await connection.fetchrow(_STATE, month)
    return State(**row) if row else None


async def taken(connection: Connection, ground: Ground, state: "State | None") -> Held | None:
    """Take a held month out of the memory if it still is what is stored; whoever takes it remembers it again.

    Call it with the month's turn taken and before anything is folded.
    """
    held = _held.pop(ground.rules.month, None)
    if held is None or state is None or (state.snapshot_id, state.fold) != (held.snapshot_id, held.fold):
        return None
    if state.chain > LONGEST_CHAIN:
        return None
    beside = await _beside(connection, ground, held)
    return held if beside and _same(held.following.inputs, beside) else None


async def begun(connection: Connection, ground: Ground) -> "Following | None":
    """Return a month scored from its matrix so that it can be followed; None for one that is too large to be held."""
    from leaderboards.following import Following

    rules, numbers, revision = ground
    frame = await frame_of(rules, revision=revision)
    if len(frame.units) > MOST_UNITS:
        return None
    held = await held_pool_of(connection, rules, numbers, frame)

    async def pool_of(link: Connection, rules: Rules, numbers: "Catalogue", frame: "Frame", month: int) -> "Pool":
        if month == rules.month:
            return held.pool
        return await earlier_pool(link, rules, numbers, frame, month)

    return Following(await month_inputs(connection, rules, numbers, frame, pool_of), held)


async def _beside(connection: Connection, ground: Ground, held: Held) -> "MonthInputs | None":
    """Return what the month would be scored from now, its own facts aside; None where rules or organisation have moved."""
    rules, numbers, revision = ground
    frame = await frame_of(rules, revision=revision)
    if (rules.fingerprint, rules.theme) != (held.rules.fingerprint, held.rules.theme):
        return None
    if frame is not held.following.inputs.frame:
        return None

    async def pool_of(link: Connection, rules: Rules, numbers: "Catalogue", frame: "Frame", month: int) -> "Pool":
        if month == rules.month:
            return held.following.inputs.pool
        return await earlier_pool(link, rules, numbers, frame, month)

    return await month_inputs(connection, rules, numbers, frame, pool_of)


def _same(one: "MonthInputs", other: "MonthInputs") -> bool:
    """Tell whether two months are scored from the same, their own facts aside; pools of other months are compared as things."""
    if len(one.earlier) != len(other.earlier) or any(
        a is not b for a, b in zip(one.earlier, other.earlier, strict=True)
    ):
        return False
    apart = {"pool", "earlier", "frame", "book", "worked"}
    names = [field.name for field in fields(one) if field.name not in apart]
    return one.book is other.book and all(getattr(one, name) == getattr(other, name) for name in names)
