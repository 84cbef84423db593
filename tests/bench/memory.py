"""P5: the most memory that scoring takes, against the size of the matrix; in a process of its own."""

import asyncio
import json
import sys

from tests.bench import stand
from tests.bench.data import SIZES
from tests.bench.rows import Row

PROGRAM = """
import json, resource, sys
import numpy as np
from scoring.columns import Sums
from scoring.engine import Sheet, scored
from scoring.rulebook import parsed
from tests.bench.data import SCALE, company, kpi_code, rule_book
units = int(sys.argv[1])
data, book = company(units), parsed(rule_book())
ones = np.full(units, SCALE, dtype=np.int64)
sums = {kpi_code(k): Sums(data.values[:, k] * (SCALE // 100), ones, data.samples[:, k], data.known[:, k]) for k in range(60)}
sheet = Sheet(group=np.arange(units) % 3, sums=sums)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
scored(book, "storefront", sheet)
print(json.dumps(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before))
"""


async def engine_memory() -> list[Row]:
    """Measure the engine at 80,000 units (300,000 by hand); the matrix is 60 numbers of 8 bytes a unit."""
    units = SIZES["L"]
    command = [sys.executable, "-c", PROGRAM, str(units)]
    process = await asyncio.create_subprocess_exec(*command, cwd=stand.ROOT, stdout=asyncio.subprocess.PIPE)
    told, _ = await process.communicate()
    ratio = json.loads(told) * 1024 / (units * 60 * 8)
    verdict = "target" if ratio <= 2.5 else "reached" if ratio <= 6 else "missed"
    return [
        Row(
            id="P5",
            what="most memory of the engine beyond its facts, 80,000 units, in matrices of 8 bytes a value",
            ours=f"{ratio:.1f}",
            limit="1",
            ratio=None,
            must="≤ 6",
            target="≤ 2.5",
            verdict=verdict,
            judged_by="memory",
            note="not asked for yet",
        )
    ]
