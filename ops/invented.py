"""The demo's company: what its data folder remembers, and how much of it has been brought in."""

from argparse import Namespace

from core.clock import today
from core.settings import Settings
from months.queries.calendar import months
from seeds.counts import DEMO_SIZE
from seeds.load import Loading, Say, silent
from seeds.organisation import MONTHS
from seeds.passwords import remembered

SEED = 1


def demo(found: Settings, say: Say = silent) -> Loading:
    """Return the demo's company, the same at each start."""
    kept = remembered(found.data, seed=SEED, size=DEMO_SIZE, today=today())
    return Loading(seed=kept.seed, size=kept.size, today=kept.today, passwords=kept.passwords, say=say)


def asked(args: Namespace, say: Say = silent) -> Loading:
    """Return the company that the arguments ask for; nobody of it can sign in."""
    return Loading(
        seed=args.seed or SEED,
        size=args.size or DEMO_SIZE,
        today=args.today or today(),
        months=args.months or MONTHS,
        say=say,
    )


async def has_first_month(loading: Loading) -> bool:
    """Tell whether the first page has something to show."""
    return loading.calendar.running in {row.month for row in await months()}


async def has_all_months(loading: Loading) -> bool:
    """Tell whether every month is there and all but the running one are published."""
    published = {row.month for row in await months() if row.published_at}
    return published >= set(loading.calendar.months[:-1])
