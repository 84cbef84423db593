"""Those who take part in a contest are told when it begins, at half time, and what each round means for them: each stage once."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from core.clock import SHANGHAI
from core.database import raw, transaction
from core.language import Text
from core.period import bounds, midnight
from months.contests.outcomes import outcomes
from months.contests.spec import days_of, units_of
from months.contests.timing import tells
from months.lifecycle import State
from months.queries import calendar
from months.queries.calendar import MonthRow
from months.queries.contests.rows import ContestRow, RoundRow, contests, rounds
from org.operations import notices

NOTICE = "contest"
NEWS = timedelta(days=14)
"""What was decided longer ago is no news: an installation that begins to tell does not tell of years."""
BEGINS = Text("比赛“{name}”开始了。", "The contest “{name}” has begun.")
HALF = Text("比赛“{name}”过半，可以看目前的排名。", "The contest “{name}” is at half time: see how it stands.")
ENDED = Text("比赛“{name}”的结果：{outcome}。", "Result of the contest “{name}”: {outcome}.")
ROUND = Text("比赛“{name}”第 {number} 轮：{outcome}。", "Contest “{name}”, round {number}: {outcome}.")
OFF = Text("比赛“{name}”已取消：{why}", "The contest “{name}” is called off: {why}")
_TOLD = """
INSERT INTO contest_notice (contest_id, stage, at) VALUES ($1, $2, $3)
ON CONFLICT (contest_id, stage) DO NOTHING RETURNING id
"""
_STAGES = "SELECT contest_id, stage FROM contest_notice WHERE contest_id = ANY ($1::int4[])"


async def tell_stages(at: datetime) -> int:
    """Tell of every stage that may be told at an instant and was not; return how many this call has told.

    A round is told as the boards are: not between freeze and publication, unless the freeze lets it be seen.
    """
    done = 0
    for month in await calendar.months(at):
        if _has_news(month, at):
            held = [one for one in await contests(month.month) if one.cancelled_at is None]
            settled = await rounds([one.id for one in held])
            known = await _known([one.id for one in held])
            for one in held:
                done += await _tell_of(one, month, settled[one.id], at, known)
    return done


async def called_off(row_id: int, name: Text, units: Sequence[int], why: str, at: datetime) -> None:
    """Tell those who take part that there is no contest; inside the caller's transaction."""
    await notices.tell(kind=NOTICE, text=OFF.format(name=name, why=why), href=_href(row_id), unit_ids=units, at=at)


def half_of(month: int) -> datetime:
    """Return the first instant of the day in the middle of a month."""
    begins, ends = bounds(month)
    return midnight((begins + (ends - begins) / 2).astimezone(SHANGHAI).date())


def _has_news(month: MonthRow, at: datetime) -> bool:
    if month.state in (State.DRAFT, State.ANNOUNCED, State.CANCELLED):
        return False
    return month.published_at is None or at - month.published_at <= NEWS


async def _known(contest_ids: list[int]) -> frozenset[tuple[int, str]]:
    async with raw() as connection:
        rows = await connection.fetch(_STAGES, contest_ids)
    return frozenset((row["contest_id"], row["stage"]) for row in rows)


async def _tell_of(
    one: ContestRow, month: MonthRow, settled: Sequence[RoundRow], at: datetime, known: frozenset[tuple[int, str]]
) -> int:
    done = 0
    for stage, found in _stages(one, month, settled, at):
        if (one.id, stage) not in known:
            done += await _tell(one, stage, found, at)
    return done


def _stages(
    one: ContestRow, month: MonthRow, settled: Sequence[RoundRow], at: datetime
) -> Iterator[tuple[str, RoundRow | None]]:
    """Yield what may be told now: start and half time while they are so, rounds as they may be known and are new."""
    half, ends = half_of(one.month), bounds(one.month)[1]
    if at < half:
        yield "start", None
    elif at < ends and len(settled) < len(days_of(one.spec)):
        yield "half", None
    for row in settled:
        open_to_all = tells(row.known_at, public=month.public, inner=False, frozen_from=month.frozen_from)
        if open_to_all and at - max(row.at, (month.public and month.published_at) or row.at) <= NEWS:
            yield f"round-{row.number}", row


async def _tell(one: ContestRow, stage: str, row: RoundRow | None, at: datetime) -> bool:
    async with transaction():
        async with raw() as connection:
            if not await connection.fetchval(_TOLD, one.id, stage, at):
                return False
        for text, units in _sentences(one, stage, row):
            await notices.tell(kind=NOTICE, text=text, href=_href(one.id), unit_ids=units, at=at)
    return True


def _sentences(one: ContestRow, stage: str, row: RoundRow | None) -> Iterator[tuple[Text, list[int]]]:
    """Yield each sentence with the units whose people hear it."""
    if row is None:
        text = BEGINS if stage == "start" else HALF
        yield text.format(name=one.name), sorted(set(units_of(one.spec)))
        return
    by_outcome: dict[Text, list[int]] = {}
    for unit, outcome in outcomes(one.spec, row.number, row.result).items():
        by_outcome.setdefault(outcome, []).append(unit)
    text = ENDED if len(days_of(one.spec)) == 1 else ROUND
    for outcome, units in by_outcome.items():
        yield text.format(name=one.name, number=row.number, outcome=outcome), units


def _href(contest_id: int) -> str:
    return f"/contests/{contest_id}"
