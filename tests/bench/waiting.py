"""P3t and P3s: what readers feel while everybody is ranked anew, and what a cold cache costs when many come at once."""

import asyncio
import json
import re
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from leaderboards.operations import recompute
from ops.embedded.pair import Addresses
from tests.bench import stand
from tests.bench.blocks import Verdict
from tests.bench.data import MONTH, SIZES
from tests.bench.load import CONNECTIONS
from tests.bench.rows import Row

READING = "/api/v1/boards/storefront/reading"
AT_ONCE = 64
COLD = 5


async def waited(addresses: Addresses, folder: Path, rounds: int, seconds: float) -> list[Row]:
    """Measure both on the larger company."""
    found = stand.settings_for(addresses, "bench_wait", folder)
    await stand.fresh_company(addresses, found, "bench_wait", SIZES["M"])
    async with stand.opened(found):
        await recompute(MONTH)
        cookies = (await stand.sessions(await stand.unit_numbers()))[1:]
        port = stand.free_port()
        env = stand.environment(found, port)
        with stand.serving(stand.ours(env), env, port):
            await _p99(port, cookies, 2 * seconds)
            ratios, errors = [], 0
            for _ in range(max(rounds // 3, 2)):
                idle, bad = await _p99(port, cookies, seconds)
                busy, worse = await _while_ranking(port, cookies, seconds, env)
                ratios.append(busy / idle)
                errors += bad + worse
            warm = [await _herd(port, cookies) for _ in range(COLD)]
        cold = []
        for _ in range(COLD):
            with stand.serving(stand.ours(env), env, port):
                cold.append(await _herd(port, cookies))
    return [_ranking(ratios, errors), _cold(cold, warm)]


def _ranking(ratios: Sequence[float], errors: int) -> Row:
    ratio = statistics.median(ratios)
    verdict: Verdict = "missed" if errors or ratio > 3 else "target" if ratio <= 1.5 else "reached"
    return Row(
        id="P3t", what="p99 at 16 connections while 20,000 units are ranked anew in a loop, beside p99 when idle",
        ours=f"{ratio:.2f} ×, {errors} failed", limit="idle itself", ratio=None, must="≤ 3 ×, 0", target="≤ 1.5 ×, 0",
        verdict=verdict, judged_by="wall", note=f"rounds {', '.join(f'{one:.2f}' for one in ratios)}",
    )  # fmt: skip


def _cold(cold: Sequence[float], warm: Sequence[float]) -> Row:
    ratio = statistics.median(cold) / statistics.median(warm)
    verdict: Verdict = "target" if ratio <= 2 else "reached" if ratio <= 5 else "missed"
    return Row(
        id="P3s", what=f"{AT_ONCE} readers at once on a web process that has read nothing yet: the last one, beside warm",
        ours=f"{statistics.median(cold) * 1000:.0f} ms", limit=f"{statistics.median(warm) * 1000:.0f} ms", ratio=None,
        must="≤ 5 ×", target="≤ 2 ×", verdict=verdict, judged_by="wall", note=f"{ratio:.2f} ×; the board is read once",
    )  # fmt: skip


async def _while_ranking(
    port: int, cookies: Sequence[str], seconds: float, env: Mapping[str, str]
) -> tuple[float, int]:
    """Return p99 and errors while another process ranks the month again and again, as a worker does."""
    command = (sys.executable, "-m", "tests.bench.ranking")
    ranking = await asyncio.create_subprocess_exec(*command, env=env, cwd=stand.ROOT, stdout=asyncio.subprocess.PIPE)
    assert ranking.stdout is not None
    try:
        await ranking.stdout.readline()
        return await _p99(port, cookies, seconds)
    finally:
        ranking.kill()
        await ranking.communicate()


async def _p99(port: int, cookies: Sequence[str], seconds: float) -> tuple[float, int]:
    """Return the 99th percentile in milliseconds and the errors of wrk, a program of its own."""
    script = (
        f"local c = {{ {', '.join(json.dumps(one) for one in cookies)} }}\n"
        "request = function()\n"
        f'  local h = {{}}; h["Host"] = "127.0.0.1:{port}"; h["Cookie"] = "shifen=" .. c[math.random(#c)]\n'
        f'  return wrk.format("GET", "{READING}", h)\nend\n'
    )
    lua = Path(__file__).with_suffix(".lua.tmp")
    await asyncio.to_thread(lua.write_text, script)
    try:
        command = (
            "wrk",
            "-t1",
            f"-c{CONNECTIONS}",
            f"-d{int(seconds)}s",
            "--latency",
            "-s",
            str(lua),
            f"http://127.0.0.1:{port}",
        )
        process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        told = (await process.communicate())[0].decode()
    finally:
        lua.unlink(missing_ok=True)
    found = re.search(r"99%\s+([\d.]+)(us|ms|s)", told)
    assert found is not None, told
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", told)
    return float(found.group(1)) * {"us": 0.001, "ms": 1, "s": 1000}[found.group(2)], int(bad.group(1)) if bad else 0


async def _herd(port: int, cookies: Sequence[str]) -> float:
    """Return how long it takes until the last of many who ask at once is answered."""
    lines = [await asyncio.open_connection("127.0.0.1", port) for _ in range(AT_ONCE)]
    begun = time.perf_counter()
    await asyncio.gather(*(_one(port, cookie, *line) for cookie, line in zip(cookies, lines, strict=False)))
    return time.perf_counter() - begun


async def _one(port: int, cookie: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = f"GET {READING} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: shifen={cookie}\r\nConnection: close\r\n\r\n"
    writer.write(head.encode())
    answer = await reader.read()
    writer.close()
    if not answer.startswith(b"HTTP/1.1 200"):
        raise SystemExit(answer[:300])
