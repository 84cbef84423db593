"""Units: reading the tree, making, changing, moving and closing; all of it as a sheet."""

from datetime import date
from typing import Annotated, Literal

import msgspec
from litestar import Response, get, patch, post
from litestar.datastructures import UploadFile
from litestar.params import JSONBody, MultipartBody, PathParameter, QueryParameter

from api.answers import Req, fresh, once
from api.imports import XLSX, attachment
from api.people import Made
from api.schemas import INT4, NO_CONTROLS, Limit, Search, UnitCode, UnitId, Words
from core import language
from org.new_units import NewUnit
from org.operations import unit_sheets, units
from org.operations.units import UnitsTaken
from org.organisation import Unit
from org.refusals import no_such
from org.roles import Action

SEE = {"action": Action.SEE_UNITS}
MANAGE = {"action": Action.MANAGE_UNITS}
MOST_SHEET = 32 * 1024 * 1024
SheetForm = Annotated[Literal["xlsx", "csv"], PathParameter(description="Kind of file.")]
AfterId = Annotated[int, QueryParameter(ge=0, le=INT4, description="Last number of the page before.")]
KindWord = Annotated[str | None, QueryParameter(max_length=16, pattern=r"^[a-z0-9_]+$")]
PathUnitCode = Annotated[str, PathParameter(max_length=32, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]

Line = Annotated[str, msgspec.Meta(max_length=120, pattern=NO_CONTROLS)]
"""Text of one line; how much of it each field holds is told by what is wrong with it."""
Count = Annotated[int, msgspec.Meta(ge=0, le=10**12)]


class Change(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What is to be said anew about a unit; what is left out stays."""

    name_zh: Line | msgspec.UnsetType = msgspec.UNSET
    name_en: Line | msgspec.UnsetType = msgspec.UNSET
    peer_group: Line | msgspec.UnsetType = msgspec.UNSET
    post: Line | msgspec.UnsetType | None = msgspec.UNSET
    star: Count | msgspec.UnsetType | None = msgspec.UNSET
    size_class: Line | msgspec.UnsetType | None = msgspec.UNSET
    customers: Count | msgspec.UnsetType | None = msgspec.UNSET
    traffic: Count | msgspec.UnsetType | None = msgspec.UNSET
    hors_concours: bool | msgspec.UnsetType = msgspec.UNSET
    why: Words | msgspec.UnsetType = msgspec.UNSET


class Move(msgspec.Struct, forbid_unknown_fields=True):
    """A new parent, or employer, from a day on."""

    parent: UnitCode
    on: date
    relation: Literal["line", "employer"] = "line"
    why: Words | None = None


class Closure(msgspec.Struct, forbid_unknown_fields=True):
    """The day from which a unit is closed, and why."""

    on: date
    why: Words


class Sheet(msgspec.Struct):
    """A sheet of units as a form sends it."""

    file: UploadFile
    dry_run: str = ""
    csrf: str = ""


@get("/api/v1/units", opt=SEE, tags=["units"])
async def every_unit(
    request: Req, after: AfterId = 0, limit: Limit = 50, kind: KindWord = None, text: Search = None
) -> list[Unit]:
    """List units by number; managers see their own, those who run the contest see all."""
    organisation, scope = request.state.organisation, request.state.scope
    reach = organisation.units.keys() if scope.sees_all else scope.own
    chosen = (organisation.units[number] for number in sorted(reach) if number > after and number in organisation)
    wish = (text or "").casefold()
    found = (
        unit
        for unit in chosen
        if kind in {None, unit.kind} and wish in f"{unit.code} {unit.name_zh} {unit.name_en}".casefold()
    )
    return [unit for unit, _ in zip(found, range(limit), strict=False)]


@get("/api/v1/units/{unit_id:int}", opt={"action": Action.SEE_UNIT, "unit": "unit_id"}, tags=["units"])
async def one_unit(request: Req, unit_id: UnitId) -> Response[Unit]:
    """Return a unit with its place in the tree of today."""
    found = request.state.organisation.unit(unit_id)
    if found is None:
        raise no_such("单位", "unit")
    return fresh(request, found, request.state.organisation.revision)


@get("/api/v1/units/sheet/{form:str}", opt=MANAGE, tags=["units"])
async def export(request: Req, form: SheetForm) -> Response[bytes]:
    """Return all units as a sheet that can be changed and taken in again."""
    content = await unit_sheets.export_units(request.state.organisation, form, language.current())
    return attachment(content, f"units.{form}", XLSX if form == "xlsx" else "text/csv")


@post("/api/v1/units", opt=MANAGE, status_code=201, tags=["units"])
async def create(request: Req, data: JSONBody[NewUnit]) -> Response[Made]:
    """Make a unit."""

    async def effect() -> Made:
        made = await units.create_units(actor=request.state.actor, rows=[data])
        return Made(made[data.code])

    return await once(request, effect, 201)


@post("/api/v1/units/import", opt=MANAGE, status_code=200, tags=["units"], request_max_body_size=MOST_SHEET)
async def take_in(request: Req, data: MultipartBody[Sheet]) -> Response[UnitsTaken]:
    """Take a sheet of units in, all rows or none; with `dry_run=1` only tell what would happen."""
    content = await data.file.read()

    async def effect() -> UnitsTaken:
        dry = data.dry_run.lower() in {"1", "true", "yes", "on"}
        return await unit_sheets.import_units(
            actor=request.state.actor, filename=data.file.filename, content=content, dry_run=dry
        )

    return await once(request, effect, payload=content + data.dry_run.encode())


@patch("/api/v1/units/by-code/{code:str}", opt=MANAGE, status_code=204, tags=["units"])
async def change(request: Req, code: PathUnitCode, data: JSONBody[Change]) -> None:
    """Change what is said about a unit."""
    said = {name: value for name in Change.__struct_fields__ if (value := getattr(data, name)) is not msgspec.UNSET}
    why = said.pop("why", None)
    await units.change_unit(actor=request.state.actor, code=code, changes=said, why=why)


@post("/api/v1/units/by-code/{code:str}/move", opt=MANAGE, status_code=204, tags=["units"])
async def move(request: Req, code: PathUnitCode, data: JSONBody[Move]) -> None:
    """Put a unit under another parent from a day on."""
    await units.move_unit(
        actor=request.state.actor, code=code, parent=data.parent, on=data.on, relation=data.relation, why=data.why
    )


@post("/api/v1/units/by-code/{code:str}/closure", opt=MANAGE, status_code=204, tags=["units"])
async def close(request: Req, code: PathUnitCode, data: JSONBody[Closure]) -> None:
    """Close a unit from a day on."""
    await units.close_unit(actor=request.state.actor, code=code, on=data.on, why=data.why)


HANDLERS = (every_unit, one_unit, export, create, take_in, change, move, close)
