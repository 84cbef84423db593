"""P1 and P1x: a file sent over HTTP until its facts are committed, beside PostgreSQL's and calamine's bare reading."""

import asyncio
import io
import json
import secrets
import statistics
import time
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import numpy as np
import psutil
import xlsxwriter

from core.database import raw
from core.settings import Settings
from leaderboards.operations import prune
from ops.embedded.pair import Addresses
from tests.bench import blocks, limits, stand
from tests.bench.data import KPIS, MONTH, PROCESSES, SIZES, Data, csv, kpi_code, unit_code
from tests.bench.rows import Row

BAD_SHARE = 200
"""One row in so many is bad: 0.5 %."""
SECONDS = 600


@dataclass(frozen=True)
class Sheet:
    """A CSV with bad rows: its bytes, rows in all, the lines that must be refused, and those that say a thing twice."""

    content: bytes
    rows: int
    refused: frozenset[int]
    twice: frozenset[int]


def spoilt(data: Data) -> Sheet:
    """Return the month's CSV with 0.1 % each of: unknown unit, unknown KPI, no number, out of range, duplicate."""
    lines = csv(data).decode().splitlines()
    draw = np.random.default_rng(500)
    chosen = np.sort(draw.choice(np.arange(2, len(lines)), size=(len(lines) - 1) // BAD_SHARE, replace=False))
    refused: set[int] = set()
    twice: set[int] = set()
    for place, number in enumerate(chosen.tolist()):
        unit, kpi, value = lines[number].split(",")
        previous = lines[number - 1]
        kind = place % 5
        if kind == 4 and number in refused | twice:
            kind = 0
        lines[number] = (
            f"X{unit},{kpi},{value}",
            f"{unit},Z{kpi},{value}",
            f"{unit},{kpi},n/k",
            f"{unit},{kpi},1{value}00",
            previous,
        )[kind]
        (twice if kind == 4 else refused).add(number + 1)
    return Sheet(("\n".join(lines) + "\n").encode(), len(lines) - 1, frozenset(refused), frozenset(twice))


async def taken_in(addresses: Addresses, folder: Path, trees: list[psutil.Process], rounds: int) -> list[Row]:
    """Measure P1 at 20,000 units and P1x at 1,400."""
    return [
        await _csv(addresses, folder, trees, rounds),
        await _xlsx(addresses, folder, trees, rounds),
    ]


async def _csv(addresses: Addresses, folder: Path, trees: list[psutil.Process], rounds: int) -> Row:
    data = stand.known_data(SIZES["M"])
    sheet, clean = spoilt(data), csv(data)
    pairs: list[tuple[float, float, float, float]] = []
    for _ in range(rounds):
        async with _company(addresses, folder, SIZES["M"]) as found:
            used = await _sent(found, trees, sheet.content, "month.csv", "text/csv", sheet)
            assert found.database is not None
            connection = await asyncpg.connect(**found.database.credentials())
            await connection.execute(limits.TABLES)
            clock = blocks.Clock(trees)

            async def bare(connection: asyncpg.Connection = connection) -> None:
                assert await limits.pg_copy_raw(connection, clean) == len(clean.splitlines()) - 1

            limit = await blocks.timed(bare, clock)
            await connection.close()
        pairs.append((used[0] / sheet.rows, limit[0] / sheet.rows, used[1] / sheet.rows, limit[1] / sheet.rows))
    return _row(
        "P1",
        "CSV of 20,000 units × 60 KPIs over HTTP to committed facts, 0.5 % refused by line",
        "rows",
        pairs,
        0.35,
        0.80,
    )


async def _xlsx(addresses: Addresses, folder: Path, trees: list[psutil.Process], rounds: int) -> Row:
    data = stand.known_data(SIZES["S"])
    workbook, cells = wide(data), data.units * (KPIS + 1)
    pairs: list[tuple[float, float, float, float]] = []
    committed: list[float] = []
    for _ in range(rounds):
        async with _company(addresses, folder, SIZES["S"]) as found:
            kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            used = await _sent(found, trees, workbook, "month.xlsx", kind, None, dry_run=True)
            stored = await _sent(found, trees, workbook, "month.xlsx", kind, None)
        clock = blocks.Clock()

        async def bare() -> None:
            assert limits.calamine_cells(workbook) >= cells
            await asyncio.sleep(0)

        limit = await blocks.timed(bare, clock)
        pairs.append((used[0] / cells, limit[0] / cells, used[1] / cells, limit[1] / cells))
        committed.append(limit[0] / stored[0])
    row = _row(
        "P1x", "workbook of 1,400 units × 60 KPIs, wide, over HTTP to the whole preview", "cells", pairs, 0.25, 0.5
    )
    row.note = f"to committed facts {statistics.median(committed):.2f}"
    return row


def wide(data: Data) -> bytes:
    """Return the month as a workbook: a row a unit, a column a KPI."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet("month")
    sheet.write_row(0, 0, ["unit", *(kpi_code(number) for number in range(KPIS))])
    for unit, (values, known) in enumerate(zip(data.values.tolist(), data.known.tolist(), strict=True)):
        sheet.write_string(unit + 1, 0, unit_code(unit))
        for kpi, (value, there) in enumerate(zip(values, known, strict=True)):
            if there:
                sheet.write_number(unit + 1, kpi + 1, value / 100)
    book.close()
    return target.getvalue()


class _company:  # noqa: N801 - reads as a word in `async with`
    """A database of its own with units and rules and not one fact; dropped afterwards."""

    def __init__(self, addresses: Addresses, folder: Path, units: int) -> None:
        self.addresses, self.units = addresses, units
        self.name = f"bench_intake_{secrets.token_hex(4)}"
        self.found = stand.settings_for(addresses, self.name, folder)

    async def __aenter__(self) -> Settings:
        from core import tables

        await stand.fresh_database(self.addresses.database, self.name)
        await tables.migrate(self.found)
        async with stand.opened(self.found):
            await stand.settled_company(self.units)
        return self.found

    async def __aexit__(self, *error: object) -> None:
        await stand.dropped(self.addresses.database, self.name)


async def _sent(
    found: Settings,
    trees: list[psutil.Process],
    content: bytes,
    name: str,
    kind: str,
    sheet: Sheet | None,
    *,
    dry_run: bool = False,
) -> tuple[float, float]:
    """Send a file and return CPU and wall seconds until the answer says that it is committed, or checked whole."""
    async with stand.opened(found):
        units = await stand.unit_numbers()
        token = await stand.token(units)
    port = stand.free_port()
    env = stand.environment(found, port)
    with stand.serving(stand.ours(env), env, port) as process:
        web = psutil.Process(process.pid)
        client = httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", timeout=SECONDS, headers={"Authorization": f"Bearer {token}"}
        )
        async with client:
            warm = {"file": ("warm.csv", f"unit,kpi,value\n{unit_code(0)},{kpi_code(0)},80\n".encode(), "text/csv")}
            ready = await client.post("/api/v1/imports", files=warm, data={"month": str(MONTH), "dry_run": "1"})
            assert ready.status_code == 200, ready.text
            before = blocks.tree_cpu(web) + sum(map(blocks.tree_cpu, trees)), time.perf_counter()
            wish = {"month": str(MONTH), "only_good": "1", "dry_run": "1" if dry_run else "0"}
            answer = await client.post("/api/v1/imports", files={"file": (name, content, kind)}, data=wish)
            after = blocks.tree_cpu(web) + sum(map(blocks.tree_cpu, trees)), time.perf_counter()
        assert answer.status_code == 200, answer.text[:500]
    if not dry_run:
        await _checked(found, json.loads(answer.content), sheet)
    return after[0] - before[0], after[1] - before[1]


async def _checked(found: Settings, told: dict[str, Any], sheet: Sheet | None) -> None:
    """Hold the answer against what was sent, and the database against the answer."""
    async with stand.opened(found), raw() as connection:
        stored = await connection.fetchval("SELECT count(*) FROM fact")
        batch = await connection.fetchrow("SELECT rows_taken, rows_refused FROM import_batch ORDER BY id DESC LIMIT 1")
        await prune(MONTH)
    if sheet is not None:
        assert batch["rows_refused"] == len(sheet.refused), (batch, len(sheet.refused))
        assert batch["rows_taken"] == sheet.rows - len(sheet.refused) - len(sheet.twice), batch
        lines = {place["row"] for place in _places(told)}
        assert lines <= sheet.refused, sorted(lines - sheet.refused)[:5]
    assert stored == batch["rows_taken"], (stored, batch)


def _places(told: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the places of the refusals that an answer lists."""
    return [refusal for refusal in told["report"].get("refusals", ()) if "row" in refusal]


def _row(
    name: str, what: str, unit: str, pairs: list[tuple[float, float, float, float]], must: float, target: float
) -> Row:
    cpu = blocks.interval([log(limit / ours) for ours, limit, _, _ in pairs])
    wall = blocks.interval([log(limit / ours) for _, _, ours, limit in pairs])
    ours = statistics.median(1 / one[0] for one in pairs)
    limit = statistics.median(1 / one[1] for one in pairs)
    return Row(
        id=name, what=what, ours=f"{ours:,.0f} {unit}/CPU s", limit=f"{limit:,.0f} {unit}/CPU s", ratio=cpu, must=f"≥ {must:g}",
        target=f"≥ {target:g}", verdict=blocks.verdict(cpu, must, target, least=True),
        note=f"wall {wall[0]:.2f} ({wall[1]:.2f} – {wall[2]:.2f})", more={"rounds": len(pairs), "processes": PROCESSES},
    )  # fmt: skip
