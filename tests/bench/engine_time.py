"""Run alone: the engine against bare polars in ABBA blocks; prints the ratios as JSON."""

import asyncio
import json
import sys

import numpy as np
import polars as pl

from scoring.columns import Sums
from scoring.engine import scored
from scoring.rulebook import parsed
from scoring.sheet import Sheet
from tests.bench import limits
from tests.bench.blocks import Clock, against
from tests.bench.data import SCALE, Data, company, kpi_code, mixed_rule_book, rule_book


def sheet_of(data: Data) -> Sheet:
    """Return the facts as the engine takes them: one contiguous column a KPI."""
    ones = np.full(data.units, SCALE, dtype=np.int64)
    sums = {
        kpi_code(number): Sums(
            *(
                np.ascontiguousarray(part)
                for part in (data.values[:, number] * (SCALE // 100), ones, data.samples[:, number])
            ),
            np.ascontiguousarray(data.known[:, number]),
        )
        for number in range(data.values.shape[1])
    }
    return Sheet(group=np.arange(data.units) % 3, sums=sums)


def frame_of(data: Data) -> pl.DataFrame:
    """Return the same facts as polars takes them."""
    return pl.DataFrame(
        {
            f"v{number}": pl.Series(data.values[:, number]).set(pl.Series(~data.known[:, number]), None)
            for number in range(data.values.shape[1])
        }
    )


async def main(units: int, blocks: int, *, mixed: bool) -> None:
    """Compare, first the numbers, then the time."""
    data = company(units)
    sheet, frame, book = sheet_of(data), frame_of(data), parsed(mixed_rule_book() if mixed else rule_book())
    if not mixed:
        same = limits.polars_month(frame)["total"].to_numpy()
        assert (scored(book, "storefront", sheet).totals == same).all(), "the limit does other arithmetic"

    async def ours() -> None:
        scored(book, "storefront", sheet)

    async def limit() -> None:
        limits.polars_month(frame)

    ratio = await against(ours, limit, Clock(), blocks)
    print(json.dumps({"cpu": ratio.cpu, "wall": ratio.wall, "ours": ratio.ours, "limit": ratio.limit}))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), mixed="mixed" in sys.argv))
