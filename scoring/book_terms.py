"""The contest half of a rule book: how cards are composed, boards ordered, awards given and help triggered."""

from decimal import Decimal
from typing import Literal

import msgspec

from core.language import Text


class Grade(msgspec.Struct, frozen=True, kw_only=True):
    """A word for totals from a bound on."""

    code: str
    name: Text
    at_least: Decimal


class Composition(msgspec.Struct, frozen=True, kw_only=True):
    """How scores become a total; the three roundings are named by their decimals."""

    coverage_min: Decimal = Decimal("0.60")
    score_places: int = 2
    total_places: int = 2
    adjustment_max: Decimal = Decimal(5)
    provisional_relative_from_day: int = 5
    certainty: Decimal = Decimal("1.96")
    """So many standard errors must lie between two totals before they count as told apart."""
    show_places: int = 2
    """Decimals of totals and nodes in plain files where they are not rounded."""
    grades: tuple[Grade, ...] = ()


class Breaker(msgspec.Struct, frozen=True):
    """One link of the tie-break chain: a fact of the month, or a node, process or KPI of the scorecard.

    `countback` counts the `items` of a KPI: more of the first decides, then more of the second, and so on.
    """

    field: Literal[
        "theme", "red_lines", "improvement", "sample", "coverage", "key", "node", "process", "kpi", "countback"
    ]
    order: Literal["desc", "asc"] = "desc"
    kpi: str | None = None
    node: str | None = None
    process: str | None = None
    items_of: str | None = None
    items: tuple[str, ...] = ()


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """How the board of a kind is ordered and what it hides: one in so many at the bottom (0 = nobody), on boards not too small."""

    code: str
    name: Text
    measure: str = "total"
    order: Literal["desc", "asc"] = "desc"
    """asc: the lowest total stands first, on the boards of plain files."""
    ties: Literal["competition", "dense", "modified", "ordinal"] = "competition"
    breakers: tuple[Breaker, ...] = ()
    hidden_one_in: int = 0
    hidden_min: int = 8
    peer_groups: bool = True
    public: bool = False


class Part(msgspec.Struct, frozen=True):
    """One part of a blended measure: `card`, `process:CODE`, or a parent's total as `parent:KIND`."""

    source: str
    weight: Decimal


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """What a kind is ranked by where that is not simply its card."""

    code: str
    name: Text
    kinds: tuple[str, ...]
    parts: tuple[Part, ...]


class RedLine(msgspec.Struct, frozen=True, kw_only=True):
    """A verified serious misconduct and what it does to the total."""

    code: str
    name: Text
    effect: Literal["cap_total", "deduct_total", "zero_total", "none"] = "cap_total"
    cap_at: Decimal = Decimal(59)
    points: Decimal = Decimal(0)
    bars_awards: bool = True


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """What keeps a unit from an award: red_line, coverage, minimum_total, process_below, insufficient_sample, kpi_below, uncertain.

    `class` keeps off the units of one step of a class, `outside_class` all others.
    """

    code: Literal[
        "red_line",
        "coverage",
        "minimum_total",
        "process_below",
        "insufficient_sample",
        "kpi_below",
        "uncertain",
        "class",
        "outside_class",
    ]
    kpi: str | None = None
    process: str | None = None
    class_code: str | None = msgspec.field(default=None, name="class")
    step: str | None = None
    at_least: Decimal | None = None


class Award(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of award: for whom, by what, how many, and what bars from it."""

    code: str
    name: Text
    kinds: tuple[str, ...]
    measure: str = "total"
    rule: Literal["top", "share", "improved", "threshold", "by_hand"] = "top"
    count: dict[str, int] = msgspec.field(default_factory=dict)
    share: Decimal | None = None
    at_most: dict[str, int] = msgspec.field(default_factory=dict)
    """How many may win under one unit of a kind above them, such as one in a team."""
    at_least: Decimal | None = None
    bars: tuple[Bar, ...] = ()
    ties: Literal["all"] = "all"
    prize: Text = Text(zh="", en="")
    points: int = 0
    improvement_share: Decimal | None = None
    certain: bool = False
    """Say of a winner who cannot be told apart from the first without the award that it is so."""


class ClassTrigger(msgspec.Struct, frozen=True, kw_only=True):
    """Units in one step of a class are helped."""

    class_code: str = msgspec.field(name="class")
    step: str


class TriggerRule(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers of the coaching triggers for one kind; a number left out turns its rule off."""

    bottom_pct: Decimal = Decimal("0.10")
    min_group: int = 8
    exempt_at: Decimal | None = Decimal(90)
    small_from: int | None = 5
    small_below: Decimal | None = Decimal(85)
    threshold: Decimal | None = Decimal(70)
    process_threshold: Decimal | None = Decimal(60)
    process_weight: Decimal = Decimal(8)
    decline_months: int = 2
    decline_min: Decimal = Decimal(8)
    repeat_months: int = 3
    classes: tuple[ClassTrigger, ...] = ()
    beyond_noise: bool = False
    """Bottom and decline catch only who is told apart: from the middle of its group, from its own earlier total."""


class TriggerName(msgspec.Struct, frozen=True):
    """What a trigger is called, the level it demands by itself, and its rule in words."""

    code: str
    name: Text
    level: int
    rule: Text


class Coaching(msgspec.Struct, frozen=True, kw_only=True):
    """Who is helped, at which level, and by when; `rules` by kind, `default` for the others; days are working days."""

    triggers: dict[str, TriggerName] = msgspec.field(default_factory=dict)
    rules: dict[str, TriggerRule] = msgspec.field(default_factory=dict)
    levels: dict[str, Text] = msgspec.field(default_factory=dict)
    step_days: dict[str, int] = msgspec.field(default_factory=dict)
    capacity: int = 3
    plan_days: int = 3
    exit_score: Decimal = Decimal(75)
    min_effect: Decimal = Decimal(2)
    training_mark: Decimal = Decimal(80)
    reinspection_score: Decimal = Decimal(85)
    kinds: tuple[str, ...] = ()
    advice: dict[str, Text] = msgspec.field(default_factory=dict)

    def rule_of(self, kind: str) -> TriggerRule:
        """Return the numbers that hold for a kind."""
        return self.rules.get(kind) or self.rules.get("default") or TriggerRule()

    def trigger_levels(self) -> dict[str, int]:
        """Return the level that each trigger demands by itself."""
        return {code: trigger.level for code, trigger in self.triggers.items()}


class DepartmentRules(msgspec.Struct, frozen=True, kw_only=True):
    """The department card by formula: outcome of its processes, tasks, internal rating, signed extras."""

    kind: str = "department"
    outcome: Decimal = Decimal("0.50")
    tasks: Decimal = Decimal("0.30")
    internal: Decimal = Decimal("0.20")
    tasks_kpi: str = ""
    internal_kpi: str = ""
    bonus_kpis: tuple[str, ...] = ()
    bonus_max: Decimal = Decimal(2)
    improvement: Decimal = Decimal(0)
    """Weight of the growth score in the outcome, from the second month on; 0 leaves it out."""
    growth_per: Decimal = Decimal(10)
    """Points of the growth score for each point that a process gained on the month before; 80 for standing still."""
    branch_kind: str = "branch"
    company_kind: str = "company"
    correct_raters_from: int = 3
    """Raters of so many departments are corrected for severity in the internal rating; 0 corrects nobody."""
    answer_days: int = 5
    """Working days after the month within which a department answers for the losses passed on to it."""
