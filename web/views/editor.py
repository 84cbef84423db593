"""The editor of a draft: the tree of a card, the form of one rule beside its curve, all weights, what is found."""

from markupsafe import Markup
from msgspec import Struct

from scoring.param_forms import Field
from web.views.shell import Choice, Crumb, Link


class BranchRow(Struct, frozen=True):
    """One line of a scorecard's tree."""

    name: str
    code: str
    detail: str
    weight: str
    depth: int
    href: str = ""
    current: bool = False
    tone: str = ""


class Finding(Struct, frozen=True):
    """Something the checks found, and where it can be mended."""

    tone: str
    sentence: str
    place: str
    href: str = ""


class PreviewView(Struct, frozen=True):
    """The curve with the units upon it, in words too, or why it cannot be drawn."""

    chart: Markup
    tally: str
    problems: tuple[str, ...] = ()


class KpiForm(Struct, frozen=True):
    """One KPI as a form."""

    code: str
    name: str
    meaning: str
    weight: str
    weighs: bool
    methods: tuple[Choice, ...]
    directions: tuple[Choice, ...]
    policies: tuple[Choice, ...]
    fields: tuple[Field, ...]
    more: tuple[Field, ...]
    preview: PreviewView


class NodeForm(Struct, frozen=True):
    """One node of a tree as a form."""

    code: str
    name: str
    meaning: str
    """What its operation does."""
    sentence: str
    """The node in plain words, as employees read it."""
    elsewhere: str
    """Where that is written which the form does not have; empty where it has all."""
    ops: tuple[Choice, ...]
    policies: tuple[Choice, ...]
    children: tuple[tuple[str, str, str], ...]
    """Field, name and weight of each child."""
    numbers: tuple[tuple[str, str, str], ...]
    """Field, label and value of the numbers of the node."""


class EditorView(Struct, frozen=True):
    """The editor with one card open."""

    draft: int
    title: str
    subtitle: str
    crumbs: tuple[Crumb, ...]
    revision: int
    card: str
    tabs: tuple[Link, ...]
    cards: tuple[Choice, ...]
    tree: tuple[BranchRow, ...]
    findings: tuple[Finding, ...]
    tally: str
    words: dict[str, str]
    refusal: tuple[str, ...] = ()
    kpi: KpiForm | None = None
    node: NodeForm | None = None
    sent: dict[str, str] = {}
    nothing: str = ""


class WeightCellView(Struct, frozen=True):
    """One weight; without a field the process's own sum."""

    label: str
    value: str
    field: str = ""


class WeightRowView(Struct, frozen=True):
    """A process or one of its KPIs with its weights by kind."""

    code: str
    name: str
    process: bool
    cells: tuple[WeightCellView, ...]


class WeightsView(Struct, frozen=True):
    """All weights of a draft as one table."""

    draft: int
    title: str
    subtitle: str
    crumbs: tuple[Crumb, ...]
    revision: int
    tabs: tuple[Link, ...]
    kinds: tuple[str, ...]
    rows: tuple[WeightRowView, ...]
    totals: tuple[tuple[str, str], ...]
    """Sum of each card and its tone."""
    findings: tuple[Finding, ...]
    tally: str
    words: dict[str, str]
    refusal: tuple[str, ...] = ()
    nothing: str = ""
