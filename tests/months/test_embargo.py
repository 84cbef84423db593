"""From the closing to the public: released by another person, revealed award by award, published in any case."""

import asyncio
from datetime import datetime, timedelta

import pytest

from core import outbox
from core.audit import SYSTEM
from core.database import raw
from core.errors import Invalid, NotFound, Refused
from core.period import shifted
from months.lifecycle import State
from months.operations.due import carry_out
from months.operations.releasing import cancel_ceremony, end_ceremony, release, reveal
from months.queries.awards import known_winners
from months.queries.calendar import month_row
from org.operations import accounts
from org.queries import notices
from org.roles import Role
from rewards.queries import winners
from tests.cast import MONTH, Cast, enrol
from tests.months.story import closed, closing_day, ran, worked_off
from tests.months.test_appeals import filed
from tests.servers import unguard

CEREMONY = closing_day() + timedelta(days=2)
OVER = CEREMONY + timedelta(hours=24)


async def embargoed(cast: Cast) -> None:
    await ran(cast)
    async with raw() as connection:
        await connection.execute("UPDATE service_month SET ceremony_at = $2 WHERE month = $1", MONTH, CEREMONY)
    await closed(cast)
    await release(month=MONTH, actor=cast.actor("heqing"), at=closing_day())


async def state_at(at: datetime) -> State:
    return (await month_row(MONTH, at)).state


async def told() -> set[tuple[str, int]] | None:
    """Return which winners everybody knows of."""
    found = await known_winners(await month_row(MONTH, CEREMONY), ())
    return None if found is None else {(one.award, one.unit_id) for one in found}


async def test_who_approved_the_closing_does_not_publish(cast: Cast) -> None:
    await ran(cast)
    await closed(cast)
    await accounts.grant(actor=SYSTEM, username="baishu", role=Role.HR, unit_code="YC")
    with pytest.raises(Refused) as refusal:
        await release(month=MONTH, actor=cast.actor("baishu"), at=closing_day())
    assert refusal.value.problem.code == "same_person"


async def test_without_a_ceremony_the_release_publishes_at_once(cast: Cast) -> None:
    await ran(cast)
    await closed(cast)
    await release(month=MONTH, actor=cast.actor("heqing"), at=closing_day())
    assert await state_at(closing_day()) is State.PUBLISHED


async def test_before_the_ceremony_nobody_outside_knows_a_winner(cast: Cast) -> None:
    await embargoed(cast)
    assert await state_at(CEREMONY) is State.EMBARGOED
    assert await told() is None
    row = await month_row(MONTH, CEREMONY)
    assert await known_winners(row, {Role.AWARD_HOST}) == await winners(MONTH)


async def test_each_award_becomes_public_when_it_is_revealed(cast: Cast) -> None:
    await embargoed(cast)
    first, *others = await winners(MONTH)
    host = cast.actor("yaoxing")
    await reveal(month=MONTH, award=first.award, unit_id=first.unit_id, actor=host, at=CEREMONY)
    assert await told() == {(first.award, first.unit_id)}
    whole = next(one.award for one in others if one.award != first.award)
    await reveal(month=MONTH, award=whole, actor=host, at=CEREMONY)
    of_it = {(one.award, one.unit_id) for one in await winners(MONTH) if one.award == whole}
    assert await told() == {(first.award, first.unit_id), *of_it}


async def test_revealing_twice_is_revealing_once_and_what_was_not_given_is_not_revealed(cast: Cast) -> None:
    await embargoed(cast)
    won, host = (await winners(MONTH))[0], cast.actor("yaoxing")
    for _ in range(2):
        await reveal(month=MONTH, award=won.award, unit_id=won.unit_id, actor=host, at=CEREMONY)
    async with raw() as connection:
        assert await connection.fetchval("SELECT count(*) FROM revelation") == 1
    with pytest.raises(NotFound):
        await reveal(month=MONTH, award=won.award, unit_id=cast["E1"], actor=host, at=CEREMONY)


async def test_the_end_of_the_ceremony_publishes(cast: Cast) -> None:
    await embargoed(cast)
    await end_ceremony(month=MONTH, actor=cast.actor("yaoxing"), at=CEREMONY)
    row = await month_row(MONTH, CEREMONY)
    assert (row.state, row.via) == (State.PUBLISHED, "ceremony")


async def test_a_ceremony_called_off_with_a_reason_falls_back_to_publication(cast: Cast) -> None:
    await embargoed(cast)
    with pytest.raises(Invalid):
        await cancel_ceremony(month=MONTH, why="", actor=cast.actor("yaoxing"), at=CEREMONY)
    await cancel_ceremony(month=MONTH, why="会场停电", actor=cast.actor("yaoxing"), at=CEREMONY)
    row = await month_row(MONTH, CEREMONY)
    assert (row.state, row.via) == (State.PUBLISHED, "ceremony_cancelled")


