"""A month with and without a change: the change carried out and the month scored, all inside the caller's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import leaderboards.operations
import org.queries
import scoring.queries.rules
from core import outbox
from core.database import copy_in, raw
from core.errors import Refused, problem
from months.chances import looks_at_chance
from months.changes.payloads import Kind, Payload, inner, touches_facts
from months.changes.preview import Preview, Way
from months.operations.changing import effects, naming
from months.operations.changing.effects import Effect, Order
from months.operations.guarding import refuse
from months.queries import looking, sealed
from months.queries.readings import Reading
from scoring.operations.fold import fold_month

_MATRIX = "SELECT unit_id, packed FROM month_matrix WHERE month = $1"
_FOLD = "SELECT through_batch, number, folded_at FROM month_fold WHERE month = $1"


@dataclass(frozen=True)
class Tried:
    """What a change came to: the preview, what was done, and the snapshots before and after."""

    preview: Preview
    effects: tuple[Effect, ...]
    before: int
    after: int
    header: dict[str, Any]
    """What a restated version rests on, as its sealed document says; empty where nothing is restated."""


async def tried(kind: Kind, payload: Payload, order: Order, way: Way) -> Tried:
    """Carry a change out and score the month; the caller keeps it or throws it all away.

    Of a published month the matrix and the board that everybody reads are put back: the new snapshot stands beside.
    """
    from months.simulation.compared import compared

    reading = Reading(await scoring.queries.rules.catalogue())
    before = await _newest(order.month, way)
    await _ranged(order.month)
    old, old_bytes = await looking.outlook_of(before, reading), await looking.standings_digest(before)
    kept = await _kept(order.month) if way is Way.RESTATE else None
    done = await effects.carry_out(kind, payload, order)
    after = await rescored(order.month, kind, payload, restating=way is Way.RESTATE)
    await _ranged(order.month)
    new, new_bytes = await looking.outlook_of(after, reading), await looking.standings_digest(after)
    refuse(await naming.ungiven(payload, order.month, after))
    header: dict[str, Any] = {}
    if kept is not None:
        header = await sealed.header(order.month)
        await _put_back(order.month, before, kept)
    if kind is Kind.MEMBERSHIP:
        org.queries.forget()  # a trial's organisation has a number that the next real change will have too
    preview = Preview(way=way, before=old_bytes, after=new_bytes, report=compared(old, new))
    return Tried(preview, done, before, after, header)


async def rescored(month: int, kind: Kind, payload: Payload, *, restating: bool = False) -> int:
    """Score a month after something was done or undone, folded anew where facts or rules moved."""
    inside, _ = inner(kind, payload)
    if touches_facts(inside) or inside is Kind.MEMBERSHIP:
        await fold_month(month=month, restating=restating)
    return await leaderboards.operations.recompute(month, restating=restating)


async def _newest(month: int, way: Way) -> int:
    """Return the month as it stands: scored anew where work is waiting, so that only the change itself shows."""
    head = await looking.head_of(month)
    behind = await outbox.waiting_of_month(month) or await outbox.waiting("organisation")
    if way is Way.DIRECT and (head is None or behind):
        await fold_month(month=month)
        head = await leaderboards.operations.recompute(month)
    if head is None:
        raise Refused(problem("no_board", "这个月还没有榜单。", "There is no board for this month yet."))
    return head


async def _ranged(month: int) -> None:
    """Find how sure places are where awards or coaching ask for it."""
    if looks_at_chance((await scoring.queries.rules.rules_of(month)).book):
        await leaderboards.operations.range_places(month)


Kept = tuple[Sequence[tuple[int, bytes]], tuple[object, ...]]


async def _kept(month: int) -> Kept:
    async with raw() as connection:
        rows = [(row["unit_id"], row["packed"]) for row in await connection.fetch(_MATRIX, month)]
        return rows, tuple(await connection.fetchrow(_FOLD, month))


async def _put_back(month: int, head: int, kept: Kept) -> None:
    """Let a published month stand as it stood: its matrix, how far that reaches, and the board that is read."""
    rows, fold = kept
    statement = "UPDATE month_fold SET through_batch = $2, number = $3, folded_at = $4 WHERE month = $1"
    async with raw() as connection:
        await connection.execute("DELETE FROM month_matrix WHERE month = $1", month)
        await copy_in(connection, "month_matrix", ("month", "unit_id", "packed"), [(month, *row) for row in rows])
        await connection.execute(statement, month, *fold)
        await connection.execute("UPDATE board_head SET snapshot_id = $2 WHERE month = $1", month, head)
