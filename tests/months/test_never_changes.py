"""A closed month never changes: ten thousand random later operations, and direct SQL of the application's own role."""

import os
import random
from collections.abc import Callable

import asyncpg
import msgspec
import pytest

from core.database import SET_IN_STONE, Connection, raw, transaction
from leaderboards.operations import refresh
from months.operations.releasing import release
from months.queries import sealed
from months.seal import digest
from tests.cast import MONTH, Cast
from tests.memory import forget
from tests.months.story import closed, closing_day, ran
from tests.months.test_stone import CHANGES as ATTACKS

OPERATIONS = int(os.environ.get("SHIFEN_TEST_OPERATIONS", "10000"))
ATTACK_EVERY = 10
BEYOND_ITS_RIGHTS = "42501"
BATCH = """
INSERT INTO import_batch (via, checksum, rows_read, rows_taken, rows_refused, first_on, last_on, received_at)
VALUES ('api', '{n}', 1, 1, 0, '2026-10-01', '2026-10-31', now()) RETURNING id
"""
FACT = """
INSERT INTO fact SELECT kpi_id, unit_id, on_day, item, 1 + (SELECT max(revision) FROM fact o
  WHERE (o.kpi_id, o.unit_id, o.on_day, o.item) = (f.kpi_id, f.unit_id, f.on_day, f.item)), span_days, {n}, den, sample,
  (SELECT max(id) FROM import_batch), 1
FROM fact f WHERE f.revision = 0 ORDER BY unit_id, kpi_id, on_day, item OFFSET {n} % 40 LIMIT 1
"""
LATER = (
    BATCH,
    FACT,
    (
        "INSERT INTO adjustment (month, unit_id, points, reason, approved_by, at) SELECT 202610, u.id, {n}, 'x', a.id, now()"
        " FROM unit u, account a ORDER BY u.id, a.id LIMIT 1"
    ),
    (
        "INSERT INTO red_line_event (unit_id, on_day, code, reason, verified_by, verified_at) SELECT u.id, '2026-10-05',"
        " 'begging', 'x', a.id, now() FROM unit u, account a ORDER BY u.id, a.id LIMIT 1"
    ),
    "UPDATE unit SET customers = {n}, peer_group = 'P' || ({n} % 3) WHERE id = (SELECT min(id) + {n} % 9 FROM unit)",
    "UPDATE unit SET name_zh = 'U' || {n} WHERE id = (SELECT min(id) + {n} % 9 FROM unit)",
    "UPDATE account SET disabled_at = now(), display_name = 'N' || {n} WHERE id = (SELECT min(id) + {n} % 9 FROM account)",
    "DELETE FROM role_grant WHERE id = (SELECT min(id) + {n} % 9 FROM role_grant)",
    "UPDATE adjustment SET lifted_at = now() WHERE lifted_at IS NULL AND id = (SELECT max(id) FROM adjustment)",
    "INSERT INTO batch_withdrawal (batch_id, reason, at) SELECT max(id), 'x', now() FROM import_batch ON CONFLICT DO NOTHING",
    "INSERT INTO rule_effect (month, rule_book_id, at) SELECT 202610, min(id), now() FROM rule_book",
    (
        "INSERT INTO fact_quarantine (kpi_id, unit_id, on_day, item, put_at) SELECT kpi_id, unit_id, on_day, item, now() FROM fact"
        " ORDER BY unit_id, kpi_id, on_day OFFSET {n} % 60 LIMIT 1 ON CONFLICT DO NOTHING"
    ),
)
"""What may well happen after a closing: late facts, corrections, moves, renaming, other rules; none of it is refused."""


async def seal_now() -> str:
    forget()
    kept = await sealed.seal_of(MONTH)
    assert kept is not None
    return digest(await sealed.document(msgspec.json.decode(msgspec.json.encode(kept.header)), kept.snapshot_id))


async def refused(connection: Connection, statement: str) -> bool:
    try:
        async with transaction():
            await connection.execute(statement)
    except asyncpg.PostgresError as refusal:
        return refusal.sqlstate in {SET_IN_STONE, BEYOND_ITS_RIGHTS}
    return False


@pytest.mark.parametrize("seed", [7])
async def test_ten_thousand_later_operations_leave_the_digest_as_it_was(cast: Cast, seed: int) -> None:
    await ran(cast)
    kept = await closed(cast)
    await release(month=MONTH, actor=cast.actor("heqing"), at=closing_day())
    draw, attacks = random.Random(seed), list(ATTACKS.values())
    pick: Callable[[], str] = lambda: draw.choice(LATER)  # noqa: E731 - one word for what is drawn
    async with raw() as connection:
        await connection.execute(BATCH.format(n="first"))
        for number in range(OPERATIONS // 100):
            plain = [pick().format(n=number * 100 + n) for n in range(100 - 100 // ATTACK_EVERY)]
            await connection.execute(";\n".join(plain))
        for number in range(OPERATIONS // ATTACK_EVERY):
            assert await refused(connection, attacks[number % len(attacks)])
    assert await refresh(MONTH) == kept.snapshot_id
    assert await seal_now() == kept.digest
