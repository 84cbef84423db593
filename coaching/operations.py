"""Coaching opened and ended by the closing of a month, and its steps ticked off by people."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

import scoring.queries.rules
from coaching import history, queries
from coaching.effect import effect
from coaching.history import Month
from coaching.models import CoachingAssignment, CoachingStep, CoachingTalk
from coaching.plan import HELP, Need, coaches, steps
from coaching.review import Lagging, Peers, helped
from coaching.review import caught as caught_by
from coaching.trial import Trial
from core import audit
from core.audit import Actor
from core.clock import SHANGHAI, now
from core.database import raw, transaction
from core.errors import Conflict, Invalid, NotFound, Refused, problem
from core.points import exact
from core.workdays import working_days
from leaderboards.month_board import MonthBoard
from leaderboards.queries.stored import Whole
from scoring.rulebook import Coaching, RuleBook

# Thousands of rows in the closing's transaction: one statement for all assignments, one for all their steps.
_ASSIGN = """
INSERT INTO coaching_assignment (month, snapshot_id, opened_at, unit_id, level, triggers, diagnosis, coach_id)
SELECT $1, $2, $3, * FROM unnest($4::int4[], $5::int2[], $6::text[], $7::text[], $8::int4[])
"""
_PLAN = """
INSERT INTO coaching_step (assignment_id, step, number, due_on)
SELECT a.id, s.* FROM coaching_assignment a CROSS JOIN unnest($2::text[], $3::int2[], $4::date[]) s
WHERE a.snapshot_id = $1 ORDER BY a.id, 3
"""
LIFTED = "lifted"
MOST_NOTE = 2_000
MOST_NAME = 80


async def assign(*, month: int, found: Whole, at: datetime) -> tuple[Lagging, ...]:
    """End the help of earlier months with its outcome and open help for everybody whom a trigger catches now.

    Runs in the closing's transaction, whose audit row covers it. At most one assignment of a unit is ever open.
    """
    months = await queries.months_back(found)
    book = (await scoring.queries.rules.rules_of(month)).book
    codes = (await scoring.queries.rules.catalogue()).kpi_codes
    cards = {card: _peers(book, card, months, found, codes) for card in book.coaching.kinds}
    caught = {unit_id for peers in cards.values() for unit_id in peers.caught}
    extended = await _end(await queries.open_before(month), caught, found.board, book.coaching, at)
    wanted = caught | extended.keys()
    lagging = tuple(
        one
        for card, peers in cards.items()
        for one in helped(book, card, history.members(card, months, codes, only=wanted), extended, peers)
    )
    await _open(lagging, found.board, book, at)
    return lagging


def _peers(book: RuleBook, card: str, months: Sequence[Month], found: Whole, codes: Mapping[int, str]) -> Peers:
    """Return what all units of a card give for the review of some."""
    members = history.members(card, months, codes, diagnosed=False)
    return Peers.of(members, caught_by(book, card, members), history.medians(card, months[0], found.lines, codes))


async def withdraw(*, snapshot_id: int, closed_at: datetime, at: datetime) -> None:
    """Undo what a closing did that holds no longer: help it opened is withdrawn, help it ended goes on.

    Runs in the reopening's transaction, whose audit row covers it.
    """
    await CoachingAssignment.filter(snapshot_id=snapshot_id, withdrawn_at=None).update(withdrawn_at=at)
    await CoachingAssignment.filter(ended_at=closed_at, withdrawn_at=None).update(ended_at=None, outcome=None)


async def record_talk(
    *, assignment_id: int, with_whom: str, held_on: date, note: str, actor: Actor, at: datetime | None = None
) -> None:
    """Record the talk that help on site begins with; once. Conflict when it is recorded already."""
    moment = at or now()
    said, whom = note.strip(), with_whom.strip()
    if not said or not whom or len(said) > MOST_NOTE or len(whom) > MOST_NAME:
        raise Invalid(problem("talk_incomplete", "请写明谈话对象和要点。", "Say who was talked with and what about."))
    if held_on > moment.astimezone(SHANGHAI).date():
        raise Invalid(problem("talk_ahead", "谈话日期不能晚于今天。", "The talk cannot lie ahead."))
    async with transaction():
        found = await CoachingAssignment.filter(id=assignment_id, withdrawn_at=None).select_for_update().first()
        if found is None:
            raise NotFound(problem("no_such_assignment", "没有这项帮扶。", "There is no such coaching assignment."))
        if await CoachingTalk.exists(assignment_id=assignment_id):
            raise Conflict(problem("talk_recorded", "谈话已有记录。", "The talk is recorded already."))
        await CoachingTalk.create(
            assignment_id=assignment_id, with_whom=whom, held_on=held_on, note=said, at=moment, by=actor.account_id
        )
        after = {"with": whom, "on": held_on.isoformat()}
        await audit.record(
            actor=actor, action="record_talk", subject_kind="coaching_assignment", subject=assignment_id, after=after
        )


async def tick_step(
    *, assignment_id: int, number: int, note: str | None, actor: Actor, at: datetime | None = None
) -> None:
    """Mark the next step of a plan as done, with what was done; steps are done in their order and once."""
    if note is not None and len(note) > MOST_NOTE:
        raise Invalid(problem("note_too_long", "记录太长。", "The note is too long."))
    async with transaction():
        found = await CoachingAssignment.filter(id=assignment_id).select_for_update().first()
        if found is None:
            raise NotFound(problem("no_such_assignment", "没有这项帮扶。", "There is no such coaching assignment."))
        waiting = await CoachingStep.filter(assignment_id=assignment_id, done_at=None).order_by("number").first()
        if found.ended_at is not None or waiting is None or waiting.number != number:
            raise Refused(problem("not_the_next_step", "只能完成下一步。", "Only the next step can be done."))
        await CoachingStep.filter(id=waiting.id).update(done_at=at or now(), done_by=actor.account_id, note=note)
        after = {"step": waiting.step, "note": note}
        await audit.record(
            actor=actor, action="tick_step", subject_kind="coaching_assignment", subject=assignment_id, after=after
        )


async def _end(
    before: Mapping[int, Any], caught: Collection[int], board: MonthBoard, rules: Coaching, at: datetime
) -> dict[int, int]:
    """End each open assignment with its outcome; return the level of those that were not lifted."""
    boards = {month: await queries.board_of(month) for month in sorted({row["month"] for row in before.values()})}
    trials = {month: Trial(earlier, board, frozenset(before)) for month, earlier in boards.items() if earlier}
    outcomes = {unit: _outcome(unit, row, trials.get(row["month"]), caught, rules) for unit, row in before.items()}
    for outcome in sorted(set(outcomes.values())):
        ended = [before[unit]["id"] for unit in outcomes if outcomes[unit] == outcome]
        await CoachingAssignment.filter(id__in=ended).update(ended_at=at, outcome=outcome)
    return {unit: before[unit]["level"] for unit, outcome in outcomes.items() if outcome != LIFTED}


def _outcome(unit_id: int, row: Any, trial: Trial | None, caught: Collection[int], rules: Coaching) -> str:  # noqa: ANN401 - asyncpg ships no types
    """Return what became of the help: attention ends when nothing catches the unit; a coach stays until it shows."""
    if trial is None or unit_id not in trial.after.by_unit:
        return LIFTED
    if row["level"] < HELP and unit_id not in caught:
        return LIFTED
    unit = trial.unit(unit_id)
    if unit is None:
        return "extended"
    found = effect(unit, trial.peers(unit_id), min_effect=exact(rules.min_effect), exit_score=exact(rules.exit_score))
    return found.outcome


async def _open(found: Sequence[Lagging], board: MonthBoard, book: RuleBook, at: datetime) -> None:
    helpers = coaches(
        [
            Need(unit_id=one.unit_id, group=_pool(board, one.unit_id), level=one.level, total=one.diagnosis.total or 0)
            for one in found
        ],
        _best(board, {one.unit_id for one in found}),
        busy={},
        capacity=book.coaching.capacity,
    )
    opened_on = at.astimezone(SHANGHAI).date()
    planned = steps(opened_on, step_days=book.coaching.step_days, calendar=working_days())
    columns = (
        [one.unit_id for one in found],
        [one.level for one in found],
        [msgspec.json.encode(one.fired).decode() for one in found],
        [msgspec.json.encode(one.diagnosis).decode() for one in found],
        [helpers.get(one.unit_id) for one in found],
    )
    plan = ([one.code for one in planned], [one.number for one in planned], [one.due_on for one in planned])
    async with raw() as connection:
        await connection.execute(_ASSIGN, board.month, board.snapshot_id, at, *columns)
        await connection.execute(_PLAN, board.snapshot_id, *plan)


def _pool(board: MonthBoard, unit_id: int) -> str:
    standing = board.by_unit[unit_id]
    return f"{standing.card}/{standing.group}"


def _best(board: MonthBoard, lagging: set[int]) -> dict[str, list[int]]:
    """Return by peer group the upper half of its ranked units, the best first: benchmarks that may coach."""
    found: dict[str, list[int]] = {}
    for (card, group), standings in board.by_group.items():
        ranked = [one.unit_id for one in standings if one.peer_rank is not None]
        found[f"{card}/{group}"] = [unit for unit in ranked[: len(ranked) // 2] if unit not in lagging]
    return found
