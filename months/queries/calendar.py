"""Service months as people see them: which there are, where each stands, what stands against its closing."""

from datetime import datetime
from typing import Any

import msgspec

import scoring.queries.rules
from core.clock import now
from core.database import raw
from core.errors import NotFound, Problem, problem
from core.language import Text
from months import guards
from months.lifecycle import Recorded, State, final, state
from months.queries import closing, sealed

_MONTHS = """
SELECT m.month, m.theme, m.rule_book_id, m.planned_at, m.announced_at, m.cancelled_at, m.cancelled_why,
       c.approved_at AS closed_at, c.digest, c.snapshot_id, p.at AS published_at
FROM service_month m
LEFT JOIN closing c ON c.month = m.month AND c.approved_at IS NOT NULL
LEFT JOIN publication p ON p.month = m.month
"""


class MonthRow(msgspec.Struct, frozen=True, kw_only=True):
    """A service month with its instants (UTC) and the state that follows from them; a digest once it is closed."""

    month: int
    theme: str
    rule_book_id: int
    state: State
    planned_at: datetime
    announced_at: datetime | None
    cancelled_at: datetime | None
    cancelled_why: str | None
    closed_at: datetime | None
    published_at: datetime | None
    digest: str | None
    snapshot_id: int | None

    @property
    def final(self) -> bool:
        """Say whether the result can no longer change."""
        return final(self.state)


class MonthPage(msgspec.Struct, frozen=True, kw_only=True):
    """A month for its own page: the theme's name, every reason against closing, the open proposal, what came too late."""

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
    if row.state not in (State.RUNNING, State.VERIFYING):
        return MonthPage(row=row, theme=theme, waiting=await sealed.waiting_for_restatement(month))
    problems = guards.closing_problems(await closing.readiness(month, row.state, at or now()))
    return MonthPage(
        row=row,
        theme=theme,
        problems=problems,
        waivable=tuple(guards.key(one) for one in problems if one.grade == "warning"),
        proposal=await closing.proposal(month),
    )


def _row(row: Any, at: datetime) -> MonthRow:  # noqa: ANN401 - asyncpg ships no types
    values = dict(row)
    recorded = Recorded(**{name: values[name] for name in Recorded.__struct_fields__})
    return MonthRow(**values, state=state(recorded, at))
