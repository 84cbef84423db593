"""Rounds are settled once: when their day is over, or when the month is public; late rather than never, whoever does it."""

from datetime import datetime
from typing import NamedTuple

import msgspec

import org.queries
from core import audit
from core.audit import SYSTEM
from core.database import raw, transaction
from core.errors import NotFound
from core.period import next_first_day
from leaderboards.faces import showing
from leaderboards.queries.as_of import board_as_of
from leaderboards.queries.snapshots import month_board
from months.contests.results import Result
from months.contests.settling import settled
from months.contests.spec import days_of, units_of
from months.contests.timing import DAY, known_at
from months.lifecycle import State
from months.models.contests import Contest
from months.operations.contests.planning import KIND
from months.queries import calendar
from months.queries.calendar import MonthRow
from months.queries.contests.numbers import Numbers, numbers_of, without_closed
from months.queries.contests.rows import Hidden, OpenContest, open_contests, rounds
from org.visibility import Face

NOTHING_KNOWN = Numbers({}, frozenset(), small=False)
_STORED = """
INSERT INTO contest_round (contest_id, number, known_at, at, result, hidden) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (contest_id, number) DO NOTHING RETURNING id
"""


async def settle_due(at: datetime) -> int:
    """Settle every round that is due at an instant, in order; return how many this call has settled."""
    done, months = 0, {row.month: row for row in await calendar.months(at)}
    for one in await open_contests():
        month = months.get(one.month)
        if month is not None and month.state is not State.CANCELLED:
            done += await _settle(one, month, at)
    return done


async def _settle(one: OpenContest, month: MonthRow, at: datetime) -> int:
    done = 0
    for number in range(one.settled + 1, len(days_of(one.spec)) + 1):
        known = known_at(one.spec, number, month.published_at)
        if known is None or known > at:
            break
        numbers = await _numbers(one, number, known)
        if numbers is None or not await _settle_round(one, number, numbers, Moments(known, at)):
            break
        done += 1
    return done


async def _numbers(one: OpenContest, number: int, known: datetime) -> Numbers | None:
    """Return the numbers that decide a round: as they were known when its day was over, or the published ones."""
    day = days_of(one.spec)[number - 1]
    try:
        if day is None:
            found = numbers_of(await month_board(one.month), one.spec)
        else:
            with showing(Face.INNER):
                found = numbers_of(await board_as_of(one.month, known), one.spec)
    except NotFound:
        return None if day is None else NOTHING_KNOWN
    organisation = await org.queries.organisation_known(one.month, known)
    return without_closed(found, organisation, day + DAY if day else next_first_day(one.month))


class Moments(NamedTuple):
    """The instant whose knowledge decides, and that of the settling."""

    known: datetime
    at: datetime


async def _settle_round(one: OpenContest, number: int, numbers: Numbers, when: Moments) -> bool:
    """Settle one round unless somebody else has; of several who try at once one does it."""
    async with transaction():
        contest = await Contest.filter(id=one.id).select_for_update().first()
        before = (await rounds([one.id]))[one.id]
        if contest is None or contest.cancelled_at is not None or len(before) != number - 1:
            return False
        result = settled(one.spec, number, numbers.by_unit, [row.result for row in before])
        among = numbers.hidden.intersection(units_of(one.spec))
        stored = await _store(one.id, number, when, result, Hidden(tuple(sorted(among)), small=numbers.small))
        if stored:
            after = {"round": number, "known_at": when.known.isoformat()}
            await audit.record(actor=SYSTEM, action="settle_contest", subject_kind=KIND, subject=one.id, after=after)
    return stored


async def _store(contest_id: int, number: int, when: Moments, result: Result, hidden: Hidden) -> bool:
    values = (msgspec.json.encode(result).decode(), msgspec.json.encode(hidden).decode())
    async with raw() as connection:
        return bool(await connection.fetchval(_STORED, contest_id, number, *when, *values))
