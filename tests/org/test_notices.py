"""Notices reach whom they concern, once each; nobody reads or marks those of somebody else."""

from core.database import raw
from core.language import Text
from org import queries
from org.notices import MOST_SHOWN
from org.operations import notices
from org.roles import Role
from tests.cast import MONTH, Cast, cast
from tests.factories import during

__all__ = ["cast"]

NOON, EVENING = during(MONTH, 20), during(MONTH, 20, 18)
WORDS = Text(zh="请在今天回复。", en="Please answer today.")


async def told(**whom: object) -> None:
    await notices.tell(kind="change", text=WORDS, href="/changes", at=NOON, **whom)  # type: ignore[arg-type]  # whom by name


async def hearers() -> list[str]:
    async with raw() as connection:
        rows = await connection.fetch(
            "SELECT a.username FROM notice n JOIN account a ON a.id = n.account_id ORDER BY 1"
        )
    return [row["username"] for row in rows]


async def unread(cast: Cast, username: str) -> int:
    return await queries.unread_notices(cast.person(username).account_id)


async def test_a_unit_hears_through_those_who_manage_it_and_nobody_above(cast: Cast) -> None:
    await told(unit_ids=[cast["S1"]])
    assert await hearers() == ["linyue"]


async def test_a_person_who_is_a_unit_hears_what_concerns_it(cast: Cast) -> None:
    await told(unit_ids=[cast["P-zhouhe"]])
    assert await hearers() == ["zhouhe"]


async def test_a_role_hears_wherever_it_is_held(cast: Cast) -> None:
    await told(roles=[Role.AUDITOR])
    assert await hearers() == ["baishu"]


async def test_whoever_is_meant_twice_hears_it_once(cast: Cast) -> None:
    await told(
        account_ids=[cast.person("linyue").account_id], unit_ids=[cast["S1"]], roles=[Role.STORE_MANAGER, Role.AUDITOR]
    )
    found = await hearers()
    assert found.count("linyue") == 1
    assert "baishu" in found


async def test_a_closed_account_hears_nothing(cast: Cast) -> None:
    async with raw() as connection:
        await connection.execute("UPDATE account SET disabled_at = now() WHERE username = 'linyue'")
    await told(account_ids=[cast.person("linyue").account_id], unit_ids=[cast["S1"]], roles=[Role.STORE_MANAGER])
    assert "linyue" not in await hearers()


async def test_the_newest_stands_first_and_pages_go_on_before_it(cast: Cast) -> None:
    person = cast.person("zhouhe").account_id
    for _ in range(3):
        await told(account_ids=[person])
    first = await queries.notices(person, limit=2)
    rest = await queries.notices(person, before=first[-1].id, limit=2)
    numbers = [row.id for row in (*first, *rest)]
    assert len(numbers) == 3
    assert numbers == sorted(numbers, reverse=True)


async def test_opening_a_notice_marks_that_one_and_keeps_the_first_moment(cast: Cast) -> None:
    person = cast.person("zhouhe").account_id
    await told(account_ids=[person])
    await told(account_ids=[person])
    (one, _) = await queries.notices(person)
    assert await notices.open_notice(account_id=person, notice_id=one.id, at=NOON) == "/changes"
    await notices.open_notice(account_id=person, notice_id=one.id, at=EVENING)
    assert await unread(cast, "zhouhe") == 1
    assert (await queries.notices(person))[0].read_at == NOON


async def test_nobody_opens_or_marks_what_was_told_to_somebody_else(cast: Cast) -> None:
    person, other = cast.person("zhouhe").account_id, cast.person("linyue").account_id
    await told(account_ids=[person])
    (one,) = await queries.notices(person)
    assert await notices.open_notice(account_id=other, notice_id=one.id) is None
    await notices.mark_read(account_id=other)
    assert await queries.notices(other) == []
    assert await unread(cast, "zhouhe") == 1


async def test_marking_all_leaves_what_came_after_the_page_was_shown(cast: Cast) -> None:
    person = cast.person("zhouhe").account_id
    await told(account_ids=[person])
    (seen,) = await queries.notices(person)
    await told(account_ids=[person])
    await notices.mark_read(account_id=person, through=seen.id)
    assert await unread(cast, "zhouhe") == 1
    await notices.mark_read(account_id=person)
    assert await unread(cast, "zhouhe") == 0


async def test_unread_notices_are_counted_no_further_than_they_are_shown(cast: Cast) -> None:
    person = cast.person("zhouhe").account_id
    for _ in range(MOST_SHOWN + 5):
        await told(account_ids=[person])
    assert await unread(cast, "zhouhe") == MOST_SHOWN + 1
