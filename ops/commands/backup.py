"""`shifen backup`: one consistent backup, or one every so many hours."""

import asyncio
from argparse import Namespace

from core import settings
from core.clock import now
from core.language import Text
from core.settings import Settings
from ops.connect import pending, pointed
from ops.embedded.pair import servers
from ops.parser import Parser

ABOUT = Text(zh="备份数据库", en="back up the database")
SECONDS_AN_HOUR = 3600


def add_arguments(parser: Parser) -> None:
    """Take how many to keep and how often."""
    parser.say(
        "--keep",
        Text(zh="只保留最新的 N 份（0 为全部保留）", en="keep only the newest N (0 keeps all)"),
        type=int,
        default=0,
        metavar="N",
    )
    parser.say(
        "--every-hours",
        Text(zh="每隔 N 小时备份一次，直到被停止", en="back up every N hours until stopped"),
        type=int,
        default=0,
        metavar="N",
    )


def run(args: Namespace) -> int:
    """Back up and print where."""
    with servers(settings.current()) as addresses:
        found = pointed(settings.current(), addresses)
        asyncio.run(_back_up(found, args))
    return 0


async def _back_up(found: Settings, args: Namespace) -> None:
    from ops import backup

    await pending(found)  # refuses a database that is newer than this program
    while True:
        made = await backup.back_up(found, made_at=now())
        print(made, flush=True)
        for old in backup.prune(found.backups, args.keep):
            print(Text(zh=f"已删除 {old}", en=f"deleted {old}"), flush=True)
        if not args.every_hours:
            return
        await asyncio.sleep(args.every_hours * SECONDS_AN_HOUR)
