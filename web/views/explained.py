"""Receipt, outlook and compared rules, made ready for the eye."""

from decimal import Decimal

from msgspec import Struct

from web.views.shell import Check, Choice, Crumb, Fact, Link, Live, Tile


class StepLine(Struct, frozen=True):
    """One step of a calculation as it is printed."""

    name: str
    figures: str
    result: str
    note: str = ""
    tone: str = ""


class ReceiptRow(Struct, frozen=True):
    """One KPI of a receipt: a row to print, and every step to open."""

    code: str
    name: str
    facts: str
    value: str
    counted: str
    score: str
    weight: str
    points: str
    lost: str
    how: str
    batches: str
    state: str
    steps: tuple[StepLine, ...]
    batch_lines: tuple[Fact, ...]


class ReceiptView(Struct, frozen=True):
    """One unit's month on one page of paper."""

    title: str
    subtitle: str
    provisional: bool
    crumbs: tuple[Crumb, ...]
    months: tuple[Choice, ...]
    links: tuple[Link, ...]
    facts: tuple[Fact, ...]
    rows: tuple[ReceiptRow, ...]
    total_steps: tuple[StepLine, ...]
    place_steps: tuple[StepLine, ...]
    digest: str
    foot: str
    moved_on: str = ""


class GainRow(Struct, frozen=True):
    """One way to more points, in a sentence, with what it is worth."""

    sentence: str
    points: Decimal
    share: int
    basis: str
    advice: str
    href: str
    tag: str = ""


class SliderRow(Struct, frozen=True):
    """One KPI to move with a thumb or the arrow keys."""

    field: str
    name: str
    value: str
    start: str
    low: str
    high: str
    step: str
    unit: str
    hint: str


class SliderGroup(Struct, frozen=True):
    """Sliders under one heading; a folded one opens by a touch, and stands open where something in it was moved."""

    name: str
    sliders: tuple[SliderRow, ...]
    folded: bool = True
    moved: bool = False


class ChangedLine(Struct, frozen=True):
    """One KPI that a try has changed."""

    name: str
    before: str
    after: str
    points: Decimal


class OutcomeView(Struct, frozen=True):
    """What a try comes to, beside what is."""

    total: str
    before: str
    change: Decimal
    place: str
    note: str
    lines: tuple[ChangedLine, ...]
    refusal: str = ""


class OutlookView(Struct, frozen=True):
    """What would lift a unit, what if, and how far the next place and each award are."""

    title: str
    subtitle: str
    provisional: bool
    crumbs: tuple[Crumb, ...]
    months: tuple[Choice, ...]
    links: tuple[Link, ...]
    tiles: tuple[Tile, ...] = ()
    gains: tuple[GainRow, ...] = ()
    later: tuple[GainRow, ...] = ()
    finding: str = ""
    unit: int = 0
    month: str = ""
    sliders: tuple[SliderRow, ...] = ()
    outcome: OutcomeView | None = None
    awards: tuple[tuple[str, tuple[Check, ...]], ...] = ()
    nothing: str = ""
    live: Live | None = None
    groups: tuple[SliderGroup, ...] = ()
    """The sliders again: what lifts most first, the rest by process."""


class SentenceView(Struct, frozen=True):
    """One sentence of two versions: its fate, and each side as runs of words with whether they stand in both."""

    fate: str
    label: str
    before: tuple[tuple[str, bool], ...]
    after: tuple[tuple[str, bool], ...]


class ComparedView(Struct, frozen=True):
    """Two versions of the rules beside each other."""

    title: str
    subtitle: str
    crumbs: tuple[Crumb, ...]
    before: tuple[Choice, ...]
    after: tuple[Choice, ...]
    tally: str
    sections: tuple[tuple[str, str, tuple[SentenceView, ...]], ...]
    nothing: str = ""
