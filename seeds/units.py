"""The plain row of an invented unit, and the context that its makers share."""

from datetime import date, timedelta

import msgspec

from core.language import Text
from seeds import draw
from seeds.counts import Counts

COMPANY = "YC"
YEARS_OPEN = 3
DAYS_A_YEAR = 365


class SeedUnit(msgspec.Struct, frozen=True, kw_only=True):
    """One unit as the intake of units knows it: parent in the tree, employer for third-party staff."""

    code: str
    name: Text
    kind: str
    parent: str | None
    opened_on: date
    post: str | None = None
    star: int | None = None
    size_class: str | None = None
    peer_group: str = "all"
    customers: int | None = None
    traffic: int | None = None
    hors_concours: bool = False
    employer: str | None = None


class Company(msgspec.Struct, frozen=True):
    """All units, parents before children, and the seed number they came from."""

    seed: int
    counts: Counts
    units: tuple[SeedUnit, ...]

    def of_kind(self, kind: str) -> list[SeedUnit]:
        """Return the units of one kind, in order."""
        return [unit for unit in self.units if unit.kind == kind]


class Making(msgspec.Struct, frozen=True):
    """What every maker of units needs: seed number, counts, the days the first month begins and the newest unit opens."""

    seed: int
    counts: Counts
    first_on: date
    newest_on: date

    def drawn(self, purpose: str, number: int, end: int) -> int:
        """Return a whole number below `end` that depends on nothing but seed, purpose and number."""
        return draw.one_below(draw.key(self.seed, purpose), number, end)

    def opened(self, kind: str, number: int) -> date:
        """Return a day one to four years before the first month."""
        return self.first_on - timedelta(days=DAYS_A_YEAR + self.drawn(f"age {kind}", number, YEARS_OPEN * DAYS_A_YEAR))
