"""`shifen verify`: see that everything still agrees, that a sealed month follows from its facts, or that a bundle does."""

import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import Invalid, Place, Problem, problem
from core.language import Text, current
from core.period import is_month
from core.settings import Settings
from ops.connect import with_database
from ops.parser import Parser

if TYPE_CHECKING:  # numpy is imported late: a check of the trail needs none
    from months.proof.report import Report

ABOUT = Text(
    zh="核对审计链、封存摘要、榜单、后台任务与证据文件；或一个月份、一个离线文件",
    en="check trail, seals, boards, background work and evidence; or one month, or a file offline",
)
READS = Text(zh="1/2 读取封存的结果与事实", en="1/2 reading the sealed result and its facts")
COMPUTES = Text(zh="2/2 由 {facts} 条事实重新计算并比对", en="2/2 computing again from {facts} facts, and comparing")
MONTH_DIGITS = 6
MOST_SHOWN = 50
WRONG_USAGE = 2
"""What was named cannot be checked at all: not the same as a result that does not agree."""


def add_arguments(parser: Parser) -> None:
    """Take what to check."""
    about = Text(
        zh="封存的月份（如 202611）或 shifen bundle 写的文件；不写则全部核对",
        en="a sealed month such as 202611, or a file of shifen bundle; without it everything is checked",
    )
    parser.say("what", about, nargs="?", metavar="MONTH|FILE")
    parser.say("--version", Text(zh="月份的第几版", en="which version of the month"), type=int, metavar="N")
    parser.say(
        "--digest",
        Text(zh="公布的摘要，与文件的比对", en="the digest made public, to compare the file with"),
        metavar="HEX",
    )


def run(args: Namespace) -> int:
    """Print one line a finding; exit code 1 when something does not agree, 2 when there is nothing to check."""
    if args.what is None:
        return with_database(_everything)
    if _is_month(args.what):
        return with_database(lambda _settings: _month(int(args.what), args.version))
    unreadable = _unreadable(Path(args.what))
    if unreadable is None:
        return _file(Path(args.what), args.digest)
    print(unreadable.read(current()), file=sys.stderr)
    return WRONG_USAGE


def _unreadable(path: Path) -> Problem | None:
    """Return why a path is no file that could be checked."""
    place = Place(source=str(path))
    hint = Text(
        zh="请写封存的月份（六位数字，如 202611），或 shifen bundle 写的文件。",
        en="Name a sealed month (six digits, such as 202611), or a file that shifen bundle wrote.",
    )
    if not path.exists():
        return problem("no_such_file", "没有这个文件。", "There is no such file.", place, hint)
    if not path.is_file():
        return problem("no_file", "这不是文件。", "This is not a file.", place, hint)
    return None


def _is_month(word: str) -> bool:
    return (
        len(word) == MONTH_DIGITS
        and word.isascii()
        and word.isdigit()
        and is_month(int(word))
        and not Path(word).exists()
    )


async def _everything(settings: Settings) -> int:
    from ops import verify

    bad = 0
    async for finding in verify.findings(settings):
        print(finding.read(current()), flush=True)
        bad += finding.bad
    return 1 if bad else 0


async def _month(month: int, version: int | None) -> int:
    from leaderboards.faces import show
    from months.proof.checking import checked
    from months.queries.proof import bundle
    from org.visibility import Face

    show(Face.INNER)
    _say(READS)
    found = await bundle(month, version)
    _say(COMPUTES.format(facts=len(found.facts)))
    return _tell(checked(found))


def _say(what: Text) -> None:
    """Say how far the check is, beside its result."""
    print(what, file=sys.stderr, flush=True)


def _file(path: Path, published: str | None) -> int:
    """Check a file with no database at all."""
    from months.proof.archive import MOST_FILE, unpacked
    from months.proof.checking import checked

    if path.stat().st_size > MOST_FILE:
        raise Invalid(problem("bundle_too_large", "文件太大。", "The file is too large.", Place(source=str(path))))
    found = unpacked(path.read_bytes(), path.name)
    return _tell(checked(found.bundle, found.differences, _plain(published)))


def _plain(digest: str | None) -> str | None:
    return "".join(digest.split()).lower() if digest else None


def _tell(report: "Report") -> int:
    from months.proof.words import compared, summary, told

    print(compared(report))
    print(summary(report))
    for one in report.differences[:MOST_SHOWN]:
        print(f"  {told(one)}")
    hidden = len(report.differences) - MOST_SHOWN + report.more
    if hidden > 0:
        print(Text(zh=f"  另有 {hidden} 处", en=f"  and {hidden} more"))
    return 0 if report.equal else 1
