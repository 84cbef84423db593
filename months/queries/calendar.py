"""Service months as people see them: which there are, where each stands, what stands against its closing."""

from datetime import datetime
from typing import Any

import msgspec

import scoring.queries.rules
from core import period
from core.clock import now
from core.database import raw
from core.errors import NotFound, Problem, problem
from core.language import Text
from core.workdays import working_days
from months import guards
from months.dates import Agreed, dates, end_of_working_day
from months.lifecycle import OPEN, Recorded, State, final, public, published_at, settled_at, state
from months.queries import closing, obstacles, sealed

_MONTHS = """
SELECT m.month, m.theme, m.rule_book_id, m.planned_at, m.proposed_announcement_at, m.proposed_announcement_by,
  m.announced_at, m.announced_by, m.cancelled_at, m.cancelled_why, m.freeze_at, m.cut_off_at, m.appeals_until,
  m.ceremony_at, m.embargo_until, m.notice_days, c.closing_id, c.version, c.approved_at AS closed_at,
  c.approved_by AS closed_by, c.digest, c.snapshot_id, r.at AS released_at, p.at AS published_at, p.via, p.why AS published_why,
  coalesce(o.waiting, 0) AS open_objections, o.decided_at AS objections_decided_at, t.reached
FROM service_month m
LEFT JOIN closed_month c ON c.month = m.month
LEFT JOIN release r ON r.closing_id = c.closing_id
LEFT JOIN publication p ON p.month = m.month
LEFT JOIN (
  SELECT month, count(*) FILTER (WHERE decision IS NULL) AS waiting, max(decided_at) AS decided_at
  FROM objection GROUP BY month
) o ON o.month = m.month
LEFT JOIN (SELECT month, max(due_at) AS reached FROM transition GROUP BY month) t ON t.month = m.month
"""


class MonthRow(msgspec.Struct, frozen=True, kw_only=True):
    """A service month with its instants (UTC) and the state that follows from them; a digest once it is closed.

    `cut_off_at`, `appeals_until`, `embargo_until` and `notice_until` have their defaults filled in; `freeze_at` and
    `ceremony_at` are None without a freeze before the end and without a ceremony. `version` counts the closings.
    """

    month: int
    theme: str
    rule_book_id: int
    state: State
    planned_at: datetime
    proposed_announcement_at: datetime | None
    proposed_announcement_by: int | None
    announced_at: datetime | None
    announced_by: int | None
    cancelled_at: datetime | None
    cancelled_why: str | None
    freeze_at: datetime | None
    cut_off_at: datetime
    appeals_until: datetime
    ceremony_at: datetime | None
    embargo_until: datetime | None
    notice_days: int
    closing_id: int | None
    version: int | None
    closed_at: datetime | None
    closed_by: int | None
    digest: str | None
    snapshot_id: int | None
    released_at: datetime | None
    published_at: datetime | None
    via: str | None
    published_why: str | None
    notice_until: datetime | None
    open_objections: int
    settled_at: datetime | None

    @property
    def final(self) -> bool:
        """Say whether the result is closed."""
        return final(self.state)

    @property
    def public(self) -> bool:
        """Say whether everybody may read the result."""
        return public(self.state)

    @property
    def frozen_from(self) -> datetime:
        """Return the instant from which the public sees the board as it was then: the freeze, or the end of the month."""
        return self.freeze_at or period.bounds(self.month)[1]


class MonthPage(msgspec.Struct, frozen=True, kw_only=True):
    """A month for its own page: the theme's name, every reason against its next step, the open proposal, what came too late."""

    row: MonthRow
    theme: Text
    problems: tuple[Problem, ...] = ()
    waivable: tuple[str, ...] = ()
    proposal: closing.Proposal | None = None
    waiting: tuple[sealed.Late, ...] = ()


async def months(at: datetime | None = None) -> tuple[MonthRow, ...]:
    """Return all service months, the newest first."""
    async with raw() as connection:
        rows = await connection.fetch(_MONTHS + " ORDER BY m.month DESC")
    return tuple(_row(row, at or now()) for row in rows)


async def month_row(month: int, at: datetime | None = None) -> MonthRow:
    """Return one service month; NotFound when it was never planned."""
    async with raw() as connection:
        row = await connection.fetchrow(_MONTHS + " WHERE m.month = $1", month)
    if row is None:
        raise NotFound(problem("no_such_month", "没有这个服务月。", "There is no such service month."))
    return _row(row, at or now())


async def month_page(month: int, at: datetime | None = None) -> MonthPage:
    """Return everything the page of a month shows."""
    row = await month_row(month, at)
    book = await scoring.queries.rules.rule_book(row.rule_book_id)
    theme = book.themes[row.theme].name if row.theme in book.themes else Text(zh=row.theme, en=row.theme)
    if row.state not in OPEN:
        late = await sealed.waiting_for_restatement(month)
        return MonthPage(row=row, theme=theme, problems=await _next_problems(row), waiting=late)
    problems = guards.closing_problems(await closing.readiness(month, row.state, at or now(), row.cut_off_at))
    return MonthPage(
        row=row,
        theme=theme,
        problems=problems,
        waivable=tuple(guards.key(one) for one in problems if one.grade == "warning"),
        proposal=await closing.proposal(month),
    )


async def _next_problems(row: MonthRow) -> tuple[Problem, ...]:
    """Return what stands in the way of the next step of a month that is closed."""
    if row.state is State.CLOSED:
        return await obstacles.of_publishing(row)
    if row.state is State.EMBARGOED:
        return await obstacles.of_ending(row)
    return obstacles.of_settling(row) if row.state is State.PUBLISHED else ()


def _row(row: Any, at: datetime) -> MonthRow:  # noqa: ANN401 - asyncpg ships no types
    values = dict(row)
    decided_at, reached = values.pop("objections_decided_at"), values.pop("reached")
    at = max(at, reached or at)  # a clock that was set back undoes nothing that has happened
    agreed = Agreed(**{name: values[name] for name in Agreed.__struct_fields__})
    values |= msgspec.structs.asdict(dates(values["month"], agreed, working_days()))
    known = {name: values[name] for name in Recorded.__struct_fields__ if name in values}
    recorded = Recorded(**known, objections_decided_at=decided_at)
    public_at = published_at(recorded, at)
    if public_at is not None:
        until = end_of_working_day(public_at, values["notice_days"], working_days())
        recorded = msgspec.structs.replace(recorded, published_at=public_at, notice_until=until)
    values |= {"published_at": public_at, "notice_until": recorded.notice_until}
    return MonthRow(**values, settled_at=settled_at(recorded), state=state(recorded, at))
