"""Records of activities as facts of a month: what was valid now, or before an instant."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from core.database import Connection
from core.language import Text
from core.points import cents_text, plain_text
from leaderboards.activities import activities_of, counted, points
from org.organisation import Organisation, Unit
from scoring.activities import earned
from scoring.rulebook import RuleBook

# Activities are planned in a package above this one; what was found valid is read here as a fact.
_RECORDS = """
SELECT activity, unit_id, sum(count)::int FROM activity_record WHERE month = $1 AND state = 'valid'
  AND ($2::timestamptz IS NULL OR checked_at < $2) AND (revoked_at IS NULL OR revoked_at >= $2)
GROUP BY activity, unit_id
"""
_OF_UNITS = _RECORDS.replace("GROUP BY", "AND unit_id = ANY ($3::int4[]) GROUP BY")


class ActivityLine(msgspec.Struct, frozen=True, kw_only=True):
    """What one activity brought a unit beside its card: valid records × points, held by the cap; points as text."""

    code: str
    name: Text
    count: int
    each: str
    cap: str | None
    points: str
    capped: bool


async def activity_points(
    connection: Connection,
    month: int,
    book: RuleBook,
    theme: str | None,
    units: Sequence[Unit],
    known_at: datetime | None = None,
) -> dict[int, int]:
    """Return in cents what activities bring to each unit of a month: now, or by what was known before an instant."""
    if not activities_of(book, theme):
        return {}
    rows = await connection.fetch(_RECORDS, month, known_at)
    by_id = {unit.id: unit for unit in units} if rows else {}
    return points(counted(map(tuple, rows), by_id, book, theme), book, theme)


async def activity_lines(
    connection: Connection,
    unit_id: int,
    month: int,
    book: RuleBook,
    theme: str | None,
    organisation: Organisation,
    known_at: datetime | None = None,
) -> tuple[ActivityLine, ...]:
    """Return what each activity brought one unit: now, or by what was known before an instant; none without records."""
    activities = activities_of(book, theme)
    if not activities:
        return ()
    rows = await connection.fetch(_OF_UNITS, month, known_at, _whose(unit_id, organisation))
    counts = counted(map(tuple, rows), organisation.units, book, theme).get(unit_id, {})
    return tuple(
        ActivityLine(
            code=code,
            name=one.name,
            count=counts[code],
            each=plain_text(one.points, 2),
            cap=None if one.cap is None else plain_text(one.cap, 2),
            points=cents_text(earned(one, counts[code])),
            capped=one.cap is not None and abs(one.points * counts[code]) > abs(one.cap),
        )
        for code, one in activities.items()
        if counts.get(code)
    )


def _whose(unit_id: int, organisation: Organisation) -> Sequence[int]:
    return sorted(organisation.subtree(unit_id))
