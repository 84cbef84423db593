"""`shifen seed`: a company of any size from one seed number, into the database or into files."""

from argparse import Namespace
from datetime import date
from pathlib import Path

from core.language import Text
from core.settings import Settings
from ops.connect import with_database
from ops.parser import Parser
from ops.progress import counting, working

ABOUT = Text(zh="由一个种子数生成任意规模的虚构公司", en="make an invented company of any size from one seed number")


def add_arguments(parser: Parser) -> None:
    """Take seed, size and where to."""
    parser.say(
        "--seed",
        Text(zh="种子数；相同的种子得到相同的数据", en="seed number; the same number gives the same bytes"),
        type=int,
        metavar="N",
    )
    parser.say("--size", Text(zh="单位总数的大致规模", en="how many units, roughly"), type=int, metavar="N")
    parser.say("--months", Text(zh="服务月数", en="how many service months"), type=int, metavar="N")
    parser.say(
        "--today",
        Text(zh="自哪一天倒数服务月(缺省为今天)", en="day from which the months count back (today)"),
        type=date.fromisoformat,
        metavar="DAY",
    )
    parser.say(
        "--out",
        Text(zh="只写文件到此目录，不入库", en="write files into this folder, nothing into the database"),
        type=Path,
        metavar="DIR",
    )
    parser.say(
        "--demo",
        Text(zh="补齐演示公司尚缺的服务月", en="add the months that the demo's company lacks"),
        action="store_true",
    )


def run(args: Namespace) -> int:
    """Seed, with progress."""
    if args.out:
        return _files(args)

    async def work(found: Settings) -> int:
        await (_rest(found) if args.demo else _whole(args))
        return 0

    return with_database(work)


async def _whole(args: Namespace) -> None:
    from ops import invented
    from seeds.load import load

    steps = invented.asked(args).steps
    with counting(Text(zh="服务月", en="months"), steps) as step:
        await load(invented.asked(args, lambda done, _of, _next: step(done)))


async def _rest(found: Settings) -> None:
    from ops import invented
    from seeds.load import load_rest

    if await invented.has_all_months(invented.demo(found)):
        return
    with counting(Text(zh="其余服务月", en="the other months"), invented.demo(found).steps) as step:
        await load_rest(invented.demo(found, lambda done, _of, _next: step(done)))


def _files(args: Namespace) -> int:
    """Write the company and its facts as plain files."""
    from ops import invented
    from seeds import facts, files
    from seeds.flows import story

    loading = invented.asked(args)
    with working(Text(zh="正在生成", en="Making it up")):
        months = [loading.calendar.month(month, frozenset()) for month in loading.calendar.months]
        parts = (
            part
            for month in months
            for part in facts.facts(loading.company, month, story(), running=month is months[-1])
        )
        for path in files.write(loading.company, parts, args.out):
            print(path)
    return 0
