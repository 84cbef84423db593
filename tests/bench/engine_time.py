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

BELL = 11
"""The standard score's turn among the methods: exact in ours, floats in the limit, so its last digit may differ."""


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
    groups = {"g": np.arange(data.units) % 3}
    return pl.DataFrame(
        groups
        | {
            f"v{number}": pl.Series(data.values[:, number]).set(pl.Series(~data.known[:, number]), None)
            for number in range(data.values.shape[1])
        }
    )


async def main(units: int, blocks: int, *, mixed: bool) -> None:
    """Compare, first the numbers, then the time."""
    data = company(units)
    sheet, frame, book = sheet_of(data), frame_of(data), parsed(mixed_rule_book() if mixed else rule_book())
    same = limits.polars_month(frame, mixed=mixed)
    ours_first = scored(book, "storefront", sheet)
    bell = {number for number in range(len(ours_first.kpis)) if mixed and number % 14 == BELL}
    for number, row in enumerate(ours_first.scores):
        theirs = same[f"s{number}"].fill_null(0).to_numpy()
        assert number in bell or (row == theirs).all(), f"the limit does other arithmetic for KPI {number}"
    assert bell or (ours_first.totals == same["total"].to_numpy()).all(), "the limit adds up otherwise"

    async def ours() -> None:
        scored(book, "storefront", sheet)

    async def limit() -> None:
        limits.polars_month(frame, mixed=mixed)

    ratio = await against(ours, limit, Clock(), blocks)
    print(json.dumps({"cpu": ratio.cpu, "wall": ratio.wall, "ours": ratio.ours, "limit": ratio.limit}))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), mixed="mixed" in sys.argv))
