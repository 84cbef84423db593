"""`shifen bundle`: write a sealed month with everything it was made from, for a check without the database."""

from argparse import Namespace
from pathlib import Path

from core.language import Text
from core.settings import Settings
from ops.connect import with_database
from ops.parser import Parser, service_month

ABOUT = Text(zh="把封存的月份写成可离线核对的文件", en="write a sealed month as a file that can be checked offline")


def add_arguments(parser: Parser) -> None:
    """Take the month, the file and the version."""
    parser.say("month", Text(zh="服务月，如 202611", en="service month, such as 202611"), type=service_month)
    parser.say("file", Text(zh="写到哪个文件", en="file to write"), type=Path)
    parser.say(
        "--version", Text(zh="第几版，默认最新", en="which version; the latest by default"), type=int, metavar="N"
    )


def run(args: Namespace) -> int:
    """Write the file and print where it is, with the digest of the month."""

    async def work(_settings: Settings) -> int:
        from leaderboards.faces import show
        from months.proof.archive import packed
        from months.queries.proof import bundle
        from months.seal import grouped
        from org.visibility import Face

        show(Face.INNER)
        found = await bundle(args.month, args.version)
        args.file.write_bytes(packed(found))
        print(f"{args.file}\n{grouped(found.digest)}")
        return 0

    return with_database(work)