async def test_an_embargo_that_nobody_ends_is_over_by_itself(cast: Cast) -> None:
    await embargoed(cast)
    assert await state_at(OVER - timedelta(microseconds=1)) is State.EMBARGOED
    assert await state_at(OVER) is State.PUBLISHED
    await carry_out(OVER + timedelta(hours=5))
    row = await month_row(MONTH, OVER + timedelta(hours=5))
    assert (row.published_at, row.via) == (OVER, "embargo_over")


async def published() -> list[tuple[str, datetime]]:
    async with raw() as connection:
        return [(row["via"], row["at"]) for row in await connection.fetch("SELECT via, at FROM publication")]


async def test_of_two_workers_one_ends_the_embargo_and_late_is_as_good_as_in_time(own_database: object) -> None:
    await embargoed(await enrol())
    late = OVER + timedelta(days=3)
    assert sum(await asyncio.gather(*(carry_out(late) for _ in range(4)))) > 0
    assert await carry_out(late + timedelta(hours=1)) == 0
    assert await published() == [("embargo_over", OVER)]
    async with raw() as connection:
        assert await connection.fetchval("SELECT count(*) FROM transition WHERE step = 'embargo_over'") == 1


async def test_the_host_and_the_time_together_publish_once(own_database: object) -> None:
    cast = await enrol()
    await embargoed(cast)
    end = end_ceremony(month=MONTH, actor=cast.actor("yaoxing"), at=OVER - timedelta(seconds=1))
    answers = await asyncio.gather(carry_out(OVER), end, carry_out(OVER), return_exceptions=True)
    assert not [one for one in answers if isinstance(one, Exception) and not isinstance(one, Refused)]
    assert len(await published()) == 1


async def test_an_appeal_that_waits_holds_back_the_end_of_the_ceremony_but_not_the_time(cast: Cast) -> None:
    await embargoed(cast)
    await filed(cast)
    for act in (
        end_ceremony(month=MONTH, actor=cast.actor("yaoxing"), at=CEREMONY),
        cancel_ceremony(month=MONTH, why="会场停电", actor=cast.actor("yaoxing"), at=CEREMONY),
    ):
        with pytest.raises(Refused) as refusal:
            await act
        assert [one.code for one in refusal.value.problems] == ["appeals_open"]
    assert await state_at(OVER) is State.PUBLISHED


async def test_help_on_site_needs_its_talk_recorded_before_publication(cast: Cast) -> None:
    await ran(cast)
    await closed(cast)
    async with raw() as connection:
        await unguard(connection, "coaching_assignment")
        found = await connection.fetchval("UPDATE coaching_assignment SET level = 3 RETURNING id")
    assert found is not None
    with pytest.raises(Refused) as refusal:
        await release(month=MONTH, actor=cast.actor("heqing"), at=closing_day())
    assert {one.code for one in refusal.value.problems} == {"talk_missing"}
    await talked(cast)
    await release(month=MONTH, actor=cast.actor("heqing"), at=closing_day())


async def talked(cast: Cast) -> None:
    from coaching.operations import record_talk

    async with raw() as connection:
        assignments = [row["id"] for row in await connection.fetch("SELECT id FROM coaching_assignment")]
    for number in assignments:
        await record_talk(
            assignment_id=number,
            with_whom="陈默",
            held_on=closing_day().date(),
            note="约定驻点",
            actor=cast.actor("sulan"),
            at=closing_day(),
        )


async def test_winners_hear_of_their_award_when_it_is_revealed_and_not_before(cast: Cast) -> None:
    await embargoed(cast)
    own = next(one for one in await winners(MONTH) if one.unit_id == cast["S1"])
    assert await heard(cast, "linyue") == []
    await reveal(month=MONTH, award=own.award, unit_id=own.unit_id, actor=cast.actor("yaoxing"), at=CEREMONY)
    assert await heard(cast, "linyue") == [f"/months/{MONTH}"]
    assert await heard(cast, "heqing") == []


async def heard(cast: Cast, username: str) -> list[str | None]:
    return [one.href for one in await notices(cast.person(username).account_id) if "获奖" in one.zh]


async def test_months_that_look_back_on_it_are_scored_anew_when_it_is_published(cast: Cast) -> None:
    await embargoed(cast)
    await ran(cast, shifted(MONTH, 1))
    await worked_off()
    await end_ceremony(month=MONTH, actor=cast.actor("heqing"), at=CEREMONY)
    assert await outbox.waiting_of_month(shifted(MONTH, 1)) == 1
