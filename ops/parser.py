"""argparse that speaks both languages: headings, usage and what it says when the words make no sense."""

import argparse
import re
from typing import NoReturn

from core.language import Text, current
from core.period import is_month

USAGE_EXIT = 2

_HEADINGS = {
    "positional arguments": "参数",
    "options": "选项",
}
_COMPLAINTS = (
    (r"the following arguments are required: (.+)", r"缺少必需的参数：\1"),
    (r"unrecognized arguments: (.+)", r"无法识别的参数：\1"),
    (r"argument (.+): invalid choice: (.+) \(choose from (.+)\)", r"参数 \1 不能是 \2，可选：\3"),
    (r"argument (.+): expected (?:one|at least one) argument", r"参数 \1 需要一个值"),
    (r"argument (.+): invalid (?:\w+) value: (.+)", r"参数 \1 的值无效：\2"),
    (r"argument (.+): not allowed with argument (.+)", r"参数 \1 不能与 \2 同用"),
    (r"argument (.+): (不是月份.+)", r"参数 \1：\2"),
    (r"one of the arguments (.+) is required", r"以下参数须给出一个：\1"),
)


class Formatter(argparse.RawDescriptionHelpFormatter):
    """Help with the usage line in the reader's language."""

    def add_usage(self, usage, actions, groups, prefix=None) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - argparse's own signature, untyped there
        """Begin the usage line in the reader's language."""
        super().add_usage(usage, actions, groups, str(Text(zh="用法：", en="usage: ")) if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """A parser whose every sentence exists in Chinese and English."""

    def __init__(self, *, prog: str, about: Text, epilog: Text | None = None) -> None:
        super().__init__(
            prog=prog,
            description=str(about),
            epilog=str(epilog) if epilog else None,
            formatter_class=Formatter,
            add_help=False,
        )
        for group in self._action_groups:
            if current() == "zh" and group.title:
                group.title = _HEADINGS.get(group.title, group.title)
        self.add_argument("-h", "--help", action="help", help=str(Text(zh="显示本说明", en="show this help")))

    def say(self, name: str, about: Text, **options: object) -> None:
        """Add an argument with its help in both languages."""
        self.add_argument(*name.split(), help=str(about).replace("%", "%%"), **options)  # type: ignore[arg-type]  # options of argparse

    def error(self, message: str) -> NoReturn:
        """End with exit code 2 and a sentence."""
        self.exit(USAGE_EXIT, f"{self.prog}: {complaint(message)}\n{self.format_usage()}")


def service_month(text: str) -> int:
    """Return the month that an argument names; refuse what no calendar has, saying what would be right."""
    if text.isascii() and text.isdigit() and is_month(int(text)):
        return int(text)
    said = Text(zh=f"不是月份：{text}；写作 202611 这样的年月", en=f"{text} is no month: write it like 202611")
    raise argparse.ArgumentTypeError(str(said))


def complaint(message: str) -> str:
    """Return argparse's complaint in the reader's language."""
    if current() == "en":
        return message
    for pattern, words in _COMPLAINTS:
        if re.fullmatch(pattern, message):
            return re.sub(pattern, words, message)
    return message
