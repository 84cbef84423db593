"""The board in the database and plain files scored without one say the same of the same company."""

import csv
import os
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from core.points import cents_text, decimal_text
from core.settings import Settings
from leaderboards.files import score_files
from ops.embedded.pair import Addresses
from seeds.book import RULE_BOOK
from tests import servers as run
from tests.ops.programs import Program, pointed

COMPANY = ["seed", "--seed", "5", "--size", "260", "--months", "2", "--today", "2026-11-22"]
PATIENCE = 180
STANDINGS = """
SELECT h.month, u.kind, u.code, s.total FROM board_head h
JOIN standing s ON s.snapshot_id = h.snapshot_id JOIN unit u ON u.id = s.unit_id
WHERE s.total IS NOT NULL AND u.kind NOT IN ('department', 'clerk')
AND NOT EXISTS (SELECT FROM adjustment a WHERE a.month = h.month AND a.unit_id = u.id)
AND NOT EXISTS (SELECT FROM red_line_event e WHERE e.unit_id = u.id)
"""


SEALED = 202610
FACTS = """
SELECT u.code AS unit, k.code AS kpi, f.on_day AS day, coalesce(i.code, '') AS item, f.num, f.den, f.sample FROM fact f
JOIN unit u ON u.id = f.unit_id JOIN kpi k ON k.id = f.kpi_id LEFT JOIN fact_item i ON i.id = f.item
"""
UNITS = """
SELECT u.code, u.kind, u.peer_group, p.code AS parent, e.code AS employer FROM unit u
LEFT JOIN membership m ON m.unit_id = u.id AND m.relation = 'line' LEFT JOIN unit p ON p.id = m.parent_id
LEFT JOIN membership w ON w.unit_id = u.id AND w.relation = 'employer' LEFT JOIN unit e ON e.id = w.parent_id
"""


@pytest_asyncio.fixture(scope="module")
async def company(servers: Addresses, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Settings]:
    """Give the settings of a database with a small invented company of two months."""
    name = f"shifen_same_{os.environ.get('PYTEST_XDIST_WORKER', 'gw0')}"
    folder = tmp_path_factory.mktemp("same")
    await run.clone(run.owning(servers), name)
    settings = run.settings_for(servers, name, 14, folder)
    done(COMPANY, settings, folder)
    yield settings
    await run.drop(run.owning(servers), name)


def done(words: list[str], settings: Settings, folder: Path) -> None:
    program = Program(words, pointed(settings), folder)
    assert program.process.wait(PATIENCE) == 0, program.said()


async def asked(settings: Settings, statement: str) -> list[asyncpg.Record]:
    assert settings.database
    connection = await asyncpg.connect(**settings.database.credentials())
    try:
        return list(await connection.fetch(statement))
    finally:
        await connection.close()


def written(file: Path, rows: list[dict[str, object]]) -> Path:
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return file


def fact(row: asyncpg.Record) -> dict[str, object]:
    plain = {"numerator": decimal_text(row["num"], 6), "denominator": decimal_text(row["den"], 6)}
    return {name: row[name] for name in ("unit", "kpi", "day", "item", "sample")} | plain


async def test_database_and_files_agree_on_every_total(company: Settings, tmp_path: Path) -> None:
    facts = written(tmp_path / "facts.csv", [fact(row) for row in await asked(company, FACTS)])
    units = written(tmp_path / "units.csv", [dict(row) for row in await asked(company, UNITS)])
    summary = score_files(RULE_BOOK, facts, units, tmp_path / "out")
    assert summary.problems == ()
    with (tmp_path / "out" / "scorecards.csv").open(encoding="utf-8", newline="") as file:
        found = {(row["period"], row["unit"]): row["total"] for row in csv.DictReader(file)}
    # The running month has corrections, activities and points beside the cards as well, which plain files do not carry.
    stored = [row for row in await asked(company, STANDINGS) if row["month"] == SEALED]
    wanted = {(str(row["month"]), row["code"]): cents_text(row["total"]) for row in stored}
    assert len(wanted) > 140
    assert {key: (found[key], total) for key, total in wanted.items() if found[key] != total} == {}
