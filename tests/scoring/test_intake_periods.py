"""New facts over stored ones of another span, on a real database: refused with the span and the batch in the way."""

import asyncio
from datetime import UTC, datetime

import pytest
from time_machine import TimeMachineFixture

import core.database
import scoring.operations.intake as operations
import scoring.queries.intake as queries
from core.errors import Refused
from core.settings import Settings
from scoring.intake.told import Options, Record, Report, Taken
from scoring.queries import periods
from tests.cast import MONTH, Cast, enrol
from tests.memory import forget
from tests.scoring.test_intake import OCTOBER, bring, facts, sheet

pytestmark = pytest.mark.usefixtures("_in_november")
FIRST_HALF, SECOND_HALF = "2026-10-01至2026-10-15", "2026-10-16至2026-10-31"
HALVES = sheet(f"S1,VISIT,{FIRST_HALF},90,4", f"S1,VISIT,{SECOND_HALF},80,4")
WHOLE = sheet("S1,VISIT,2026-10,85,8", "S2,VISIT,2026-10,70,8")


@pytest.fixture
def _in_november(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(datetime(2026, 11, 2, 4, tzinfo=UTC), tick=True)


@pytest.fixture(params=["few", "many"], autouse=True)
def _few_or_many(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "many":
        monkeypatch.setattr(periods, "FEW", 0)


def closes(report: Report) -> bool:
    return report.read == report.good + report.refused + report.skipped and report.refused == len(report.refusals)


async def test_a_whole_month_over_its_halves_is_refused_by_place_span_and_batch(cast: Cast) -> None:
    first = await bring(cast, HALVES)
    with pytest.raises(Refused) as refusal:
        await bring(cast, WHOLE, reason="month")
    whole, one = refusal.value.problems
    assert (whole.code, one.code, str(one.place)) == ("rows_refused", "stored_overlap", "C2")
    assert one.sentence.zh == (
        f"第 {first.batch_id} 批已有 2026-10-01 至 2026-10-15 的数，日期重叠会重复计算；"
        f"请按同样的时间段填报，或先撤回第 {first.batch_id} 批"
    )
    assert one.sentence.en == (
        f"batch #{first.batch_id} holds 2026-10-01 to 2026-10-15, and shared days would count twice: "
        f"give the same periods, or withdraw batch #{first.batch_id} first"
    )
    assert len(await facts()) == 2


async def test_only_what_shares_no_day_is_taken_and_the_tally_closes(cast: Cast) -> None:
    await bring(cast, HALVES)
    done = await bring(cast, WHOLE, only_good=True)
    assert (done.taken, done.corrections, done.report.good, done.report.refused) == (1, 0, 1, 1)
    assert closes(done.report)
    assert (await queries.batch(done.batch_id or 0)).rows_refused == 1
    assert [fact[0] for fact in await facts()] == ["S1", "S1", "S2"]


async def test_a_day_within_a_stored_month_is_refused_like_a_month_over_days(cast: Cast) -> None:
    await bring(cast, WHOLE)
    told = await bring(cast, sheet("S1,VISIT,2026-10-20,90,4", "S3,VISIT,2026-10-20,90,4"), dry_run=True)
    assert (told.taken, told.report.refused, [one.cell for one in told.report.refusals]) == (1, 1, ["C2"])
    assert closes(told.report)


async def test_the_preview_the_page_and_the_workbook_of_refused_rows_tell_it(cast: Cast) -> None:
    actor = cast.actor("sulan")
    first = await bring(cast, HALVES)
    wide = b"unit,VISIT,SMILE\nS1,85,90\n"
    shown = await operations.preview_file(filename="m.csv", content=wide, options=OCTOBER, actor=actor)
    assert [(one.cell, one.code, one.kpi) for one in shown.report.refusals] == [("B2", "stored_overlap", "VISIT")]
    assert [cause.count for cause in shown.report.causes] == [1]
    assert f"#{first.batch_id} " in shown.report.causes[0].sentence.en
    assert closes(shown.report)
    with pytest.raises(Refused):
        await operations.commit_file(upload_id=shown.upload_id, only_good=False, actor=actor)
    back = await queries.refused_workbook(shown.upload_id, "en")
    again = await operations.preview_file(filename="r.xlsx", content=back, options=OCTOBER, actor=actor)
    assert "stored_overlap" in [one.code for one in again.report.refusals]


async def test_the_same_spans_are_a_correction_with_a_reason(cast: Cast) -> None:
    await bring(cast, HALVES)
    changed = sheet(f"S1,VISIT,{FIRST_HALF},91,4", f"S1,VISIT,{SECOND_HALF},80,4")
    with pytest.raises(Refused, match="reason"):
        await bring(cast, changed)
    done = await bring(cast, changed, reason="抄错了")
    assert (done.taken, done.known, done.corrections, done.report.refused) == (1, 1, 1, 0)


async def test_after_the_batch_in_the_way_is_withdrawn_the_month_may_come(cast: Cast) -> None:
    first = await bring(cast, HALVES)
    await operations.withdraw_batch(batch_id=first.batch_id or 0, reason="by month", actor=cast.actor("sulan"))
    done = await bring(cast, WHOLE)
    assert (done.taken, done.corrections) == (2, 0)


async def test_another_unit_kpi_and_rater_share_no_days(cast: Cast) -> None:
    await bring(cast, HALVES)
    done = await bring(cast, sheet("S2,VISIT,2026-10,85,8", "S1,SMILE,2026-10,85,8"))
    assert done.taken == 2


async def test_records_meet_the_same_refusal(cast: Cast) -> None:
    await bring(cast, HALVES)
    record = Record(unit="S1", kpi="VISIT", on="2026-10", value="85", sample=8)
    with pytest.raises(Refused) as refusal:
        await operations.take_in_records(
            records=[record], via="api", options=Options(month=MONTH), actor=cast.actor("sulan"), reason="x"
        )
    assert refusal.value.problems[1].code == "stored_overlap"


async def test_of_a_month_and_its_halves_brought_at_once_one_is_taken(
    fresh_settings: Settings, database: Settings
) -> None:
    await core.database.init(fresh_settings)
    forget()
    try:
        cast = await enrol()
        contents = (HALVES, sheet("S1,VISIT,2026-10,85,8")) * 4
        done = await asyncio.gather(*(bring(cast, one, reason="x") for one in contents), return_exceptions=True)
        assert {type(one) for one in done} == {Taken, Refused}
        assert len({one.batch_id for one in done if isinstance(one, Taken)} - {None}) == 1
        assert len(await facts()) in (1, 2)
    finally:
        await core.database.close()
        await core.database.init(database)
        forget()
