"""The catalogue half of a rule book: who competes, which processes and KPIs there are, the themes of the year."""

from decimal import Decimal
from typing import Any, Literal

import msgspec

from core.language import Text

Direction = Literal["higher", "lower"]
Frequency = Literal["daily", "weekly", "monthly"]
Aggregation = Literal["ratio_of_sums", "rate_of_sums", "nps", "sample_mean", "weighted_mean", "trimmed_mean", "sum"]
Window = Literal["month", "rolling3"]
Missing = Literal["reweight", "zero", "group_worst", "hold_last", "group_mean", "not_scored"]
Noise = Literal["auto", "none", "proportion", "events", "answers"]
Mode = Literal["half_away", "half_even", "half_up", "half_down", "up", "down", "floor", "ceil"]
Checker = Literal["manager", "organiser"]
"""Who finds records of an activity valid: a manager above the unit, or only those who run the contest."""


class Rounding(msgspec.Struct, frozen=True, kw_only=True):
    """Where a result is rounded: to decimals, or to multiples of a step; `mode` says where the rest goes."""

    places: int | None = None
    step: Decimal | None = None
    mode: Mode = "half_away"


class PeerGroup(msgspec.Struct, frozen=True):
    """Units that may be compared; `shown_only` groups are scored and shown, never ranked."""

    code: str
    name: Text
    from_exposure: int | None = None
    shown_only: bool = False


class UnitKind(msgspec.Struct, frozen=True):
    """A kind of contestant; groups stand in order, so that a small one is merged with its neighbour."""

    code: str
    name: Text
    level: str
    ranked: bool = True
    person: bool = False
    groups: tuple[PeerGroup, ...] = ()
    merge_under: int = 5
    protection_months: int = 1


class Process(msgspec.Struct, frozen=True):
    """One area of customer contact; `management` is none of them and serves management measures alone."""

    code: str
    name: Text
    family: Text
    weight: Decimal = Decimal(0)
    lead: str | None = None
    management: bool = False


class Source(msgspec.Struct, frozen=True):
    """Where facts come from, and how many days after the month their last ones may arrive."""

    code: str
    name: Text
    lag_days: int = 1


class Item(msgspec.Struct, frozen=True):
    """One kind of event or one question that a KPI counts."""

    code: str
    name: Text


class Kpi(msgspec.Struct, frozen=True, kw_only=True):
    """A defined measure with its source and its rule; `params` are as written, read by the method."""

    code: str
    name: Text
    process: str
    unit: str = "value"
    unit_name: Text = Text(zh="", en="")
    direction: Direction = "higher"
    source: str = ""
    frequency: Frequency = "monthly"
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    aggregation: Aggregation = "sum"
    items: dict[str, Item] = msgspec.field(default_factory=dict)
    sampled: bool = False
    min_sample: dict[str, int] = msgspec.field(default_factory=dict)
    window: dict[str, Window] = msgspec.field(default_factory=dict)
    shrink: Decimal | None = None
    noise: Noise = "auto"
    """What chance the value is open to; auto: by its aggregation, nothing where every case is counted."""
    spread: Decimal | None = None
    """Standard deviation of one answer, for means of answers; left out: from shrinkage and the peers, else the widest."""
    recorded_by: tuple[str, ...] = ()
    stays_with: tuple[str, ...] = ()
    weight_in_process: Decimal = Decimal(0)
    missing: Missing = "reweight"
    method: str
    params: dict[str, Any] = msgspec.field(default_factory=dict)
    formula: Text = Text(zh="", en="")
    base: Decimal | None = None
    target: Decimal | None = None
    stretch: Decimal | None = None
    prior: Decimal | None = None
    lead: str | None = None
    reads: str | None = None
    """The KPI whose facts and constants are scored here once more."""
    round: Rounding | Literal["none"] | None = None
    """How the score is rounded; left out: to `composition.score_places`."""
    min_denominator: dict[str, Decimal] = msgspec.field(default_factory=dict)
    """By kind, as `min_sample`: the denominator below which there is no score."""

    @property
    def facts(self) -> str:
        """Return the code of the KPI under which the facts are recorded."""
        return self.reads or self.code

    def least_denominator(self, kind: str) -> Decimal:
        """Return the denominator below which a unit of a kind has no score; 0 = no minimum."""
        return self.min_denominator.get(kind, self.min_denominator.get("default", Decimal(0)))

    def least_sample(self, kind: str) -> int:
        """Return the valid sample below which a unit of a kind has no score; 0 = no minimum."""
        return self.min_sample.get(kind, self.min_sample.get("default", 0))

    def window_of(self, kind: str) -> Window:
        """Return over which time the facts of a kind are pooled."""
        return self.window.get(kind, self.window.get("default", "month"))


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """Parameters of a KPI that differ for a kind, a group, a unit or some periods; they go over those of the KPI."""

    kpi: str
    kind: str | None = None
    group: str | None = None
    unit: str | None = None
    months: tuple[Any, ...] = ()
    """Months as numbers, periods of files as text; empty: always."""
    params: dict[str, Any]


class Activity(msgspec.Struct, frozen=True, kw_only=True):
    """What a theme adds to do: points for each valid record, up to a cap."""

    code: str
    name: Text
    kinds: tuple[str, ...] = ()
    points: Decimal = Decimal(0)
    cap: Decimal | None = None
    evidence: bool = False
    """Each record needs a file that shows it."""
    checker: Checker = "manager"


class Theme(msgspec.Struct, frozen=True, kw_only=True):
    """A theme month: the KPIs whose weight it multiplies, and its activities."""

    code: str
    name: Text
    month: int
    doubled: tuple[str, ...] = ()
    multiplier: Decimal = Decimal(2)
    mode: Literal["renormalise", "bonus"] = "renormalise"
    activities: dict[str, Activity] = msgspec.field(default_factory=dict)


class DepartmentRow(msgspec.Struct, frozen=True):
    """A support department and its peer group."""

    code: str
    name: Text
    group: str
    hors_concours: bool = False


class ChecklistItem(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the visit's checklist."""

    code: str
    moment: str
    measure: str
    points: Decimal
    kpi: str
    name: Text


class Checklist(msgspec.Struct, frozen=True, kw_only=True):
    """The visit: moments, measures, items, the share of points that must be seen, the cap by a red line."""

    moments: dict[str, Text] = msgspec.field(default_factory=dict)
    measures: dict[str, Text] = msgspec.field(default_factory=dict)
    items: dict[str, ChecklistItem] = msgspec.field(default_factory=dict)
    min_coverage: Decimal = Decimal("0.60")
    red_line_cap: Decimal = Decimal(59)
