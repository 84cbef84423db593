"""Whoever may decide about a change or a branch is told that it waits; maker and units concerned hear how it ended."""

from datetime import timedelta

import org.queries
from core.database import raw
from months.changes import preview as previews
from months.operations import changes
from months.operations.branches import approve_branch, open_branch, propose_branch
from months.operations.changing import hearing
from months.queries.changes import hearings
from tests.cast import MONTH, Cast
from tests.months.story import closing_day, ran
from tests.months.test_changes import NOON, october, proposed

JUDGES = ("heqing", "baishu", "tangyi", "sulan", "linyue", "chenmo")


async def waits(cast: Cast, href: str) -> list[str]:
    """Return who has not read yet that something waits for a second person at an address."""
    statement = "SELECT account_id FROM notice WHERE kind = 'second_person' AND href = $1 AND read_at IS NULL"
    async with raw() as connection:
        held = {row["account_id"] for row in await connection.fetch(statement, href)}
    return [one for one in JUDGES if cast.person(one).account_id in held]


async def heard(cast: Cast, name: str, word: str) -> int:
    return sum(word in one.zh for one in await org.queries.notices(cast.person(name).account_id))


async def test_a_change_waits_for_everybody_who_may_decide_until_one_has(cast: Cast) -> None:
    await october(cast)
    number = await proposed(cast, unit_id=cast["S4"], points=10)
    assert await waits(cast, f"/changes/{number}") == ["heqing", "baishu", "tangyi"]
    seen = previews.digest(await changes.preview(number, at=NOON))
    await changes.apply(change_id=number, preview_digest=seen, actor=cast.actor("baishu"), at=NOON)
    assert await waits(cast, f"/changes/{number}") == []
    assert await heard(cast, "sulan", "您提出的变更已生效") == 1
    assert await heard(cast, "baishu", "您提出的变更已生效") == 0


async def test_a_cancelled_change_is_told_to_its_maker_and_to_those_who_were_heard(cast: Cast) -> None:
    await october(cast)
    number = await proposed(cast, "exclusion", unit_id=cast["S1"], what="award")
    await changes.preview(number, at=NOON)
    (first, *_) = await hearings(number)
    await hearing.answer(hearing_id=first.id, agrees=False, text="整修已完成", actor=cast.actor("linyue"), at=NOON)
    await changes.cancel(change_id=number, why="整修确已完成", actor=cast.actor("tangyi"), at=NOON)
    assert await heard(cast, "sulan", "整修确已完成") == 1
    assert await heard(cast, "linyue", "拟议的变更已取消") == 1
    assert await heard(cast, "gaoyuan", "拟议的变更已取消") == 0


async def test_who_takes_the_own_change_back_is_told_nothing(cast: Cast) -> None:
    await october(cast)
    number = await proposed(cast, unit_id=cast["S4"], points=10)
    await changes.cancel(change_id=number, why="写错了", actor=cast.actor("sulan"), at=NOON)
    assert await waits(cast, f"/changes/{number}") == []
    assert await heard(cast, "sulan", "您提出的变更被取消") == 0


async def test_a_branch_waits_for_its_second_person(cast: Cast) -> None:
    await ran(cast)
    at, where = closing_day() - timedelta(hours=20), f"/months/{MONTH}#branch-{cast['B2']}"
    await propose_branch(month=MONTH, unit_id=cast["B2"], actor=cast.actor("sulan"), at=at)
    assert await waits(cast, where) == ["heqing", "baishu", "tangyi"]
    await approve_branch(month=MONTH, unit_id=cast["B2"], actor=cast.actor("heqing"), at=at)
    assert await waits(cast, where) == []
    await open_branch(month=MONTH, unit_id=cast["B2"], why="补报", actor=cast.actor("sulan"), at=at)
    await propose_branch(month=MONTH, unit_id=cast["B2"], actor=cast.actor("tangyi"), at=at)
    assert await waits(cast, where) == ["heqing", "baishu", "sulan"]
