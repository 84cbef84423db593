"""P3, P3c, P3h, P3r, P5w and the growth of P3: boards read over HTTP, beside prebuilt bytes from raw ASGI."""

import asyncio
import json
import random
import statistics
import urllib.request
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import Any

import asyncpg
import psutil

from core.settings import Settings
from leaderboards.operations import recompute
from ops.embedded.pair import Addresses
from tests.bench import blocks, stand
from tests.bench.data import GROWTH, MONTH
from tests.bench.load import Pressed, pressed
from tests.bench.rows import Row

READING = "/api/v1/boards/storefront/reading"
PAGE = "/boards?kind=storefront"
TOP = "/api/v1/boards/storefront"
CHECKED = 100
MINUTE = 60.0


@dataclass(frozen=True)
class Work:
    """One address under load: its goal in multiples of the static answer, and who asks."""

    id: str
    what: str
    path: str
    signed_in: bool
    must: float
    target: float


WORKS = (
    Work(
        "P3",
        "top 50 + own place + 5 neighbours a side: signed in, one request, JSON",
        READING,
        signed_in=True,
        must=20,
        target=11,
    ),
    Work("P3c", "top 50 of a board made public, anonymous, JSON", TOP, signed_in=False, must=4, target=2.5),
    Work("P3c (HTML)", "the same as a page, anonymous", PAGE, signed_in=False, must=6, target=4),
    Work("P3h", "the ranking page with the own place: signed in, HTML", PAGE, signed_in=True, must=35, target=20),
)


@dataclass(frozen=True)
class Served:
    """Our web process and the limit's, both running."""

    port: int
    static_port: int
    web: psutil.Process
    trees: tuple[psutil.Process, ...]
    static: psutil.Process
    secrets: tuple[str, ...]

    async def ours(self, work: Work, seconds: float, seed: int) -> Pressed:
        cookies = self.secrets if work.signed_in else ()
        return await pressed(self.port, work.path, (self.web, *self.trees), seconds=seconds, cookies=cookies, seed=seed)

    async def limit(self, seconds: float, seed: int) -> Pressed:
        return await pressed(self.static_port, "/", (self.static,), seconds=seconds, cookies=self.secrets, seed=seed)


async def read_boards(
    addresses: Addresses, folder: Path, trees: list[psutil.Process], *, rounds: int, seconds: float, soak: float
) -> list[Row]:
    """Measure everything that reads at 1,400 units, then P3 at the other sizes."""
    found, secrets = await _prepared(addresses, folder, GROWTH[0])
    with _both(found, secrets, trees) as served:
        await _right_ranks(found, served)
        rows = await _rows(served, rounds, seconds)
        rows.append(await _memory(served, soak))
    growth = [await _at_size(addresses, folder, trees, units, seconds) for units in GROWTH]
    exponent = blocks.slope(list(GROWTH), growth)
    rows.append(Row(
        id="P6 (P3)", what="growth of P3 over 1,400 – 80,000 units", ours=f"exponent {exponent:.3f}", limit="0", ratio=None,
        must="≤ 0.05", target="≤ 0.02", verdict="target" if exponent <= 0.02 else "reached" if exponent <= 0.05 else "missed",
        note=f"80,000 / 1,400: {growth[-1] / growth[0]:.2f}", more={"micros": growth},
    ))  # fmt: skip
    return rows


async def _prepared(addresses: Addresses, folder: Path, units: int) -> tuple[Settings, tuple[str, ...]]:
    """Return settings of the company that P2 has left behind (or of a new one), with people signed in."""
    name = f"bench_{units}"
    found = stand.settings_for(addresses, name, folder)
    if not await stand.exists(addresses.database, name):
        await stand.fresh_company(addresses, found, name, units)
    async with stand.opened(found):
        await recompute(MONTH)
        secrets = await stand.sessions(await stand.unit_numbers())
    return found, tuple(secrets[1:])


class _both:  # noqa: N801 - reads as a word in `with`
    """Our web process, with its boards made public by the option, and the limit's beside it."""

    def __init__(self, found: Settings, secrets: tuple[str, ...], trees: list[psutil.Process]) -> None:
        self.port, self.static_port = stand.free_port(), stand.free_port()
        self.secrets, self.trees = secrets, tuple(trees)
        env = stand.environment(found, self.port, SHIFEN_PUBLIC_BOARD="1")
        self.web = stand.serving(stand.ours(env), env, self.port)
        self.limit = stand.serving(stand.static(self.static_port), env, self.static_port, "/")

    def __enter__(self) -> Served:
        web, limit = self.web.__enter__(), self.limit.__enter__()
        return Served(
            self.port, self.static_port, psutil.Process(web.pid), self.trees, psutil.Process(limit.pid), self.secrets
        )

    def __exit__(self, *error: object) -> None:
        self.limit.__exit__(None, None, None)
        self.web.__exit__(None, None, None)


async def _right_ranks(found: Settings, served: Served) -> None:
    """Ask as a hundred people for their own place, and hold it against what the database says."""
    assert found.database is not None
    connection = await asyncpg.connect(**found.database.credentials())
    rows = await connection.fetch(
        "SELECT unit_id, rank FROM standing WHERE snapshot_id = (SELECT snapshot_id FROM board_head WHERE month = $1)",
        MONTH,
    )
    await connection.close()
    ranks = dict(map(tuple, rows))
    for secret in random.Random(1).sample(served.secrets, CHECKED):
        told = await asyncio.to_thread(_told, served.port, secret)
        own, page = told["place"]["row"], told["page"]["rows"]
        if ranks[own["unit_id"]] != own["rank"] or len(page) != 50 or len(told["place"]["neighbours"]) != 11:
            raise SystemExit(f"a wrong place was told: {own}")


