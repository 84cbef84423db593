"""A believable month for the cast: facts for every KPI of the small rule book, one hall clearly best and one clearly last."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import leaderboards.operations
import months.operations.announcing
import months.operations.closing
import months.operations.planning
import months.operations.releasing
import months.operations.signing
from coaching.operations import record_talk
from coaching.queries import talks_missing
from core import outbox
from core.period import first_day, next_first_day, shifted
from months.operations.closing import Closed
from months.queries.calendar import month_row
from months.queries.complete import unsigned
from scoring.operations.fold import fold_month
from tests.cast import MONTH, Cast
from tests.factories import Fact, during, facts

QUALITY = {"S1": 95, "S2": 90, "S3": 86, "S4": 76}
"""Visit marks of the halls; everything else of a hall follows from its mark."""
HALL_OF = {"zhouhe": "S1", "wutong": "S1", "liyi": "S1", "qiandan": "S2", "sunke": "S3", "zhaoran": "S4"}
AFTER = 3
"""Days after the end of a month on which it is closed."""


def closing_day(month: int = MONTH) -> datetime:
    """Return ten o'clock on the fourth of the month that follows."""
    return during(shifted(month, 1), AFTER)


def month_facts(month: int, quality: Mapping[str, int]) -> list[Fact]:
    """Return the facts of one month."""
    on = first_day(month)
    span = (next_first_day(month) - on).days
    told = [fact for hall, mark in quality.items() for fact in _hall(hall, mark, month)]
    for clerk, hall in HALL_OF.items():
        told += [
            Fact(f"P-{clerk}", "SAT", on, f"{40 * (700 + 2 * quality[hall]) // 100}", 40),
            Fact(f"P-{clerk}", "EXAM", on, quality[hall], 100),
        ]
    for outlet in ("O1", "O2"):
        told += [Fact(outlet, "SAT", on, 174, 20), Fact(outlet, "VISIT", on, 264, 3)]
    for number, branch in enumerate(("B1", "B2")):
        told += [
            Fact(branch, "COVER", on, 960 - 10 * number, 1000),
            Fact(branch, "COMPLAINT", on, 180 + 20 * number, 100_000),
            Fact(branch, "TASKS", on, 9500, 100, days=span),
        ]
    for number, department in enumerate(("CSD", "NWD", "HRD")):
        told.append(Fact(department, "TASKS", on, 9600 - 100 * number, 100, days=span))
        told += [Fact(department, "RATING", on, 9, 1, item=branch) for branch in ("B1", "B2")]
    return [*told, Fact("P-jiangfan", "PROMO", on, 90, 100)]


def _hall(hall: str, mark: int, month: int) -> list[Fact]:
    on = first_day(month)
    return [
        Fact(hall, "VISIT", on, mark * 5, 5),
        Fact(hall, "SMILE", on, mark, 100),
        Fact(hall, "WAIT", on, 500, 100),
    ]


async def planned(cast: Cast, month: int = MONTH, theme: str = "SMILING") -> None:
    """Plan a month and announce it before it begins, by two people."""
    at = during(shifted(month, -1), 27)
    actor = cast.actor("sulan")
    await months.operations.planning.plan_month(
        month=month, theme=theme, rule_book_id=cast.rule_book_id, actor=actor, at=at
    )
    await months.operations.announcing.propose_announcement(month=month, actor=actor, at=at)
    await months.operations.announcing.announce(month=month, actor=cast.actor("heqing"), at=at)


async def ran(cast: Cast, month: int = MONTH, quality: Mapping[str, int] = QUALITY) -> int:
    """Plan a month, commit its facts, have its completeness answered for, score it; return the snapshot's number."""
    await planned(cast, month)
    await facts(month_facts(month, quality))
    await fold_month(month=month)
    await complete(cast, month)
    return await leaderboards.operations.recompute(month)


async def complete(cast: Cast, month: int = MONTH) -> None:
    """Let the organiser answer for the completeness of every process, in the course of the month."""
    at = during(month, 20)
    for process in await unsigned(month):
        await months.operations.signing.waive(
            month=month, process=process, why="已逐项核对", actor=cast.actor("sulan"), at=at
        )


async def closed(cast: Cast, month: int = MONTH) -> Closed:
    """Close a month that ran: proposed by Su Lan, approved by the auditor, three days after its end."""
    at = closing_day(month)
    await months.operations.closing.propose_close(month=month, actor=cast.actor("sulan"), at=at)
    return await months.operations.closing.approve_close(month=month, actor=cast.actor("baishu"), at=at)


async def published(cast: Cast, month: int = MONTH) -> Closed:
    """Close a month and let a third person publish it the same day."""
    made = await closed(cast, month)
    await months.operations.releasing.release(month=month, actor=cast.actor("heqing"), at=closing_day(month))
    return made


async def talks_held(cast: Cast, at: datetime, month: int = MONTH) -> None:
    """Record the talks with which help on site begins; without them no result is published."""
    row = await month_row(month, at)
    for found in await talks_missing(row.snapshot_id or 0):
        await record_talk(
            assignment_id=found.id, with_whom="陈默", held_on=at.date(), note="约定驻点", actor=cast.actor("sulan"), at=at
        )  # fmt: skip


async def worked_off(month: int = MONTH) -> None:
    """Do what a worker would do: score the month and mark its notes as done."""
    await leaderboards.operations.refresh(month)
    for note in await outbox.claim(100, timedelta(minutes=1)):
        await outbox.finish(note.id)
