"""Closing a month of a province: scored, ranged, awards given, help opened, sealed; with its progress told."""

import statistics
import time
from datetime import timedelta
from pathlib import Path

from core.audit import SYSTEM, Actor
from core.language import Text
from core.period import bounds
from leaderboards.operations import refresh
from months.operations import announcing, planning
from months.operations.closing import PHASES, approve_close, propose_close
from months.operations.reopening import reopen
from months.queries.calendar import month_page
from ops.embedded.pair import Addresses
from org.operations import accounts
from scoring.operations.rules import store_rule_book
from tests.bench import stand
from tests.bench.blocks import Verdict
from tests.bench.data import MONTH, SIZES, rule_book
from tests.bench.rows import Row
from tests.months.story import worked_off

MUST, TARGET = 10.0, 5.0
"""Seconds."""
ROUNDS = 3
PEOPLE = ("planner", "seconder", "third")
AT = bounds(MONTH)[1] + timedelta(days=3)
MORE = """
[themes.PLAIN]
name = { zh = "常规月", en = "Plain month" }
month = 10
doubled = []
activities = { ideas = { name = { zh = "建议", en = "Ideas" }, kinds = ["storefront", "branch"], points = "0.1", cap = 2 } }
[awards.window]
name = { zh = "优秀窗口", en = "Excellent window" }
kinds = ["storefront"]
count = { default = 20 }
bars = [{ code = "red_line" }]
[coaching]
kinds = ["storefront"]
step_days = { train = 7, coach = 14, inspect = 20, assess = 30, reward = 31 }
levels = { 1 = { zh = "关注", en = "Watch" }, 2 = { zh = "帮扶", en = "Help" }, 3 = { zh = "驻点", en = "On site" } }
[coaching.triggers]
bottom_pct = { name = { zh = "组内末位", en = "Lowest" }, level = 1, rule = { zh = "组内后10%", en = "lowest tenth" } }
below_threshold = { name = { zh = "低于门槛", en = "Below" }, level = 2, rule = { zh = "低于70", en = "below 70" } }
"""


async def closed(addresses: Addresses, folder: Path) -> list[Row]:
    """Measure at the size of a province, several times over: closed, opened again, closed as the next version."""
    name = "bench_close_m"
    found = stand.settings_for(addresses, name, folder)
    await stand.fresh_company(addresses, found, name, SIZES["M"])
    async with stand.opened(found):
        book = await store_rule_book(text=rule_book() + MORE, actor=SYSTEM)
        people = [await _person(username) for username in PEOPLE]
        before = bounds(MONTH)[0] - timedelta(days=3)
        await planning.plan_month(month=MONTH, theme="PLAIN", rule_book_id=book, actor=people[0], at=before)
        await announcing.propose_announcement(month=MONTH, actor=people[0], at=before)
        await announcing.announce(month=MONTH, actor=people[1], at=before)
        await refresh(MONTH)
        seconds = [await _once(people) for _ in range(ROUNDS)]
    await stand.dropped(addresses.database, name)
    return [_row(statistics.median(seconds))]


async def _person(username: str) -> Actor:
    number = await accounts.create_account(actor=SYSTEM, username=username, display_name=username)
    return Actor(number, username)


async def _once(people: list[Actor]) -> float:
    """Close the month, hear of every phase, open it again; return the seconds of the closing."""
    heard: list[Text] = []
    page = await month_page(MONTH, AT)
    why = "measured" if page.waivable else None
    await propose_close(month=MONTH, actor=people[0], waivers=page.waivable, why=why, at=AT)

    async def hear(_done: int, _of: int, phase: Text) -> None:
        heard.append(phase)

    begun = time.perf_counter()
    await approve_close(month=MONTH, actor=people[1], at=AT, tell=hear)
    seconds = time.perf_counter() - begun
    if tuple(heard) != PHASES:
        raise SystemExit(f"the closing told of {len(heard)} phases of {len(PHASES)}")
    await reopen(month=MONTH, why="measured again", actor=people[2], at=AT)
    await worked_off(MONTH)
    return seconds


def _row(seconds: float) -> Row:
    verdict: Verdict = "target" if seconds <= TARGET else "reached" if seconds <= MUST else "missed"
    return Row(
        id="Close", what="a month of 20,000 units × 60 KPIs approved: scored, ranged, awards, help, sealed, with progress",
        ours=f"{seconds:.2f} s", limit="", ratio=None, must=f"≤ {MUST:.0f} s", target=f"≤ {TARGET:.0f} s", verdict=verdict,
        judged_by="wall",
    )  # fmt: skip
