"""P2 (a month recomputed), its growth, and P5's memory."""

from pathlib import Path

import asyncpg
import psutil

from core.database import raw
from leaderboards.operations import prune, recompute
from ops.embedded.pair import Addresses
from tests.bench import blocks, limits, stand
from tests.bench.data import GROWTH, MONTH, SIZES
from tests.bench.rows import Row

SLOWEST_LIMIT = 0.488
"""Seconds: a limit slower than twice the figure once measured (244 ms at 20,000) is refused as a limit."""


async def recomputed(addresses: Addresses, folder: Path, trees: list[psutil.Process], rounds: int) -> list[Row]:
    """Measure P2 at 20,000 units and its growth from 1,400 to 80,000."""
    medians: list[float] = []
    row: Row | None = None
    for units in GROWTH:
        ratio = await _one_size(addresses, folder, trees, units, rounds if units == SIZES["M"] else min(rounds, 3))
        medians.append(ratio.ours[0])
        if units == SIZES["M"]:
            row = _row(ratio)
    exponent = blocks.slope(list(GROWTH), medians)
    assert row is not None
    growth = Row(
        id="P6 (P2)", what="growth of P2 over 1,400 – 80,000 units", ours=f"exponent {exponent:.2f}", limit="1.00", ratio=None,
        must="≤ 1.10", target="≤ 1.03", verdict=_at_most(exponent, 1.10, 1.03), more={"seconds": medians},
    )  # fmt: skip
    return [row, growth]


async def _one_size(
    addresses: Addresses, folder: Path, trees: list[psutil.Process], units: int, rounds: int
) -> blocks.Ratio:
    name = f"bench_{units}"
    found = stand.settings_for(addresses, name, folder)
    data = await stand.fresh_company(addresses, found, name, units)
    async with stand.opened(found):
        assert found.database is not None
        beside = await asyncpg.connect(**found.database.credentials())
        await limits.fill_kv(beside, data.values, data.known)
        clock = blocks.Clock(trees)
        await blocks.quiet()

        async def ours() -> None:
            snapshot = await recompute(MONTH)
            assert await beside.fetchval("SELECT snapshot_id FROM board_head WHERE month = $1", MONTH) == snapshot

        async def limit() -> None:
            await limits.pg_fetch(beside, units)

        async def cleared() -> None:
            await prune(MONTH)
            async with raw() as connection:
                await connection.execute("VACUUM standing")

        ratio = await blocks.against(ours, limit, clock, rounds, between=cleared)
        await beside.close()
    return ratio


def _row(ratio: blocks.Ratio) -> Row:
    slow = ratio.limit[1] > SLOWEST_LIMIT and ratio.limit[0] > SLOWEST_LIMIT
    judged = "not judged" if slow else blocks.verdict(ratio.cpu, 2.0, 1.0)
    return Row(
        id="P2", what="20,000 units × 60 KPIs: packed month to published snapshot, points of every line stored",
        ours=_seconds(ratio.ours), limit=_seconds(ratio.limit), ratio=ratio.cpu, must="≤ 2.0", target="≤ 1.0", verdict=judged,
        note=f"wall {ratio.wall[0]:.2f} ({ratio.wall[1]:.2f} – {ratio.wall[2]:.2f})", more={"blocks": ratio.blocks, "rejected": ratio.rejected},
    )  # fmt: skip


def _seconds(pair: tuple[float, float]) -> str:
    return f"{pair[0] * 1000:.0f} ms CPU, {pair[1] * 1000:.0f} ms wall"


def _at_most(value: float, must: float, target: float) -> blocks.Verdict:
    return "target" if value <= target else "reached" if value <= must else "missed"
