"""Writes of leaderboards: a month scored anew, built aside and swapped in by one row; how sure its places are, afterwards."""

import asyncio
from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from core import audit
from core.audit import Actor
from core.clock import SHANGHAI, now
from core.database import Connection, after_commit, copy_in, raw, transaction
from core.errors import Conflict, NotFound, problem
from core.points import fixed
from leaderboards import models
from leaderboards.answering import Answer, checked_answer, same_answer
from leaderboards.queries.month_inputs import frame_of, month_inputs
from leaderboards.queries.passed_on import department_losses
from leaderboards.queries.snapshots import expire
from leaderboards.ranges import packed_ranges
from scoring.operations.fold import fold_month, lock_month
from scoring.queries.rules import Rules, catalogue, rules_of

if TYPE_CHECKING:  # numpy is imported late: whoever only asks for a refresh need not wait for it
    from leaderboards.inputs import MonthInputs

KEPT = 2
"""Snapshots of a month that are kept: the one that is read, and the one before it for pages being turned."""
_SNAPSHOT = """
INSERT INTO snapshot (month, rule_book_id, through_batch, made_at, units, detail)
VALUES ($1, $2, coalesce((SELECT through_batch FROM month_fold WHERE month = $1), 0), $3, $4, $5) RETURNING id
"""
_SWAP = """
INSERT INTO board_head (month, snapshot_id) VALUES ($1, $2) ON CONFLICT (month) DO UPDATE SET snapshot_id = $2
"""
_STALE = """
SELECT id FROM snapshot WHERE month = $1 AND NOT sealed AND id NOT IN (SELECT snapshot_id FROM board_head)
ORDER BY id DESC OFFSET $2
"""
_RANGED = """
SELECT s.id AS snapshot_id, s.rule_book_id, coalesce(f.folded_at > s.made_at, false) AS moved,
  EXISTS (SELECT FROM snapshot_range r WHERE r.snapshot_id = s.id) AS ranged
FROM board_head h JOIN snapshot s ON s.id = h.snapshot_id LEFT JOIN month_fold f ON f.month = h.month WHERE h.month = $1
"""
_STILL_READ = "SELECT true FROM board_head WHERE month = $1 AND snapshot_id = $2 FOR SHARE"
_RANGE = "INSERT INTO snapshot_range (snapshot_id, card, packed) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"


async def refresh(month: int, unit_ids: Collection[int] | None = None) -> int:
    """Fold the facts of a month (of the units touched, or of all), score it, and return the new snapshot's number.

    Doing it twice does no harm: the same facts give the same standings. A closed month stays as it is.
    """
    async with transaction():
        await fold_month(month=month, unit_ids=unit_ids)
        snapshot_id = await recompute(month)
    await prune(month)
    return snapshot_id


async def prune(month: int) -> int:
    """Delete unsealed snapshots of a month that nobody reads any more; return how many."""
    async with transaction(), raw() as connection:
        stale = [row[0] for row in await connection.fetch(_STALE, month, KEPT - 1)]
        if stale:
            await connection.execute("DELETE FROM standing WHERE snapshot_id = ANY ($1::int4[])", stale)
            await connection.execute("DELETE FROM snapshot WHERE id = ANY ($1::int4[])", stale)
    return len(stale)


async def recompute(month: int, *, restating: bool = False) -> int:
    """Score a month from its matrix and make the result the one that readers see; return the snapshot's number.

    Runs in the caller's transaction if there is one; a month already sealed keeps its sealed snapshot. `restating` scores
    a closed month too: whoever asks for it puts the head back.
    """
    async with transaction(), raw() as connection:
        await lock_month(connection, month)
        sealed = await connection.fetchval("SELECT snapshot_id FROM closed_month WHERE month = $1", month)
        if sealed is not None and not restating:
            return int(sealed)
        rules, numbers = await rules_of(month), await catalogue()
        frame = await frame_of(rules)
        inputs = await month_inputs(connection, rules, numbers, frame)
        return await _published(connection, rules, inputs)


