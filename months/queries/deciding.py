"""What is looked at before a change set counts: the two people, the units it is about, who has been heard."""

from datetime import datetime

import org.queries
from core.database import raw
from core.errors import Problem
from core.language import Text
from months.changes import guards, payloads
from months.changes.guards import Case, Hearing
from months.changes.payloads import Kind, Payload
from months.changes.preview import Preview, Way, decoded, differences, touched, way_of
from months.queries import calendar, closing
from months.queries.posting import nowhere, posted_in

_ENTRY = {
    payloads.Adjustment: "SELECT unit_id FROM adjustment WHERE id = $1",
    payloads.RedLine: "SELECT unit_id FROM red_line_event WHERE id = $1",
    payloads.Exclusion: "SELECT unit_id FROM exclusion WHERE id = $1",
    payloads.Naming: "SELECT unit_id FROM award_naming WHERE id = $1",
}
_OF_BATCH = "SELECT DISTINCT unit_id FROM fact WHERE batch_id = $1"
_CHANGE = "SELECT month, kind, payload, made_by, preview FROM change_set WHERE id = $1"
_HEARD = "SELECT unit_id, until, answered_at FROM change_hearing WHERE change_set_id = $1 ORDER BY unit_id"


async def case_of(change_id: int, account_id: int, at: datetime) -> Case:
    """Return everything that a decision of a person about a change set is held against."""
    async with raw() as connection:
        row = await connection.fetchrow(_CHANGE, change_id)
    month, kind = row["month"], Kind(row["kind"])
    shown = decoded(row["preview"]) if row["preview"] else None
    return Case(
        state=(await calendar.month_row(month, at)).state,
        maker=await closing.party(row["made_by"], month),
        decider=await closing.party(account_id, month),
        concerned=await concerned(kind, payloads.read(kind, row["payload"]), month, shown),
        hearings=await heard(change_id, month),
        at=at,
    )


async def problems(change_id: int, kind: Kind, account_id: int, at: datetime) -> tuple[Problem, ...]:
    """Return every reason why a person may not let a change set count now."""
    case = await case_of(change_id, account_id, at)
    way = way_of(case.state)
    restated = () if way is not Way.RESTATE or await posted_in(at) is not None else (nowhere(),)
    return (*guards.proposing_problems(case.state, kind, way), *restated, *guards.deciding_problems(case))


async def concerned(kind: Kind, payload: Payload, month: int, shown: Preview | None) -> frozenset[int]:
    """Return the units that a change is about, and those that win or lose an award by its preview.

    Of a file those whose total its preview moves: it may hold facts of any of them. Of a unit that moves also where from and where to.
    """
    about = await units_of(kind, payload, month)
    _, told = payloads.inner(kind, payload)
    if isinstance(told, payloads.Membership):
        unit = (await org.queries.organisation_of_month(month)).unit(told.unit_id)
        about |= {told.parent_id, (unit and unit.parent_id) or told.parent_id}
    if shown is None:
        return about
    of_file = isinstance(told, payloads.Correction) and told.upload_id is not None
    return about | touched(shown.report) | (frozenset(differences(shown.report)) if of_file else frozenset())


async def units_of(kind: Kind, payload: Payload, month: int) -> frozenset[int]:
    """Return the units whose own facts, entries or places a change is about."""
    _, told = payloads.inner(kind, payload)
    if isinstance(told, payloads.Correction) and told.withdraw is None:
        codes = {record.unit for record in told.records if record.unit}
        units = (await org.queries.organisation_of_month(month)).units.values()
        return frozenset(unit.id for unit in units if unit.code in codes)
    if isinstance(told, payloads.Correction | payloads.LateData):
        number = told.batch_id if isinstance(told, payloads.LateData) else told.withdraw
        return await _units(_OF_BATCH, number or 0)
    lift = getattr(told, "lift", None)
    return payloads.units_of(told) if lift is None else await _units(_ENTRY[type(told)], lift)


async def heard(change_id: int, month: int) -> tuple[Hearing, ...]:
    """Return the hearings of a change set as its guard looks at them."""
    async with raw() as connection:
        rows = await connection.fetch(_HEARD, change_id)
    units = (await org.queries.organisation_of_month(month)).units if rows else {}
    found = []
    for row in rows:
        unit = units.get(row["unit_id"])
        name = Text(zh=unit.name_zh, en=unit.name_en) if unit else Text(zh=str(row["unit_id"]), en=str(row["unit_id"]))
        found.append(
            Hearing(unit_id=row["unit_id"], name=name, until=row["until"], answered=row["answered_at"] is not None)
        )
    return tuple(found)


async def _units(statement: str, number: int) -> frozenset[int]:
    async with raw() as connection:
        return frozenset(row["unit_id"] for row in await connection.fetch(statement, number))
