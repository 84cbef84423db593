"""The hall of fame from the awards of all public months."""

import msgspec

import org.queries
from core.database import raw
from core.language import Text
from months.lookback.fame import BENCHMARK, Fame, Win, fame
from months.queries import calendar
from org.organisation import Unit
from scoring.queries.rules import rules_of

# Awards of a version that was reopened are not those of the month; the view knows the closing that stands.
_WINS = """
SELECT g.month, g.award, g.unit_id FROM award_grant g
JOIN closed_month c ON c.month = g.month AND c.snapshot_id = g.snapshot_id
WHERE g.month = ANY ($1::int4[]) ORDER BY g.month, g.award, g.unit_id
"""
MOST_ROWS = 1_000


class FameRow(msgspec.Struct, frozen=True, kw_only=True):
    """One unit and one award over all public months."""

    award: str
    award_name: Text
    unit_id: int
    code: str
    name: Text
    kind: str
    months: tuple[int, ...]
    longest: int
    running: int
    benchmark_since: int | None

    @property
    def wins(self) -> int:
        """Return how often the award was won."""
        return len(self.months)


class Hall(msgspec.Struct, frozen=True, kw_only=True):
    """The hall of fame: the public months, the awards by code, the rows with most wins first."""

    months: tuple[int, ...]
    awards: tuple[tuple[str, Text], ...]
    rows: tuple[FameRow, ...]

    @property
    def benchmarks(self) -> tuple[FameRow, ...]:
        """Return the rows that won three times in a row."""
        return tuple(row for row in self.rows if row.longest >= BENCHMARK)


async def hall_of_fame(award: str | None = None, *, repeated: bool = False) -> Hall:
    """Return who won which award in the public months; `repeated` leaves out those who won once."""
    months = await public_months()
    if not months:
        return Hall(months=(), awards=(), rows=())
    async with raw() as connection:
        stored = await connection.fetch(_WINS, list(months))
    names = await _award_names(months)
    wins = [Win(row["month"], row["award"], row["unit_id"]) for row in stored]
    found = [one for one in fame(wins, months) if award in (None, one.award) and (len(one.months) > 1 or not repeated)]
    units = (await org.queries.organisation_of_month(months[-1])).units
    earlier = {month: (await org.queries.organisation_of_month(month)).units for month in months[:-1]}
    rows = tuple(
        _row(one, names, units.get(one.unit_id) or earlier.get(one.months[-1], {}).get(one.unit_id))
        for one in found[:MOST_ROWS]
    )
    present = dict.fromkeys(win.award for win in wins)
    return Hall(months=months, awards=tuple((code, names.get(code, _plain(code))) for code in present), rows=rows)


async def public_months() -> tuple[int, ...]:
    """Return the months whose result everybody may read, the oldest first."""
    return tuple(sorted(row.month for row in await calendar.months() if row.public))


async def _award_names(months: tuple[int, ...]) -> dict[str, Text]:
    found: dict[str, Text] = {}
    for month in months:
        found |= {code: award.name for code, award in (await rules_of(month)).book.awards.items()}
    return found


def _row(one: Fame, names: dict[str, Text], unit: Unit | None) -> FameRow:
    code = unit.code if unit else f"#{one.unit_id}"
    return FameRow(
        award=one.award,
        award_name=names.get(one.award, _plain(one.award)),
        unit_id=one.unit_id,
        code=code,
        name=Text(zh=unit.name_zh, en=unit.name_en) if unit else _plain(code),
        kind=unit.kind if unit else "",
        months=one.months,
        longest=one.longest,
        running=one.running,
        benchmark_since=one.benchmark_since,
    )


def _plain(code: str) -> Text:
    return Text(zh=code, en=code)
