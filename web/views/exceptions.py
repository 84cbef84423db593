"""What was decided about single units of a month beside their facts."""

from msgspec import Struct

from web.views.changes import ChangeLine
from web.views.shell import Choice, Crumb


class ExclusionView(Struct, frozen=True):
    """One unit left out, or proposed to be."""

    id: int
    unit: str
    code: str
    href: str
    what: str
    reason: str
    state: str
    tone: str
    told: str
    """Who proposed and who decided."""
    may_lift: bool = False


class AdjustmentView(Struct, frozen=True):
    """Signed points beside a card."""

    unit: str
    code: str
    href: str
    points: str
    reason: str
    evidence: str
    told: str


class ExceptionsView(Struct, frozen=True):
    """The page of a month's exclusions and adjustments."""

    month: int
    subtitle: str
    crumbs: tuple[Crumb, ...]
    waiting: tuple[ChangeLine, ...] = ()
    """Change sets about this page's matters that nobody has decided."""
    exclusions: tuple[ExclusionView, ...] = ()
    adjustments: tuple[AdjustmentView, ...] = ()
    whats: tuple[Choice, ...] = ()
    problems: tuple[str, ...] = ()
    may_propose: bool = False
    may_adjust: bool = False
    over: str = ""
    """Why nothing can be left out any more."""
    out: dict[str, str] = {}
    points: dict[str, str] = {}
    """What was typed into either form, when it was refused."""
