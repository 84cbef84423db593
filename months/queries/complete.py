"""Completeness by process: what is there of each unit, and who signs for it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial

import msgspec

import org.queries
import scoring.queries.completeness
from core.clock import SHANGHAI
from core.database import raw
from core.language import Text
from leaderboards.faces import shown
from leaderboards.queries.known import known_cells, shown_of
from months.watch.owners import owner
from org.names import named
from org.roles import Role
from org.visibility import Face
from scoring.packing import Cell, cells
from scoring.queries.completeness import FEW, LATE, MISSING, THERE, UnitRow
from scoring.queries.facts import month_cells
from scoring.queries.rules import Rules, catalogue, rules_of
from scoring.rulebook import RuleBook

WORST_FIRST = (LATE, MISSING, FEW, THERE)
_SIGNED = """
SELECT s.id, s.process, s.decision, s.why, s.at, a.display_name AS by_name, s.by FROM sign_off s
JOIN account a ON a.id = s.by WHERE s.month = $1 AND s.withdrawn_at IS NULL AND ($2::timestamptz IS NULL OR s.at < $2)
ORDER BY s.process
"""


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """A process that is signed for, or of which what lacks was waived, and by whom."""

    id: int
    process: str
    decision: str
    why: str | None
    at: datetime
    by: int
    by_name: str


class ProcessCell(msgspec.Struct, frozen=True):
    """The KPIs of one process on the card of one unit: the worst state, how many are there, how many there are."""

    state: str
    there: int
    all: int


class ProcessRow(msgspec.Struct, frozen=True, kw_only=True):
    """One process over the units shown; `owner` is the code of the department that signs."""

    process: str
    name: Text
    owner: str | None
    owner_name: Text | None
    signed: Signed | None
    cells: tuple[ProcessCell, ...]


class ProcessMatrix(msgspec.Struct, frozen=True, kw_only=True):
    """Processes by units of one card; `more` units follow."""

    month: int
    card: str
    units: tuple[UnitRow, ...]
    rows: tuple[ProcessRow, ...]
    more: int


async def process_matrix(
    month: int, card: str, *, unit_ids: Collection[int] | None = None, first: int = 0, limit: int = 24
) -> ProcessMatrix:
    """Return what is there of each process and unit, as it is known to whoever reads now."""
    until = await known_until(month)
    rules = await rules_of(month)
    found = await scoring.queries.completeness.completeness(
        month,
        card,
        unit_ids=unit_ids,
        first=first,
        limit=limit,
        cells_of=partial(_cells, rules, until),
        on=until.astimezone(SHANGHAI).date() if until else None,
    )
    book, places = rules.book, {kpi: place for place, kpi in enumerate(found.kpis)}
    signed = {one.process: one for one in await signed_of(month)}
    by_process: dict[str, list[int]] = {}
    for kpi, place in places.items():
        by_process.setdefault(book.kpis[kpi].process, []).append(place)
    return ProcessMatrix(
        month=month,
        card=card,
        units=found.rows,
        rows=tuple(_row(book, process, signed.get(process), at, found.rows) for process, at in by_process.items()),
        more=found.more,
    )


async def known_until(month: int) -> datetime | None:
    """Return up to when the reader may know of a month: its freeze while it is held back, None for everything."""
    if shown() is Face.INNER:
        return None
    async with raw() as connection:
        return (await shown_of(connection, month)).known_until


async def signed_of(month: int) -> tuple[Signed, ...]:
    """Return the sign-offs and waivers that hold, as far as the reader may know of them."""
    async with raw() as connection:
        rows = await connection.fetch(named(_SIGNED), month, await known_until(month))
    return tuple(Signed(**row) for row in rows)


async def unsigned(month: int) -> dict[str, Text]:
    """Return the processes of the cards that nobody has signed for or waived, with their names."""
    book = (await rules_of(month)).book
    async with raw() as connection:
        rows = await connection.fetch("SELECT process FROM sign_off WHERE month = $1 AND withdrawn_at IS NULL", month)
    done = {row["process"] for row in rows}
    return {code: book.processes[code].name for code in processes_of(book) if code not in done}


def processes_of(book: RuleBook) -> tuple[str, ...]:
    """Return the processes that some card measures and some department signs for, in the order of the rules."""
    measured = {book.kpis[code].process for card in book.cards() for code in book.kpis_of(card)}
    return tuple(code for code in book.processes if code in measured and owner(book, code))


async def processes_to_sign(month: int, account_id: int) -> frozenset[str]:
    """Return the processes for which a person may sign: those of the departments that the person heads."""
    book = (await rules_of(month)).book
    organisation = await org.queries.organisation_of_month(month)
    grants = await org.queries.grants_of(account_id)
    heads = {
        unit.code
        for grant in grants
        if grant.role is Role.DEPARTMENT_HEAD and (unit := organisation.unit(grant.scope_id)) is not None
    }
    return frozenset(code for code in processes_of(book) if owner(book, code) in heads)


async def _cells(rules: Rules, until: datetime | None, unit_ids: Collection[int]) -> dict[int, list[Cell]]:
    if until is None:
        return await month_cells(rules.month, unit_ids)
    async with raw() as connection:
        known = await known_cells(connection, rules.month, until, rules, await catalogue())
    ends = known.counts.cumsum().tolist()
    wanted = set(unit_ids)
    return {
        unit: cells(known.cells[end - count : end].tobytes())
        for unit, count, end in zip(known.units.tolist(), known.counts.tolist(), ends, strict=True)
        if unit in wanted
    }


def _row(book: RuleBook, process: str, signed: Signed | None, at: list[int], units: tuple[UnitRow, ...]) -> ProcessRow:
    code = owner(book, process)
    return ProcessRow(
        process=process,
        name=book.processes[process].name,
        owner=code,
        owner_name=book.departments[code].name if code else None,
        signed=signed,
        cells=tuple(_cell([row.states[place] for place in at]) for row in units),
    )


def _cell(states: Sequence[str]) -> ProcessCell:
    known = [state for state in states if state]
    worst = next((state for state in WORST_FIRST if state in known), "")
    return ProcessCell(worst, known.count(THERE), len(known))
