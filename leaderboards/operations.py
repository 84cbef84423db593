"""Writes of leaderboards: a month scored anew, built aside and swapped in by one row; how sure its places are, afterwards."""

import asyncio
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from core import audit, outbox
from core.audit import Actor
from core.clock import SHANGHAI, now
from core.database import Connection, after_commit, copy_in, joined, raw, transaction
from core.errors import Conflict, NotFound, problem
from core.period import bounds, shifted
from core.points import fixed
from leaderboards import models
from leaderboards.answering import Answer, checked_answer, same_answer
from leaderboards.month_board import Detail
from leaderboards.queries import followed
from leaderboards.queries.current import open_months
from leaderboards.queries.known import rules_then
from leaderboards.queries.month_inputs import frame_of, month_inputs
from leaderboards.queries.passed_on import department_losses
from leaderboards.queries.snapshots import expire
from leaderboards.ranges import packed_ranges
from scoring.operations.fold import fold_month, folded_units, lock_month
from scoring.operations.storing import INTAKE_LOCK
from scoring.queries.rules import Rules, catalogue, ground_of, rules_of

if TYPE_CHECKING:  # numpy is imported late: whoever only asks for a refresh need not wait for it
    from leaderboards.following import Following, Moved
    from leaderboards.inputs import MonthInputs
    from leaderboards.month_ranges import CardRanges
    from leaderboards.month_results import MonthResults
    from leaderboards.queries.followed import Held