def _told(port: int, secret: str) -> dict[str, Any]:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{READING}", headers={"Cookie": f"shifen={secret}"})
    with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310 - our own server
        found: dict[str, Any] = json.load(answer)
    return found


async def _rows(served: Served, rounds: int, seconds: float) -> list[Row]:
    """Press every address and the static one in turn, there and back again, in every block."""
    for work in WORKS:  # what is drawn once for a snapshot or a session is drawn now
        await served.ours(work, 2 * seconds, 0)
    names = [work.id for work in WORKS]
    measured: dict[str, list[Pressed]] = {name: [] for name in (*names, "static")}
    for block in range(rounds):
        there = [*WORKS, None]
        for work in (*there, *reversed(there)):
            seed = block * 10
            one = await (served.limit(seconds, seed) if work is None else served.ours(work, seconds, seed))
            if one.errors:
                raise SystemExit(f"{one.errors} of {one.answers} answers of {work} were errors")
            measured[work.id if work else "static"].append(one)
    rows = [_row(work, measured[work.id], measured["static"]) for work in WORKS]
    return [*rows, await _rates(served, measured["P3"], measured["static"], seconds)]


def _pairs(column: list[Pressed]) -> list[float]:
    """Return CPU microseconds an answer, one number a block (there and back)."""
    return [(one.micros + other.micros) / 2 for one, other in zip(column[::2], column[1::2], strict=True)]


def _row(work: Work, ours: list[Pressed], limit: list[Pressed]) -> Row:
    interval = blocks.interval([log(a / b) for a, b in zip(_pairs(ours), _pairs(limit), strict=True)])
    return Row(
        id=work.id, what=work.what, ours=f"{statistics.median(_pairs(ours)):.0f} µs CPU of the whole stack",
        limit=f"{statistics.median(_pairs(limit)):.1f} µs", ratio=interval, must=f"≤ {work.must:g}", target=f"≤ {work.target:g}",
        verdict=blocks.verdict(interval, work.must, work.target), more={"answers": sum(one.answers for one in ours)},
    )  # fmt: skip


async def _rates(served: Served, ours: list[Pressed], limit: list[Pressed], seconds: float) -> Row:
    """Return P3r: answers a second; judged only where the limit against itself is even and the machine is quiet."""
    interval = blocks.interval([log(a.rate / b.rate) for a, b in zip(ours, limit, strict=True)])
    load, even = 9.0, 0.0
    for _ in range(3):
        load = await blocks.quiet(patience=20)
        pairs = [(await served.limit(seconds, n), await served.limit(seconds, n)) for n in range(5)]
        even = statistics.median(a.rate / b.rate for a, b in pairs)
        if abs(even - 1) <= 0.03 and load < 1.5:
            break
    judged = abs(even - 1) <= 0.03 and load < 1.5
    verdict = blocks.verdict(interval, 0.05, 0.10, least=True) if judged else "not judged"
    return Row(
        id="P3r", what="answers a second of P3 at 16 connections", ours=f"{statistics.median(one.rate for one in ours):,.0f}/s",
        limit=f"{statistics.median(one.rate for one in limit):,.0f}/s", ratio=interval, must="≥ 0.05", target="≥ 0.10",
        verdict=verdict, judged_by="wall", note=f"limit against itself {even:.2f}, load {load:.1f}",
    )  # fmt: skip


async def _memory(served: Served, soak: float) -> Row:
    """Return P5w: memory of the web process after a minute of load, and how much more after `soak` seconds."""
    await served.ours(WORKS[0], MINUTE, 1)
    first = served.web.memory_info().rss
    left = soak
    while left > 0:
        await served.ours(WORKS[int(left / 60) % 2 * 3], min(60, left), 2)
        left -= 60
    growth = served.web.memory_info().rss / first - 1
    mebibytes = first / 2**20
    good, best = mebibytes <= 150 and growth <= 0.05, mebibytes <= 90 and growth <= 0.01
    return Row(
        id="P5w", what="memory of the web process after 60 s of load, 1,400 units", ours=f"{mebibytes:.0f} MB; {growth:+.1%} in {soak / 60:g} min",
        limit="–", ratio=None, must="≤ 150 MB; ≤ 5 %", target="≤ 90 MB; ≤ 1 %",
        verdict="target" if best else "reached" if good else "missed", judged_by="memory",
    )  # fmt: skip


async def _at_size(
    addresses: Addresses, folder: Path, trees: list[psutil.Process], units: int, seconds: float
) -> float:
    """Return CPU microseconds of one combined read in a company of some size."""
    found, secrets = await _prepared(addresses, folder, units)
    with _both(found, secrets, trees) as served:
        await asyncio.to_thread(_told, served.port, served.secrets[0])  # the snapshot is read into memory once
        await served.ours(WORKS[0], seconds, 0)
        pressed_ = [await served.ours(WORKS[0], seconds, seed) for seed in range(4)]
    await asyncio.sleep(0)
    return statistics.median(one.micros for one in pressed_)
