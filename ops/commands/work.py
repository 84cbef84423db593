"""`shifen work`: the work behind the pages: facts that have arrived become points and places."""

import asyncio
import os
from argparse import Namespace
from importlib import import_module

import uvloop

from core import database, log, settings
from core.bell import Bell
from core.language import Text
from core.settings import Settings
from ops.connect import pointed, require_tables
from ops.embedded.pair import Pair
from ops.parser import Parser

ABOUT = Text(
    zh="运行后台任务：把新到的数据算成得分与名次", en="run the work behind the pages: facts become points and places"
)
BEHIND_READERS = 10
"""The niceness of a worker: where all are busy on one machine, pages are answered first."""

_NEEDED = (
    "leaderboards.following",
    "leaderboards.month_detail",
    "leaderboards.month_ranges",
    "leaderboards.month_results",
    "leaderboards.pools",
    "leaderboards.standing_rows",
    "scoring.folding",
    "scoring.repooling",
)
"""What works out a month, with all it rests on: it is in memory before the first fact comes."""


def add_arguments(parser: Parser) -> None:
    """Take one option: stop when nothing is left."""
    parser.say("--once", Text(zh="做完现有任务后退出", en="do what is due and end"), action="store_true")


def run(args: Namespace) -> int:
    """Work until SIGTERM or Ctrl-C; what has begun is finished first."""
    found = settings.current()
    log.configure(found.log_level, found.log_format)
    pair = Pair(found)
    try:
        addresses = pair.open()
        ready = pointed(found, addresses)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(require_tables(ready, make=addresses.owned))
            runner.run(_work(ready, pair, once=args.once))
    finally:
        pair.close()
    return 0


async def _work(found: Settings, pair: Pair, *, once: bool) -> None:
    from ops import tend
    from ops.signals import stopping
    from ops.worker import Worker

    await database.init(found)
    worker = Worker(found.redis, Bell(found))
    try:
        if once:
            await worker.work_off()
            return
        os.nice(BEHIND_READERS)
        async with tend.tended(pair), stopping(worker.stop, 0):
            await asyncio.to_thread(_at_hand)
            await worker.run()
    finally:
        await database.close()


def _at_hand() -> None:
    for name in _NEEDED:
        import_module(name)
