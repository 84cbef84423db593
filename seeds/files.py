"""The invented company as two plain files, units.csv and facts.csv: the same bytes for the same seed number."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from core.points import FACT_SCALE, decimal_text
from seeds.facts import Facts
from seeds.units import Company, SeedUnit

UNIT_COLUMNS = (
    "code", "name_zh", "name_en", "kind", "parent", "employer", "post", "star", "size_class", "peer_group",
    "customers", "traffic", "hors_concours", "opened_on",
)  # fmt: skip
FACT_COLUMNS = ("unit", "kpi", "day", "days", "item", "numerator", "denominator", "sample")
PLACES = len(str(FACT_SCALE)) - 1


def write(company: Company, facts: Iterable[Facts], folder: Path) -> tuple[Path, Path]:
    """Write both files into a folder and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    units, found = folder / "units.csv", folder / "facts.csv"
    _write(units, UNIT_COLUMNS, (_unit_row(unit) for unit in company.units))
    _write(found, FACT_COLUMNS, (row for part in facts for row in _fact_rows(company, part)))
    return units, found


def _write(path: Path, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def _unit_row(unit: SeedUnit) -> tuple[object, ...]:
    return (
        unit.code, unit.name.zh, unit.name.en, unit.kind, unit.parent, unit.employer, unit.post, unit.star,
        unit.size_class, unit.peer_group, unit.customers, unit.traffic, int(unit.hors_concours), unit.opened_on,
    )  # fmt: skip


def _fact_rows(company: Company, part: Facts) -> Iterator[tuple[object, ...]]:
    codes = [unit.code for unit in company.units]
    days = {ordinal: date.fromordinal(ordinal).isoformat() for ordinal in set(part.day.tolist())}
    columns = (
        column.tolist()
        for column in (part.unit, part.kpi, part.day, part.span, part.item, part.num, part.den, part.sample)
    )
    for unit, kpi, day, span, item, num, den, sample in zip(*columns, strict=True):
        yield codes[unit], part.kpis[kpi], days[day], span, part.items[item], _plain(num), _plain(den), sample


def _plain(value: int) -> str:
    """Return a fixed-point number without needless decimals."""
    whole, part = divmod(value, FACT_SCALE)
    return str(whole) if part == 0 else decimal_text(value, PLACES).rstrip("0")
