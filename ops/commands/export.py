"""`shifen export`: write a closed month as XLSX, CSV or JSON, cut to what the person may see."""

from argparse import Namespace
from pathlib import Path

from core.language import Text, current
from core.settings import Settings
from ops.connect import with_database
from ops.parser import Parser, service_month
from ops.person import Person, add_person_arguments, person
from org.roles import Action

ABOUT = Text(zh="导出已关闭的服务月", en="write a closed month as XLSX, CSV or JSON")
ENDINGS = {"xlsx": "xlsx", "csv": "zip", "json": "json"}


def add_arguments(parser: Parser) -> None:
    """Take the month, the form, the place and the person."""
    parser.say("month", Text(zh="服务月，如 202611", en="service month, such as 202611"), type=service_month)
    parser.say(
        "--form",
        Text(zh="格式：xlsx、csv（压缩包）或 json", en="xlsx, csv (a ZIP of them) or json"),
        choices=tuple(ENDINGS),
        default="xlsx",
    )
    parser.say("--out", Text(zh="写到哪个文件", en="file to write"), type=Path, metavar="FILE")
    add_person_arguments(parser)


def run(args: Namespace) -> int:
    """Write the file and print where it is."""

    async def work(_settings: Settings) -> int:
        who = await person(args, Action.EXPORT_RESULTS)
        target = args.out or Path(f"shifen-{args.month}.{ENDINGS[args.form]}")
        target.write_bytes(await _content(args, who))
        print(target)
        return 0

    return with_database(work)


async def _content(args: Namespace, who: Person) -> bytes:
    from months.exports import files
    from months.queries.results import results

    found = await results(args.month, who.viewer, who.organisation)
    if args.form == "json":
        return files.json_bytes(found)
    return files.xlsx(found, current()) if args.form == "xlsx" else files.csv_zip(found, current())
