"""A draft tried on twelve past months of a city, and how sure its places are: seconds, not ratios."""

import statistics
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from core.database import raw
from core.period import shifted
from leaderboards.month_ranges import month_ranges
from leaderboards.operations import recompute
from leaderboards.queries.month_inputs import frame_of, month_inputs
from months.operations.simulating import simulate
from ops.embedded.pair import Addresses
from scoring.queries.rules import catalogue, rules_of
from scoring.rulebook import parsed
from tests.bench import stand
from tests.bench.data import MONTH, SIZES, company, rule_book
from tests.bench.rows import Row

MONTHS = 12
UNITS = SIZES["S"]


async def tried(addresses: Addresses, folder: Path) -> list[Row]:
    """Measure the simulation and the ranges at the size of a city."""
    found = stand.settings_for(addresses, "bench_ahead", folder)
    await stand.fresh_company(addresses, found, "bench_ahead", UNITS)
    months = [shifted(MONTH, -back) for back in range(MONTHS)]
    async with stand.opened(found):
        numbers = await stand.unit_numbers()
        for month in months[1:]:
            await stand.stored_facts(company(UNITS, seed=month), numbers, month)
        for month in months:
            await recompute(month)
        book = rule_book()
        draft = parsed(book.replace('["82.00", "100"]', '["83.00", "100"]'))
        trial = await _seconds(lambda: simulate(base=parsed(book), draft=draft, months=months), 3)
        rules = await rules_of(MONTH)
        async with raw() as connection:
            inputs = await month_inputs(connection, rules, await catalogue(), await frame_of(rules))

        async def ranged() -> None:
            month_ranges(inputs)

        sure = await _seconds(ranged, 5)
    return [
        _row(
            "Simulation", "a draft tried on 12 past months of 1,400 units × 60 KPIs, beside today's rules", trial, 5.0
        ),
        _row("Ranges", "how sure the totals and places of 1,400 units × 60 KPIs are", sure, 1.0),
    ]


async def _seconds(work: Callable[[], Awaitable[object]], times: int) -> float:
    found = []
    for _ in range(times):
        begun = time.perf_counter()
        await work()
        found.append(time.perf_counter() - begun)
    return statistics.median(found)


def _row(code: str, what: str, seconds: float, most: float) -> Row:
    verdict = "target" if seconds <= most else "missed"
    return Row(
        id=code, what=what, ours=f"{seconds:.2f} s", limit="–", ratio=None, must=f"≤ {most:.0f} s", target=f"≤ {most:.0f} s",
        verdict=verdict, judged_by="wall",
    )  # fmt: skip
