"""`shifen score`: score plain files by a rule book, with no database."""

import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from core.errors import Problem
from core.language import Text, current
from ops.parser import Parser
from ops.progress import working

ABOUT = Text(zh="按规则书对普通文件计分，不用数据库", en="score plain files by a rule book, with no database")
MOST_SHOWN = 20
GRADES = {
    "error": Text(zh="错误（不能存入）", en="error (it could not be stored)"),
    "warning": Text(zh="警告", en="warning"),
    "note": Text(zh="提示", en="note"),
}


def add_arguments(parser: Parser) -> None:
    """Take the files and the folder for the results."""
    parser.say(
        "--rulebook", Text(zh="规则书（TOML）", en="rule book (TOML)"), type=Path, required=True, metavar="R.toml"
    )
    parser.say(
        "--observations",
        Text(zh="观测数据（CSV），可以多个", en="observations (CSV), one file or several"),
        type=Path,
        required=True,
        nargs="+",
        metavar="O.csv",
    )
    parser.say("--units", Text(zh="单位（CSV）", en="units (CSV)"), type=Path, metavar="U.csv")
    parser.say("--out", Text(zh="结果目录", en="folder for the results"), type=Path, required=True, metavar="DIR")
    parser.say(
        "--check",
        Text(zh="也列出规则检查的警告与提示", en="list the warnings and notes of the rule check too"),
        action="store_true",
    )
    parser.say("--theme", Text(zh="服务月主题代码", en="code of the month's theme"), metavar="CODE")


def run(args: Namespace) -> int:
    """Write the results, and name the files; exit code 1 when rows were refused."""
    with working(Text(zh="正在计分", en="Scoring")):
        from leaderboards.files import score_files

        summary = score_files(args.rulebook, args.observations, args.units, args.out, theme=args.theme)
    _say_findings(summary.findings, everything=args.check)
    for problem in summary.problems[:MOST_SHOWN]:
        print(problem.read(current()))
    print(Text(
        zh=f"读取 {summary.rows} 行，{summary.units} 个单位；得分项 {summary.scored}/{summary.lines}，参与排名 {summary.ranked}；拒绝 {len(summary.problems)} 行。",
        en=f"{summary.rows} rows, {summary.units} units; {summary.scored} of {summary.lines} lines scored, {summary.ranked} ranked; {len(summary.problems)} rows refused.",
    ))  # fmt: skip
    print(
        Text(zh="已写入 ", en="Written: ").read(current()) + ", ".join(str(args.out / name) for name in summary.files)
    )
    return 1 if summary.problems else 0


def _say_findings(findings: Sequence[Problem], *, everything: bool) -> None:
    """Say on the error stream what the rule check found: errors always, the rest when asked for."""
    shown = [one for one in findings if everything or one.grade == "error"]
    for one in shown:
        print(f"{GRADES[one.grade].read(current())}: {one.read(current())}", file=sys.stderr)
    more = len(findings) - len(shown)
    if more:
        zh, en = f"规则检查另有 {more} 条；加 --check 列出。", f"The rule check says {more} more; --check lists them."
        print(Text(zh=zh, en=en), file=sys.stderr)
