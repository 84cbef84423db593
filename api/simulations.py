"""Simulations of drafts on past months: asked for, followed, cancelled, read, taken away as a file."""

import asyncio
from typing import Annotated, Literal

import msgspec
from litestar import Response, get, post
from litestar.params import JSONBody, QueryParameter

from api.answers import Req, once
from api.drafts import EDIT, SEE
from api.imports import XLSX, attachment
from api.schemas import Month, Number, PathNumber
from api.schemas import month as checked
from core import language
from months.operations import simulating as operations
from months.queries import simulations as queries
from months.queries.simulated_names import names_of
from months.queries.simulations import SimulationRow

Form = Annotated[Literal["xlsx", "csv"], QueryParameter(description="Kind of file.")]
MOST_MONTHS = operations.MOST_MONTHS


class SimulationWish(msgspec.Struct, forbid_unknown_fields=True):
    """A draft as it was seen, and the months to try it on."""

    revision: Number
    months: Annotated[list[Month], msgspec.Meta(min_length=1, max_length=MOST_MONTHS)]


@post("/api/v1/drafts/{draft_id:int}/simulations", opt=EDIT, status_code=202, tags=["drafts"])
async def ask(request: Req, draft_id: PathNumber, data: JSONBody[SimulationWish]) -> Response[SimulationRow]:
    """Have a draft tried on past months, in the background; nothing but the report is written."""

    async def effect() -> SimulationRow:
        number = await operations.ask_simulation(
            draft_id=draft_id,
            revision=data.revision,
            months=[checked(month) for month in data.months],
            actor=request.state.actor,
        )
        return await queries.simulation(number)

    return await once(request, effect, 202)


@get("/api/v1/drafts/{draft_id:int}/simulations", opt=SEE, tags=["drafts"])
async def of_draft(draft_id: PathNumber) -> list[SimulationRow]:
    """List the simulations of a draft, the newest first."""
    return list(await queries.simulations(draft_id))


@get("/api/v1/simulations/{simulation_id:int}", opt=SEE, tags=["drafts"])
async def one_simulation(simulation_id: PathNumber) -> SimulationRow:
    """Return how far a simulation is."""
    return await queries.simulation(simulation_id)


@get("/api/v1/simulations/{simulation_id:int}/report", opt=SEE, tags=["drafts"])
async def report(simulation_id: PathNumber) -> Response[bytes]:
    """Return the report: for each month and kind the columns of units, totals (cents) and places before and after."""
    return Response((await queries.result(simulation_id)).encode(), media_type="application/json")


@get("/api/v1/simulations/{simulation_id:int}/file", opt=SEE, tags=["drafts"])
async def file(simulation_id: PathNumber, form: Form = "xlsx") -> Response[bytes]:
    """Return the report as a workbook, or its table of units as CSV."""
    from months.simulation import report as reports
    from months.simulation import tables

    row = await queries.simulation(simulation_id)
    found = reports.decoded(await queries.result(simulation_id))
    names = await names_of(row, found)
    write, kind = (tables.workbook, XLSX) if form == "xlsx" else (tables.csv_file, "text/csv; charset=utf-8")
    content = await asyncio.to_thread(write, found, names, language.current())
    return attachment(content, f"shifen-simulation-{simulation_id}.{form}", kind)


@post("/api/v1/simulations/{simulation_id:int}/cancellation", opt=EDIT, status_code=200, tags=["drafts"])
async def cancel(request: Req, simulation_id: PathNumber) -> Response[SimulationRow]:
    """Stop a simulation that waits or works."""

    async def effect() -> SimulationRow:
        await operations.cancel_simulation(simulation_id=simulation_id, actor=request.state.actor)
        return await queries.simulation(simulation_id)

    return await once(request, effect)


HANDLERS = (ask, of_draft, one_simulation, report, file, cancel)
