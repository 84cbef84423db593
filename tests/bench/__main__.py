"""`make bench`: measure every row, print each as a line of JSON, and write the table of docs/performance.md."""

import argparse
import asyncio
import hashlib
import json
import os
import sys
import tempfile
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import psutil

from ops.embedded.pair import Addresses
from tests.bench import (
    ahead,
    changing,
    closing,
    compute,
    engine,
    intake,
    living,
    looking_back,
    reading,
    stand,
    starting,
    waiting,
)
from tests.bench.rows import Row, machine, table

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"
LIMITS = Path(__file__).with_name("limits.py")
PINNED = "limits.sha256"
MARKS = ("<!-- results: written by make bench -->", "<!-- end of results -->")
GROUPS = (
    "engine",
    "compute",
    "ahead",
    "looking_back",
    "changing",
    "closing",
    "living",
    "waiting",
    "reading",
    "intake",
    "start",
)


def main() -> int:
    """Run the groups asked for; return 1 when a row was not reached."""
    asked = _arguments()
    _limits_unchanged()
    with tempfile.TemporaryDirectory(prefix="shifen bench ", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with stand.servers(Path(folder)) as addresses:
            trees = psutil.Process().children()
            rows = asyncio.run(_measured(asked, addresses, Path(folder), trees))
    rows = [*_earlier(asked.earlier), *rows]
    if asked.write:
        PAGE.write_text(_page(PAGE.read_text(encoding="utf-8"), rows), encoding="utf-8")
    return 0 if all(row.verdict in {"reached", "target"} for row in rows) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", nargs="*", choices=GROUPS, default=list(GROUPS))
    parser.add_argument("--rounds", type=int, default=15, help="blocks of ABBA for each row")
    parser.add_argument("--seconds", type=float, default=5, help="length of one burst of load")
    parser.add_argument("--soak", type=float, default=600, help="seconds of load for the growth of memory")
    parser.add_argument("--earlier", type=Path, help="lines of an earlier run of the same day, for the table too")
    parser.add_argument("--no-write", dest="write", action="store_false", help="leave docs/performance.md alone")
    return parser.parse_args()


def _earlier(path: Path | None) -> list[Row]:
    """Return the rows that an earlier run has printed."""
    if path is None:
        return []
    names = {field.name for field in fields(Row)}
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("{")]
    return [Row(**{name: value for name, value in line.items() if name in names}) for line in lines]


def _limits_unchanged() -> None:
    pinned = LIMITS.with_name(PINNED).read_text(encoding="ascii").split()[0]
    if hashlib.sha256(LIMITS.read_bytes()).hexdigest() != pinned:
        raise SystemExit("tests/bench/limits.py is not the file whose hash is pinned: a limit was changed")


async def _measured(
    asked: argparse.Namespace, addresses: Addresses, folder: Path, trees: list[psutil.Process]
) -> list[Row]:
    rows: list[Row] = []
    works = {
        "compute": lambda: compute.recomputed(addresses, folder, trees, asked.rounds),
        "reading": lambda: reading.read_boards(
            addresses, folder, trees, rounds=asked.rounds, seconds=asked.seconds, soak=asked.soak
        ),
        "waiting": lambda: waiting.waited(addresses, folder, asked.rounds, asked.seconds),
        "living": lambda: living.lived(addresses, folder),
        "intake": lambda: intake.taken_in(addresses, folder, trees, min(asked.rounds, 5)),
        "start": lambda: starting.started(addresses, folder, min(asked.rounds, 5)),
        "engine": lambda: engine.engine_alone(asked.rounds),
        "ahead": lambda: ahead.tried(addresses, folder),
        "looking_back": lambda: looking_back.looked_back(addresses, folder, trees, asked.rounds),
        "changing": lambda: changing.changed(addresses, folder),
        "closing": lambda: closing.closed(addresses, folder),
    }
    about = machine()
    for name in asked.only:
        for row in await works[name]():
            print(row.line(about), flush=True)
            rows.append(row)
    return rows


def _page(text: str, rows: list[Row]) -> str:
    """Return the page with fresh rows between its marks; a row that was not measured now stays, with its day and commit."""
    about = machine()
    versions = ", ".join(f"{name} {number}" for name, number in about["versions"].items())
    measured = f"{datetime.now(UTC):%Y-%m-%d}, `{about['commit']}`, load {os.getloadavg()[0]:.1f}"
    before, rest = text.split(MARKS[0])
    standing, after = rest.split(MARKS[1])
    told = [
        f"Last run on {about['machine']}; {about['system']}.",
        f"Versions: {versions}.",
        "",
        table(rows, standing, measured),
    ]
    return "".join((before, "\n".join((MARKS[0], *told, MARKS[1])), after))


if __name__ == "__main__":
    sys.exit(main())