async def _published(connection: Connection, rules: Rules, inputs: "MonthInputs") -> int:
    from leaderboards.month_detail import detail_of
    from leaderboards.month_results import month_results
    from leaderboards.standing_rows import COLUMNS, standing_rows

    results = month_results(inputs)
    detail = msgspec.json.encode(detail_of(inputs, rules.fingerprint, results)).decode()
    units = sum(card.run.size for card in results.cards)
    snapshot_id = int(await connection.fetchval(_SNAPSHOT, rules.month, rules.rule_book_id, now(), units, detail))
    stream = standing_rows(snapshot_id, results.cards, inputs.frame.tree.ids)
    await copy_in(connection, "standing", COLUMNS, stream)
    await connection.execute(_SWAP, rules.month, snapshot_id)
    after_commit(_ask_anew)
    return snapshot_id


async def range_places(month: int) -> bool:
    """Work out how sure the places of a month's current snapshot are, and keep it; tell whether it is known now.

    False when facts or rules have moved on since the snapshot was made: the next one is on its way. Whoever scores the
    month meanwhile need not wait.
    """
    from leaderboards.month_ranges import month_ranges

    async with raw() as connection:
        state = await connection.fetchrow(_RANGED, month)
        rules = await rules_of(month)
        if state is None or state["moved"] or state["rule_book_id"] != rules.rule_book_id:
            return False
        if state["ranged"]:
            return True
        inputs = await month_inputs(connection, rules, await catalogue(), await frame_of(rules))
    found = await asyncio.to_thread(month_ranges, inputs)
    ids = inputs.frame.tree.ids
    rows = [(card.run.number, packed_ranges(card.rows(ids))) for card in found]
    async with transaction(), raw() as connection:
        kept = await connection.fetchval(_STILL_READ, month, state["snapshot_id"])
        if kept:
            await connection.executemany(_RANGE, [(state["snapshot_id"], *row) for row in rows])
            after_commit(_ask_anew)
    return bool(kept)


async def _ask_anew() -> None:
    """Let readers in this process see the new snapshot at once; those in others see it within a twentieth of a second."""
    expire()


async def seal(*, snapshot_id: int, digest: str) -> None:
    """Set a snapshot in stone under its digest, inside the closing's transaction; once, then the database refuses."""
    statement = "UPDATE snapshot SET sealed = true, digest = $2 WHERE id = $1 AND NOT sealed RETURNING id"
    async with raw() as connection:
        if await connection.fetchval(statement, snapshot_id, digest) is None:
            raise Conflict(problem("already_sealed", "这个快照已经封存。", "This snapshot is sealed already."))


async def answer_loss(
    *, month: int, department_id: int, answer: Answer, actor: Actor, at: datetime | None = None
) -> int:
    """Append a department's answer to a line passed on to it; return its number. It moves no points.

    The same answer twice is one. Raises NotFound for a line that is not there, Invalid for an objection without data.
    """
    moment = at or now()
    said = checked_answer(answer, moment.astimezone(SHANGHAI).date())
    found = await department_losses(department_id, month=month)
    line = next((one for one in found.lines if (one.kpi, one.cause) == (said.kpi, said.cause)), None)
    if line is None:
        raise NotFound(problem("no_such_line", "没有这条失分。", "There is no such line."))
    if line.answers and same_answer(said, line.answers[-1]):
        return line.answers[-1].id
    kpi_id = (await catalogue()).kpis[said.kpi]
    async with transaction():
        row = await models.LossAnswer.create(
            month=month, department_id=department_id, kpi_id=kpi_id, cause=said.cause, accepted=said.accepted,
            points=fixed(line.points, 4), reason=said.reason or None, figures=said.figures or None,
            done_by=said.done_by, at=moment, by=actor.account_id,
        )  # fmt: skip
        after = {"month": month, "points": line.points, **msgspec.to_builtins(said)}
        why = said.reason or None
        await audit.record(
            actor=actor, action="answer_loss", subject_kind="unit", subject=department_id, after=after, why=why
        )
    return row.id
