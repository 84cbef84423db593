"""A process that ranks a month again and again until it is stopped, as nice as a worker; a line says that it has begun."""

import asyncio
import os
import sys

from core import settings
from leaderboards.operations import recompute
from ops.commands.work import BEHIND_READERS
from tests.bench import stand
from tests.bench.data import MONTH


async def main() -> None:
    """Rank for ever."""
    os.nice(BEHIND_READERS)
    async with stand.opened(settings.current()):
        while True:
            await recompute(MONTH)
            sys.stdout.write("ranked\n")
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
