"""Simulations of drafts: how far they are, what they found, and which months they may look at."""

from datetime import datetime
from typing import Literal

import msgspec

from core.database import raw
from core.errors import NotFound, problem
from months.lifecycle import OPEN, final
from months.queries import calendar
from org.names import named

_ROWS = """
SELECT s.id, s.draft_id, s.revision, s.name, s.base_id, b.version AS base_version, s.months, s.asked_at, s.asked_by,
  a.display_name AS asked_by_name, s.started_at, s.done, s.steps, s.finished_at, s.cancelled_at, s.failure
FROM simulation s JOIN rule_book b ON b.id = s.base_id LEFT JOIN account a ON a.id = s.asked_by
"""
MOST = 50


class SimulationRow(msgspec.Struct, frozen=True, kw_only=True):
    """A simulation and its progress: `done` of `steps`; `base_version` is the version in force when it was asked for."""

    id: int
    draft_id: int | None
    revision: int
    name: str
    base_id: int
    base_version: int
    months: tuple[int, ...]
    asked_at: datetime
    asked_by: int | None
    asked_by_name: str | None
    started_at: datetime | None
    done: int
    steps: int
    finished_at: datetime | None
    cancelled_at: datetime | None
    failure: str | None

    @property
    def state(self) -> Literal["waiting", "working", "done", "failed", "cancelled"]:
        """Return how far it is."""
        if self.cancelled_at is not None:
            return "cancelled"
        if self.finished_at is not None:
            return "failed" if self.failure else "done"
        return "waiting" if self.started_at is None else "working"


async def simulation(simulation_id: int) -> SimulationRow:
    """Return one simulation; NotFound when there is none."""
    async with raw() as connection:
        row = await connection.fetchrow(named(_ROWS) + " WHERE s.id = $1", simulation_id)
    if row is None:
        raise no_simulation()
    return SimulationRow(**{**row, "months": msgspec.json.decode(row["months"])})


async def simulations(draft_id: int | None = None) -> tuple[SimulationRow, ...]:
    """Return the newest simulations, of one draft or of all."""
    statement = f"{_ROWS} WHERE $1::int IS NULL OR s.draft_id = $1 ORDER BY s.id DESC LIMIT {MOST}"
    async with raw() as connection:
        rows = await connection.fetch(named(statement), draft_id)
    return tuple(SimulationRow(**{**row, "months": msgspec.json.decode(row["months"])}) for row in rows)


async def result(simulation_id: int) -> str:
    """Return the stored report as JSON text; NotFound while there is none."""
    async with raw() as connection:
        text = await connection.fetchval("SELECT result FROM simulation WHERE id = $1", simulation_id)
    if text is None:
        raise NotFound(problem("no_report", "还没有试算结果。", "There is no report yet."))
    return str(text)


async def months_with_facts() -> tuple[int, ...]:
    """Return the months a simulation may look at, the newest first: those that run, are verified, closed or published."""
    return tuple(row.month for row in await calendar.months() if row.state in OPEN or final(row.state))


def no_simulation() -> NotFound:
    """Return the refusal for a simulation that is not there."""
    return NotFound(problem("no_such_simulation", "没有这次试算。", "There is no such simulation."))
