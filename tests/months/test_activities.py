"""A record counts when somebody else has found it valid, up to the cap, for who made it and for the units above."""

from collections.abc import Iterator
from datetime import date, datetime

import pytest
import time_machine

from core.errors import Conflict, Invalid, NotAllowed, Refused
from core.period import midnight
from leaderboards.operations import refresh
from leaderboards.queries.cards import card
from leaderboards.queries.receipts import receipt
from leaderboards.queries.snapshots import forget
from months.operations.activities import check_record, revoke_record, submit_record
from months.queries.activities import own, records
from org.visibility import Viewer
from tests import cast as told
from tests.cast import MONTH, Cast
from tests.factories import during

NOON = during(MONTH, 20)
DAY = date(2026, 10, 12)


@pytest.fixture(autouse=True)
def the_month_runs() -> Iterator[None]:
    with time_machine.travel(NOON, tick=True):
        yield


def viewer(cast: Cast, username: str) -> Viewer:
    member = cast.person(username)
    reach = {"linyue": "S1", "chenmo": "B1", "gaoyuan": "B2", "zhouhe": "T1"}.get(username, "YC")
    return Viewer(
        account_id=member.account_id,
        name=username,
        unit_id=member.unit_id,
        grants=((member.role, cast[reach]),),
    )


async def october(cast: Cast) -> None:
    await told.plan(cast)
    await told.believable()
    await scored()


async def scored() -> None:
    await refresh(MONTH)
    forget()


async def recorded(
    cast: Cast, by: str = "zhouhe", unit: str = "P-zhouhe", count: int = 5, at: datetime | None = None
) -> int:
    return await submit_record(
        month=MONTH, activity="likes", unit_id=cast[unit], on=DAY, count=count,
        viewer=viewer(cast, by), actor=cast.actor(by), at=at,
    )  # fmt: skip


async def checked(cast: Cast, number: int, by: str = "linyue", *, valid: bool = True) -> None:
    await check_record(
        record_id=number, valid=valid, reason="" if valid else "看不清", viewer=viewer(cast, by), actor=cast.actor(by)
    )  # fmt: skip


async def total(cast: Cast, unit: str) -> int:
    return (await card(cast[unit], month=MONTH)).cents or 0


async def test_a_record_counts_once_a_manager_has_found_it_valid(cast: Cast) -> None:
    await october(cast)
    before = await total(cast, "S1")
    number = await recorded(cast)
    await scored()
    assert await total(cast, "S1") == before
    await checked(cast, number)
    await scored()
    assert await total(cast, "S1") == before + 50


async def test_it_counts_for_the_clerk_the_team_and_the_hall_each_up_to_its_cap(cast: Cast) -> None:
    await october(cast)
    before = {unit: await total(cast, unit) for unit in ("T1", "S1", "T2", "S2")}
    await checked(cast, await recorded(cast, count=200))
    await scored()
    assert {unit: await total(cast, unit) - was for unit, was in before.items()} == {
        "T1": 200, "S1": 200, "T2": 0, "S2": 0,
    }  # fmt: skip


async def test_the_receipt_tells_records_points_and_cap_and_closes_to_the_total(cast: Cast) -> None:
    await october(cast)
    await checked(cast, await recorded(cast, count=30))
    await scored()
    found = await receipt(cast["S1"], month=MONTH)
    step = next(one for one in found.total_steps if one.code == "activities")
    assert step.figures.endswith("min(30 × 0.1, 2)")
    assert found.total_steps[-1].result == found.total
    assert found.same


async def test_nobody_checks_what_one_has_recorded(cast: Cast) -> None:
    await october(cast)
    number = await recorded(cast, by="linyue", unit="S1")
    with pytest.raises(Refused, match="two people"):
        await checked(cast, number, by="linyue")


async def test_a_clerk_records_for_nobody_else_and_checks_nothing(cast: Cast) -> None:
    await october(cast)
    with pytest.raises(NotAllowed):
        await recorded(cast, unit="P-wutong")
    with pytest.raises(NotAllowed):
        await checked(cast, await recorded(cast), by="liyi")


async def test_a_manager_of_another_branch_does_not_check(cast: Cast) -> None:
    await october(cast)
    with pytest.raises(NotAllowed):
        await checked(cast, await recorded(cast), by="gaoyuan")


async def test_what_the_month_does_not_ask_for_is_refused(cast: Cast) -> None:
    await october(cast)
    with pytest.raises(Invalid, match="no such activity"):
        await submit_record(
            month=MONTH, activity="spots", unit_id=cast["P-zhouhe"], on=DAY, count=1,
            viewer=viewer(cast, "zhouhe"), actor=cast.actor("zhouhe"),
        )  # fmt: skip
    with pytest.raises(Invalid, match="units of this kind"):
        await recorded(cast, by="chenmo", unit="B1")


async def test_a_record_is_decided_once_and_rejected_with_a_reason(cast: Cast) -> None:
    await october(cast)
    number = await recorded(cast)
    with pytest.raises(Invalid, match="reason"):
        await check_record(record_id=number, valid=False, viewer=viewer(cast, "linyue"), actor=cast.actor("linyue"))
    await checked(cast, number, valid=False)
    with pytest.raises(Conflict):
        await checked(cast, number)
    assert [(one.state, one.reason) for one in await records(MONTH)] == [("rejected", "看不清")]


async def test_a_record_proven_wrong_counts_no_longer_and_stays_readable(cast: Cast) -> None:
    await october(cast)
    before = await total(cast, "S1")
    number = await recorded(cast)
    await checked(cast, number)
    await scored()
    await revoke_record(record_id=number, why="重复登记", viewer=viewer(cast, "linyue"), actor=cast.actor("linyue"))
    await scored()
    assert await total(cast, "S1") == before
    assert [one.revoked_why for one in await records(MONTH)] == ["重复登记"]


async def test_nothing_is_recorded_after_the_cut_off(cast: Cast) -> None:
    await october(cast)
    with pytest.raises(Refused, match="cut-off"):
        await recorded(cast, at=midnight(date(2026, 11, 2)))


async def test_a_clerk_sees_how_far_one_has_come(cast: Cast) -> None:
    await october(cast)
    await checked(cast, await recorded(cast, count=3))
    await recorded(cast, count=4)
    found = await own(MONTH, cast["P-zhouhe"])
    assert [(line.count, line.points, line.capped) for line in found.lines] == [(3, "0.30", False)]
    assert found.waiting == {"likes": 4}
