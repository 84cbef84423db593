"""Whose a unit's loss is: what arose elsewhere, the departments' shares, and what they answered."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from core.clock import today
from core.language import Text
from core.points import decimal_text
from leaderboards.ledger import Piece, by, total
from leaderboards.ledger_lines import Answered, Line, lines_of, state_of
from leaderboards.queries.answers import AnswerRow, answers
from leaderboards.queries.ledger import Ground, ground, ledger, pieces_of
from scoring.shares import NOBODY

PLACES = 4


class Spoken(msgspec.Struct, frozen=True, kw_only=True):
    """A department's last answer as the units concerned read it, without what the line came to elsewhere."""

    accepted: bool
    reason: str | None
    figures: str | None
    done_by: date | None
    at: datetime
    by_name: str


class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """One department's part of a unit's loss on one KPI for one cause, in points of the unit's card, and its answer."""

    department: str
    department_name: Text
    process: Text
    kpi: str
    kpi_name: Text
    cause: str
    cause_name: Text | None
    grain: str
    elsewhere: bool
    points: str
    state: Answered | None
    done_by: date | None
    answer: Spoken | None


class DepartmentPart(msgspec.Struct, frozen=True, kw_only=True):
    """One department's whole part of a unit's loss; `elsewhere` is what arose outside the unit, `support` the rest."""

    code: str
    name: Text
    points: str
    elsewhere: str
    support: str


class UnitLosses(msgspec.Struct, frozen=True, kw_only=True):
    """Whose a unit's loss is: lost = elsewhere + own; departments share in both, and their parts add up to it too."""

    snapshot_id: int
    month: int
    provisional: bool
    unit_id: int
    name: Text
    card: str
    due_on: date
    lost: str
    elsewhere: str
    own: str
    departments: tuple[DepartmentPart, ...]
    lines: tuple[Carried, ...]


async def unit_losses(unit_id: int, *, month: int | None = None) -> UnitLosses:
    """Return whose a unit's loss is; NotFound when it has no card in the month."""
    base = await ground(month)
    pieces = await pieces_of(base, unit_id)
    return _losses(base, unit_id, pieces, await _lines(base, pieces))


async def unit_shares(unit_id: int, *, month: int | None = None) -> UnitLosses:
    """Return the same without lines and answers, which need the ledger of the city."""
    base = await ground(month)
    return _losses(base, unit_id, await pieces_of(base, unit_id), ())


def _losses(base: Ground, unit_id: int, pieces: Sequence[Piece], lines: tuple[Carried, ...]) -> UnitLosses:
    standing = base.board.by_unit[unit_id]
    elsewhere = total(piece for piece in pieces if piece.elsewhere)
    lost = total(pieces)
    return UnitLosses(
        snapshot_id=base.board.snapshot_id,
        month=base.board.month,
        provisional=not base.board.sealed,
        unit_id=unit_id,
        name=standing.name,
        card=standing.card,
        due_on=base.due_on,
        lost=decimal_text(lost, PLACES),
        elsewhere=decimal_text(elsewhere, PLACES),
        own=decimal_text(lost - elsewhere, PLACES),
        departments=_departments(base, pieces),
        lines=lines,
    )


def _departments(base: Ground, pieces: Sequence[Piece]) -> tuple[DepartmentPart, ...]:
    outside = by((piece for piece in pieces if piece.elsewhere), "department")
    return tuple(
        DepartmentPart(
            code=str(key[0]),
            name=base.department_name(str(key[0])),
            points=decimal_text(points, PLACES),
            elsewhere=decimal_text(outside.get(key, 0), PLACES),
            support=decimal_text(points - outside.get(key, 0), PLACES),
        )
        for key, points in by(pieces, "department").items()
    )


async def _lines(base: Ground, pieces: Sequence[Piece]) -> tuple[Carried, ...]:
    told = await answers(base.board.month)
    city = (await ledger(base.board.month)).city.pieces
    known = {code: {(line.kpi, line.cause): line for line in lines_of(city, code)} for code in base.book.departments}
    ordered = sorted(pieces, key=lambda piece: (-piece.points, piece.kpi, piece.cause, piece.department))
    return tuple(_carried(base, piece, known, told) for piece in ordered if piece.points)


def _carried(
    base: Ground,
    piece: Piece,
    known: dict[str, dict[tuple[str, str], Line]],
    told: dict[tuple[int, str, str], tuple[AnswerRow, ...]],
) -> Carried:
    unit = base.department(piece.department)
    line = known.get(piece.department, {}).get((piece.kpi, piece.cause))
    said = told.get((unit.id, piece.kpi, piece.cause), ()) if unit else ()
    rule = base.book.kpis[piece.kpi]
    state = None
    if piece.department != NOBODY and unit is not None and (said or (line is not None and line.answered)):
        accepted = said[-1].accepted if said else None
        large = line or Line(process="", kpi="", cause="", grain="", points=0, branches=())
        state = state_of(large, accepted=accepted, due_on=base.due_on, today=today())
    return Carried(
        department=piece.department,
        department_name=base.department_name(piece.department),
        process=base.book.processes[piece.process].name,
        kpi=piece.kpi,
        kpi_name=rule.name,
        cause=piece.cause,
        cause_name=base.cause_name(piece.cause),
        grain=piece.grain,
        elsewhere=piece.elsewhere,
        points=decimal_text(piece.points, PLACES),
        state=state,
        done_by=said[-1].done_by if said else None,
        answer=msgspec.convert(said[-1], Spoken, from_attributes=True) if said else None,
    )
