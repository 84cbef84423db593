"""A unit's own page and the page that takes one line of its card apart."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from msgspec import Struct

from web.charts.curve import Anchor, Mark
from web.charts.strips import Weight
from web.charts.waterfall import Ends, Step
from web.views.explained import StepLine
from web.views.shell import Choice, Crumb, Fact, Link, Live, Tile


class Line(Struct, frozen=True):
    """One KPI of the card."""

    code: str
    name: str
    value: str
    target: str
    sample: str
    score: Decimal | None
    weight: str
    points: Decimal | None
    lost: Decimal | None
    """None for what is only shown beside the card."""
    state: str
    tone: str
    href: str
    measured: str = ""
    """What was measured, where another value counts."""


class Group(Struct, frozen=True):
    """The KPIs of one process."""

    name: str
    score: Decimal | None
    points: Decimal | None
    lost: Decimal | None
    lines: tuple[Line, ...]


class Bar(Struct, frozen=True):
    """One bar of a list, its share between 0 and 100."""

    name: str
    shown: str
    share: int
    tone: str = ""
    href: str = ""
    detail: str = ""


class Whose(Struct, frozen=True):
    """A unit's loss by whose it is: a bar of what is its own and what others mend, and the departments."""

    parts: tuple[tuple[str, str], ...]
    about: str
    key: tuple[tuple[str, str, str], ...]
    say: str
    departments: tuple[Bar, ...]
    href: str
    words: Mapping[str, str]


class UnitView(Struct, frozen=True):
    """A unit in one month; without a card only its place in the organisation."""

    name: str
    subtitle: str
    provisional: bool = False
    crumbs: tuple[Crumb, ...] = ()
    chips: tuple[tuple[str, str], ...] = ()
    months: tuple[Choice, ...] = ()
    tiles: tuple[Tile, ...] = ()
    axes: tuple[tuple[str, Decimal, Decimal | None], ...] = ()
    axes_about: str = ""
    weakest: str = ""
    bars: tuple[Bar, ...] = ()
    ends: Ends | None = None
    steps: tuple[Step, ...] = ()
    finding: str = ""
    waterfall_about: str = ""
    groups: tuple[Group, ...] = ()
    sum_line: str = ""
    members: tuple[Link, ...] = ()
    links: tuple[Link, ...] = ()
    peers_label: str = ""
    nothing: str = ""
    live: Live | None = None
    whose: Whose | None = None
    certainty: str = ""
    """What samples leave open about total and place."""
    resting: str = ""
    """What of the card is as of the freeze, between freeze and publication."""
    left_out: str = ""
    """Why the unit has no place, or counts in no statistics, this month."""
    day: str = ""
    """Where what changed since yesterday is fetched from; empty for a closed month."""
    ahead: str = ""
    """Where the largest gains of the card are fetched from; empty where there is nothing to gain."""
    waterfall_hint: str = ""
    """From what the points go down, where the rules name it."""
    bars_hint: str = ""
    """What full marks are, where they are the same for all bars."""


class CalcLine(Struct, frozen=True):
    """One printed formula with its numbers and its result."""

    name: str
    formula: str
    result: str
    lost: bool = False


class FactRow(Struct, frozen=True):
    """One stored fact behind a value."""

    unit: str
    on: date
    numerator: str
    denominator: str
    sample: str
    source: str
    batch: str
    batch_href: str
    learned_at: datetime
    note: str = ""


class RailStep(Struct, frozen=True):
    """One of the seven steps from fact to lost points."""

    label: str
    value: str
    detail: str
    small: str = ""


class WhyView(Struct, frozen=True):
    """One line of a card down to its facts."""

    title: str
    subtitle: str
    provisional: bool
    crumbs: tuple[Crumb, ...]
    rail: tuple[RailStep, ...]
    verdict: str
    points: tuple[tuple[Decimal, Decimal], ...]
    anchors: tuple[Anchor, ...]
    mark: Mark | None
    better: str
    value_words: str
    lower_is_better: bool
    curve_about: str
    curve_hint: str
    weights: tuple[Weight, ...]
    weights_about: str
    weights_say: str
    calc: tuple[CalcLine, ...]
    rule: str
    about: tuple[Fact, ...]
    facts: tuple[FactRow, ...]
    facts_hint: str
    more_facts: str = ""
    steps: tuple[StepLine, ...] = ()
    appeal: Link | None = None
    """Where its own people dispute the line, or follow the appeal about it."""
