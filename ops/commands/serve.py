"""`shifen serve`: the pages and the API; the work behind them is done by `shifen work`."""

import asyncio
import gc
import socket
from argparse import Namespace

import uvloop

from core import log, settings
from core.language import Text
from core.settings import Settings
from ops import memory, tend
from ops.connect import pointed, require_tables
from ops.embedded.pair import Pair
from ops.parser import Parser

ABOUT = Text(zh="运行网页与接口", en="run the pages and the API")


def add_arguments(parser: Parser) -> None:
    """Take nothing: the settings say where."""


def run(_args: Namespace) -> int:
    """Serve until SIGTERM or Ctrl-C; /readyz says 503 first."""
    from ops import web

    memory.give_back()
    gc.disable()  # what is made until the first reader comes stays; `web.Server.startup` begins to collect
    found = settings.current()
    log.configure(found.log_level, found.log_format)
    web.require_https(found)
    listener = web.bound(found)
    pair = Pair(found)
    try:
        addresses = pair.open()
        ready = pointed(found, addresses)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(require_tables(ready, make=addresses.owned))
            runner.run(_serve(ready, listener, pair))
    finally:
        pair.close()
        listener.close()
    return 0


async def _serve(found: Settings, listener: socket.socket, pair: Pair) -> None:
    from api.app import create_app
    from ops import web

    logger = log.logger(__name__)
    async with tend.tended(pair):
        await web.run(found, listener, create_app(found), lambda: logger.info("serving", port=found.port))
