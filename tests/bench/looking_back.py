"""A board as it was known at a past instant, against a refresh of the board of now: folded from facts, scored, ready to read."""

from datetime import timedelta
from pathlib import Path

import psutil

from core.clock import now
from leaderboards.operations import refresh
from leaderboards.queries import as_of
from leaderboards.queries.as_of import board_as_of
from ops.embedded.pair import Addresses
from tests.bench import blocks, stand
from tests.bench.data import MONTH, SIZES
from tests.bench.rows import Row

MOST, WISHED = 3.0, 1.0


async def looked_back(addresses: Addresses, folder: Path, trees: list[psutil.Process], rounds: int) -> list[Row]:
    """Measure at the size of a city and of a province."""
    return [await _one_size(addresses, folder, trees, rounds, size) for size in ("S", "M")]


async def _one_size(
    addresses: Addresses, folder: Path, trees: list[psutil.Process], rounds: int, size: str
) -> Row:  # fmt: skip
    name = f"bench_back_{size.lower()}"
    found = stand.settings_for(addresses, name, folder)
    await stand.fresh_company(addresses, found, name, SIZES[size])
    async with stand.opened(found):

        async def ours() -> None:
            as_of.forget()
            await board_as_of(MONTH, now() - timedelta(microseconds=1))

        async def current() -> None:
            await refresh(MONTH)

        await refresh(MONTH)
        ratio = await blocks.against(ours, current, blocks.Clock(trees), min(rounds, 7))
    await stand.dropped(addresses.database, name)
    return Row(
        id=f"As of {size}",
        what=f"the board of {SIZES[size]:,} units × 60 KPIs as it was known at an instant, nothing remembered",
        ours=f"{ratio.ours[1]:.2f} s",
        limit=f"{ratio.limit[1]:.2f} s (refresh)",
        ratio=ratio.cpu,
        must=f"≤ {MOST:.0f} ×",
        target=f"≤ {WISHED:.0f} ×",
        verdict=blocks.verdict(ratio.cpu, MOST, WISHED),
    )
