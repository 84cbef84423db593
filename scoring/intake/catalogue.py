"""What facts may be about: units, KPIs and the time that is open, as plain values given by the caller."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from core.language import Text

MICRO = 1_000_000
"""Numerators and denominators of facts are integers of 1/1,000,000."""
MEASURES = ("pct", "score_10", "minute", "per_10k", "count", "nps", "score_100")
SUMMED = "sum"
BY_RATER = "trimmed_mean"
_NATURAL = {"pct": 100, "per_10k": 10_000, "nps": 100}
_STORED = {"ratio_of_sums": 100, "rate_of_sums": 10_000, "nps": 100}


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as facts may name it; `parent` is the name of the unit above it."""

    id: int
    code: str
    name_zh: str
    name_en: str
    kind: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A kind of event within a KPI."""

    id: int
    code: str
    name_zh: str = ""
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class Kpi:
    """A KPI as facts may name it; bounds and `typical` (its target) are in 1/1,000,000 of its unit of measure."""

    id: int
    code: str
    name_zh: str
    name_en: str
    measure: str
    minimum: int | None
    maximum: int | None
    aggregation: str
    recorded_by: frozenset[str] = frozenset()
    sampled: bool = False
    source: str = ""
    items: tuple[Item, ...] = ()
    typical: int | None = None

    @property
    def natural_factor(self) -> int:
        """Return f in value = f × numerator / denominator as people count it."""
        return _NATURAL.get(self.measure, 1)

    @property
    def stored_factor(self) -> int:
        """Return f in value = f × num / den as facts are stored (by the KPI's aggregation)."""
        return _STORED.get(self.aggregation, 1)


class Cause(NamedTuple):
    """Why something went wrong, and the KPIs that it may be told of (none named: all)."""

    code: str
    name_zh: str
    name_en: str
    kpis: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Catalogue:
    """Units and KPIs in the order of their ids, the names of unit kinds and sources, the causes of losses."""

    units: tuple[Unit, ...]
    kpis: tuple[Kpi, ...]
    kinds: Mapping[str, Text] = field(default_factory=dict)
    sources: Mapping[str, Text] = field(default_factory=dict)
    causes: tuple[Cause, ...] = ()

    def kind_names(self, kinds: frozenset[str]) -> Text:
        names = [self.kinds.get(kind, Text(zh=kind, en=kind)) for kind in sorted(kinds)]
        return Text(zh="、".join(name.zh for name in names), en=", ".join(name.en for name in names))


@dataclass(frozen=True, slots=True)
class Window:
    """Which days may be told of: months that take facts, today, and the month meant where none is written."""

    months: frozenset[int]
    today: date
    month: int | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person decided after a preview.

    `units`: raw text → unit code; `misread`: (sheet, cell name) to be refused; `columns`: (sheet, column letters) →
    a role such as `unit`, `value`, `ignored`, or `kpi:` and its code; `source`: only KPIs of this source are expected.
    """

    units: Mapping[str, str] = field(default_factory=dict)
    misread: frozenset[tuple[str, str]] = frozenset()
    columns: Mapping[tuple[str, str], str] = field(default_factory=dict)
    source: str = ""


NO_CHOICES = Choices()
