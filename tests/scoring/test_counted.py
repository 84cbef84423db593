"""Which facts count: now and as known before an instant, through quarantine, cut-offs, late acceptance and closed branches."""

from datetime import UTC, datetime, timedelta

from core.database import raw
from core.period import first_day, next_first_day
from org.operations.units import move_unit
from scoring.operations.intake import withdraw_batch
from scoring.queries.counted import TICK, counted, counted_between
from tests.cast import MONTH, Cast, cast, day, plan
from tests.factories import Fact, facts

__all__ = ["cast"]
NOON = datetime(2026, 11, 1, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)


async def written(statement: str, *values: object) -> None:
    async with raw() as connection:
        await connection.execute(statement, *values)


async def told(known_at: datetime | None = None) -> list[tuple[str, str, int]]:
    """Unit, KPI and number of the batch of every fact that counts."""
    async with raw() as connection:
        which = await counted(connection, MONTH, known_at)
    statement = (
        "SELECT u.code, k.code, f.batch_id FROM fact f JOIN unit u ON u.id = f.unit_id JOIN kpi k ON k.id = f.kpi_id"
        f" WHERE f.on_day >= $1 AND f.on_day < $2{which.condition} ORDER BY 1, 2, 3"
    )
    async with raw() as connection:
        rows = await connection.fetch(statement, first_day(MONTH), next_first_day(MONTH), *which.arguments)
    return [tuple(row) for row in rows]


async def sent(unit: str, kpi: str, at: datetime, number: int = 10) -> int:
    batch = await facts([Fact(unit, kpi, day(10), number, 20)], at=at)
    assert batch is not None
    return batch


async def kpi_number(code: str) -> int:
    async with raw() as connection:
        return int(await connection.fetchval("SELECT id FROM kpi WHERE code = $1", code))


async def test_a_batch_counts_from_the_instant_after_its_arrival(cast: Cast) -> None:
    batch = await sent("S1", "SMILE", NOON)
    assert await told(NOON) == []
    assert await told(NOON + TICK) == [("S1", "SMILE", batch)]


async def test_a_withdrawn_batch_counted_until_it_was_withdrawn(cast: Cast) -> None:
    batch = await sent("S1", "SMILE", NOON)
    before = datetime.now(UTC)
    await withdraw_batch(batch_id=batch, reason="twice", actor=cast.actor("sulan"))
    assert await told() == []
    assert await told(before) == [("S1", "SMILE", batch)]


async def test_what_is_in_quarantine_counts_again_when_it_is_lifted(cast: Cast) -> None:
    batch = await sent("S1", "SMILE", NOON)
    kept = [("S1", "SMILE", batch)]
    await written(
        "INSERT INTO fact_quarantine (kpi_id, unit_id, on_day, put_at) VALUES ($1, $2, $3, $4)",
        await kpi_number("SMILE"), cast["S1"], day(10), NOON + HOUR,
    )  # fmt: skip
    assert await told() == []
    assert await told(NOON + HOUR) == kept
    await written("UPDATE fact_quarantine SET lifted_at = $1", NOON + 2 * HOUR)
    assert await told() == kept
    assert await told(NOON + 2 * HOUR) == []


async def test_after_the_cut_off_only_what_was_let_in_counts(cast: Cast) -> None:
    await plan(cast, MONTH)
    await written("UPDATE service_month SET cut_off_at = $2 WHERE month = $1", MONTH, NOON)
    in_time = await sent("S1", "SMILE", NOON - TICK)
    late = await sent("S2", "SMILE", NOON)
    assert await told() == [("S1", "SMILE", in_time)]
    statement = "INSERT INTO late_acceptance (month, batch_id, at) VALUES ($1, $2, $3)"
    await written(statement, MONTH, late, NOON + HOUR)
    assert await told() == [("S1", "SMILE", in_time), ("S2", "SMILE", late)]
    assert await told(NOON + HOUR) == [("S1", "SMILE", in_time)]


async def test_a_kpi_may_have_a_later_cut_off_than_its_month(cast: Cast) -> None:
    await plan(cast, MONTH)
    await written("UPDATE service_month SET cut_off_at = $2 WHERE month = $1", MONTH, NOON)
    number = await kpi_number("SMILE")
    statement = "INSERT INTO kpi_cut_off (month, kpi_id, at) VALUES ($1, $2, $3)"
    await written(statement, MONTH, number, NOON + HOUR)
    smile = await sent("S1", "SMILE", NOON + HOUR - TICK)
    await sent("S2", "SMILE", NOON + HOUR)
    await sent("S1", "WAIT", NOON)
    assert await told() == [("S1", "SMILE", smile)]


async def test_a_closed_branch_takes_nothing_more_in_and_others_do(cast: Cast) -> None:
    first = await sent("S1", "SMILE", NOON)
    await written(
        "INSERT INTO branch_closing (month, unit_id, closed_at, by, approved_by, through_batch) VALUES ($1, $2, $3, 1, 2, $4)",
        MONTH, cast["B1"], NOON + HOUR, first,
    )  # fmt: skip
    await sent("S2", "SMILE", NOON + 2 * HOUR)
    other = await sent("S3", "SMILE", NOON + 2 * HOUR)
    assert await told() == [("S1", "SMILE", first), ("S3", "SMILE", other)]


async def test_several_months_at_once_are_each_judged_as_their_own(cast: Cast) -> None:
    await sent("S1", "SMILE", NOON)
    async with raw() as connection:
        which = await counted_between(
            connection, first_day(202609), next_first_day(MONTH), NOON, through_batch=10**6, placeholder=1
        )
        count = await connection.fetchval(f"SELECT count(*) FROM fact f WHERE true{which.condition}", *which.arguments)
    assert count == 1


async def test_a_moved_unit_keeps_where_it_stood(cast: Cast) -> None:
    await move_unit(actor=cast.actor("sulan"), code="S1", parent="B2", on=day(1))
    statement = "SELECT revision, parent_id, ends_on FROM membership_version WHERE unit_id = $1 ORDER BY revision"
    async with raw() as connection:
        parents = await connection.fetch(statement, cast["S1"])
    assert [(row["parent_id"], row["ends_on"]) for row in parents] == [
        (cast["B1"], None), (cast["B1"], day(1)), (cast["B2"], None),
    ]  # fmt: skip
    assert len({row["revision"] for row in parents}) == len(parents)
