"""`shifen import`: KPI values, the organisation or a rule book from a file."""

from argparse import Namespace
from collections.abc import Awaitable, Callable
from pathlib import Path

from core.language import Text, current
from core.settings import Settings
from ops.connect import with_database
from ops.parser import Parser, service_month
from ops.person import operator
from ops.progress import working

ABOUT = Text(zh="从文件导入指标数据、单位或规则", en="take in KPI values, units or a rule book from a file")
MOST_SHOWN = 20


def add_arguments(parser: Parser) -> None:
    """Take what, from where, and how strict."""
    parser.say(
        "what",
        Text(zh="facts 指标数据、units 单位、rules 规则书", en="facts, units, or rules: a rule book"),
        choices=tuple(KINDS),
    )
    parser.say(
        "file",
        Text(zh="文件：CSV、XLS、XLSX；规则书为 TOML", en="file: CSV, XLS, XLSX; a rule book is TOML"),
        type=Path,
    )
    parser.say(
        "--month",
        Text(zh="文件未写明时所指的服务月", en="service month meant where the file does not say"),
        type=service_month,
    )
    parser.say("--source", Text(zh="指标来源代码", en="code of the KPI source"), default="")
    parser.say(
        "--only-good",
        Text(zh="跳过不合格的行，只导入合格的行", en="take the good rows and leave the refused ones"),
        action="store_true",
    )
    parser.say("--dry-run", Text(zh="只检查，不导入", en="only look, take nothing in"), action="store_true")
    parser.say("--reason", Text(zh="更正既有数据的原因", en="why existing facts are corrected"))


def run(args: Namespace) -> int:
    """Take the file in; exit code 1 when rows are refused."""

    async def work(_settings: Settings) -> int:
        with working(Text(zh=f"正在读取 {args.file}", en=f"Reading {args.file}")):
            return await KINDS[args.what](args)

    return with_database(work)


async def _facts(args: Namespace) -> int:
    from months.operations.taking import take_in_file
    from scoring.intake.told import Options

    taken = await take_in_file(
        filename=args.file.name,
        content=args.file.read_bytes(),
        via="cli",
        options=Options(month=args.month, source=args.source),
        actor=operator(),
        only_good=args.only_good,
        reason=args.reason,
        dry_run=args.dry_run,
    )
    for refusal in taken.report.refusals[:MOST_SHOWN]:
        print(refusal.problem.read(current()))
    report = taken.report
    print(Text(
        zh=f"读取 {report.read} 行：可用 {report.good}，拒绝 {report.refused}，已有 {taken.known}；导入 {taken.taken}，其中更正 {taken.corrections}。",
        en=f"{report.read} read: {report.good} good, {report.refused} refused, {taken.known} known before; {taken.taken} taken in, {taken.corrections} of them corrections.",
    ))  # fmt: skip
    _only_looked(args)
    return 1 if report.refused else 0


async def _rules(args: Namespace) -> int:
    from scoring.book_checks import sound
    from scoring.operations.rules import store_rule_book

    text = args.file.read_text(encoding="utf-8")
    if args.dry_run:
        sound(text, args.file.name)
        _only_looked(args)
        return 0
    number = await store_rule_book(text=text, actor=operator(), source=args.file.name)
    print(Text(zh=f"规则书 {number}", en=f"rule book {number}"))
    return 0


async def _units(args: Namespace) -> int:
    from org.operations.unit_sheets import import_units

    content = args.file.read_bytes()
    done = await import_units(actor=operator(), filename=args.file.name, content=content, dry_run=args.dry_run)
    print(Text(
        zh=f"新建 {done.made}，更改 {done.changed}，调动 {done.moved}，不变 {done.same}。",
        en=f"{done.made} made, {done.changed} changed, {done.moved} moved, {done.same} as they were.",
    ))  # fmt: skip
    _only_looked(args)
    return 0


def _only_looked(args: Namespace) -> None:
    """Say of a dry run that it left everything as it was."""
    if args.dry_run:
        print(Text(zh="这只是检查，什么都没有改动。", en="This was only a look; nothing was changed."))


KINDS: dict[str, Callable[[Namespace], Awaitable[int]]] = {"facts": _facts, "units": _units, "rules": _rules}
