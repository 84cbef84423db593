"""How many of each a company has; any size keeps the proportions of the demo."""

import msgspec


class Counts(msgspec.Struct, frozen=True):
    """Numbers of units by kind; teams, clerks and hotline agents are counted per parent."""

    branches: int = 12
    storefronts: int = 150
    outlets: int = 1200
    teams_each: int = 2
    clerks_each: int = 4
    hotline_teams: int = 6
    agents_each: int = 8
    account_managers: int = 60
    employers: int = 6
    promoters: int = 150


DEMO = Counts()
DEMO_SIZE = 3300
"""About how many units the demo company has; `--size 3300` is exactly the demo."""


def counts_for(size: int) -> Counts:
    """Return the counts of a company of about so many units."""
    return Counts(
        branches=_share(size, DEMO.branches, 2),
        storefronts=_share(size, DEMO.storefronts, 4),
        outlets=_share(size, DEMO.outlets, 6),
        hotline_teams=_share(size, DEMO.hotline_teams, 2),
        account_managers=_share(size, DEMO.account_managers, 4),
        employers=_share(size, DEMO.employers, 2),
        promoters=_share(size, DEMO.promoters, 4),
    )


def _share(size: int, of_demo: int, least: int) -> int:
    return max(least, (of_demo * size + DEMO_SIZE // 2) // DEMO_SIZE)
