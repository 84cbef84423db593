"""What this machine can do at most: the same work without rules, audit, reasons or framework. Pinned by hash."""

import asyncio
import csv
import io
from typing import Any

import numpy as np
from numpy.typing import NDArray

Connection = Any
KV = np.dtype(
    [("n", ">i2"), ("s1", ">i4"), ("unit", ">i4"), ("s2", ">i4"), ("kpi", ">i2"), ("s3", ">i4"), ("value", ">f8")]
)
OUT = np.dtype(
    [
        ("n", ">i2"),
        ("s1", ">i4"),
        ("unit", ">i4"),
        ("s2", ">i4"),
        ("rank", ">i4"),
        ("s3", ">i4"),
        ("total", ">f8"),
        ("s4", ">i4"),
        ("sub", ">f8", (13,)),
    ]
)
HEAD, TAIL = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
TABLES = """
CREATE TABLE IF NOT EXISTS limit_kv (unit int NOT NULL, kpi smallint NOT NULL, value double precision NOT NULL CHECK (value BETWEEN 0 AND 100), PRIMARY KEY (unit, kpi));
CREATE TABLE IF NOT EXISTS limit_snapshot (unit int PRIMARY KEY, rank int NOT NULL, total double precision NOT NULL, sub bytea NOT NULL);
CREATE TABLE IF NOT EXISTS limit_csv (unit text NOT NULL, kpi text NOT NULL, value double precision NOT NULL CHECK (value BETWEEN 0 AND 100), PRIMARY KEY (unit, kpi));
"""


async def fill_kv(connection: Connection, values: NDArray[np.int64], known: NDArray[np.bool_]) -> None:
    """Put the month into long rows."""
    await connection.execute(TABLES + "TRUNCATE limit_kv")
    units, kpis = np.nonzero(known)
    rows = np.zeros(len(units), dtype=KV)
    rows["n"], rows["s1"], rows["s2"], rows["s3"] = 3, 4, 2, 8
    rows["unit"], rows["kpi"], rows["value"] = units + 1, kpis + 1, values[units, kpis] / 100
    await connection.copy_to_table("limit_kv", source=io.BytesIO(HEAD + rows.tobytes() + TAIL), format="binary")
    await connection.execute("ANALYZE limit_kv")


async def pg_fetch(connection: Connection, units: int) -> None:
    """Fetch the month as long rows, score it in numpy, publish totals, ranks and 13 sub-totals: the limit of P2."""
    sink = io.BytesIO()
    await connection.copy_from_query("SELECT unit, kpi, value FROM limit_kv", output=sink, format="binary")
    rows = np.frombuffer(sink.getbuffer()[len(HEAD) : -len(TAIL)], dtype=KV)
    matrix = np.full((units, 60), np.nan)
    matrix[rows["unit"].astype(np.intp) - 1, rows["kpi"].astype(np.intp) - 1] = rows["value"]
    totals, parts = scored(matrix)
    order = np.argsort(-totals, kind="stable")
    ranks = np.empty(units, dtype=np.int64)
    ranks[order] = np.arange(1, units + 1)
    out = np.zeros(units, dtype=OUT)
    out["n"], out["s1"], out["s2"], out["s3"], out["s4"] = 4, 4, 4, 8, 104
    out["unit"], out["rank"], out["total"], out["sub"] = np.arange(1, units + 1), ranks, totals, parts
    async with connection.transaction():
        await connection.execute("TRUNCATE limit_snapshot")
        await connection.copy_to_table(
            "limit_snapshot", source=io.BytesIO(HEAD + out.tobytes() + TAIL), format="binary"
        )


