"""The names in a trial's report: who changes, which awards, whose help, and a line a month."""

from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from core.language import Text, current
from core.points import cents_text
from months.simulation.findings import Row, sliced
from months.simulation.report import AwardChange, CoachingChange, MonthReport, Report
from months.simulation.tables import Names
from web import show
from web.views.simulation import AwardRow, ChangeRow, CoachingRow, MonthLine

K = TypeVar("K", bound=Hashable)


class Chosen(NamedTuple):
    """What the reader looks at: months, a kind, one peer group or everybody; `whole` means all months of the report."""

    months: tuple[MonthReport, ...]
    kind: str
    group: str | None
    whole: bool

    def units(self, month: MonthReport) -> set[int]:
        """Return the units that are looked at in a month."""
        return {row.unit for row in sliced((month,), self.kind, self.group).rows}

    def awards(self) -> list[tuple[int, AwardChange]]:
        """Return the awards that they win or lose, with the month."""
        inside = [(month, self.units(month)) for month in self.months]
        return [(month.month, one) for month, units in inside for one in month.awards if one.unit in units]

    def coaching(self) -> list[tuple[int, CoachingChange]]:
        """Return the help of theirs that would begin or not begin, with the month."""
        inside = [(month, self.units(month)) for month in self.months]
        return [(month.month, one) for month, units in inside for one in month.coaching if one.unit in units]


def named(names: Mapping[K, Text], key: K, otherwise: str = "") -> str:
    """Return a name in the reader's language, the code where there is none."""
    found = names.get(key)
    return found.read(current()) if found else otherwise or str(key)


def mover_rows(rows: Sequence[Row], names: Names, *, whole: bool) -> tuple[ChangeRow, ...]:
    """Return who changes, place and total."""
    return tuple(_mover(row, names, whole=whole) for row in rows)


def _mover(row: Row, names: Names, *, whole: bool) -> ChangeRow:
    name, under = _unit(names, row.month, row.unit, whole=whole)
    return ChangeRow(
        name=name,
        href=f"/units/{row.unit}?month={row.month}",
        under=under,
        places=_arrow(row.old_place, row.new_place),
        climb=row.climb,
        totals=f"{_total(row.old)} → {_total(row.new)}",
        change=show.signed(show.scaled(row.gain, 2), 2, current()),
        tone="up" if row.gain > 0 else "down" if row.gain < 0 else "same",
    )


def award_rows(rows: Sequence[tuple[int, AwardChange]], names: Names, *, whole: bool) -> tuple[AwardRow, ...]:
    """Return awards won and lost."""
    found = []
    for month, one in rows:
        name, under = _unit(names, month, one.unit, whole=whole)
        points = show.signed(one.points if one.won else -one.points, 0, current())
        award = named(names.awards, one.award)
        places = _arrow(one.old_rank, one.new_rank)
        found.append(AwardRow(award, name, f"/units/{one.unit}?month={month}", under, one.won, places, points))
    return tuple(found)


def coaching_rows(rows: Sequence[tuple[int, CoachingChange]], names: Names, *, whole: bool) -> tuple[CoachingRow, ...]:
    """Return whose help would begin, or not begin any more."""
    comma = "、" if current() == "zh" else ", "
    found = []
    for month, one in rows:
        name, under = _unit(names, month, one.unit, whole=whole)
        fired = comma.join(named(names.triggers, code) for code in one.triggers)
        found.append(CoachingRow(name, f"/units/{one.unit}?month={month}", under, one.on, fired))
    return tuple(found)


def month_lines(report: Report, chosen: Chosen, simulation_id: int) -> tuple[MonthLine, ...]:
    """Return a line for each month of the report, the newest first."""
    return tuple(_month(month, chosen, simulation_id) for month in reversed(report.months))


def _month(month: MonthReport, chosen: Chosen, simulation_id: int) -> MonthLine:
    reader = current()
    one = chosen._replace(months=(month,))
    found, awards, coaching = sliced(one.months, one.kind, one.group), one.awards(), one.coaching()
    won, on = sum(change.won for _, change in awards), sum(change.on for _, change in coaching)
    old, new = (show.number(points, 0, reader) for points in (month.old_points, month.new_points))
    wish = f"month={month.month}&kind={one.kind}" + (f"&group={one.group}" if one.group else "")
    return MonthLine(
        name=show.month(month.month, reader),
        href=f"/simulations/{simulation_id}?{wish}",
        gain=found.gain,
        lose=found.lose,
        moved=found.moved,
        rho=found.spearman.text(3) if found.spearman else "–",
        tau=found.kendall.text(3) if found.kendall else "–",
        awards=f"+{won} / −{len(awards) - won}",
        coaching=f"+{on} / −{len(coaching) - on}",
        points=old if old == new else f"{old} → {new}",
    )


def _unit(names: Names, month: int, unit: int, *, whole: bool) -> tuple[str, str]:
    """Return a unit's name, and beneath it its code, with the month where several are looked at."""
    code, name = names.unit(month, unit)
    return name.read(current()), f"{code} · {show.month(month, current())}" if whole else code


def _arrow(old: int | None, new: int | None) -> str:
    return f"{old or '–'} → {new or '–'}"


def _total(cents: int | None) -> str:
    return "–" if cents is None else show.minus(cents_text(cents))
