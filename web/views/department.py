"""A support department: its processes, its composition, what one point is worth, which branches lose most."""

from decimal import Decimal

from msgspec import Struct

from web.charts.waterfall import Ends, Step
from web.views.shell import Choice, Crumb, Link
from web.views.unit import Bar


class Share(Struct, frozen=True):
    """A process that the department leads or supports."""

    name: str
    role: str
    share: str
    score: Decimal | None
    change: Decimal | None


class LedgerRow(Struct, frozen=True):
    """What one branch loses in each of the department's processes, times the share; the tones are 0 to 3."""

    name: str
    href: str
    cells: tuple[tuple[str, int], ...]
    total: str


class DepartmentView(Struct, frozen=True):
    """A department in one month."""

    name: str
    subtitle: str
    provisional: bool
    crumbs: tuple[Crumb, ...]
    months: tuple[Choice, ...]
    total: Decimal | None
    change: Decimal | None
    place: str
    parts: tuple[Bar, ...]
    shares: tuple[Share, ...]
    ends: Ends | None
    steps: tuple[Step, ...]
    bridge_say: str
    bridge_about: str
    worth: tuple[Bar, ...]
    columns: tuple[tuple[str, str], ...]
    ledger: tuple[LedgerRow, ...]
    ledger_total: LedgerRow | None
    ledger_say: str
    losses: tuple[Bar, ...]
    others: tuple[Link, ...]
    card_href: str = ""
    sum_line: str = ""
    passed_on: str = ""
    passed_on_link: Link | None = None
    passed_on_overdue: str = ""
    late: Link | None = None
    """What its late data cost, in the league of late data."""
