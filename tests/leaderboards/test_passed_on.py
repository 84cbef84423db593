"""The ledger of a month on a real database: it closes, it is drilled down, it is answered."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from time_machine import TimeMachineFixture

from core.audit import SYSTEM
from core.database import raw
from core.errors import Invalid, NotFound
from leaderboards.answering import Answer
from leaderboards.operations import answer_loss
from leaderboards.queries.cards import card
from leaderboards.queries.drilling import Drill, drill
from leaderboards.queries.ledger import ledger
from leaderboards.queries.passed_on import DepartmentLosses, city_losses, department_losses
from leaderboards.queries.upstream import UnitLosses, unit_losses
from org.queries import organisation
from org.visibility import NOBODY, Scope, Viewer, scope
from scoring.intake.told import Options, Record, Taken
from scoring.operations import intake
from scoring.queries.rules import rules_of
from scoring.shares import shares_of
from tests.cast import MONTH, Cast
from tests.leaderboards.october import everything, scored, told

pytestmark = pytest.mark.usefixtures("_in_november")
ALL = Scope(sees_all=True)


@pytest.fixture
def _in_november(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(datetime(2026, 11, 4, 4, tzinfo=UTC), tick=True)


def complaint(cause: str, words: str | None = None, branch: str = "B2", number: int = 200, of: int = 100_000) -> Record:
    return Record(
        unit=branch,
        kpi="COMPLAINT",
        on="2026-10-10",
        numerator=number,
        denominator=of,
        sample=of,
        cause=cause,
        words=words,
    )


async def caused(records: Sequence[Record]) -> Taken:
    taken = await intake.take_in_records(records=records, via="api", options=Options(month=MONTH), actor=SYSTEM)
    await scored()
    return taken


async def october() -> None:
    """October with causes: three quarters of the complaints in B2 came of no signal."""
    await told(everything())
    await caused([complaint("no_signal×150; slow_reply", "楼里一直没信号，打 13800138000 也没人管")])


def sum_of(texts: Sequence[str]) -> Decimal:
    return sum(map(Decimal, texts), Decimal(0))


async def test_what_arrives_at_the_departments_is_what_the_branches_lost(cast: Cast) -> None:
    await october()
    held, city = await ledger(MONTH), await city_losses(month=MONTH)
    cards = [await card(cast[code], month=MONTH) for code in ("B1", "B2")]
    lost = [Decimal(one.body.lost) for one in cards]
    assert Decimal(city.points) == ((lost[0] * 3 + lost[1]) / 4).quantize(Decimal("0.0001"), "ROUND_HALF_UP")
    assert sum_of([one.points for one in city.departments]) == Decimal(city.points)
    assert sum(piece.points for piece in held.city.pieces) == held.city.lost
    pages = [await department_losses(cast[code], month=MONTH) for code in ("CSD", "NWD", "HRD")]
    for page in pages:
        assert sum_of([line.points for line in page.lines]) + Decimal(page.small_points) == Decimal(page.points)
        for line in page.lines:
            assert sum_of([part.points for part in line.branches]) == Decimal(line.points)
    assert sum_of([page.points for page in pages]) == Decimal(city.points)


async def test_the_share_of_a_line_stands_as_in_the_rules(cast: Cast) -> None:
    await october()
    book = (await rules_of(MONTH)).book
    for code in ("CSD", "NWD", "HRD"):
        lines = (await department_losses(cast[code], month=MONTH)).lines
        assert lines
        for line in lines:
            assert Fraction(line.share) == shares_of(book, line.kpi, line.cause)[code] * 100


async def test_a_cause_takes_its_part_of_the_loss_to_its_own_department_with_the_words_behind(cast: Cast) -> None:
    await october()
    page = await department_losses(cast["NWD"], month=MONTH)
    line = next(one for one in page.lines if one.cause == "no_signal")
    assert (line.kpi, line.grain, line.share, line.cases) == ("COMPLAINT", "cause", "100.0", "150")
    assert [said.words for said in line.words] == ["楼里一直没信号，打 138**** 也没人管"]
    other = await department_losses(cast["CSD"], month=MONTH)
    assert {one.cause for one in other.lines if one.kpi == "COMPLAINT"} >= {"slow_reply"}


async def test_the_cheapest_cure_is_a_kpi_of_the_department_with_points_for_each_per_cent(cast: Cast) -> None:
    await october()
    found = (await department_losses(cast["NWD"], month=MONTH)).cure
    assert found is not None
    assert Decimal(found.worth) > 0
    assert found.kpi in {"COVER", "COMPLAINT"}


async def test_withdrawn_causes_leave_the_ledger(cast: Cast) -> None:
    await told(everything())
    taken = await caused([complaint("no_signal")])
    await intake.withdraw_batch(batch_id=taken.batch_id or 0, reason="mixed up", actor=SYSTEM)
    await scored()
    page = await department_losses(cast["NWD"], month=MONTH)
    assert {line.cause for line in page.lines} == {""}


async def read(cast: Cast, code: str) -> UnitLosses:
    return await unit_losses(cast[code], month=MONTH)


async def test_a_unit_reads_which_part_was_caused_elsewhere_and_whose_it_is(cast: Cast) -> None:
    await told(everything())
    smile = Record(unit="S4", kpi="SMILE", on="2026-10-08", numerator=24, denominator=30, cause="outage×3; attitude")
    await caused([smile])
    found = await read(cast, "S4")
    assert Decimal(found.elsewhere) + Decimal(found.own) == Decimal(found.lost)
    assert sum_of([one.points for one in found.departments]) == Decimal(found.lost)
    assert sum_of([one.points for one in found.lines]) == Decimal(found.lost)
    outside = [one for one in found.lines if one.elsewhere]
    assert {(one.department, one.cause) for one in outside} == {("NWD", "outage"), ("HRD", "outage")}
    lost = Decimal(next(line.lost for line in (await card(cast["S4"], month=MONTH)).lines if line.kpi == "SMILE"))
    assert abs(Decimal(found.elsewhere) - lost / 2) <= Decimal("0.0001")


async def test_a_branch_that_lost_nothing_owes_nothing(cast: Cast) -> None:
    await told(everything())
    found = await read(cast, "B1")
    assert Decimal(found.lost) == Decimal((await card(cast["B1"], month=MONTH)).body.lost)


async def down(cast: Cast, kpi: str, under: str | None = None, viewer: Scope = ALL, of: str = "B2") -> Drill:
    inner = cast[under] if under else None
    return await drill(cast[of], kpi, viewer, under=inner, month=MONTH)


async def test_a_branch_loss_goes_down_to_persons_and_every_level_closes(cast: Cast) -> None:
    await told(everything())
    branch = await down(cast, "SAT")
    assert [part.name.zh for part in branch.parts] == ["拾光里营业厅", "晴岚桥营业厅"]
    hall = await down(cast, "SAT", "S4")
    team = await down(cast, "SAT", "T5")
    for level in (branch, hall, team):
        assert sum_of([part.points for part in level.parts]) + Decimal(level.rest) == Decimal(level.points)
    assert hall.points == branch.parts[0].points
    assert team.points == hall.parts[0].points
    assert [part.name.zh for part in team.parts] == ["赵然"]
    assert [name.zh for _, name in team.above] == ["柳渚分公司", "拾光里营业厅"]


async def test_facts_of_the_branch_itself_are_a_part_of_their_own(cast: Cast) -> None:
    await told(everything())
    found = await down(cast, "COVER")
    assert [(part.unit_id, part.name.zh) for part in found.parts] == [(None, "记在本级的数据")]
    assert found.rest == "0.0000"


async def seen(cast: Cast, username: str) -> Scope:
    member = cast.person(username)
    grants = ((member.role, cast["S1"]),) if username == "linyue" else ()
    viewer = Viewer(account_id=member.account_id, name=username, unit_id=member.unit_id, grants=grants)
    return scope(viewer, await organisation(date(2026, 11, 4)))


async def test_a_hall_reads_of_its_branch_only_its_own_part_and_cannot_tell_the_other(cast: Cast) -> None:
    await told(everything())
    found = await down(cast, "SAT", viewer=await seen(cast, "linyue"), of="B1")
    assert [part.unit_id for part in found.parts] == [cast["S1"]]
    assert found.rest_has_others
    everybody = await down(cast, "SAT", of="B1")
    assert sum_of([part.points for part in found.parts]) + Decimal(found.rest) == Decimal(everybody.points)


async def test_nobody_goes_down_into_a_unit_that_is_not_theirs_or_not_beneath(cast: Cast) -> None:
    await told(everything())
    with pytest.raises(NotFound):
        await down(cast, "SAT", "S2", await seen(cast, "linyue"), of="B1")
    with pytest.raises(NotFound):
        await down(cast, "SAT", "S1")
    with pytest.raises(NotFound):
        await down(cast, "TASKS", viewer=NOBODY)


CONTEST = Answer(kpi="COMPLAINT", cause="no_signal", accepted=False, reason="11 件是终端设置", figures="工单 1–11")


async def network(cast: Cast) -> DepartmentLosses:
    return await department_losses(cast["NWD"], month=MONTH)


async def say(cast: Cast, answer: Answer) -> int:
    return await answer_loss(month=MONTH, department_id=cast["NWD"], answer=answer, actor=cast.actor("guwei"))


async def test_an_answer_is_added_with_its_audit_row_and_moves_no_points(cast: Cast) -> None:
    await october()
    before = await network(cast)
    number = await say(cast, CONTEST)
    assert await say(cast, CONTEST) == number
    await say(
        cast, Answer(kpi="COMPLAINT", cause="no_signal", accepted=True, reason="补点", done_by=date(2026, 11, 20))
    )
    after = await network(cast)
    line = next(one for one in after.lines if one.cause == "no_signal")
    assert (line.state, [one.accepted for one in line.answers]) == ("accepted", [False, True])
    assert after.points == before.points
    async with raw() as connection:
        actions = await connection.fetch("SELECT action FROM audit_entry WHERE action = 'answer_loss'")
    assert len(actions) == 2
    branch = await read(cast, "B2")
    mine = next(one for one in branch.lines if one.cause == "no_signal")
    assert (mine.state, mine.done_by) == ("accepted", date(2026, 11, 20))


@pytest.mark.parametrize(
    "answer",
    [
        Answer(kpi="COMPLAINT", cause="no_signal", accepted=False, reason="not us"),
        Answer(kpi="COMPLAINT", cause="no_signal", accepted=False, figures="17"),
        Answer(kpi="COMPLAINT", cause="no_signal", accepted=True, done_by=date(2026, 11, 3)),
        Answer(kpi="COMPLAINT", cause="no_signal", accepted=True, done_by=date(2099, 1, 1)),
        Answer(kpi="COMPLAINT", cause="no_signal", accepted=True, reason="x" * 1_001),
    ],
)
async def test_an_objection_needs_data_and_a_promise_a_day_to_come(cast: Cast, answer: Answer) -> None:
    await october()
    with pytest.raises(Invalid):
        await say(cast, answer)


async def test_only_lines_that_are_there_are_answered(cast: Cast) -> None:
    await october()
    with pytest.raises(NotFound):
        await say(cast, Answer(kpi="COMPLAINT", cause="slow_reply", accepted=True))
    with pytest.raises(NotFound):
        await say(cast, Answer(kpi="' OR 1=1 --", accepted=True))


async def test_silence_past_the_fifth_working_day_is_shown_on_the_line_and_to_the_organisers(
    cast: Cast, time_machine: TimeMachineFixture
) -> None:
    await october()
    page = await network(cast)
    assert page.due_on == date(2026, 11, 6)
    assert (page.overdue, {line.state for line in page.lines}) == (0, {"open"})
    time_machine.move_to(datetime(2026, 11, 9, 1, tzinfo=UTC))
    await say(cast, CONTEST)
    page = await network(cast)
    assert page.overdue == len(page.lines) - 1 > 0
    state = next(one for one in (await city_losses(month=MONTH)).departments if one.code == "NWD")
    assert (state.contested, state.silent, state.open) == (1, page.overdue, 0)
