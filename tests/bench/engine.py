"""The engine alone on 18 million values, beside bare polars expressions of the same arithmetic; and P5, its memory."""

import asyncio
import json
import sys

from tests.bench import stand
from tests.bench.blocks import verdict
from tests.bench.data import SIZES
from tests.bench.rows import Row

UNITS = SIZES["XL"]


async def engine_alone(blocks: int) -> list[Row]:
    """Measure time and memory, each in a process of its own."""
    ratio = await _asked("tests.bench.engine_time", UNITS, blocks)
    mixed = await _asked("tests.bench.engine_time", UNITS, max(blocks // 3, 2), "mixed")
    most = (await _asked("tests.bench.engine_memory", UNITS))["peak"] / (UNITS * 60 * 8)
    return [
        _time_row("E1", "one method: 60 broken lines", ratio),
        _time_row("E2", "a mix of fourteen methods, each as a polars expression", mixed),
        Row(
            id="P5", what="most memory of the engine beyond its facts, 300,000 units × 60 KPIs, in matrices of 144 MB",
            ours=f"{most:.2f}", limit="1", ratio=None, must="≤ 6", target="≤ 2.5",
            verdict="target" if most <= 2.5 else "reached" if most <= 6 else "missed", judged_by="memory",
        ),
    ]  # fmt: skip


def _time_row(code: str, what: str, found: dict[str, list[float]]) -> Row:
    cpu, wall = (tuple(found[name]) for name in ("cpu", "wall"))
    return Row(
        id=code, what=f"the pure engine, 300,000 units × 60 KPIs, {what}",
        ours=f"{found['ours'][0]:.2f} s CPU, {found['ours'][1]:.2f} s wall",
        limit=f"{found['limit'][0]:.2f} s CPU, {found['limit'][1]:.2f} s wall",
        ratio=cpu, must="≤ 2", target="≤ 2", verdict=verdict(cpu, 2.0, 2.0),
        note=f"wall {wall[0]:.2f} ({wall[1]:.2f} – {wall[2]:.2f})",
    )  # fmt: skip


async def _asked(module: str, *words: object) -> dict[str, list[float]]:
    command = [sys.executable, "-m", module, *map(str, words)]
    process = await asyncio.create_subprocess_exec(*command, cwd=stand.ROOT, stdout=asyncio.subprocess.PIPE)
    told, _ = await process.communicate()
    found: dict[str, list[float]] = json.loads(told)
    return found