def scored(matrix: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return totals and sub-totals of a month in floats, missing weights moved."""
    lower = np.arange(60) < 21
    points = np.clip(np.where(lower, 100 + (82 - matrix) * 3, 100 + (matrix - 82) * 3), 0, 120)
    known = ~np.isnan(points)
    points = np.where(known, points, 0)
    parts = np.zeros((len(matrix), 13))
    weight = np.zeros((len(matrix), 13))
    for process in range(13):
        chosen = slice(process, 60, 13)
        parts[:, process] = points[:, chosen].sum(axis=1)
        weight[:, process] = known[:, chosen].sum(axis=1)
    return parts.sum(axis=1) / np.maximum(weight.sum(axis=1), 1), parts / np.maximum(weight, 1)


async def pg_copy_raw(connection: Connection, text: bytes) -> int:
    """Copy CSV bytes into a table with key and check, and commit: the limit of P1; returns the rows stored."""
    async with connection.transaction():
        status = await connection.copy_to_table("limit_csv", source=io.BytesIO(text), format="csv", header=True)
    return int(status.split()[-1])


def calamine_cells(workbook: bytes) -> int:
    """Read every cell of a workbook and nothing more: the limit of P1x; returns the cells seen."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook))
    return sum(len(row) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python())


STATIC_BODY = (
    b'{"rows":['
    + b",".join(b'{"rank":%d,"unit":"U%06d","name":"Unit %d","total":"84.06"}' % (n, n, n) for n in range(1, 62))
    + b"]}"
)
"""About 3.8 kB: the answer that costs nothing to make."""


async def static_app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answer every request with the same prebuilt bytes: the limit of P3."""
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(STATIC_BODY))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": STATIC_BODY})


def litestar_hello() -> Any:
    """Return the smallest application on our stack: the limit of P7."""
    import arq  # noqa: F401 - the weight of the stack is part of the limit
    import asyncpg  # noqa: F401 - part of that weight
    import jinja2  # noqa: F401 - part of that weight
    import tortoise  # noqa: F401 - part of that weight
    from litestar import Litestar, get

    @get("/")
    async def hello() -> str:
        await asyncio.sleep(0)
        return "hello"

    return Litestar([hello])


def csv_rows(text: bytes) -> int:
    """Count the rows of a CSV."""
    return sum(1 for _ in csv.reader(io.StringIO(text.decode()))) - 1


def polars_month(month: Any, *, mixed: bool = False) -> Any:
    """Score a month of whole columns as bare polars expressions, exact integers like ours: the limit of the engine.

    With `mixed` each KPI has one of fourteen methods in turn, as `data.mixed_rule_book` has; the standard scores alone
    are floats, which is what one would write without being asked for exactness. `month` then has the groups as g.

    `month` is a frame with v0 … v59, values in 1/100, null where missing; the result has scores (cents), points
    (1/10,000), the 13 sub-totals and the total of every unit: the same numbers that the engine gives for this card.
    """
    import polars as pl

    weights = [10_000 // 60 + (number < 10_000 % 60) for number in range(60)]
    members = [range(process, 60, 13) for process in range(13)]
    scores = [(_polars_mixed(number) if mixed else _polars_score(number)).alias(f"s{number}") for number in range(60)]
    used = [
        pl.sum_horizontal(pl.when(pl.col(f"v{k}").is_null()).then(0).otherwise(weights[k]) for k in chosen).alias(
            f"w{p}"
        )
        for p, chosen in enumerate(members)
    ]
    whole = [sum(weights[k] for k in chosen) for chosen in members]
    total = pl.sum_horizontal(pl.when(pl.col(f"w{p}") > 0).then(whole[p]).otherwise(0) for p in range(13)).alias("all")
    points = [
        _halves(pl.col(f"s{k}") * (weights[k] * whole[k % 13] * 100), pl.col(f"w{k % 13}") * pl.col("all")).alias(
            f"p{k}"
        )
        for k in range(60)
    ]
    parts = [
        _halves(pl.sum_horizontal(pl.col(f"s{k}").fill_null(0) * weights[k] for k in chosen), pl.col(f"w{p}")).alias(
            f"m{p}"
        )
        for p, chosen in enumerate(members)
    ]
    sums = _halves(pl.sum_horizontal(pl.col(f"p{k}").fill_null(0) for k in range(60)), pl.lit(100)).alias("total")
    kept = [*(f"s{k}" for k in range(60)), *(f"p{k}" for k in range(60)), *(f"m{p}" for p in range(13)), "total"]
    plan = (
        month.lazy().with_columns(*scores, *used).with_columns(total).with_columns(*points, *parts).with_columns(sums)
    )
    return plan.select(kept).collect(engine="streaming")


def _halves(up: Any, down: Any) -> Any:
    """Return up / down rounded, halves up; both are positive here."""
    return (2 * up + down) // (2 * down)


def _polars_score(number: int) -> Any:
    """Return the expression of one KPI's score in cents: two straight lines through 100 at 82."""
    import polars as pl

    value = pl.col(f"v{number}")
    worse, better = (value > 8_200, (8_200 - value)) if number < 21 else (value < 8_200, (value - 8_200))
    steep, flat = ((40, 13), (5, 3)) if number < 21 else ((10, 3), (20, 13))
    lines = [_halves(10_000 * down + better * up, pl.lit(down)) for up, down in (steep, flat)]
    return pl.when(worse).then(lines[0]).otherwise(lines[1]).clip(0, 12_000)


def _polars_mixed(number: int) -> Any:
    """Return the expression of one KPI under the method whose turn it is, in cents."""
    import polars as pl

    value, low, kind = pl.col(f"v{number}"), number < 21, number % 14
    if kind == 0:
        return _polars_score(number)
    ahead = (8_200 - value) if low else (value - 8_200)
    count = value.count().over("g")
    lines = {
        1: lambda: _halves(pl.lit(82_000_000), value) if low else _halves(value * 10_000, pl.lit(8_200)),
        2: lambda: _halves((16_400 - value if low else value) * 10_000, pl.lit(8_200)),
        3: lambda: _steps(value, [(8_200, 10_000), (7_000, 8_500)], 6_000, strict=low),
        4: lambda: (
            pl.when(value <= 8_610).then(11_000).otherwise(6_000)
            if low
            else _steps(value, [(8_610, 11_000), (8_200, 10_000), (7_790, 8_500)], 6_000, strict=False)
        ),
        5: lambda: 6_000 + (value - 7_000) * 2,
        6: lambda: pl.when(value >= 8_000).then(10_000).otherwise(0),
        7: lambda: 10_000 + pl.when(ahead >= 0).then(ahead // 100 * 200).otherwise(-(-ahead // 100 * 300)),
        8: lambda: 10_000 + ahead * 2,
        9: lambda: _halves(
            11_000 * (count - 1) - (2 * value.rank("average", descending=not low).over("g") - 2).cast(pl.Int64) * 2_500,
            count - 1,
        ),
        10: lambda: _halves(
            12_000 * count + 5_000 * (_rank(value, "min", low=low) - 1 + _rank(value, "max", low=low)), 2 * count
        ),
        11: lambda: (
            ((85 + 10 * ((ahead - ahead.mean().over("g")) / ahead.std(ddof=0).over("g")).clip(-2.5, 2.5)) * 100)
            .round()
            .cast(pl.Int64)
        ),
        12: lambda: _halves(20_000 - value, pl.lit(2)),
        13: lambda: pl.when(value >= 7_000).then(_halves(18_000 + (value - 7_000) * 10, pl.lit(3))).otherwise(4_000),
    }
    found = pl.when(value.is_null()).then(None).otherwise(lines[kind]())
    return found if kind == 13 else found.clip(0, 12_000)


def _rank(value: Any, method: Any, *, low: bool) -> Any:
    import polars as pl

    return value.rank(method, descending=low).over("g").cast(pl.Int64)


def _steps(value: Any, steps: list[tuple[int, int]], rest: int, *, strict: bool) -> Any:
    """Return the score of the first border that is reached (or passed)."""
    import polars as pl

    found = pl.lit(rest)
    for border, score in reversed(steps):
        found = pl.when(value > border if strict else value >= border).then(score).otherwise(found)
    return found


async def incr_pg(connection: Connection, unit: int, value: float) -> int:
    """Change one value, its unit's total, commit, and read rank by index count, top 50 and neighbours: the limit of P4."""
    async with connection.transaction():
        await connection.execute("UPDATE limit_kv SET value = $2 WHERE unit = $1 AND kpi = 30", unit, value)
        total = await connection.fetchval(
            "UPDATE limit_total SET total = (SELECT avg(100 + (value - 82) * 3) FROM limit_kv WHERE unit = $1) WHERE unit = $1 RETURNING total",
            unit,
        )
    rank = await connection.fetchval("SELECT count(*) + 1 FROM limit_total WHERE total > $1", total)
    await connection.fetch("SELECT unit, total FROM limit_total ORDER BY total DESC LIMIT 50")
    await connection.fetch("SELECT unit, total FROM limit_total WHERE total >= $1 ORDER BY total LIMIT 6", total)
    await connection.fetch("SELECT unit, total FROM limit_total WHERE total < $1 ORDER BY total DESC LIMIT 5", total)
    return int(rank)


async def fill_totals(connection: Connection) -> None:
    """Put the totals beside the long rows, in order."""
    await connection.execute(
        "DROP TABLE IF EXISTS limit_total; CREATE TABLE limit_total AS SELECT unit, avg(100 + (value - 82) * 3) AS total FROM limit_kv GROUP BY unit;"
        "ALTER TABLE limit_total ADD PRIMARY KEY (unit); CREATE INDEX ON limit_total (total); ANALYZE limit_total"
    )
