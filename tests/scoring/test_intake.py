"""Taking facts in on a real database: once each, all or only the good, corrected with a reason, taken back as a whole."""

import asyncio
from datetime import UTC, datetime

import msgspec
import pytest
from time_machine import TimeMachineFixture

import core.database
import scoring.operations.intake as operations
import scoring.queries.intake as queries
from core import audit
from core.database import raw
from core.errors import Conflict, Invalid, NotFound, Refused
from core.settings import Settings
from scoring.intake.told import Options, Record, Report, Taken
from scoring.operations import storing
from tests.cast import MONTH, Cast, enrol
from tests.memory import forget

pytestmark = pytest.mark.usefixtures("_in_november")
OCTOBER = Options(month=MONTH)
HEADING = "unit,kpi,date,value,sample"


@pytest.fixture
def _in_november(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(datetime(2026, 11, 2, 4, tzinfo=UTC), tick=True)


def sheet(*rows: str) -> bytes:
    return "\n".join((HEADING, *rows)).encode()


GOOD = sheet("S1,VISIT,2026-10-05,90,4", "S2,VISIT,2026-10-05,80.5,4")
MIXED = sheet("S1,VISIT,2026-10-05,90,4", "S9,VISIT,2026-10-05,80,4", "S2,VISIT,2026-10-05,abc,4")


async def bring(cast: Cast, content: bytes = GOOD, **more: object) -> Taken:
    return await operations.take_in_file(
        filename="visits.csv", content=content, via="cli", options=OCTOBER, actor=cast.actor("sulan"), **more
    )  # type: ignore[arg-type]  # keyword arguments of one call


async def facts() -> list[tuple[object, ...]]:
    statement = """
        SELECT u.code, k.code, f.on_day::text, f.revision, f.num, f.den, f.sample, f.batch_id FROM fact f
        JOIN unit u ON u.id = f.unit_id JOIN kpi k ON k.id = f.kpi_id ORDER BY 1, 2, 3, 4
    """
    async with raw() as connection:
        return [tuple(row) for row in await connection.fetch(statement)]


async def notes() -> list[dict[str, object]]:
    async with raw() as connection:
        rows = await connection.fetch("SELECT payload FROM outbox_note WHERE kind = 'fold' ORDER BY id")
    return [msgspec.json.decode(row["payload"]) for row in rows]


async def test_a_file_becomes_facts_a_batch_an_audit_row_and_work_for_the_worker(cast: Cast) -> None:
    done = await bring(cast)
    assert (done.taken, done.known, done.corrections) == (2, 0, 0)
    assert await facts() == [
        ("S1", "VISIT", "2026-10-05", 0, 360_000_000, 4_000_000, 4, done.batch_id),
        ("S2", "VISIT", "2026-10-05", 0, 322_000_000, 4_000_000, 4, done.batch_id),
    ]
    assert await notes() == [{"month": MONTH, "units": sorted([cast["S1"], cast["S2"]])}]
    assert done.months == (MONTH,)
    last = (await audit.entries_after(0, 1000))[-1]
    assert (last.action, last.subject, last.actor) == ("import_facts", str(done.batch_id), "sulan")
    assert await audit.broken_links() == []


async def test_an_import_tells_every_month_that_it_brought_facts_of(cast: Cast) -> None:
    done = await bring(cast, sheet("S1,VISIT,2026-10-05,90,4", "S1,VISIT,2026-08-05,90,4"))
    assert done.months == (202608, 202609, 202610)


async def test_an_import_waits_for_the_one_before_it_for_longer_than_a_page_may(cast: Cast, settings: Settings) -> None:
    ahead = await core.database.connect(settings)
    await ahead.execute("SELECT pg_advisory_lock($1::int4, $2::int4)", storing.INTAKE_LOCK, MONTH)

    async def later() -> None:
        await asyncio.sleep(0.6)
        await ahead.close()

    leaving = asyncio.create_task(later())
    async with core.database.transaction(), raw() as connection:
        await connection.execute("SET LOCAL statement_timeout = '200ms'")
        assert (await bring(cast)).taken == 2
    await leaving


async def test_the_same_file_twice_counts_once(cast: Cast) -> None:
    first = await bring(cast)
    again = await bring(cast)
    assert (again.batch_id, again.taken, again.known, again.same_as) == (None, 0, 2, first.batch_id)
    assert len(await facts()) == 2
    assert len(await queries.batches()) == 1


async def test_the_same_fact_in_another_file_counts_once(cast: Cast) -> None:
    await bring(cast)
    more = await bring(cast, sheet("S1,VISIT,2026-10-05,90.0,4", "S3,VISIT,2026-10-05,70,4"))
    assert (more.taken, more.known) == (1, 1)


async def test_nothing_is_taken_from_a_file_with_refused_rows_unless_asked(cast: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        await bring(cast, MIXED)
    assert [problem.code for problem in refusal.value.problems] == ["rows_refused", "unknown_unit", "not_a_number"]
    assert str(refusal.value.problems[1].place) == "A3"
    assert await facts() == []
    done = await bring(cast, MIXED, only_good=True)
    assert (done.taken, done.report.refused) == (1, 2)
    assert [fact[0] for fact in await facts()] == ["S1"]


async def test_a_dry_run_tells_everything_and_stores_nothing(cast: Cast) -> None:
    told = await bring(cast, MIXED, dry_run=True)
    assert (told.taken, told.report.refused, told.batch_id) == (1, 2, None)
    assert await facts() == []
    assert await queries.batches() == []


async def test_a_correction_needs_a_reason_and_leaves_the_old_fact(cast: Cast) -> None:
    first = await bring(cast)
    changed = sheet("S1,VISIT,2026-10-05,91,4", "S2,VISIT,2026-10-05,80.5,4")
    with pytest.raises(Refused, match="reason"):
        await bring(cast, changed)
    second = await bring(cast, changed, reason="抄错了")
    assert (second.taken, second.known, second.corrections) == (1, 1, 1)
    assert [(fact[0], fact[3], fact[7]) for fact in await facts()] == [
        ("S1", 0, first.batch_id), ("S1", 1, second.batch_id), ("S2", 0, first.batch_id),
    ]  # fmt: skip
    assert (await queries.batch(second.batch_id or 0)).reason == "抄错了"


async def test_a_wrong_batch_is_taken_back_as_a_whole_and_may_come_again(cast: Cast) -> None:
    first = await bring(cast)
    await operations.withdraw_batch(batch_id=first.batch_id or 0, reason="wrong month", actor=cast.actor("tangyi"))
    found = await queries.batch(first.batch_id or 0)
    assert (found.withdrawn_reason, found.withdrawn_by_name) == ("wrong month", "唐弋")
    assert len(await facts()) == 2
    assert len(await notes()) == 2
    again = await bring(cast)
    assert (again.taken, again.corrections) == (2, 0)
    assert [fact[3] for fact in await facts()] == [0, 1, 0, 1]


async def test_a_batch_is_taken_back_once_with_a_reason(cast: Cast) -> None:
    first = await bring(cast)
    number = first.batch_id or 0
    with pytest.raises(Invalid):
        await operations.withdraw_batch(batch_id=number, reason=" ", actor=cast.actor("sulan"))
    await operations.withdraw_batch(batch_id=number, reason="x", actor=cast.actor("sulan"))
    with pytest.raises(Refused):
        await operations.withdraw_batch(batch_id=number, reason="x", actor=cast.actor("sulan"))
    with pytest.raises(NotFound):
        await operations.withdraw_batch(batch_id=987_654, reason="x", actor=cast.actor("sulan"))


async def test_a_previewed_file_waits_for_its_decision(cast: Cast) -> None:
    shown = await operations.preview_file(
        filename="C:\\data\\10月.csv", content=MIXED, options=OCTOBER, actor=cast.actor("sulan")
    )
    assert (shown.report.good, shown.report.refused) == (1, 2)
    assert await facts() == []
    waiting = await queries.undecided_files(cast.person("sulan").account_id)
    assert [(one.id, one.filename) for one in waiting] == [(shown.upload_id, "10月.csv")]
    assert msgspec.json.decode(waiting[0].preview, type=Report) == shown.report


async def test_decisions_on_a_preview_change_what_is_taken(cast: Cast) -> None:
    actor = cast.actor("sulan")
    shown = await operations.preview_file(filename="m.csv", content=MIXED, options=OCTOBER, actor=actor)
    better = await operations.decide_cells(upload_id=shown.upload_id, options=Options(month=MONTH, units={"S9": "S3"}))
    assert (better.report.good, better.report.refused) == (2, 1)
    with pytest.raises(Refused):
        await operations.commit_file(upload_id=shown.upload_id, only_good=False, actor=actor)
    done = await operations.commit_file(upload_id=shown.upload_id, only_good=True, actor=actor)
    assert [fact[0] for fact in await facts()] == ["S1", "S3"]
    with pytest.raises(Conflict):
        await operations.commit_file(upload_id=shown.upload_id, only_good=True, actor=actor)
    report = msgspec.json.decode(await queries.batch_report(done.batch_id or 0), type=Report)
    assert [refusal.cell for refusal in report.refusals] == ["D4"]


async def test_a_refused_commit_leaves_the_file_undecided(cast: Cast) -> None:
    actor = cast.actor("sulan")
    shown = await operations.preview_file(filename="m.csv", content=MIXED, options=OCTOBER, actor=actor)
    with pytest.raises(Refused):
        await operations.commit_file(upload_id=shown.upload_id, only_good=False, actor=actor)
    assert len(await queries.undecided_files(actor.account_id)) == 1
    await operations.discard_file(upload_id=shown.upload_id)
    assert await queries.undecided_files(actor.account_id) == []


async def test_records_of_another_system_take_the_same_road(cast: Cast) -> None:
    records = [
        Record(unit="S1", kpi="VISIT", on="2026-10-05", value=90.1, sample=4),
        Record(unit="S1", kpi="SMILE", on="2026-10", numerator="45", denominator="50"),
        Record(unit="nobody", kpi="SMILE", on="2026-10", value="NaN"),
    ]
    done = await operations.take_in_records(
        records=records, via="api", options=OCTOBER, actor=cast.actor("sulan"), only_good=True
    )
    assert (done.taken, [(one.row, one.code) for one in done.report.refusals]) == (2, [(4, "unknown_unit")])
    assert [fact[4] for fact in await facts()] == [45_000_000, 360_400_000]


async def test_refused_rows_and_templates_come_as_workbooks(cast: Cast) -> None:
    shown = await operations.preview_file(filename="m.csv", content=MIXED, options=OCTOBER, actor=cast.actor("sulan"))
    refused = await queries.refused_workbook(shown.upload_id, "zh")
    told = await operations.preview_file(filename="r.xlsx", content=refused, options=OCTOBER, actor=cast.actor("sulan"))
    assert (told.report.read, told.report.refused) == (2, 2)
    assert (await queries.template(source="visits", month=MONTH, language="en")).startswith(b"PK")
    with pytest.raises(NotFound):
        await queries.template(source="nowhere", month=MONTH, language="en")


async def test_many_who_bring_the_same_file_at_once_store_it_once(fresh_settings: Settings, database: Settings) -> None:
    await core.database.init(fresh_settings)
    forget()
    try:
        cast = await enrol()
        done = await asyncio.gather(*(bring(cast) for _ in range(8)))
        assert sorted(one.taken for one in done) == [0] * 7 + [2]
        assert len(await facts()) == 2
        assert len(await queries.batches()) == 1
    finally:
        await core.database.close()
        await core.database.init(database)
        forget()


async def test_a_large_file_meets_what_is_stored_as_a_small_one_does(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await bring(cast)
    monkeypatch.setattr(storing, "FEW", 0)
    more = await bring(
        cast, sheet("S1,VISIT,2026-10-05,90,4", "S2,VISIT,2026-10-05,81,4", "S3,VISIT,2026-10-05,70,4"), reason="x"
    )
    assert (first.taken, more.taken, more.known, more.corrections) == (2, 2, 1, 1)
    assert [(fact[0], fact[3]) for fact in await facts()] == [("S1", 0), ("S2", 0), ("S2", 1), ("S3", 0)]
