"""One unit through all its months: places, totals, grades, and what each month brought it."""

import msgspec

from core.database import raw
from core.language import Text
from core.points import cents_text
from leaderboards.queries.looking_back import UnitMonth, unit_months
from months.queries.lookback.hall import public_months
from org.visibility import Scope
from scoring.queries.rules import book_of
from scoring.rulebook import RuleBook

_AWARDS = """
SELECT g.month, g.award FROM award_grant g JOIN closed_month c ON c.month = g.month AND c.snapshot_id = g.snapshot_id
WHERE g.unit_id = $1 AND g.month = ANY ($2::int4[]) ORDER BY g.id
"""
_COACHING = "SELECT month, level, outcome FROM coaching_assignment WHERE unit_id = $1 AND month = ANY ($2::int4[])"
_RESTATED = (
    "SELECT month, version, note_zh, note_en FROM restatement WHERE month = ANY ($1::int4[]) ORDER BY month, version"
)


class Coached(msgspec.Struct, frozen=True):
    """Help after a month: its level, and how it ended (None while it goes on)."""

    level: int
    outcome: str | None


class Restated(msgspec.Struct, frozen=True):
    """A later version of a month, with its public note."""

    version: int
    note: Text


class HistoryRow(msgspec.Struct, frozen=True, kw_only=True):
    """A unit in one month; coaching only for those who may read it."""

    month: int
    public: bool
    theme: Text | None
    group: str
    total: str | None
    cents: int | None
    rank: int | None
    of: int
    peer_rank: int | None
    peer_of: int
    movement: int | None
    """Places won in the peer group since the month before."""
    grade: Text | None
    awards: tuple[Text, ...]
    coached: Coached | None
    restated: tuple[Restated, ...]


async def history(unit_id: int, scope: Scope) -> tuple[HistoryRow, ...]:
    """Return every month of a unit, the newest first; awards, coaching and restatements of public months alone.

    Whether the unit may be looked into is the caller's to ask.
    """
    found = await unit_months(unit_id)
    public = set(await public_months())
    wanted = sorted(public.intersection(one.month for one in found))
    async with raw() as connection:
        won = await connection.fetch(_AWARDS, unit_id, wanted)
        helped = await connection.fetch(_COACHING, unit_id, wanted) if scope.coaching(unit_id) else ()
        restated = await connection.fetch(_RESTATED, wanted)
    coached = {row["month"]: Coached(row["level"], row["outcome"]) for row in helped}
    rows = []
    for before, one in zip((None, *found), found, strict=False):
        book = await book_of(one.rule_book)
        awards = [row["award"] for row in won if row["month"] == one.month]
        later = [Restated(row["version"], Text(zh=row["note_zh"], en=row["note_en"])) for row in restated if row["month"] == one.month]  # fmt: skip
        rows.append(_row(one, before, book, one.month in public, awards, coached.get(one.month), tuple(later)))
    return tuple(reversed(rows))


def _row(
    one: UnitMonth,
    before: UnitMonth | None,
    book: RuleBook,
    public: bool,  # noqa: FBT001 - a flag of the line
    awards: list[str],
    coached: Coached | None,
    restated: tuple[Restated, ...],
) -> HistoryRow:
    grade = book.grade_of(one.total) if one.total is not None else None
    theme = book.themes.get(book.months.get(one.month % 100, ""))
    moved = None
    if before and before.group == one.group and before.peer_rank and one.peer_rank:
        moved = before.peer_rank - one.peer_rank
    return HistoryRow(
        month=one.month,
        public=public,
        theme=theme.name if theme else None,
        group=one.group,
        total=None if one.total is None else cents_text(one.total),
        cents=one.total,
        rank=one.rank,
        of=one.of,
        peer_rank=one.peer_rank,
        peer_of=one.peer_of,
        movement=moved,
        grade=grade.name if grade else None,
        awards=tuple(book.awards[code].name if code in book.awards else Text(zh=code, en=code) for code in awards),
        coached=coached,
        restated=restated,
    )
