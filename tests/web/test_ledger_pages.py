"""Pages of losses that are passed on: each role reads its own, answers go in, hostile words come out as text."""

from datetime import UTC, datetime

import pytest
from time_machine import TimeMachineFixture

from core.audit import SYSTEM
from core.database import raw
from scoring.intake.told import Options, Record
from scoring.operations import intake
from tests.cast import MONTH, Cast
from tests.leaderboards.october import everything, scored, told
from tests.web.reader import Reader

pytestmark = pytest.mark.usefixtures("_in_november")
WORDS = "没信号<script>alert(1)</script>"


@pytest.fixture
def _in_november(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(datetime(2026, 11, 4, 4, tzinfo=UTC), tick=True)


@pytest.fixture
async def october(cast: Cast) -> Cast:
    """October, in which three quarters of the complaints in B2 came of no signal."""
    await told(everything())
    record = Record(
        unit="B2", kpi="COMPLAINT", on="2026-10-10", numerator=200, denominator=100_000, sample=100_000,
        cause="no_signal×150; slow_reply", words=WORDS,
    )  # fmt: skip
    await intake.take_in_records(records=[record], via="api", options=Options(month=MONTH), actor=SYSTEM)
    await scored()
    return cast


def lines(cast: Cast) -> str:
    return f"/departments/{cast['NWD']}/losses"


async def test_a_department_reads_its_sum_its_words_and_its_cure(reader: Reader, october: Cast) -> None:
    await reader.sign_in("guwei")
    html = await reader.read(lines(october))
    assert "我们的过程让各分公司少得" in html
    assert "原因：无信号（150 件）" in html
    assert "没信号&lt;script&gt;" in html
    assert "最省力的改进" in html
    page = await reader.read(f"/departments/{october['NWD']}")
    assert "逐条看原因并答复" in page


async def test_a_line_leads_down_to_its_facts(reader: Reader, october: Cast) -> None:
    await reader.sign_in("guwei")
    html = await reader.read(f"{lines(october)}/COMPLAINT?cause=no_signal")
    assert "柳渚分公司" in html
    assert "第 2 行" in html
    plain = await reader.read(f"{lines(october)}/COVER")
    assert "背后的数据" in plain


@pytest.mark.parametrize("address", ["/COMPLAINT?cause=slow_reply", "/SMILE", "/NOPE", "/COVER?cause=%27%20OR%201=1--"])
async def test_a_line_that_is_not_the_departments_is_not_there(reader: Reader, october: Cast, address: str) -> None:
    await reader.sign_in("guwei")
    await reader.read(f"{lines(october)}{address}", 404)


CONTEST = {"month": MONTH, "kpi": "COMPLAINT", "cause": "no_signal", "answer": "contest"}


async def test_an_objection_with_data_is_recorded_and_the_branch_reads_it(reader: Reader, october: Cast) -> None:
    await reader.sign_in("guwei")
    said = {**CONTEST, "reason": "<b>不是</b>信号问题", "figures": "11 张工单"}
    answer = await reader.submit(lines(october), f"{lines(october)}/answers", said)
    assert "答复已记录" in answer.text
    assert "有异议" in answer.text
    assert "<b>不是</b>" not in answer.text
    await reader.sign_in("gaoyuan")
    html = await reader.read(f"/units/{october['B2']}/losses")
    assert "&lt;b&gt;不是&lt;/b&gt;信号问题（数据：11 张工单）" in html


async def test_an_objection_without_data_comes_back_with_a_sentence(reader: Reader, october: Cast) -> None:
    await reader.sign_in("guwei")
    answer = await reader.submit(lines(october), f"{lines(october)}/answers", {**CONTEST, "reason": "不是我们"})
    assert answer.status_code == 422
    assert "给出数据或凭据" in answer.text


async def test_the_same_form_sent_twice_is_one_answer(reader: Reader, october: Cast) -> None:
    await reader.sign_in("guwei")
    said = {**CONTEST, "answer": "accept", "done_by": "2026-11-20", "once": "k" * 32}
    for _ in range(2):
        await reader.submit(lines(october), f"{lines(october)}/answers", said)
    async with raw() as connection:
        assert await connection.fetchval("SELECT count(*) FROM loss_answer") == 1


@pytest.mark.parametrize("day", ["yesterday", "2026-11-03", "2026-02-30", "9999-99-99", "2099-01-01"])
async def test_a_day_that_cannot_be_promised_is_refused(reader: Reader, october: Cast, day: str) -> None:
    await reader.sign_in("guwei")
    said = {**CONTEST, "answer": "accept", "done_by": day}
    answer = await reader.submit(lines(october), f"{lines(october)}/answers", said)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("username", "status"),
    [
        ("guwei", 200),
        ("sulan", 200),
        ("heqing", 200),
        ("baishu", 200),
        ("chenmo", 404),
        ("linyue", 404),
        ("zhouhe", 404),
    ],
)
async def test_only_its_own_people_and_the_organisers_read_a_departments_lines(
    reader: Reader, october: Cast, username: str, status: int
) -> None:
    await reader.sign_in(username)
    await reader.read(lines(october), status)
    await reader.read(f"{lines(october)}/COVER", status)


