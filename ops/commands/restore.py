"""`shifen restore`: bring a backup back and see that everything has come back."""

import asyncio
from argparse import Namespace
from pathlib import Path

from core import settings, tables
from core.language import Text
from core.settings import Settings
from ops.connect import pointed
from ops.embedded.pair import servers
from ops.parser import Parser

ABOUT = Text(zh="恢复备份", en="restore a backup")


def add_arguments(parser: Parser) -> None:
    """Take the backup's folder."""
    parser.say("folder", Text(zh="备份所在的目录", en="folder of the backup"), type=Path)
    parser.say(
        "--replace",
        Text(zh="取代数据库中的现有内容", en="take the place of what the database holds"),
        action="store_true",
    )


def run(args: Namespace) -> int:
    """Restore, then bring the tables up to this program."""
    with servers(settings.current()) as addresses:
        asyncio.run(_restore(pointed(settings.current(), addresses), args))
    return 0


async def _restore(found: Settings, args: Namespace) -> None:
    from ops import backup

    manifest = await backup.restore(found, args.folder, replace=args.replace)
    await tables.migrate(found)
    rows = sum(manifest.rows.values())
    print(
        Text(
            zh=f"已恢复 {manifest.made_at:%Y-%m-%d %H:%M}Z 的备份，共 {rows} 行。",
            en=f"Restored the backup of {manifest.made_at:%Y-%m-%d %H:%M}Z with {rows} rows.",
        )
    )
