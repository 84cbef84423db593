"""Two works against each other in ABBA blocks: the median of log ratios, a bootstrap interval, and whether it may be judged."""

import asyncio
import os
import random
import resource
import statistics
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from math import exp, log
from pathlib import Path
from typing import Literal

import psutil

Work = Callable[[], Awaitable[object]]
BLOCKS, BOOTSTRAPS = 15, 2_000
STEAL_MOST = 0.05
TICK = 1 / os.sysconf("SC_CLK_TCK")


@dataclass
class Clock:
    """CPU seconds of this process and of other process trees, and the wall's seconds."""

    trees: Iterable[psutil.Process] = ()
    itself: bool = True

    def read(self) -> tuple[float, float]:
        """Return CPU and wall seconds since some moment in the past."""
        cpu = time.process_time() if self.itself else 0.0
        return cpu + sum(tree_cpu(tree) for tree in self.trees), time.perf_counter()


def tree_cpu(root: psutil.Process) -> float:
    """Return the CPU seconds of a process and all beneath it, those that have ended included."""
    total = 0.0
    try:
        members = [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return total
    for member in members:
        try:
            times = member.cpu_times()
        except psutil.NoSuchProcess:
            continue
        ended = times.children_user + times.children_system
        total += times.user + times.system + ended
    return total


@dataclass
class Ratio:
    """Ours / limit: medians with their 95 % intervals, for CPU and wall, and the plain medians in seconds."""

    cpu: tuple[float, float, float]
    wall: tuple[float, float, float]
    ours: tuple[float, float]
    limit: tuple[float, float]
    blocks: int
    rejected: int
    null_wall: float | None = None
    samples: list[tuple[float, float, float, float]] = field(default_factory=list)


async def _nothing() -> None:
    return None


async def against(ours: Work, limit: Work, clock: Clock, blocks: int = BLOCKS, between: Work = _nothing) -> Ratio:
    """Run ours and the limit in ABBA and BAAB blocks; blocks in which the machine was stolen from us are thrown away.

    `between` runs after every block, outside the clocks.
    """
    await ours()
    await limit()
    await between()
    kept: list[tuple[float, float, float, float]] = []
    rejected = 0
    while len(kept) < blocks and rejected < 2 * blocks:
        before = steal()
        order = "ABBA" if len(kept) % 2 == 0 else "BAAB"
        sums = {"A": [0.0, 0.0], "B": [0.0, 0.0]}
        for letter in order:
            used = await timed(ours if letter == "A" else limit, clock)
            sums[letter] = [sums[letter][0] + used[0], sums[letter][1] + used[1]]
        stolen = steal_share(before, steal())
        await between()
        if stolen > STEAL_MOST:
            rejected += 1
            continue
        kept.append((sums["A"][0] / 2, sums["B"][0] / 2, sums["A"][1] / 2, sums["B"][1] / 2))
    return summary(kept, rejected)


async def timed(work: Work, clock: Clock) -> tuple[float, float]:
    """Return the CPU and wall seconds of one run."""
    cpu, wall = clock.read()
    await work()
    after = clock.read()
    return max(after[0] - cpu, TICK / 10), after[1] - wall


def summary(kept: list[tuple[float, float, float, float]], rejected: int) -> Ratio:
    """Return ratios with intervals from pairs of (CPU ours, CPU limit, wall ours, wall limit)."""
    cpu = interval([log(a / b) for a, b, _, _ in kept])
    wall = interval([log(a / b) for _, _, a, b in kept])
    medians = [statistics.median(column) for column in zip(*kept, strict=True)]
    return Ratio(cpu, wall, (medians[0], medians[2]), (medians[1], medians[3]), len(kept), rejected, samples=kept)


def interval(logs: list[float]) -> tuple[float, float, float]:
    """Return the median ratio and its bootstrap 95 % interval."""
    draw = random.Random(20_110_315)
    medians = sorted(statistics.median(draw.choices(logs, k=len(logs))) for _ in range(BOOTSTRAPS))
    low, high = medians[int(0.025 * BOOTSTRAPS)], medians[int(0.975 * BOOTSTRAPS) - 1]
    return exp(statistics.median(logs)), exp(low), exp(high)


async def null_test(limit: Work, clock: Clock, blocks: int = 5) -> float:
    """Return the wall ratio of the limit against itself: how far the walls of this run can be trusted."""
    return (await against(limit, limit, clock, blocks)).wall[0]


Verdict = Literal["reached", "target", "missed", "not judged"]


def verdict(interval_: tuple[float, float, float], must: float, target: float, *, least: bool = False) -> Verdict:
    """Return whether a ratio is good enough: a goal is missed only when the whole interval lies beyond it."""
    middle, low, high = (-value for value in interval_) if least else interval_
    goals = (-must, -target) if least else (must, target)
    if min(low, high) > goals[0]:
        return "missed"
    return "target" if middle <= goals[1] else "reached"


def steal() -> tuple[int, int]:
    """Return stolen and all jiffies of the machine."""
    path = Path("/proc/stat")
    if not path.exists():
        return 0, 0
    numbers = [int(word) for word in path.read_text().splitlines()[0].split()[1:]]
    return (numbers[7] if len(numbers) > 7 else 0), sum(numbers[:8])


def steal_share(before: tuple[int, int], after: tuple[int, int]) -> float:
    """Return the share of time that another machine took."""
    whole = after[1] - before[1]
    return (after[0] - before[0]) / whole if whole else 0.0


def slope(sizes: list[int], values: list[float]) -> float:
    """Return the exponent of growth: least squares of log value over log size."""
    xs, ys = [log(size) for size in sizes], [log(value) for value in values]
    mean_x, mean_y = statistics.fmean(xs), statistics.fmean(ys)
    return sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / sum((x - mean_x) ** 2 for x in xs)


def peak_rss() -> int:
    """Return the most memory this process ever had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


async def quiet(load: float = 1.5, patience: float = 60) -> float:
    """Wait a while for a quiet machine; return its load."""
    end = time.monotonic() + patience
    while os.getloadavg()[0] >= load and time.monotonic() < end:  # noqa: ASYNC110 - a load announces nothing
        await asyncio.sleep(2)
    return os.getloadavg()[0]
