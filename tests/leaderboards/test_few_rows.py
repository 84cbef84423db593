"""A few rows come another way out of the database than many, and nobody can tell which way they came."""

import pytest

from core.database import raw
from scoring.folding import FACTS
from scoring.queries.records import records
from tests.cast import day
from tests.leaderboards import october


@pytest.mark.usefixtures("cast")
async def test_a_few_stored_facts_come_as_many_do() -> None:
    await october.told(october.everything())
    query = "SELECT unit_id, kpi_id, item, revision, (on_day - $1::date)::int4, num, den, sample FROM fact ORDER BY 1, 2, 3, 4, 5"
    async with raw() as connection:
        few, many = [await records(connection, query, FACTS, day(1), few=few) for few in (True, False)]
    assert len(few) > 0
    for name, _ in FACTS:
        assert few[name].tolist() == many[name].tolist()
