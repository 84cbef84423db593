from collections.abc import Sequence
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from time_machine import TimeMachineFixture

import scoring.operations.intake as operations
from core.audit import SYSTEM
from core.clock import now
from core.database import raw
from core.errors import Refused
from core.points import FACT_SCALE
from scoring.causes import Sums, Told, cases_by_cause, cases_in, parts_of
from scoring.intake.told import Options, Record, Taken
from scoring.queries.causes import CauseRow, known_causes
from scoring.queries.rules import catalogue
from scoring.rulebook import parsed
from tests.cast import MONTH, Cast
from tests.factories import SMALL_BOOK

BOOK = parsed(SMALL_BOOK.read_text(encoding="utf-8"))
COMPLAINT, SMILE, VISIT = (BOOK.kpis[code] for code in ("COMPLAINT", "SMILE", "VISIT"))


def told(cause: str, cases: int | None, num: int, den: int = 100, fact: int = 1) -> Told:
    scaled = None if cases is None else cases * FACT_SCALE
    key = (fact, 1, date(2026, 10, 1), 0)
    return Told(fact=key, cause=cause, cases=scaled, num=num * FACT_SCALE, den=den * FACT_SCALE, sample=den)


def test_of_a_rate_each_case_counts_and_of_a_share_those_that_failed() -> None:
    sums = Sums(30 * FACT_SCALE, 100 * FACT_SCALE, 100)
    assert [cases_in(kpi, sums) for kpi in (COMPLAINT, SMILE, VISIT)] == [30, 70, 100]


def test_a_cause_without_a_number_takes_what_the_others_leave() -> None:
    found = cases_by_cause(COMPLAINT, [told("fog", 2, 9), told("storm", None, 9), told("queue", None, 4, fact=2)])
    assert found == {"fog": 2, "storm": 7, "queue": 4}


def test_more_cases_told_than_there_were_shrink_alike() -> None:
    assert cases_by_cause(COMPLAINT, [told("fog", 6, 4), told("storm", 2, 4)]) == {"fog": 3, "storm": 1}


@given(
    st.lists(
        st.builds(
            told,
            st.sampled_from(("fog", "storm", "")),
            st.none() | st.integers(1, 50),
            st.integers(0, 60),
            st.just(60),
            st.integers(1, 4),
        ),
        max_size=12,
    ),
    st.sampled_from((COMPLAINT, SMILE, VISIT)),
)
def test_causes_never_explain_more_than_went_wrong(rows: list[Told], kpi: object) -> None:
    by_fact = {row.fact: row for row in rows}
    rows = [
        Told(**{**{name: getattr(row, name) for name in Told.__struct_fields__}, "num": by_fact[row.fact].num})
        for row in rows
    ]
    sums = Sums(*(sum(getattr(row, name) for row in by_fact.values()) for name in ("num", "den", "sample")))
    found = parts_of(kpi, sums, cases_by_cause(kpi, rows))  # type: ignore[arg-type]  # drawn from three KPIs
    assert sum(found.values()) <= 1
    assert all(part > 0 for part in found.values())


@pytest.fixture
def _in_november(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(datetime(2026, 11, 2, 4, tzinfo=UTC), tick=True)


def complaint(cause: str | None, number: int = 30, words: str | None = None) -> Record:
    return Record(
        unit="B1", kpi="COMPLAINT", on="2026-10-05", numerator=number, denominator=200_000, cause=cause, words=words
    )


async def bring(records: Sequence[Record], reason: str | None = None) -> Taken:
    return await operations.take_in_records(
        records=records, via="api", options=Options(month=MONTH), actor=SYSTEM, reason=reason
    )


async def known() -> list[CauseRow]:
    async with raw() as connection:
        last = await connection.fetchval("SELECT max(id) FROM import_batch")
    found = await known_causes(start=date(2026, 10, 1), end=date(2026, 11, 1), through_batch=last, at=now())
    return list(found.rows)


@pytest.mark.usefixtures("_in_november")
async def test_causes_are_stored_with_their_batch_and_row(cast: Cast) -> None:
    taken = await bring([complaint("无信号×20; slow_reply", words="打不通 13800138000")])
    rows = await known()
    assert [(row.cause, row.cases, row.words, row.batch_id, row.row_no) for row in rows] == [
        ("no_signal", 20 * FACT_SCALE, "打不通 138****", taken.batch_id, 2), ("slow_reply", None, None, taken.batch_id, 2),
    ]  # fmt: skip
    kpi = (await catalogue()).kpis["COMPLAINT"]
    facts = [
        Told(
            fact=(row.kpi_id, row.unit_id, row.on_day, row.item),
            cause=row.cause,
            cases=row.cases,
            num=row.num,
            den=row.den,
            sample=row.sample,
        )
        for row in rows
    ]
    assert {row.kpi_id for row in rows} == {kpi}
    assert cases_by_cause(COMPLAINT, facts) == {"no_signal": Fraction(20), "slow_reply": Fraction(10)}


@pytest.mark.usefixtures("_in_november")
async def test_a_cause_told_later_of_a_known_fact_is_taken_alone(cast: Cast) -> None:
    await bring([complaint(None)])
    taken = await bring([complaint("no_signal")])
    assert (taken.taken, taken.known) == (0, 1)
    assert taken.batch_id is not None
    assert [row.cause for row in await known()] == ["no_signal"]
    assert (await bring([complaint("no_signal")])).batch_id is None


@pytest.mark.usefixtures("_in_november")
async def test_another_cause_than_before_needs_a_reason_and_a_correction_keeps_the_cause(cast: Cast) -> None:
    await bring([complaint("no_signal")])
    with pytest.raises(Refused) as refusal:
        await bring([complaint("slow_reply")])
    assert refusal.value.problem.code == "reason_needed"
    await bring([complaint("slow_reply")], "read again")
    await bring([complaint(None, number=40)], "counted again")
    (row,) = await known()
    assert (row.cause, row.num) == ("slow_reply", 40 * FACT_SCALE)


@pytest.mark.usefixtures("_in_november")
async def test_the_causes_of_a_withdrawn_batch_leave_and_those_before_count_again(cast: Cast) -> None:
    await bring([complaint("no_signal")])
    later = await bring([complaint("slow_reply")], "read again")
    await operations.withdraw_batch(batch_id=later.batch_id or 0, reason="mixed up", actor=SYSTEM)
    assert [row.cause for row in await known()] == ["no_signal"]


@pytest.mark.usefixtures("_in_november")
async def test_an_unknown_cause_keeps_everything_out(cast: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        await bring([complaint("no_signl")])
    assert [problem.code for problem in refusal.value.problems] == ["rows_refused", "unknown_cause"]
