"""The command line `shifen`: finds the command, speaks the reader's language, turns refusals into sentences and exit codes.

0 done · 1 done, and it found problems or the rules refuse · 2 the words make no sense · 3 the set-up is not as it must be · 130 stopped
"""

import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import NamedTuple, Protocol, cast

from core.errors import BadSetup, Problem, ShifenError
from core.language import Language, Text, choose, current, of_environment, parsed
from ops.parser import Parser

FOUND_PROBLEMS = 1
BAD_SETUP = 3
STOPPED = 130
UNAVAILABLE = 503
DISK_FULL = "53100"

ABOUT = Text(
    zh="十分 Shifen：服务竞赛，从指标值到得分、名次、奖项与帮扶。",
    en="Shifen: the service contest, from KPI values to points, places, prizes and help.",
)
EXIT_CODES = Text(
    zh="退出码：0 完成；1 发现问题或按规则拒绝；2 用法有误；3 环境或设置有误。",
    en="Exit codes: 0 done; 1 problems were found or the rules refuse; 2 wrong usage; 3 the set-up is not as it must be.",
)


class Module(Protocol):
    """What every module of `ops.commands` offers."""

    ABOUT: Text
    add_arguments: Callable[[Parser], None]
    run: Callable[[Namespace], int]


class Command(NamedTuple):
    """A word of the command line and the module behind it."""

    name: str
    module: str


COMMANDS = (
    Command("demo", "demo"),
    Command("serve", "serve"),
    Command("work", "work"),
    Command("migrate", "migrate"),
    Command("seed", "seed"),
    Command("import", "import_"),
    Command("score", "score"),
    Command("schema", "schema"),
    Command("close", "close"),
    Command("export", "export"),
    Command("verify", "verify"),
    Command("bundle", "bundle"),
    Command("backup", "backup"),
    Command("restore", "restore"),
    Command("user", "user"),
    Command("doctor", "doctor"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    choose(_language(words))
    parser = _parser(words)
    args = parser.parse_args(words)
    if not args.command:
        parser.print_help()
        return 0
    try:
        return _module(next(command for command in COMMANDS if command.name == args.command)).run(args)
    except ShifenError as refusal:
        return _say(refusal)
    except OSError as failure:
        return _say(_file_fault(failure))
    except KeyboardInterrupt:
        return STOPPED
    except Exception as failure:  # noqa: BLE001 - what is not the database's is raised again
        return _say(_database_fault(failure))


def _say(refusal: ShifenError) -> int:
    for problem in refusal.problems:
        print(problem.read(current()), file=sys.stderr)
    return BAD_SETUP if refusal.status == UNAVAILABLE else FOUND_PROBLEMS


def _file_fault(failure: OSError) -> BadSetup:
    from pathlib import Path

    from ops.embedded.faults import file_fault

    return file_fault(failure, Path(failure.filename or "."))


def _database_fault(failure: Exception) -> BadSetup:
    """Return the refusal when PostgreSQL went away or its disk is full; anything else is a fault of ours and keeps its trace."""
    from core.database import FaultKind, fault

    found = fault(failure)
    if _disk_is_full(failure):
        full = Text(zh="数据库所在的磁盘已满。请腾出空间。", en="The database's disk is full. Make room.")
        return BadSetup(Problem(code="disk-full", sentence=full))
    if found is None or found.kind is not FaultKind.UNREACHABLE:
        raise failure
    sentence = Text(zh="与数据库的连接中断：{reason}", en="The connection to the database was lost: {reason}")
    return BadSetup(Problem(code="database-lost", sentence=sentence.format(reason=failure)))


def _disk_is_full(failure: Exception) -> bool:
    """Tell whether PostgreSQL said so, beneath whatever the mapper has wrapped around it."""
    return any(getattr(one, "sqlstate", None) == DISK_FULL for one in (failure, failure.__cause__, *failure.args))


def _language(words: list[str]) -> Language:
    """Return the language that --lang asks for, else the environment's."""
    follows = next((words[place + 1] for place, word in enumerate(words[:-1]) if word == "--lang"), None)
    joined = next((word.removeprefix("--lang=") for word in words if word.startswith("--lang=")), None)
    return parsed(follows or joined) or of_environment()


def _parser(words: list[str]) -> Parser:
    parser = Parser(prog="shifen", about=ABOUT, epilog=EXIT_CODES)
    parser.say("--lang", Text(zh="语言：zh 或 en", en="language: zh or en"), choices=("zh", "en"))
    title = str(Text(zh="命令", en="commands"))
    commands = parser.add_subparsers(
        dest="command", title=title, metavar=str(Text(zh="命令", en="command")), parser_class=_Sub
    )
    for command in COMMANDS:
        module = _module(command)
        child = cast("Parser", commands.add_parser(command.name, help=str(module.ABOUT), about=module.ABOUT))
        if command.name in words:
            module.add_arguments(child)
    return parser


class _Sub(Parser):
    """The parser of one command."""

    def __init__(self, *, prog: str, about: Text) -> None:
        super().__init__(prog=prog, about=about, epilog=EXIT_CODES)


def _module(command: Command) -> Module:
    return cast("Module", import_module(f"ops.commands.{command.module}"))


if __name__ == "__main__":
    sys.exit(main())
