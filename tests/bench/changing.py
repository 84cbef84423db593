"""P4, its growth and P4a: one value changes and the ranking shows it; the rules change and everybody is ranked anew."""

import asyncio
import http.client
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import asyncpg

from core import outbox, queue
from core.audit import SYSTEM
from core.database import transaction
from core.settings import Settings
from leaderboards.operations import recompute
from ops.embedded.pair import Addresses
from scoring.operations.rules import store_rule_book
from tests.bench import limits, stand
from tests.bench.blocks import Verdict, slope
from tests.bench.data import GROWTH, MONTH, SIZES, Data, rule_book, unit_code
from tests.bench.rows import Row

TRIES, UNCOUNTED = 60, 4
REST = 0.05
"""Seconds after which what follows a change is done with, and the limit has the machine to itself."""
RULES = 5
PATIENCE = 20.0
GOALS = {SIZES["S"]: (40.0, 12.0), SIZES["M"]: (300.0, 12.0)}
"""By size: must (a ratio for the small one, milliseconds for the large one) and target, a ratio."""


async def changed(addresses: Addresses, folder: Path) -> list[Row]:
    """Measure P4 over all sizes, what it grows by, and P4a."""
    found = {units: await _one_size(addresses, folder, units) for units in GROWTH}
    judged = [_row(units, *found[units]) for units in GOALS]
    return [*judged, _growth([ours for ours, _ in found.values()]), await _new_rules(addresses, folder)]


async def _one_size(addresses: Addresses, folder: Path, units: int) -> tuple[float, float]:
    """Return the median seconds of a change and of the limit, measured in turns."""
    found = stand.settings_for(addresses, f"bench_change_{units}", folder)
    data = await stand.fresh_company(addresses, found, f"bench_change_{units}", units)
    async with stand.opened(found):
        await recompute(MONTH)
        numbers = await stand.unit_numbers()
        secret = await stand.token(numbers, "import_facts see_board see_unit")
    beside = await _floor(found, data)
    ours, floor = [], []
    with working(found) as (port, _):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        for number in range(TRIES + UNCOUNTED):
            ours.append(await asyncio.to_thread(_shown_after, line, secret, numbers, number))
            await asyncio.sleep(REST)
            floor.append(await _bare(beside, units, number))
    await beside.close()
    return statistics.median(ours[UNCOUNTED:]), statistics.median(floor[UNCOUNTED:])


async def _floor(found: Settings, data: Data) -> asyncpg.Connection:
    """Return a connection beside whose tables hold the same month without rules, audit and reasons."""
    assert found.database is not None
    beside = await asyncpg.connect(**found.database.credentials())
    await limits.fill_kv(beside, data.values, data.known)
    await limits.fill_totals(beside)
    return beside


async def _bare(beside: asyncpg.Connection, units: int, number: int) -> float:
    """Return the seconds of the same change in bare PostgreSQL."""
    begun = time.perf_counter()
    await limits.incr_pg(beside, 1 + number * 97 % units, 70.5 + number % 9)
    return time.perf_counter() - begun


def _growth(medians: list[float]) -> Row:
    exponent = slope(list(GROWTH), medians)
    verdict: Verdict = "target" if exponent <= 0.35 else "reached" if exponent <= 0.8 else "missed"
    return Row(
        id="P6 (P4)", what="growth of P4 over 1,400 – 80,000 units", ours=f"exponent {exponent:.2f}", limit="0", ratio=None,
        must="≤ 0.8", target="≤ 0.35", verdict=verdict, judged_by="wall", more={"seconds": medians},
    )  # fmt: skip


async def _new_rules(addresses: Addresses, folder: Path) -> Row:
    """Measure P4a on the larger company of P4: other rules are stored, and everybody stands at the places they give."""
    found = stand.settings_for(addresses, f"bench_change_{SIZES['M']}", folder)
    async with stand.opened(found):
        numbers = await stand.unit_numbers()
        secret = await stand.token(numbers, "import_facts see_board see_unit")
        begun = time.perf_counter()
        await recompute(MONTH)
        alone = time.perf_counter() - begun
        assert found.redis is not None
        await queue.open_pool(found.redis)
        with working(found) as (port, _):
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
            late = [await _ruled(line, secret, numbers[unit_code(0)], number) for number in range(RULES)]
    beyond = statistics.median(late) - alone
    verdict: Verdict = "target" if beyond <= 0.2 else "reached" if beyond <= 1 else "missed"
    return Row(
        id="P4a", what="other rules stored until a reading shows all 20,000 ranked by them, beyond one recomputation",
        ours=f"{statistics.median(late):.2f} s", limit=f"P2 {alone:.2f} s", ratio=None, must="≤ P2 + 1 s", target="≤ P2 + 0.2 s",
        verdict=verdict, judged_by="wall", note=f"P2 + {beyond:.2f} s",
    )  # fmt: skip


