"""Everything that a month's results follow from, as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from leaderboards.frame import Frame
from scoring.pooling import Pool
from scoring.rulebook import Kpi, RuleBook
from scoring.scored import Scored
from scoring.sheet import Sheet


@dataclass(frozen=True)
class MonthInputs:
    """Rules, organisation and facts of one month; `earlier` holds the pools of the months before, the nearest first."""

    book: RuleBook
    theme: str | None
    frame: Frame
    kpi_ids: Mapping[str, int]
    item_ids: Mapping[str, int]
    pool: Pool
    earlier: Sequence[Pool] = ()
    adjustments: Mapping[int, int] = field(default_factory=dict)
    """Signed cents by unit."""
    activities: Mapping[int, int] = field(default_factory=dict)
    """What the activities of the theme bring, in signed cents by unit, held by their caps."""
    red_lines: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    """Number of verified events by code and unit."""
    previous_totals: Mapping[int, int] = field(default_factory=dict)
    """Totals of the month before, in cents by unit."""
    previous_city: Mapping[str, Fraction] = field(default_factory=dict)
    """Exact scores of the processes over the company in the month before, for the growth of departments."""
    held: Mapping[tuple[int, int], int] = field(default_factory=dict)
    """Scores of the month before, in cents by KPI number and unit, for KPIs that hold their last score."""
    held_nodes: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    """Values of nodes in the month before, in cents by code and unit, for nodes whose last value may stand in."""
    month: int = 0
    days: Mapping[str, int] = field(default_factory=dict)
    """How many days the month has, by name."""
    exclusions: Mapping[int, str] = field(default_factory=dict)
    """By unit: left out of the award, of the statistics, or of both."""
    worked: dict[str, tuple[Sheet, Scored]] | None = field(default=None, compare=False)
    """Cards worked out from these very inputs, by code, for who asks for them twice; None remembers nothing."""


def months_back(book: RuleBook) -> int:
    """Return how many months before the scored one the rules look at."""
    back = 0
    for kind, kpi in card_kpis(book):
        back = max(back, 2 if kpi.window_of(kind) == "rolling3" else 0, 1 if looks_back(kpi) else 0)
    return back


def looks_back(kpi: Kpi) -> bool:
    """Tell whether a KPI is scored against the month before."""
    text = kpi.params.get("formula")
    return kpi.method == "growth" or (kpi.method == "formula" and isinstance(text, str) and "previous" in text)


def holds_last(book: RuleBook) -> bool:
    """Tell whether any KPI keeps its last score when it is missing."""
    return any(book.holds_last(kind, kpi.code) for kind, kpi in card_kpis(book))


def card_kpis(book: RuleBook) -> list[tuple[str, Kpi]]:
    """Return every KPI of every card, with the kind whose card it is."""
    return [(kind, book.kpis[code]) for kind in book.kinds for code in book.kpis_of(kind)]
