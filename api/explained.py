"""Explanations: the receipt of a unit's month, what would lift it most, what if, and two versions of the rules compared."""

from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.params import JSONBody, QueryParameter

from api.answers import Req, fresh
from api.boards import OptionalMonth
from api.schemas import INT4, Month, UnitId, month_or_none
from core.clock import today
from leaderboards.outlooks import Slider, Supposed
from leaderboards.queries import outlook, receipts
from leaderboards.queries.outlook import Outlook
from leaderboards.receipts import Receipt
from org.roles import Action
from scoring.plain_words import sentences
from scoring.queries import rules
from scoring.sentences_compared import ComparedSection, compared
from web.pace import what_if as pace

UNIT = {"action": Action.SEE_UNIT, "unit": "unit_id"}
MOST_VALUES = 400
KpiCode = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]*$")]
Value = Annotated[str, msgspec.Meta(min_length=1, max_length=32, pattern=r"^[^\x00-\x1f\x7f]*$", examples=["95.5"])]
Version = Annotated[int, QueryParameter(ge=1, le=INT4, description="Number of a stored rule book.")]


class Wishes(msgspec.Struct, forbid_unknown_fields=True):
    """Values to try, by KPI; what is left out stays as it is."""

    values: Annotated[dict[KpiCode, Value], msgspec.Meta(max_length=MOST_VALUES)]
    month: Month | None = None


class Sliders(msgspec.Struct, frozen=True):
    """What can be tried on a unit's card."""

    month: int
    snapshot_id: int
    sliders: tuple[Slider, ...]


class ComparedRules(msgspec.Struct, frozen=True):
    """Two versions of the rules, sentence by sentence."""

    before: int
    after: int
    sections: tuple[ComparedSection, ...]


@get("/api/v1/units/{unit_id:int}/receipt", opt=UNIT, tags=["cards"])
async def receipt(request: Req, unit_id: UnitId, month: OptionalMonth = None) -> Response[Receipt]:
    """Return a unit's month taken apart: every step from the facts and their batches to the place."""
    found = await receipts.receipt(unit_id, month=month_or_none(month))
    return fresh(request, found, found.snapshot_id, found.sealed)


@get("/api/v1/units/{unit_id:int}/outlook", opt=UNIT, tags=["cards"])
async def ahead(request: Req, unit_id: UnitId, month: OptionalMonth = None) -> Response[Outlook]:
    """Return what would lift a unit most, the largest gain first, and the way to the next place."""
    on, scope = today(), request.state.scope
    found = await outlook.outlook(unit_id, month=month_or_none(month), on=on, scope=scope)
    return fresh(request, found, found.snapshot_id, on)


@get("/api/v1/units/{unit_id:int}/what-if", opt=UNIT, tags=["cards"])
async def trying(request: Req, unit_id: UnitId, month: OptionalMonth = None) -> Response[Sliders]:
    """Return what can be tried on a unit's card: each KPI with its value, its ends and its step."""
    found, sliders = await outlook.sliders_of(unit_id, month=month_or_none(month))
    told = Sliders(found.board.month, found.board.snapshot_id, sliders)
    return fresh(request, told, told.snapshot_id)


@post("/api/v1/units/{unit_id:int}/what-if", opt=UNIT, status_code=200, tags=["cards"])
async def what_if(request: Req, unit_id: UnitId, data: JSONBody[Wishes]) -> Supposed:
    """Return what a unit would come to with other values of its KPIs, by the same engine; nothing is stored."""
    pace.take(request.state.viewer.account_id)
    month = month_or_none(data.month)
    return await outlook.what_if(unit_id, data.values, month=month, scope=request.state.scope)


@get("/api/v1/rule-books/compare", opt={"action": Action.SEE_RULES}, tags=["rules"])
async def compare(request: Req, before: Version, after: Version) -> Response[ComparedRules]:
    """Return what changed between two versions of the rules, in plain words, sentence by sentence."""
    one, other = await rules.rule_book(before), await rules.rule_book(after)
    told = ComparedRules(before, after, compared(sentences(one, themes=True), sentences(other, themes=True)))
    return fresh(request, told, before, after)


HANDLERS = (receipt, ahead, trying, what_if, compare)
