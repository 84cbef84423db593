"""Appeals at their bounds: for whose unit, until which instant, how long evidence is taken and from whom."""

from datetime import timedelta
from typing import Any

import pytest

from core import audit
from core.audit import SYSTEM, Actor
from core.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from core.evidence import PDF, Evidence
from months.appealing import AppealState, Ground, Stake
from months.operations.appealing import add_files, file_appeal, withdraw_appeal
from months.operations.judging import decide_appeal, look_again, take_up
from months.queries.appeals import files, open_of_month
from months.queries.calendar import month_row
from months.queries.judging import stake
from org.operations import accounts
from org.roles import Role
from tests.cast import MONTH, Cast
from tests.months.story import ran
from tests.months.test_appeals import AT, filed, granted, judging, viewer

SHEET = Evidence(sha256="a" * 64, size=9, media_type=PDF, filename="工单.pdf")


async def added(cast: Cast, number: int, name: str = "linyue") -> None:
    who = {"viewer": await viewer(cast, name), "actor": cast.actor(name)}
    await add_files(appeal_id=number, files=[SHEET], at=AT, **who)


async def test_a_line_is_disputed_once_whoever_of_the_unit_begins(cast: Cast) -> None:
    await ran(cast)
    await filed(cast, "linyue")
    with pytest.raises(Conflict):
        await filed(cast, "chenmo")


async def test_who_reads_a_card_from_below_does_not_appeal_for_it(cast: Cast) -> None:
    await ran(cast)
    with pytest.raises(NotAllowed):
        await filed(cast, "zhouhe")


async def test_the_time_for_appeals_ends_with_its_last_instant(cast: Cast) -> None:
    await ran(cast)
    until = (await month_row(MONTH, AT)).appeals_until
    with pytest.raises(Refused):
        await filed(cast, at=until)
    await filed(cast, at=until - timedelta(microseconds=1))
    assert len(await open_of_month(MONTH)) == 1


async def test_an_appeal_that_has_ended_takes_no_more_evidence(cast: Cast) -> None:
    await ran(cast)
    number = await filed(cast)
    await withdraw_appeal(appeal_id=number, actor=cast.actor("linyue"), at=AT)
    with pytest.raises(Conflict):
        await added(cast, number)
    assert await files(number) == ()


async def test_nobody_adds_evidence_to_the_appeal_of_others(cast: Cast) -> None:
    await ran(cast)
    number = await filed(cast)
    with pytest.raises(NotFound):
        await added(cast, number, "sulan")
    assert await files(number) == ()


async def test_who_added_evidence_stands_in_the_trail(cast: Cast) -> None:
    await ran(cast)
    number = await filed(cast)
    end = await audit.end()
    await added(cast, number)
    (entry,) = await audit.entries_after(end.id if end else 0, 10)
    assert (entry.action, entry.actor) == ("add_evidence", "linyue")
    assert SHEET.sha256 in (entry.after or "")


async def second_account(
    cast: Cast, username: str, display_name: str, unit: str, role: Role, scope: str
) -> dict[str, Any]:
    """Give somebody of the cast another account; return what its holder acts with."""
    number = await accounts.create_account(actor=SYSTEM, username=username, display_name=display_name, unit_code=unit)
    await granted(username, role, scope)
    return {"viewer": await viewer(cast, username), "actor": Actor(number, username), "at": AT}


async def test_who_filed_an_appeal_does_not_judge_it_under_another_account(cast: Cast) -> None:
    await ran(cast)
    second = await second_account(cast, "sulan2", "苏岚", "P-sulan", Role.STORE_MANAGER, "S1")
    number = await file_appeal(
        month=MONTH, unit_id=cast["S1"], kpi="VISIT", ground=Ground.DATA_ERROR, claimed="98", told="抄错了", recorded="95",
        **second,
    )  # fmt: skip
    with pytest.raises(Refused) as refusal:
        await take_up(appeal_id=number, **await judging(cast, "sulan"))
    assert refusal.value.problem.code == "own_unit"
    await take_up(appeal_id=number, **await judging(cast, "tangyi"))


async def test_who_decided_does_not_look_again_under_another_account(cast: Cast) -> None:
    await ran(cast)
    number, judge = await filed(cast), await judging(cast, "heqing")
    await take_up(appeal_id=number, **judge)
    await decide_appeal(appeal_id=number, decision=AppealState.DENIED, reason="与原表一致", **judge)
    second = await second_account(cast, "heqing2", "何青", "P-heqing", Role.HR, "YC")
    with pytest.raises(Refused) as refusal:
        await look_again(appeal_id=number, agrees=True, **second)
    assert refusal.value.problem.code == "same_person"


async def test_nothing_is_upheld_without_what_is_to_be_corrected(cast: Cast) -> None:
    await ran(cast)
    number, judge = await filed(cast), await judging(cast, "sulan")
    await take_up(appeal_id=number, **judge)
    with pytest.raises(Invalid) as refusal:
        await decide_appeal(appeal_id=number, decision=AppealState.PARTLY, reason="属实", **judge)
    assert refusal.value.problem.code == "change_needed"


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("exclusion", {"unit_id": "S2", "what": "award"}),
        ("red_line", {"unit_id": "S2", "code": "begging", "on": "2026-10-05"}),
    ],
)
async def test_an_appeal_neither_bars_another_unit_nor_frees_it(cast: Cast, kind: str, change: dict[str, Any]) -> None:
    await ran(cast)
    number, judge = await filed(cast), await judging(cast, "sulan")
    await take_up(appeal_id=number, **judge)
    payload = change | {"unit_id": cast["S2"]}
    with pytest.raises(Refused) as refusal:
        await decide_appeal(
            appeal_id=number, decision=AppealState.UPHELD, reason="属实", kind=kind, change=payload, **judge
        )
    assert refusal.value.problem.code == "other_unit"


async def test_a_red_line_that_would_follow_is_looked_at_again_wherever_no_award_is_near(cast: Cast) -> None:
    await ran(cast)
    assert await stake(MONTH, cast["T1"], "VISIT", "adjustment") is None
    assert await stake(MONTH, cast["T1"], "VISIT", "red_line") is Stake.RED_LINE
