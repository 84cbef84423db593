"""What was known of a month before an instant: what its board as of the freeze rests on, however the matrix stands now."""

from collections import OrderedDict
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from core.database import Connection, raw
from core.errors import NotFound
from leaderboards.month_board import MonthBoard
from org.organisation import Organisation
from org.queries import organisation_known, organisation_of_month
from scoring.packing import Cell, cells
from scoring.queries.facts import folded_at, month_cells
from scoring.queries.refolding import cells_known
from scoring.queries.rules import Catalogue, Rules, catalogue, rules_known, rules_of
from scoring.single_ratings import trimmed_kpis

if TYPE_CHECKING:  # numpy is imported late: this package is also read by pages
    from scoring.bulk import UnitCells

_KEPT = 4
_known: "OrderedDict[tuple[int, datetime, str], UnitCells]" = OrderedDict()
"""Facts known before an instant never change; by month, instant and rules."""

# Publication belongs to a package above this one; whether a month is public is read here as a fact.
_SHOWN = """
SELECT h.snapshot_id, f.snapshot_id AS face, f.known_until FROM board_head h
LEFT JOIN board_face f ON f.month = h.month AND NOT EXISTS (SELECT FROM publication p WHERE p.month = f.month)
WHERE h.month = $1
"""


class Shown(NamedTuple):
    """The snapshot of a month that everybody reads; `known_until` where it is the board as of the freeze."""

    snapshot_id: int | None = None
    known_until: datetime | None = None


async def shown_of(connection: Connection, month: int) -> Shown:
    """Return what everybody reads of a month as it is this instant: that is also what later months rest on."""
    row = await connection.fetchrow(_SHOWN, month)
    if row is None:
        return Shown()
    return Shown(row["face"], row["known_until"]) if row["face"] is not None else Shown(row["snapshot_id"])


async def rules_then(month: int, until: datetime | None) -> Rules:
    """Return the rules of a month: those of now, or those before an instant if it had any by then."""
    if until is not None:
        with suppress(NotFound):
            return await rules_known(month, until)
    return await rules_of(month)


async def organisation_then(month: int, until: datetime | None, revision: int | None = None) -> Organisation:
    """Return the tree of a month: that of now, or as it was known before an instant if anything was known by then.

    `revision` is that of now, where it is known already.
    """
    known = await organisation_known(month, until) if until is not None else None
    return known if known is not None and known.units else await organisation_of_month(month, revision)


async def organisation_behind(board: MonthBoard) -> Organisation:
    """Return the tree that a board rests on."""
    return await organisation_then(board.month, board.known_until)


async def known_cells(
    connection: Connection, month: int, until: datetime, rules: Rules, numbers: Catalogue
) -> "UnitCells":
    """Return the cells of a month folded from what was known before an instant."""
    key = (month, until, rules.fingerprint)
    held = _known.get(key)
    if held is None:
        held = _known[key] = await cells_known(connection, month, until, *trimmed_kpis(rules.book, numbers.kpis))
        while len(_known) > _KEPT:
            _known.popitem(last=False)
    return held


async def cells_behind(board: MonthBoard, month: int, unit_ids: Collection[int]) -> dict[int, list[Cell]]:
    """Return what a board knew of some units in its own month, or in one before it: from the matrix, or as of the freeze."""
    async with raw() as connection:
        until = board.known_until if month == board.month else (await shown_of(connection, month)).known_until
        if until is None:
            return await month_cells(month, unit_ids)
        rules, numbers = await rules_then(month, until), await catalogue()
        return _of_units(await known_cells(connection, month, until, rules, numbers), unit_ids)


async def moved_on(board: MonthBoard) -> bool:
    """Tell whether the matrix has moved on since a board was made; what a board as of the freeze knew never moves."""
    if board.known_until is not None:
        return False
    folded = await folded_at(board.month)
    return folded is None or folded > board.as_at


def _of_units(known: "UnitCells", unit_ids: Collection[int]) -> dict[int, list[Cell]]:
    import numpy as np

    ends = np.cumsum(known.counts)
    wanted = sorted(unit_ids)
    places = np.searchsorted(known.units, wanted)
    found: dict[int, list[Cell]] = {}
    for unit, place in zip(wanted, places.tolist(), strict=True):
        if place < len(known.units) and known.units[place] == unit:
            end = int(ends[place])
            found[unit] = cells(known.cells[end - int(known.counts[place]) : end].tobytes())
    return found


def forget() -> None:
    """Empty the memory: for tests that swap the database beneath a process."""
    _known.clear()
