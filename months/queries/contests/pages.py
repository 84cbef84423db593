"""A contest as one viewer may read it: the rounds settled so far, and how it would end now."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import msgspec

import org.queries
from core.clock import SHANGHAI, now
from core.errors import NotFound
from core.language import Text
from core.period import bounds, next_first_day
from leaderboards.faces import shown
from months.contests.continuing import continued
from months.contests.settling import settled
from months.contests.spec import TOTAL, Spec, days_of, units_of
from months.contests.timing import DAY, tells
from months.contests.told import Eyes, Named, Told, told
from months.lifecycle import State
from months.queries import calendar
from months.queries.calendar import MonthRow
from months.queries.contests import rows
from months.queries.contests.numbers import Numbers, numbers_at, without_closed
from months.queries.contests.rows import ContestRow, RoundRow
from org.organisation import Unit
from org.roles import ALLOWED, Action
from org.visibility import Face, Scope, Viewer
from scoring.queries.rules import rules_of


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """Who reads contests: scope, whether drafts are shown, whether rounds after a freeze are."""

    scope: Scope
    runs: bool = False
    inner: bool = False


class ToldRound(msgspec.Struct, frozen=True, kw_only=True):
    """One round: its day (none for the sealed result), whether it is settled, and what it came to if that may be told."""

    number: int
    on: date | None
    settled_at: datetime | None
    told: Told | None


class ContestPage(msgspec.Struct, frozen=True, kw_only=True):
    """A contest: its rules, the state of its month, its rounds, and how it stands now (None once all is settled, or before it begins)."""

    row: ContestRow
    month: MonthRow
    units: Mapping[int, Named]
    measure: Text | None
    """The process that is looked at, None for the total."""
    rounds: tuple[ToldRound, ...]
    standing: Told | None

    @property
    def last(self) -> Told | None:
        """Return the newest that may be told: how it stands now, else the last round told."""
        done = [one.told for one in self.rounds if one.told is not None]
        return self.standing or (done[-1] if done else None)

    @property
    def over(self) -> bool:
        """Tell whether every round has been told."""
        return all(one.told is not None for one in self.rounds)


def reader_of(viewer: Viewer, scope: Scope) -> Reader:
    """Return how somebody reads contests."""
    runs = any(Action.RUN_CONTESTS in ALLOWED[role] for role in viewer.roles)
    return Reader(scope=scope, runs=runs, inner=shown() is Face.INNER)


async def contest_pages(month: int, reader: Reader) -> tuple[ContestPage, ...]:
    """Return all contests of a month."""
    found = await rows.contests(month, drafts=reader.runs)
    done = await rows.rounds([one.id for one in found])
    return tuple([await _page(one, done[one.id], reader) for one in found])


async def contest_page(contest_id: int, reader: Reader) -> ContestPage:
    """Return one contest; NotFound where there is none for this reader."""
    row = await rows.contest(contest_id, drafts=reader.runs)
    return await _page(row, (await rows.rounds([row.id]))[row.id], reader)


async def continued_from(contest_id: int, reader: Reader) -> tuple[ContestRow, Spec]:
    """Return a contest, and its rules for another month as far as this reader may know how it ended."""
    page = await contest_page(contest_id, reader)
    may_tell = {one.number for one in page.rounds if one.told is not None}
    done = [one for one in (await rows.rounds([contest_id]))[contest_id] if one.number in may_tell]
    return page.row, continued(page.row.spec, done[-1].result if done else None)


async def _page(row: ContestRow, done: Sequence[RoundRow], reader: Reader) -> ContestPage:
    month = await calendar.month_row(row.month)
    names = await _names(row)
    tellable = [
        one
        for one in done
        if tells(one.known_at, public=month.public, inner=reader.inner, frozen_from=month.frozen_from)
    ]
    by_number = {one.number: one for one in tellable}
    return ContestPage(
        row=row,
        month=month,
        units=names,
        measure=await _measure(row),
        rounds=tuple(
            _round(row, number, day, by_number.get(number), reader, names)
            for number, day in enumerate(days_of(row.spec), 1)
        ),
        standing=await _standing(row, month, tellable, reader, names),
    )


def _round(
    row: ContestRow, number: int, day: date | None, one: RoundRow | None, reader: Reader, names: Mapping[int, Named]
) -> ToldRound:  # fmt: skip
    eyes = Eyes(scope=reader.scope, names=names, hidden=one.hidden, small=one.small) if one else None
    return ToldRound(
        number=number,
        on=day,
        settled_at=one.at if one else None,
        told=told(row.spec, one.result, eyes) if one and eyes else None,
    )


async def _standing(
    row: ContestRow, month: MonthRow, done: Sequence[RoundRow], reader: Reader, names: Mapping[int, Named]
) -> Told | None:
    """Return how the contest would end now, by the face of the board that this reader is shown."""
    begun = bounds(row.month)[0] <= now()
    if row.draft or row.cancelled_at or not begun or month.state is State.CANCELLED:
        return None
    if len(done) == len(days_of(row.spec)):
        return None
    try:
        numbers = await _numbers_now(row, month, reader)
    except NotFound:
        return None
    result = settled(row.spec, len(done) + 1, numbers.by_unit, [one.result for one in done])
    return told(row.spec, result, Eyes(scope=reader.scope, names=names, hidden=numbers.hidden, small=numbers.small))


async def _numbers_now(row: ContestRow, month: MonthRow, reader: Reader) -> Numbers:
    """Return the numbers of the board that this reader is shown; of who was closed by then there is none."""
    found = await numbers_at(row.month, row.spec)
    moment = now() if reader.inner else min(now(), month.frozen_from)
    organisation = await org.queries.organisation_known(row.month, moment)
    day = moment.astimezone(SHANGHAI).date()
    return without_closed(found, organisation, min(day + DAY, next_first_day(row.month)))


async def _names(row: ContestRow) -> dict[int, Named]:
    units = (await org.queries.organisation_of_month(row.month)).units
    return {
        unit: _named(units[unit]) if unit in units else await _gone(unit) for unit in dict.fromkeys(units_of(row.spec))
    }


def _named(unit: Unit) -> Named:
    return Named(unit.code, Text(zh=unit.name_zh, en=unit.name_en), unit.closed_on)


async def _gone(unit: int) -> Named:
    """Return the names of a unit that was closed before the month began."""
    row = await org.queries.unit_row(unit) or {}
    code = row.get("code", f"#{unit}")
    return Named(code, Text(zh=row.get("name_zh", code), en=row.get("name_en", code)), row.get("closed_on"))


async def _measure(row: ContestRow) -> Text | None:
    if row.spec.measure == TOTAL:
        return None

    process = (await rules_of(row.month)).book.processes.get(row.spec.measure)
    return process.name if process else Text(zh=row.spec.measure, en=row.spec.measure)
