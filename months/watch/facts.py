"""What the watch looks at: the facts of a month in columns."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from months.watch.kinds import KpiAbout
from months.watch.series import Groups, Ints, Reals, groups


@dataclass(frozen=True)
class MonthFacts:
    """Facts of telling KPIs, one a row, ordered by KPI, unit and day; `value` per case, `size` cases, `day` from 0.

    `kind` is the number of the unit's kind. `before` and `now` are the values of the month before and of this one by KPI
    and unit, `words` remarks by KPI and unit.
    """

    kpi: Ints
    unit: Ints
    kind: Ints
    day: Ints
    value: Reals
    size: Reals
    days: int
    about: Mapping[int, KpiAbout]
    now: Mapping[int, Mapping[int, tuple[int, int]]] = field(default_factory=dict)
    before: Mapping[int, Mapping[int, tuple[int, int]]] = field(default_factory=dict)
    kinds: Mapping[int, int] = field(default_factory=dict)
    """The number of the kind of each unit."""
    words: Mapping[tuple[int, int], tuple[str, ...]] = field(default_factory=dict)

    def by_unit(self) -> Groups:
        """Return the series of each KPI and unit."""
        return groups(self.kpi, self.unit)


def ordered(facts: MonthFacts) -> MonthFacts:
    """Return the same facts ordered by KPI, unit and day."""
    order = np.lexsort((facts.day, facts.unit, facts.kpi))
    columns = {name: getattr(facts, name)[order] for name in ("kpi", "unit", "kind", "day", "value", "size")}
    rest = {name: getattr(facts, name) for name in ("days", "about", "now", "before", "kinds", "words")}
    return MonthFacts(**columns, **rest)