async def _ruled(line: http.client.HTTPConnection, secret: str, unit: int, number: int) -> float:
    before = after = await asyncio.to_thread(_shown, line, secret, unit)
    async with transaction():
        await store_rule_book(
            text=rule_book().replace('["82.00", "100"]', f'["82.{number + 1:02d}", "100"]'), actor=SYSTEM
        )
        await outbox.note("score", {"month": MONTH})
    begun = time.perf_counter()
    while (after := await asyncio.to_thread(_shown, line, secret, unit, after)).snapshot_id == before.snapshot_id:
        if time.perf_counter() - begun > PATIENCE:
            raise SystemExit(f"other rules were not shown within {PATIENCE:.0f} s")
    return time.perf_counter() - begun


def _row(units: int, ours: float, floor: float) -> Row:
    must, target = GOALS[units]
    ratio = ours / floor
    reached = ratio <= must if units == SIZES["S"] else ours * 1000 <= must
    return Row(
        id=f"P4 ({units:,})", what="one value sent (audited) until the reading shows the new total and rank, median",
        ours=f"{ours * 1000:.0f} ms", limit=f"{floor * 1000:.2f} ms", ratio=None,
        must=f"≤ {must:.0f} ×" if units == SIZES["S"] else f"≤ {must:.0f} ms", target=f"≤ {target:.0f} ×",
        verdict="target" if ratio <= target else "reached" if reached else "missed", judged_by="wall", note=f"{ratio:.0f} ×",
    )  # fmt: skip


class Shown(NamedTuple):
    """What a reading showed, and by which the same answer is known again."""

    snapshot_id: int
    etag: str


@contextmanager
def working(found: Settings) -> Iterator[tuple[int, int]]:
    """Run the web process and a worker; give its port and the number of the process."""
    port = stand.free_port()
    env = stand.environment(found, port)
    with subprocess.Popen(
        [sys.executable, "-m", "ops.cli", "work"], env=env, cwd=stand.ROOT, stdout=subprocess.DEVNULL
    ) as worker:
        try:
            with stand.serving(stand.ours(env), env, port) as web:
                time.sleep(1)
                yield port, web.pid
        finally:
            worker.terminate()


def _shown_after(line: http.client.HTTPConnection, secret: str, numbers: Mapping[str, int], number: int) -> float:
    """Send one value and wait until the board shows what came of it; return the seconds."""
    code = unit_code(number * 97 % (len(numbers) - 1))
    before = after = _shown(line, secret, numbers[code])
    fact = {"unit": code, "kpi": "K30", "value": f"{60 + number % 30}.{number % 10}7"}
    sent = {"facts": [fact], "month": MONTH, "source": "bench", "reason": "corrected"}
    begun = time.perf_counter()
    _, answer = _asked(line, secret, "POST", "/api/v1/facts", sent)
    assert answer["taken"] == 1, answer
    while (after := _shown(line, secret, numbers[code], after)).snapshot_id == before.snapshot_id:
        if time.perf_counter() - begun > PATIENCE:
            raise SystemExit(f"the change of {code} was not shown within {PATIENCE:.0f} s")
    return time.perf_counter() - begun


def _shown(line: http.client.HTTPConnection, secret: str, unit: int, known: Shown | None = None) -> Shown:
    """Read the board; when an answer is known already, wait for another one as the interface offers it."""
    headers = {"If-None-Match": known.etag, "Prefer": "wait=10"} if known else {}
    answer, row = _asked(line, secret, "GET", f"/api/v1/boards/storefront/reading?unit={unit}", headers=headers)
    return Shown(row["page"]["snapshot_id"], answer.headers["ETag"])


def _asked(
    line: http.client.HTTPConnection,
    secret: str,
    method: str,
    path: str,
    body: object = None,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> tuple[http.client.HTTPResponse, Any]:
    always = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    line.request(method, path, json.dumps(body) if body is not None else None, {**always, **headers})
    answer = line.getresponse()
    content = answer.read()
    assert answer.status == 200, content[:400]
    return answer, json.loads(content)
