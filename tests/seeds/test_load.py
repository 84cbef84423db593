import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from core.settings import Settings
from leaderboards.flags import NOT_RANKED, RANKED
from ops.embedded.pair import Addresses
from seeds.tables import cast
from tests import servers as run
from tests.ops.programs import Program, pointed

TODAY = "2026-11-22"
MONTHS = [202606, 202607, 202608, 202609, 202610, 202611]
SMALL = ["seed", "--seed", "3", "--size", "260", "--months", "3", "--today", TODAY]
PATIENCE = 180


async def rows(settings: Settings, statement: str, *values: object) -> list[Any]:
    assert settings.database
    connection = await asyncpg.connect(**settings.database.credentials())
    try:
        return list(await connection.fetch(statement, *values))
    finally:
        await connection.close()


def seeded(words: list[str], settings: Settings, folder: Path) -> None:
    program = Program(words, pointed(settings), folder)
    assert program.process.wait(PATIENCE) == 0, program.said()


@pytest_asyncio.fixture(scope="module")
async def demo(servers: Addresses, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Settings]:
    """Give the settings of a database that holds the whole demo company with its six months."""
    name = f"shifen_demo_{os.environ.get('PYTEST_XDIST_WORKER', 'gw0')}"
    folder = tmp_path_factory.mktemp("demo")
    await run.clone(run.owning(servers), name)
    settings = run.settings_for(servers, name, 14, folder)
    seeded(["seed", "--seed", "1", "--today", TODAY], settings, folder)
    yield settings
    await run.drop(run.owning(servers), name)


STANDINGS = """
SELECT h.month, u.kind, u.code, s.status, s.total, s.rank FROM board_head h
JOIN standing s ON s.snapshot_id = h.snapshot_id JOIN unit u ON u.id = s.unit_id
"""


async def test_five_months_are_published_and_the_sixth_runs(demo: Settings) -> None:
    found = await rows(
        demo,
        "SELECT m.month, p.at FROM service_month m LEFT JOIN publication p USING (month) WHERE m.announced_at IS NOT NULL ORDER BY 1",
    )
    assert [row["month"] for row in found] == MONTHS
    assert [row["at"] is None for row in found] == [False] * 5 + [True]


async def test_each_month_was_closed_by_two_people(demo: Settings) -> None:
    found = await rows(demo, "SELECT proposed_by, approved_by, digest FROM closing")
    assert len(found) == 5
    assert all(row["proposed_by"] != row["approved_by"] and len(row["digest"]) == 64 for row in found)


async def test_nine_in_ten_of_every_ranked_kind_have_a_place_in_every_month(demo: Settings) -> None:
    counts: dict[tuple[int, str], list[int]] = {}
    for row in await rows(demo, STANDINGS):
        if row["status"] in (RANKED, NOT_RANKED):
            counts.setdefault((row["month"], row["kind"]), []).append(row["status"])
    kinds = {kind for _, kind in counts}
    assert {"branch", "department", "storefront", "outlet", "team", "clerk", "promoter", "employer"} <= kinds
    assert {kind for (month, kind) in counts if month == MONTHS[-1]} == kinds
    short = {board: 1 for board, found in counts.items() if found.count(RANKED) * 10 < len(found) * 9}
    assert short == {}


async def test_totals_spread_as_in_a_real_company_with_a_few_ties(demo: Settings) -> None:
    found = await rows(demo, STANDINGS + " WHERE u.kind = 'storefront' AND h.month = 202610 AND s.rank IS NOT NULL")
    totals = sorted(row["total"] for row in found)
    assert 5_500 < totals[0] < 7_500
    assert 9_800 < totals[-1] < 11_000
    assert 8_500 < sum(totals) // len(totals) < 9_500
    assert 0 < len(totals) - len(set(totals)) < 30


async def test_the_story_is_told_in_the_boards(demo: Settings) -> None:
    found = await rows(demo, STANDINGS + " WHERE u.code = ANY ($1) ORDER BY h.month", ["S007", "S013"])
    ranks = {code: [row["rank"] for row in found if row["code"] == code] for code in ("S007", "S013")}
    assert min(ranks["S007"]) > 100
    assert ranks["S013"][0] > 100
    assert ranks["S013"][-1] < 50


async def test_there_are_winners_and_help_in_every_closed_month(demo: Settings) -> None:
    won = await rows(demo, "SELECT month, count(DISTINCT award) AS awards FROM award_grant GROUP BY 1 ORDER BY 1")
    helped = await rows(demo, "SELECT month, count(*) FROM coaching_assignment GROUP BY 1 ORDER BY 1")
    assert [row["month"] for row in won] == MONTHS[:5]
    assert all(row["awards"] >= 4 for row in won)
    assert [row["month"] for row in helped] == MONTHS[:5]


async def test_nobody_waits_and_nobody_of_a_seeded_company_can_sign_in(demo: Settings) -> None:
    assert await rows(demo, "SELECT 1 FROM outbox_note WHERE done_at IS NULL") == []
    accounts = await rows(demo, "SELECT username, password_hash FROM account")
    assert {row["username"] for row in accounts} == {person.username for person in cast()}
    assert all(row["password_hash"] is None for row in accounts)


async def test_facts_came_through_intake_with_batches_and_trail(demo: Settings) -> None:
    batches = await rows(demo, "SELECT id, rows_taken FROM import_batch")
    counted = await rows(demo, "SELECT batch_id, count(*) FROM fact GROUP BY 1")
    trail = await rows(demo, "SELECT subject FROM audit_entry WHERE action = 'import_facts'")
    assert {row["id"]: row["rows_taken"] for row in batches} == {row["batch_id"]: row["count"] for row in counted}
    assert {int(row["subject"]) for row in trail} == {row["id"] for row in batches}


async def test_a_load_that_was_killed_goes_on_and_ends_as_if_it_had_not_been(
    fresh_settings: Settings, tmp_path: Path
) -> None:
    program = Program(SMALL, pointed(fresh_settings), tmp_path)
    end = time.monotonic() + 60
    while not await rows(fresh_settings, "SELECT 1 FROM closing") and time.monotonic() < end:  # noqa: ASYNC110 - the other process can set no event here
        await asyncio.sleep(0.02)
    program.end(signal.SIGKILL)
    seeded(SMALL, fresh_settings, tmp_path)
    months = await rows(fresh_settings, "SELECT month FROM publication ORDER BY 1")
    assert [row["month"] for row in months] == MONTHS[3:5]
    names = [row["filename"] for row in await rows(fresh_settings, "SELECT filename FROM import_batch ORDER BY 1")]
    assert all(one != other for one, other in pairwise(names))


async def test_seeding_twice_adds_nothing(fresh_settings: Settings, tmp_path: Path) -> None:
    seeded(SMALL, fresh_settings, tmp_path)
    before = await rows(fresh_settings, "SELECT (SELECT count(*) FROM fact), (SELECT count(*) FROM audit_entry)")
    seeded(SMALL, fresh_settings, tmp_path)
    assert (
        await rows(fresh_settings, "SELECT (SELECT count(*) FROM fact), (SELECT count(*) FROM audit_entry)") == before
    )
