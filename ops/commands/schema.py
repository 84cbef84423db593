"""`shifen schema`: the JSON Schema of rule books, for editors and other programs."""

from argparse import Namespace
from pathlib import Path

from core.language import Text
from ops.parser import Parser

ABOUT = Text(zh="输出规则书的 JSON Schema", en="write the JSON Schema of rule books")


def add_arguments(parser: Parser) -> None:
    """Take the file to write, if not to the screen."""
    parser.say("--out", Text(zh="写到文件", en="file to write"), type=Path, metavar="FILE")


def run(args: Namespace) -> int:
    """Print the schema, or write it."""
    from scoring.reference import schema_text

    if args.out:
        args.out.write_text(schema_text(), encoding="utf-8")
    else:
        print(schema_text(), end="")
    return 0
