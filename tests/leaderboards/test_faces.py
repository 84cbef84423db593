"""What a month shows between its freeze and its publication: to everybody the board as of the freeze, to the owner the own score."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
import pytest_asyncio
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from core.database import raw
from core.errors import NotFound
from leaderboards import operations
from leaderboards.faces import HIDDEN_FROM, showing, shown
from leaderboards.queries import boards, cards, stored
from leaderboards.queries.current import heads_of
from leaderboards.queries.snapshots import heads, month_board, turned_board
from months.operations import releasing
from org.roles import SEEING_EMBARGOED, SEEING_FROZEN, Role
from org.visibility import NOBODY, Face, Viewer, face
from tests import factories
from tests.cast import MONTH, THEMES, Cast, believable, close, day, enrol
from tests.factories import Fact, during
from tests.memory import forget

FREEZE = during(MONTH, 24, 18)
SECOND = timedelta(seconds=1)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    with time_machine.travel(moment, tick=True):
        yield


@pytest_asyncio.fixture
async def october(tx: None) -> AsyncIterator[Cast]:
    """An October whose board stands still from the evening of the 25th on; scored on the day before."""
    with at(during(202609, 10)):
        cast = await enrol()
    with at(during(MONTH, 23)):
        await factories.plan(MONTH, THEMES[MONTH], cast.rule_book_id, cast.actor("sulan"))
        await believable(MONTH)
        await operations.refresh(MONTH)
    async with raw() as connection:
        await connection.execute("UPDATE service_month SET freeze_at = $2 WHERE month = $1", MONTH, FREEZE)
    forget()
    yield cast


async def better(hall: str, moment: datetime, visit: int = 99) -> None:
    """Let a hall do better, known at a moment."""
    with at(moment):
        await factories.facts([Fact(hall, "VISIT", day(3), visit)])


async def totals(who: Face) -> dict[str, int | None]:
    forget()
    with showing(who):
        return {one.code: one.total for one in (await month_board(MONTH)).by_unit.values()}


async def test_what_comes_after_the_freeze_shows_to_those_alone_who_were_let_in(october: Cast) -> None:
    before = await totals(Face.PUBLIC)
    await better("S4", FREEZE + SECOND)
    with at(FREEZE + 2 * SECOND):
        await operations.refresh(MONTH)
    assert await totals(Face.PUBLIC) == before == await totals(Face.HOST)
    inner = await totals(Face.INNER)
    assert inner["S4"] is not None
    assert before["S4"] is not None
    assert inner["S4"] > before["S4"]


async def test_a_face_made_late_holds_what_was_known_just_before_the_freeze_and_nothing_later(october: Cast) -> None:
    await better("S4", FREEZE - SECOND)
    with at(FREEZE - SECOND / 2):
        expected = await operations.refresh(MONTH)
    told = await totals(Face.PUBLIC)
    await better("S4", FREEZE, 20)
    await better("S3", FREEZE + SECOND)
    with at(FREEZE + timedelta(days=3)):
        await operations.refresh(MONTH)
    assert await totals(Face.PUBLIC) == told
    with showing(Face.PUBLIC):
        face_of = await month_board(MONTH)
    assert face_of.known_until == FREEZE
    assert face_of.snapshot_id != expected
    assert datetime.fromisoformat(face_of.made_at) == FREEZE


async def test_facts_known_before_and_scored_after_are_on_the_face(october: Cast) -> None:
    await better("S4", FREEZE - SECOND)
    before = await totals(Face.PUBLIC)
    await better("S3", FREEZE + SECOND)
    with at(FREEZE + 2 * SECOND):
        assert await operations.pin(MONTH)
        assert not await operations.pin(MONTH)
    after = await totals(Face.PUBLIC)
    assert after["S4"] != before["S4"]
    assert after["S3"] == before["S3"]


async def test_a_fold_begun_before_the_freeze_that_saw_later_facts_does_not_become_the_face(october: Cast) -> None:
    before = await totals(Face.PUBLIC)
    await better("S4", FREEZE + SECOND)
    with at(FREEZE + 2 * SECOND):
        from scoring.operations.fold import fold_month

        await fold_month(month=MONTH)
        await operations.recompute(MONTH)
    assert await totals(Face.PUBLIC) == before
    assert await totals(Face.INNER) != before


async def test_snapshots_behind_a_face_are_numbered_apart_and_never_turned_to(october: Cast) -> None:
    for n in range(1, 4):
        await better("S4", FREEZE + n * SECOND, 90 + n)
        with at(FREEZE + n * SECOND + SECOND / 2):
            hidden = await operations.refresh(MONTH)
        assert hidden >= HIDDEN_FROM
    forget()
    with showing(Face.PUBLIC):
        face_of = await month_board(MONTH)
        assert face_of.snapshot_id < HIDDEN_FROM
        assert await turned_board(MONTH, face_of.snapshot_id) is not None
        with pytest.raises(NotFound) as gone:
            await turned_board(MONTH, hidden)
        with pytest.raises(NotFound) as never:
            await turned_board(MONTH, hidden + 1_000)
        assert gone.value.problems == never.value.problems
        with pytest.raises(NotFound):
            await boards.board(NOBODY, card="storefront", month=MONTH, after=f"{hidden}.0")
    assert await turned_board(MONTH, hidden) is not None


async def test_the_owner_reads_the_own_score_as_it_is_now_and_the_place_as_of_the_freeze(october: Cast) -> None:
    with showing(Face.PUBLIC):
        before = await cards.card(october["S4"], month=MONTH)
    await better("S4", FREEZE + SECOND)
    with at(FREEZE + 2 * SECOND):
        await operations.refresh(MONTH)
    forget()
    with showing(Face.PUBLIC):
        face_of = await cards.card(october["S4"], month=MONTH)
        own = await cards.card(october["S4"], month=MONTH, live=True)
    assert face_of.total == before.total
    assert own.cents is not None
    assert before.cents is not None
    assert own.cents > before.cents
    assert (own.rank, own.peer_rank, own.of) == (before.rank, before.peer_rank, before.of)
    assert own.snapshot_id == face_of.snapshot_id


async def test_the_award_host_reads_the_result_once_it_is_released_and_everybody_once_it_is_public(
    october: Cast,
) -> None:
    await better("S4", FREEZE + SECOND)
    with at(during(202611, 2)):
        await operations.refresh(MONTH)
        async with raw() as connection:
            await connection.execute("UPDATE outbox_note SET done_at = now()")
            await connection.execute(
                "UPDATE service_month SET ceremony_at = $2 WHERE month = $1", MONTH, during(202611, 9)
            )
    frozen = await totals(Face.PUBLIC)
    with at(during(202611, 5)):
        await close(october)
    final = await totals(Face.INNER)
    assert await totals(Face.HOST) == await totals(Face.PUBLIC) == frozen != final
    with at(during(202611, 6)):
        await releasing.release(month=MONTH, actor=october.actor("heqing"))
    assert await totals(Face.HOST) == final
    assert await totals(Face.PUBLIC) == frozen
    with at(during(202611, 9)):
        await releasing.end_ceremony(month=MONTH, actor=october.actor("yaoxing"))
    assert await totals(Face.PUBLIC) == final


async def test_a_later_month_looks_back_at_the_face_until_publication(october: Cast) -> None:
    await better("S4", FREEZE + SECOND)
    with at(FREEZE + 2 * SECOND):
        await operations.refresh(MONTH)
    forget()
    with showing(Face.PUBLIC):
        seen = await month_board(MONTH)
    back = await stored.shown_board(MONTH)
    assert back is not None
    assert back.snapshot_id == seen.snapshot_id


async def test_a_face_is_never_cleared_away(october: Cast) -> None:
    with at(FREEZE + SECOND):
        await operations.pin(MONTH)
    forget()
    with showing(Face.PUBLIC):
        number = (await heads()).by_month[MONTH]
    for n in range(2, 6):
        with at(FREEZE + n * SECOND):
            await operations.refresh(MONTH)
            await operations.prune(MONTH)
    async with raw() as connection:
        assert await connection.fetchval("SELECT count(*) FROM standing WHERE snapshot_id = $1", number)


@given(
    rows=st.lists(
        st.builds(
            lambda month, face_of, sealed, unpublished, released: {
                "month": month, "released": released and sealed, "snapshot_id": HIDDEN_FROM + month, "sealed": sealed, "unpublished": unpublished,
                "face": face_of, "ranged": True, "face_ranged": True,
            },
            st.integers(202601, 202612), st.none() | st.integers(1, 99), st.booleans(), st.booleans(), st.booleans(),
        ),
        unique_by=lambda row: row["month"],
    )
)  # fmt: skip
def test_no_head_behind_a_face_is_ever_public(rows: list[dict[str, object]]) -> None:
    found = {one: heads_of(one, rows) for one in Face}
    for row in rows:
        month, hidden = row["month"], row["unpublished"] and (row["face"] is not None or row["sealed"])
        assert found[Face.INNER].by_month[month] == row["snapshot_id"]
        if hidden:
            assert found[Face.PUBLIC].by_month.get(month) == row["face"]
            assert row["snapshot_id"] not in found[Face.PUBLIC].ranged
        else:
            assert found[Face.PUBLIC].by_month[month] == row["snapshot_id"]
        assert found[Face.HOST].by_month.get(month) == (
            row["snapshot_id"] if row["released"] else found[Face.PUBLIC].by_month.get(month)
        )


@given(st.frozensets(st.sampled_from(Role)))
def test_a_face_follows_from_the_roles(roles: frozenset[Role]) -> None:
    viewer = Viewer(account_id=1, name="", grants=tuple((role, 1) for role in sorted(roles)))
    expected = Face.INNER if roles & SEEING_FROZEN else Face.HOST if roles & SEEING_EMBARGOED else Face.PUBLIC
    assert face(viewer) is expected


def test_who_says_nothing_is_shown_what_everybody_sees() -> None:
    from contextvars import Context

    assert Context().run(shown) is Face.PUBLIC
    assert face(None) is Face.PUBLIC
