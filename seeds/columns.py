"""The columns of invented facts, in the numbers that the database has given to units and KPIs."""

from collections.abc import Mapping
from datetime import date

import numpy as np

from scoring.intake.preview import Facts as Stored
from seeds.facts import Facts
from seeds.units import Company

EPOCH = date(1970, 1, 1).toordinal()


def stored(
    facts: Facts, company: Company, units: Mapping[str, int], kpis: Mapping[str, int], items: Mapping[str, int]
) -> tuple[Stored, tuple[str, ...]]:
    """Return facts as intake takes them, and the raters that have no number yet."""
    raters = tuple(code for code in facts.items if code and code not in items)
    item_of = np.array([_item(code, items, raters) for code in facts.items], dtype=np.int16)
    unit_of = np.array([units[unit.code] for unit in company.units], dtype=np.int32)
    kpi_of = np.array([kpis[code] for code in facts.kpis], dtype=np.int16)
    columns = Stored(
        unit_id=unit_of[facts.unit],
        kpi_id=kpi_of[facts.kpi],
        on_day=(facts.day - EPOCH).astype(np.int32),
        span_days=facts.span.astype(np.int16),
        item=item_of[facts.item],
        num=facts.num,
        den=facts.den,
        sample=facts.sample.astype(np.int32),
        row_no=np.arange(1, len(facts.num) + 1, dtype=np.int32),
    )
    return columns, raters


def _item(code: str, items: Mapping[str, int], raters: tuple[str, ...]) -> int:
    if not code:
        return 0
    return items[code] if code in items else -1 - raters.index(code)