About: TypeAlias = tuple[datetime, int, str]
FEW = 64
"""Up to so many units touched, a month that this process holds is moved instead of scored anew."""
MOST_MOVED = 512
"""Up to so many units changed, a snapshot is stored as what changed."""
KEPT = 2
"""Snapshots of a month that are kept: the one that is read, and the one before it for pages being turned."""
# Places scored behind a face are numbered apart: the numbers of open boards would tell how often that was.
_SNAPSHOT = """
INSERT INTO snapshot (id, month, rule_book_id, through_batch, made_at, units, detail)
VALUES (nextval($7::regclass), $1, $2, $3, $4, $5, $6) RETURNING id
"""
_OPEN_NUMBERS, _HIDDEN_NUMBERS = "snapshot_id_seq", "hidden_snapshot"
_KNOWN_THROUGH = "SELECT max(id) FROM import_batch WHERE received_at < $1"
# Announcing and publishing belong to a package above this one; its rows are read here as facts.
_UNPINNED = """
SELECT m.month, m.freeze_at FROM service_month m WHERE m.month = $1 AND m.announced_at IS NOT NULL AND m.cancelled_at IS NULL
  AND NOT EXISTS (SELECT FROM board_face f WHERE f.month = $1)
  AND NOT EXISTS (SELECT FROM publication p WHERE p.month = $1)
"""
_STANDS = f"""
SELECT (SELECT through_batch FROM month_fold WHERE month = $1) AS through, EXISTS (
  SELECT FROM board_face f WHERE f.month = $1 AND NOT EXISTS (SELECT FROM publication p WHERE p.month = $1)
) AS held_back, open.freeze_at, open.month IS NOT NULL AS unpinned
FROM (SELECT) one LEFT JOIN ({_UNPINNED}) open ON true
"""  # noqa: S608 - our own statements
_FACE = "INSERT INTO board_face (month, snapshot_id, known_until, at) VALUES ($1, $2, $3, $4)"
LOOKING_BACK = 12
"""So many months later a month may still be looked at: windows, held scores, growth, movement."""
_SWAP = """
INSERT INTO board_head (month, snapshot_id) VALUES ($1, $2) ON CONFLICT (month) DO UPDATE SET snapshot_id = $2
"""
_DELTA = "INSERT INTO snapshot_delta (snapshot_id, chain, moves) VALUES ($1, parts_of($2), $3)"
_SEALED = "SELECT snapshot_id FROM closed_month WHERE month = $1"
_STALE = """
WITH kept AS (
  SELECT snapshot_id FROM board_head WHERE month = $1
  UNION SELECT snapshot_id FROM board_face WHERE month = $1
  UNION (SELECT id FROM snapshot WHERE month = $1 AND NOT sealed ORDER BY id DESC LIMIT $2)
)
SELECT id FROM snapshot WHERE month = $1 AND NOT sealed AND id NOT IN (SELECT unnest(parts_of(snapshot_id)) FROM kept)
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
    if unit_ids is not None and len(unit_ids) <= FEW:
        return await _followed(month, unit_ids)
    async with transaction():
        await pin(month)
        await fold_month(month=month, unit_ids=unit_ids)
        snapshot_id = await recompute(month)
    await prune(month)
    return snapshot_id


async def _followed(month: int, unit_ids: Collection[int]) -> int:
    """Do the same for few units: a month held in this process is moved, and only what changed is written."""
    async with transaction(), raw() as connection:
        await pin(month)
        await lock_month(connection, month)
        state = await followed.state_of(connection, month)
        if state and state.closed:
            return await recompute(month)
        ground = await ground_of(month)
        held = await followed.taken(connection, ground, state)
        fold = await folded_units(connection, unit_ids, ground.rules, ground.numbers)
        moved = held.following.move(fold.units or (), fold.cells) if held else None
        if held and moved:
            return await _moved(connection, replace(held, fold=fold.number), moved)
        begun = await followed.begun(connection, ground)
        return await (_begun(connection, ground.rules, begun, fold.number) if begun else recompute(month))


async def _moved(connection: Connection, held: "Held", moved: "Moved") -> int:
    """Store a month that was moved: as what changed, or as a whole where that is much."""
    from leaderboards.month_detail import detail_moved
    from leaderboards.standing_rows import COLUMNS, packed_moves, standing_rows

    rules, inputs, cards = held.rules, held.following.inputs, moved.results.cards
    if moved.size > MOST_MOVED:
        return await _begun(connection, rules, held.following, held.fold)
    about = await _about(connection, rules.month)
    detail = detail_moved(inputs, (moved.before, held.detail), moved.results)
    snapshot_id = await _snapshot(connection, rules, detail, sum(card.run.size for card in cards), about)
    ids = inputs.frame.tree.ids
    if moved.size:
        await copy_in(connection, "standing", COLUMNS, standing_rows(snapshot_id, cards, ids, moved.rewritten))
    await connection.execute(_DELTA, snapshot_id, held.snapshot_id, packed_moves(cards, ids, moved.shifted))
    await _show(connection, rules.month, snapshot_id)
    _hold(replace(held, snapshot_id=snapshot_id, detail=detail))
    return snapshot_id


async def _begun(connection: Connection, rules: Rules, following: "Following", fold: int) -> int:
    """Store a month that will be followed as a whole."""
    about = await _about(connection, rules.month)
    snapshot_id, detail = await _stored(connection, rules, following.inputs, following.results, about)
    await _show(connection, rules.month, snapshot_id)
    _hold(followed.Held(snapshot_id, fold, rules, following, detail))

    async def tidy() -> None:
        await prune(rules.month)

    after_commit(tidy)
    return snapshot_id


def _hold(held: "Held") -> None:
    """Hold the month in this process once this transaction has committed."""

    async def remember() -> None:
        followed.remember(held)

    after_commit(remember)


async def pin(month: int) -> bool:
    """Make the board as of the freeze, which everybody reads until publication, once that instant has come.

    It rests on what was known before the instant and on nothing else, however late it is made. Imports on their way are
    waited for, so that all that were received before are in it. Return whether it was made now.
    """
    async with joined(), raw() as connection:
        if await _due(connection, month) is None:
            return False
        await connection.execute("SELECT pg_advisory_xact_lock($1::int4, $2::int4)", INTAKE_LOCK, month)
        await lock_month(connection, month)
        return await _pinned(connection, month)


async def _due(connection: Connection, month: int) -> datetime | None:
    """Return the freeze of a month if it has come and nothing was pinned for it yet."""
    row = await connection.fetchrow(_UNPINNED, month)
    return _come(month, row["freeze_at"]) if row is not None else None


def _come(month: int, freeze_at: datetime | None) -> datetime | None:
    until = freeze_at or bounds(month)[1]
    return until if now() >= until else None


async def _pinned(connection: Connection, month: int) -> bool:
    """Pin the face of a month that is due, inside the transaction that holds the month's turn."""
    from leaderboards.month_ranges import month_ranges
    from leaderboards.month_results import month_results

    until = await _due(connection, month)
    if until is None:
        return False
    rules, numbers = await rules_then(month, until), await catalogue()
    inputs = await month_inputs(connection, rules, numbers, await frame_of(rules, until), known_at=until)
    through = await connection.fetchval(_KNOWN_THROUGH, until) or 0
    results = month_results(inputs)
    snapshot_id, _ = await _stored(connection, rules, inputs, results, (until, through, _OPEN_NUMBERS))
    found = await asyncio.to_thread(month_ranges, inputs)
    await _keep_ranges(connection, snapshot_id, found, inputs)
    await connection.execute(_FACE, month, snapshot_id, until, now())
    after_commit(_ask_anew)
    return True


