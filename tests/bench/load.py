"""Load on a web server: wrk where it is installed, else a small client of our own; CPU of whole trees per answer."""

import asyncio
import random
import re
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.bench.blocks import tree_cpu

CONNECTIONS = 16
LUA = """
local cookies = {{ {cookies} }}
math.randomseed({seed})
request = function()
  local headers = {{}}
  headers["Host"] = "127.0.0.1:{port}"
  if #cookies > 0 then headers["Cookie"] = "shifen=" .. cookies[math.random(#cookies)] end
  return wrk.format("GET", "{path}", headers)
end
"""


@dataclass(frozen=True)
class Pressed:
    """What a server did under load: answers, errors, seconds, CPU seconds of its whole stack, answers a second."""

    answers: int
    errors: int
    seconds: float
    cpu: float

    @property
    def micros(self) -> float:
        """Return CPU microseconds of the whole stack for one answer."""
        return self.cpu / max(self.answers, 1) * 1e6

    @property
    def rate(self) -> float:
        """Return answers a second."""
        return self.answers / self.seconds


async def pressed(
    port: int,
    path: str,
    trees: Sequence[psutil.Process],
    *,
    seconds: float = 5,
    cookies: Sequence[str] = (),
    seed: int = 1,
) -> Pressed:
    """Put 16 keep-alive connections on a path for some seconds, each request as a random one of the people signed in."""
    before = sum(tree_cpu(tree) for tree in trees)
    if shutil.which("wrk"):
        answers, errors, took = await _wrk(port, path, seconds, cookies, seed)
    else:
        answers, errors, took = await _own(port, path, seconds, cookies, seed)
    return Pressed(answers, errors, took, sum(tree_cpu(tree) for tree in trees) - before)


async def _wrk(port: int, path: str, seconds: float, cookies: Sequence[str], seed: int) -> tuple[int, int, float]:
    quoted = ", ".join(f'"{cookie}"' for cookie in cookies)
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "rand.lua"
        script.write_text(LUA.format(cookies=quoted, seed=seed, port=port, path=path))
        command = [
            "wrk",
            "-t1",
            f"-c{CONNECTIONS}",
            f"-d{int(seconds)}s",
            "-s",
            str(script),
            f"http://127.0.0.1:{port}",
        ]
        process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        told = (await process.communicate())[0].decode()
    done = re.search(r"(\d+) requests in ([\d.]+)(ms|s|m)", told)
    assert done is not None, told
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", told)
    broken = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", told)
    errors = int(refused.group(1)) if refused else 0
    errors += sum(map(int, broken.groups())) if broken else 0
    took = float(done.group(2)) * {"ms": 0.001, "s": 1, "m": 60}[done.group(3)]
    return int(done.group(1)), errors, took


async def _own(port: int, path: str, seconds: float, cookies: Sequence[str], seed: int) -> tuple[int, int, float]:
    begun = time.perf_counter()
    end = begun + seconds
    counts = await asyncio.gather(*(_connection(port, path, end, cookies, seed + n) for n in range(CONNECTIONS)))
    return sum(done for done, _ in counts), sum(bad for _, bad in counts), time.perf_counter() - begun


async def _connection(port: int, path: str, end: float, cookies: Sequence[str], seed: int) -> tuple[int, int]:
    draw = random.Random(seed)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    done = bad = 0
    while time.perf_counter() < end:
        cookie = f"Cookie: shifen={draw.choice(cookies)}\r\n" if cookies else ""
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{cookie}\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        await reader.readexactly(int(length.group(1)) if length else 0)
        done += 1
        bad += not head.startswith(b"HTTP/1.1 200")
    writer.close()
    return done, bad