@pytest.mark.parametrize("username", ["sulan", "chenmo", "linyue", "zhouhe"])
async def test_nobody_else_answers_for_a_department(reader: Reader, october: Cast, username: str) -> None:
    await reader.sign_in(username)
    said = {**CONTEST, "answer": "accept"}
    answer = await reader.submit("/account", f"{lines(october)}/answers", said)
    assert answer.status_code == 403


async def test_a_head_answers_for_no_other_department(reader: Reader, october: Cast) -> None:
    await reader.sign_in("guwei")
    said = {**CONTEST, "cause": "", "answer": "accept"}
    answer = await reader.submit("/account", f"/departments/{october['CSD']}/losses/answers", said)
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("username", "status"),
    [("sulan", 200), ("heqing", 200), ("baishu", 200), ("guwei", 403), ("chenmo", 403), ("zhouhe", 403)],
)
async def test_the_ledger_of_the_city_is_for_those_who_organise(
    reader: Reader, october: Cast, username: str, status: int
) -> None:
    await reader.sign_in(username)
    html = await reader.read("/losses", status)
    assert ("各行合计" in html) is (status == 200)


async def test_a_hall_reads_whose_its_loss_is_and_goes_down_to_its_own_people(reader: Reader, october: Cast) -> None:
    await reader.sign_in("gaoyuan")
    page = await reader.read(f"/units/{october['S4']}")
    assert "失分是谁的" in page
    html = await reader.read(f"/units/{october['S4']}/losses")
    assert "自己能改" in html
    await reader.sign_in("linyue")
    assert "没有失分" in await reader.read(f"/units/{october['S1']}/losses")
    down = await reader.read(f"/units/{october['B1']}/losses/SAT")
    assert "其他单位、结构与抵消" in down
    assert "望舒街营业厅" not in down
    inside = await reader.read(f"/units/{october['B1']}/losses/SAT?under={october['S1']}")
    assert "听雨路一班" in inside
    await reader.read(f"/units/{october['B1']}/losses/SAT?under={october['S2']}", 404)


@pytest.mark.parametrize("under", ["0", "-1", "x", "99999999999999999999", "1;DROP"])
async def test_an_address_that_makes_no_sense_harms_nothing(reader: Reader, october: Cast, under: str) -> None:
    await reader.sign_in("chenmo")
    answer = await reader.get(f"/units/{october['B1']}/losses/SAT", params={"under": under, "month": under})
    assert answer.status_code in {200, 404}


async def test_the_pages_speak_english(reader: Reader, october: Cast) -> None:
    await reader.sign_in("guwei")
    await reader.submit("/account", "/language", {"language": "en", "back": "/"})
    html = await reader.read(lines(october))
    assert "Our processes cost the branches" in html
    assert "cause: no signal (150 cases)" in html