async def after_publication(month: int) -> None:
    """Ask for later open months to be scored anew, inside the publication: until now they rested on the face of this one."""
    for later in await open_months():
        if month < later <= shifted(month, LOOKING_BACK):
            await outbox.note("score", {"month": later}, dedup_key=f"score:{later}")
    after_commit(_ask_anew)


async def prune(month: int) -> int:
    """Delete unsealed snapshots of a month that nobody reads any more; return how many."""
    async with transaction(), raw() as connection:
        stale = [row[0] for row in await connection.fetch(_STALE, month, KEPT)]
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
        sealed = await connection.fetchval(_SEALED, month)
        if sealed is not None and not restating:
            return int(sealed)
        rules, numbers, revision = await ground_of(month)
        inputs = await month_inputs(connection, rules, numbers, await frame_of(rules, revision=revision))
        return await _published(connection, rules, inputs)


async def _published(connection: Connection, rules: Rules, inputs: "MonthInputs") -> int:
    from leaderboards.month_results import month_results

    about = await _about(connection, rules.month)
    snapshot_id, _ = await _stored(connection, rules, inputs, month_results(inputs), about)
    await _show(connection, rules.month, snapshot_id)
    return snapshot_id


async def _about(connection: Connection, month: int) -> About:
    """Return when a snapshot is made, through which batch, and how it is numbered.

    Asked when all has been read: what came after the freeze may be in it only if the face is pinned beside it.
    """
    row = await connection.fetchrow(_STANDS, month)
    if row["unpinned"] and _come(month, row["freeze_at"]) and await _pinned(connection, month):
        row = await connection.fetchrow(_STANDS, month)
    return now(), row["through"] or 0, _HIDDEN_NUMBERS if row["held_back"] else _OPEN_NUMBERS


async def _show(connection: Connection, month: int, snapshot_id: int) -> None:
    """Make a snapshot the one that is read."""
    await connection.execute(_SWAP, month, snapshot_id)
    after_commit(_ask_anew)


async def _stored(
    connection: Connection, rules: Rules, inputs: "MonthInputs", results: "MonthResults", about: About
) -> tuple[int, Detail]:
    """Store the results of a month beside what readers see."""
    from leaderboards.month_detail import detail_of
    from leaderboards.standing_rows import COLUMNS, standing_rows

    detail = detail_of(inputs, rules.fingerprint, results)
    snapshot_id = await _snapshot(connection, rules, detail, sum(card.run.size for card in results.cards), about)
    await copy_in(connection, "standing", COLUMNS, standing_rows(snapshot_id, results.cards, inputs.frame.tree.ids))
    return snapshot_id, detail


async def _snapshot(connection: Connection, rules: Rules, detail: Detail, units: int, about: About) -> int:
    made_at, through, numbered = about
    values = (rules.month, rules.rule_book_id, through, made_at, units, msgspec.json.encode(detail).decode(), numbered)
    return int(await connection.fetchval(_SNAPSHOT, *values))


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
    async with transaction(), raw() as connection:
        await lock_month(connection, month)
        kept = await connection.fetchval(_STILL_READ, month, state["snapshot_id"])
        if kept:
            await _keep_ranges(connection, state["snapshot_id"], found, inputs)
            after_commit(_ask_anew)
    return bool(kept)


async def _keep_ranges(
    connection: Connection, snapshot_id: int, found: "Iterable[CardRanges]", inputs: "MonthInputs"
) -> None:
    ids = inputs.frame.tree.ids
    rows = [(snapshot_id, card.run.number, packed_ranges(card.rows(ids))) for card in found]
    await connection.executemany(_RANGE, rows)


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
