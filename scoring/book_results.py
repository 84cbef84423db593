"""What a rule book makes of results: seasons over rounds, and classes of units."""

from decimal import Decimal
from typing import Literal

import msgspec

from core.language import Text
from scoring.book_parts import Rounding

Order = Literal["desc", "asc"]
Ties = Literal["competition", "dense", "modified", "ordinal"]
Definition = Literal["nearest_rank", "inclusive", "exclusive", "averaged"]


class SeasonPart(msgspec.Struct, frozen=True, kw_only=True):
    """Some rounds of a season, listed or from `first` to `last`; of them the best `n`, or all but the worst `drop`.

    With a `weight` its sum counts so many times; in a mean the means of the parts are weighed.
    """

    rounds: tuple[str, ...] = ()
    first: str | None = None
    last: str | None = None
    n: int | None = None
    drop: int = 0
    weight: Decimal | None = None


class SeasonBreaker(msgspec.Struct, frozen=True, kw_only=True):
    """One link of the tie-break chain of a season: a countback, a number of the season, or another quantity summed.

    `countback = "place"` counts places in the rounds, `from` the first `to` the last; `countback = "kpi:CODE"` counts
    `items`; either way more of the first decides, then more of the second, and so on. `countback = "best"` compares the
    rounds from the best on, `"latest"` from the last one back.
    """

    countback: str | None = None
    items: tuple[str, ...] = ()
    first: int = msgspec.field(default=1, name="from")
    last: int | None = msgspec.field(default=None, name="to")
    quantity: Literal["best_round", "worst_round", "last_round", "rounds", "mean", "sum"] | None = None
    field: str | None = None
    """Another quantity of the rounds, as in `of`, added up."""
    kept: bool = False
    """Looks at the rounds alone that count."""
    order: Order = "desc"


class Season(msgspec.Struct, frozen=True, kw_only=True):
    """How the rounds of a season become one result for every unit of a kind, and places."""

    code: str
    name: Text
    kind: str
    of: str = "total"
    """The quantity of each round: total, a node, a process, or kpi:CODE."""
    op: Literal["sum", "mean", "best"] = "sum"
    """`best` is the sum of those that count."""
    n: int | None = None
    drop: int = 0
    n_from: dict[str, int] = msgspec.field(default_factory=dict)
    drop_from: dict[str, int] = msgspec.field(default_factory=dict)
    """Rounds that came together → the n, the drop that holds from so many on; before the first what `n`, `drop` say."""
    parts: tuple[SeasonPart, ...] = ()
    weights: dict[str, Decimal] = msgspec.field(default_factory=dict)
    """By round; 1 where a round is not named."""
    missing: Literal["leave_out", "zero", "value"] = "leave_out"
    missing_value: Decimal | None = None
    window: int | None = None
    """Only the latest so many rounds are looked at."""
    min_rounds: int = 1
    min_share: Decimal = Decimal(0)
    """Least share of the rounds so far that a unit must have run."""
    min_divisor: Decimal = Decimal(0)
    """A mean divides by at least so much weight of rounds."""
    order: Order = "desc"
    """asc: the lowest result stands first, and the lowest rounds are the best."""
    ties: Ties = "competition"
    breakers: tuple[SeasonBreaker, ...] = ()
    scope: Literal["group", "all"] = "group"
    """Among whom places are given."""
    round: Rounding | None = None
    each_round: bool = False


class ClassStep(msgspec.Struct, frozen=True, kw_only=True):
    """One class: a share or a number of units at one end, bounds, or, with neither, everybody who is left."""

    code: str
    name: Text | None = None
    worst: Decimal | None = None
    best: Decimal | None = None
    first: int | None = None
    last: int | None = None
    """So many units from either end; who is level with the last of them is among them."""
    definition: Definition = "inclusive"
    strict: bool = False
    """Only beyond the cut, not on it; of a number of heads: nobody who is level with one more than there may be."""
    heads: Literal["floor", "nearest", "ceil"] | None = None
    """The share makes a whole number of units, rounded so; left out, it ends at a quantile."""
    at_least: Decimal | None = None
    above: Decimal | None = None
    at_most: Decimal | None = None
    below: Decimal | None = None
    effect: Decimal | None = None
    """A number that follows from the class, such as a factor of payment."""


class ClassRule(msgspec.Struct, frozen=True, kw_only=True):
    """How the units of a kind are sorted into classes by one quantity; the first step that fits decides."""

    code: str
    name: Text
    kind: str
    of: str = "total"
    """The quantity: total, a node, a process, kpi:CODE, or season:CODE."""
    order: Order = "desc"
    """asc: the lowest is the best."""
    steps: tuple[ClassStep, ...]
    scope: Literal["group", "all"] = "group"
    min_units: int = 1
    """Fewer units than these have no shares: steps by share fit nobody."""
