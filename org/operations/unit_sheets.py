"""Taking units in from a sheet and giving them out as one."""

import asyncio
from typing import TYPE_CHECKING, Literal

from core.audit import Actor
from core.clock import today
from core.database import transaction
from core.errors import Invalid
from core.language import Language
from org import queries
from org.new_units import CHANGEABLE, NewUnit, faults, row_faults
from org.operations.units import UnitsTaken, change_unit, close_unit, create_units, move_unit
from org.organisation import Organisation, Unit
from org.unit_sheet import Described, read, written

if TYPE_CHECKING:
    from core.sheets.grid import Book

SHEET = {"zh": "单位", "en": "units"}


async def export_units(organisation: Organisation, form: Literal["xlsx", "csv"], language: Language) -> bytes:
    """Return all units of an organisation as a sheet."""
    from core.sheets.writing import Page, csv_bytes, xlsx_bytes

    def made() -> bytes:
        rows = written(organisation, language)
        return csv_bytes(rows) if form == "csv" else xlsx_bytes([Page(name=SHEET[language], rows=rows)])

    return await asyncio.to_thread(made)


async def import_units(*, actor: Actor, filename: str, content: bytes, dry_run: bool = False) -> UnitsTaken:
    """Make the units of a sheet that are new, change and move those that differ; all rows or none.

    Raises Invalid with every fault, each with its place.
    """
    book = await asyncio.to_thread(_read, content, filename)
    rows, found, columns = await asyncio.to_thread(_described, book)
    organisation = await queries.organisation()
    fresh = [row for row in rows if row.code not in organisation.by_code]
    known = [row for row in rows if row.code in organisation.by_code]
    found += [*faults(fresh, organisation.by_code.keys()), *(fault for row in known for fault in row_faults(row))]
    if found:
        raise Invalid(*found[:200])
    changes = [(row, _differences(row, columns, organisation)) for row in known]
    moves = [
        (row, relation) for row in known for relation in ("line", "employer") if _moved(row, relation, organisation)
    ]
    touched = {row.code for row, said in changes if said} | {row.code for row, _ in moves}
    taken = UnitsTaken(len(fresh), sum(bool(said) for _, said in changes), len(moves), len(known) - len(touched))
    if dry_run:
        return taken
    async with transaction():
        if fresh:
            await create_units(actor=actor, rows=fresh)
        for row, said in changes:
            await _change(actor, row, said)
        for row, relation in moves:
            above = (row.parent if relation == "line" else row.employer) or ""
            await move_unit(
                actor=actor, code=row.code, parent=above, on=row.since or today(), relation=relation, why=filename
            )
    return taken


async def _change(actor: Actor, row: NewUnit, said: dict[str, object]) -> None:
    closed_on = said.pop("closed_on", None)
    if said:
        await change_unit(actor=actor, code=row.code, changes=said)
    if closed_on is not None and row.closed_on is not None:
        await close_unit(actor=actor, code=row.code, on=row.closed_on, why="sheet")


def _differences(row: NewUnit, columns: frozenset[str], organisation: Organisation) -> dict[str, object]:
    """Return what the row says otherwise; what the sheet has no column for stays as it is."""
    unit: Unit = organisation.by_code[row.code]
    said = {name: getattr(row, name) for name in CHANGEABLE & columns if getattr(row, name) != getattr(unit, name)}
    if row.closed_on is not None and row.closed_on != unit.closed_on:
        said["closed_on"] = row.closed_on
    return said


def _moved(row: NewUnit, relation: str, organisation: Organisation) -> bool:
    unit = organisation.by_code[row.code]
    wanted, stands = (row.parent, unit.parent_id) if relation == "line" else (row.employer, unit.employer_id)
    above = organisation.unit(stands or 0)
    return wanted is not None and wanted != (above.code if above else None)


def _read(content: bytes, filename: str) -> "Book":
    from core.sheets.reading import read_book

    return read_book(content, filename)


def _described(book: "Book") -> Described:
    sheet = book.sheets[0]
    return read([sheet.row(number) for number in range(sheet.height)])
