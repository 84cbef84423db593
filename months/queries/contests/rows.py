"""Contests and their settled rounds as they are stored."""

from datetime import datetime
from typing import Any

import msgspec

from core.database import raw
from core.errors import NotFound, problem
from core.language import Text
from months.contests.results import Result
from months.contests.spec import KINDS, Spec
from org.names import named

_SELECT = """
SELECT c.id, c.month, c.kind, c.name_zh, c.name_en, c.stake_zh, c.stake_en, c.spec, c.made_at, c.made_by,
  m.display_name AS maker, c.announced_at, a.display_name AS announcer, c.cancelled_at, c.cancelled_why
FROM contest c JOIN service_month s ON s.month = c.month JOIN account m ON m.id = c.made_by
  LEFT JOIN account a ON a.id = c.announced_by
"""
# Of a month that nobody has announced others know nothing, its contests included.
_PUBLIC = "c.announced_at IS NOT NULL AND s.announced_at IS NOT NULL"
_MONTHS = """
SELECT DISTINCT c.month FROM contest c JOIN service_month s ON s.month = c.month
WHERE $1 OR (c.announced_at IS NOT NULL AND s.announced_at IS NOT NULL) ORDER BY c.month DESC
"""
_ROUNDS = """
SELECT contest_id, number, known_at, at, result, hidden FROM contest_round
WHERE contest_id = ANY ($1::int4[]) ORDER BY contest_id, number
"""
_OPEN = """
SELECT c.id, c.month, c.spec, (SELECT count(*) FROM contest_round r WHERE r.contest_id = c.id) AS settled
FROM contest c WHERE c.announced_at IS NOT NULL AND c.cancelled_at IS NULL
  AND c.rounds > (SELECT count(*) FROM contest_round r WHERE r.contest_id = c.id) ORDER BY c.id
"""


class ContestRow(msgspec.Struct, frozen=True, kw_only=True):
    """A contest with its rules; a draft until somebody else announces it."""

    id: int
    month: int
    kind: str
    name: Text
    stake: Text | None
    spec: Spec
    made_at: datetime
    made_by: int
    maker: str
    announced_at: datetime | None
    announcer: str | None
    cancelled_at: datetime | None
    cancelled_why: str | None

    @property
    def kind_name(self) -> Text:
        """Return what such a contest is called."""
        return KINDS[self.kind]

    @property
    def draft(self) -> bool:
        """Tell whether only those who run contests see it."""
        return self.announced_at is None


class RoundRow(msgspec.Struct, frozen=True, kw_only=True):
    """A settled round: by the points known at `known_at`; `hidden` were not named on the board it was read from."""

    number: int
    known_at: datetime
    at: datetime
    result: Result
    hidden: frozenset[int]
    small: bool = False


class Hidden(msgspec.Struct, frozen=True):
    """Whom the board of a round did not name, and whether it was too small to show a bottom part."""

    units: tuple[int, ...] = ()
    small: bool = False


class OpenContest(msgspec.Struct, frozen=True, kw_only=True):
    """An announced contest of which a round is still to be settled."""

    id: int
    month: int
    spec: Spec
    settled: int


async def contests(month: int | None = None, *, drafts: bool = False) -> tuple[ContestRow, ...]:
    """Return the contests of a month (of all when none is named), the latest month first; drafts only when asked for."""
    condition = f"WHERE ($1::int IS NULL OR c.month = $1) AND ($2 OR {_PUBLIC})"
    async with raw() as connection:
        rows = await connection.fetch(
            f"{named(_SELECT)} {condition} ORDER BY c.month DESC, c.id LIMIT 500", month, drafts
        )
    return tuple(map(_contest, rows))


async def contest(contest_id: int, *, drafts: bool = False) -> ContestRow:
    """Return one contest; NotFound where there is none, or only a draft for somebody who may not see drafts."""
    async with raw() as connection:
        row = await connection.fetchrow(f"{named(_SELECT)} WHERE c.id = $1 AND ($2 OR {_PUBLIC})", contest_id, drafts)
    if row is None:
        raise NotFound(problem("no_such_contest", "没有这项比赛。", "There is no such contest."))
    return _contest(row)


async def rounds(contest_ids: list[int]) -> dict[int, tuple[RoundRow, ...]]:
    """Return the settled rounds of some contests, each in order."""
    found: dict[int, tuple[RoundRow, ...]] = dict.fromkeys(contest_ids, ())
    async with raw() as connection:
        rows = await connection.fetch(_ROUNDS, contest_ids)
    for row in rows:
        found[row["contest_id"]] = (*found[row["contest_id"]], _round(row))
    return found


async def months_with_contests(*, drafts: bool = False) -> tuple[int, ...]:
    """Return the months that have contests, the newest first."""
    async with raw() as connection:
        return tuple(row[0] for row in await connection.fetch(_MONTHS, drafts))


async def open_contests() -> tuple[OpenContest, ...]:
    """Return the contests of which a round is still to be settled."""
    async with raw() as connection:
        rows = await connection.fetch(_OPEN)
    return tuple(
        OpenContest(id=row["id"], month=row["month"], spec=decoded(row["spec"]), settled=row["settled"]) for row in rows
    )


def decoded(text: str) -> Spec:
    """Return stored rules."""
    found: Spec = msgspec.json.decode(text, type=Spec)
    return found


def _contest(row: Any) -> ContestRow:  # noqa: ANN401 - asyncpg ships no types
    values = dict(row)
    name = Text(zh=values.pop("name_zh"), en=values.pop("name_en"))
    zh, en = values.pop("stake_zh"), values.pop("stake_en")
    spec = decoded(values.pop("spec"))
    return ContestRow(**values, name=name, stake=Text(zh=zh, en=en or zh) if zh else None, spec=spec)


def _round(row: Any) -> RoundRow:  # noqa: ANN401 - asyncpg ships no types
    hidden = msgspec.json.decode(row["hidden"], type=Hidden)
    return RoundRow(
        number=row["number"],
        known_at=row["known_at"],
        at=row["at"],
        result=msgspec.json.decode(row["result"], type=Result),
        hidden=frozenset(hidden.units),
        small=hidden.small,
    )
