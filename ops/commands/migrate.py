"""`shifen migrate`: bring the tables up to this program."""

import asyncio
from argparse import Namespace

from core import settings, tables
from core.language import Text
from ops.connect import pending, pointed
from ops.embedded.pair import servers
from ops.parser import Parser

ABOUT = Text(zh="建立或升级数据表", en="make or upgrade the tables")


def add_arguments(parser: Parser) -> None:
    """Take one option: only look."""
    parser.say(
        "--check",
        Text(zh="只检查，有待执行的升级时退出码为 1", en="only look; exit code 1 when something is pending"),
        action="store_true",
    )


def run(args: Namespace) -> int:
    """Migrate, or say what would be migrated."""
    with servers(settings.current()) as addresses:
        found = pointed(settings.current(), addresses)
        waiting = asyncio.run(pending(found))
        for name in waiting:
            print(name)
        if args.check:
            return 1 if waiting else 0
        asyncio.run(tables.migrate(found))
    print(Text(zh="数据表已是最新。", en="The tables are up to date."))
    return 0
