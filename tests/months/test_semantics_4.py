"""The life of a service month, line by line: what each state is left by, which acts it allows, who sees the result, what is refused.

What happens inside each step stands beside it: instants in `test_lifecycle`, what the time does in `test_due` and `test_years`, closing in
`test_closing`, ceremony in `test_embargo`, notice in `test_notice`, versions in `test_versions`, the freeze in `tests/api/test_freeze`.
"""

from datetime import timedelta

import pytest

from core.database import raw
from core.errors import Refused
from core.period import bounds
from leaderboards.faces import showing
from leaderboards.queries.snapshots import heads
from months.dates import archived_at
from months.disclosure import sees_results
from months.lifecycle import HIDDEN, OPEN, Recorded, State, Step, allows, state
from months.operations import changes
from months.operations.closing import approve_close, propose_close, withdraw_proposal
from months.operations.objecting import object_to
from months.operations.planning import cancel
from months.operations.releasing import release
from months.queries.calendar import month_page, month_row
from org.roles import Role
from org.visibility import Face
from rewards.queries import winners
from tests.cast import MONTH, Cast
from tests.months.story import closed, closing_day, complete, planned, ran
from tests.months.test_appeals import filed
from tests.servers import unguard

BEGINS, ENDS = bounds(MONTH)
INSTANT = timedelta(microseconds=1)
BEFORE, FREEZE, DONE = BEGINS - timedelta(days=3), ENDS - timedelta(days=2), ENDS + timedelta(days=4)
OVER = DONE + timedelta(days=5)

DRAFT = Recorded(month=MONTH)
ANNOUNCED = Recorded(month=MONTH, announced_at=BEFORE)
WITH_FREEZE = Recorded(month=MONTH, announced_at=BEFORE, freeze_at=FREEZE)
CALLED_OFF = Recorded(month=MONTH, announced_at=BEFORE, cancelled_at=BEGINS)
CLOSED = Recorded(month=MONTH, announced_at=BEFORE, closed_at=DONE)
RELEASED = Recorded(month=MONTH, announced_at=BEFORE, closed_at=DONE, released_at=DONE, embargo_until=OVER)
PUBLISHED = Recorded(
    month=MONTH, announced_at=BEFORE, closed_at=DONE, released_at=DONE, published_at=DONE, notice_until=OVER
)

LEFT_BY = [
    ("a draft by its announcement", DRAFT, BEFORE, State.DRAFT, ANNOUNCED, BEFORE, State.ANNOUNCED),
    ("a draft by being called off", DRAFT, BEFORE, State.DRAFT, CALLED_OFF, BEGINS, State.CANCELLED),
    ("announced by its first instant", ANNOUNCED, BEGINS - INSTANT, State.ANNOUNCED, ANNOUNCED, BEGINS, State.RUNNING),
    ("announced by being called off", ANNOUNCED, BEFORE, State.ANNOUNCED, CALLED_OFF, BEGINS, State.CANCELLED),
    ("running by its freeze", WITH_FREEZE, FREEZE - INSTANT, State.RUNNING, WITH_FREEZE, FREEZE, State.FROZEN),
    ("running by its end", ANNOUNCED, ENDS - INSTANT, State.RUNNING, ANNOUNCED, ENDS, State.VERIFYING),
    ("running by being called off", ANNOUNCED, FREEZE, State.RUNNING, CALLED_OFF, FREEZE, State.CANCELLED),
    ("frozen by the end of the month", WITH_FREEZE, ENDS - INSTANT, State.FROZEN, WITH_FREEZE, ENDS, State.VERIFYING),
    ("verifying by two people", ANNOUNCED, DONE, State.VERIFYING, CLOSED, DONE, State.CLOSED),
    ("closed by its release to a ceremony", CLOSED, DONE, State.CLOSED, RELEASED, DONE, State.EMBARGOED),
    ("closed by its publication", CLOSED, DONE, State.CLOSED, PUBLISHED, DONE, State.PUBLISHED),
    ("under embargo by its end", RELEASED, OVER - INSTANT, State.EMBARGOED, RELEASED, OVER, State.PUBLISHED),
    ("published by the end of the notice", PUBLISHED, OVER - INSTANT, State.PUBLISHED, PUBLISHED, OVER, State.SETTLED),
    ("settled after three months", PUBLISHED, archived_at(OVER) - INSTANT, State.SETTLED, PUBLISHED, archived_at(OVER),
     State.ARCHIVED),
]  # fmt: skip

ACTS = {
    State.DRAFT: {Step.ANNOUNCE, Step.CANCEL},
    State.ANNOUNCED: {Step.CANCEL},
    State.RUNNING: {Step.CANCEL, Step.CLOSE_BRANCH, Step.PROPOSE, Step.APPROVE},
    State.FROZEN: {Step.CLOSE_BRANCH, Step.PROPOSE, Step.APPROVE},
    State.VERIFYING: {Step.CLOSE_BRANCH, Step.PROPOSE, Step.APPROVE},
    State.CLOSED: {Step.RELEASE, Step.REOPEN},
    State.EMBARGOED: {Step.REVEAL, Step.END_EMBARGO, Step.REOPEN},
    State.PUBLISHED: {Step.OBJECT, Step.DECIDE},
    State.SETTLED: set(),
    State.ARCHIVED: set(),
    State.CANCELLED: set(),
}


@pytest.mark.parametrize(
    ("before", "then", "was", "after", "now", "becomes"), [line[1:] for line in LEFT_BY], ids=[line[0] for line in LEFT_BY]
)  # fmt: skip
def test_each_state_is_left_as_the_table_says(
    before: Recorded, then: object, was: State, after: Recorded, now: object, becomes: State
) -> None:
    assert state(before, then) is was  # type: ignore[arg-type]  # the table holds instants
    assert state(after, now) is becomes  # type: ignore[arg-type]  # the same


@pytest.mark.parametrize("one", list(State))
def test_each_state_allows_its_own_acts_and_no_others(one: State) -> None:
    assert {step for step in Step if allows(one, step)} == ACTS[one]


@pytest.mark.parametrize("one", list(State))
def test_final_places_are_for_those_who_prepare_them_until_publication_and_for_all_afterwards(one: State) -> None:
    public = one in {State.PUBLISHED, State.SETTLED, State.ARCHIVED}
    prepare = {Role.ORGANISER, Role.HR, Role.AUDITOR}
    told = {State.CLOSED: prepare, State.EMBARGOED: prepare | {Role.AWARD_HOST}}
    for role in Role:
        assert sees_results(one, {role}) == (public or role in told.get(one, ())), role


def test_facts_count_while_the_month_is_open_and_the_public_board_stands_still_from_freeze_to_publication() -> None:
    assert {State.RUNNING, State.FROZEN, State.VERIFYING} == OPEN
    assert {State.FROZEN, State.VERIFYING, State.CLOSED, State.EMBARGOED} == HIDDEN


async def test_the_end_of_the_month_alone_makes_nothing_final_whatever_time_has_passed(cast: Cast) -> None:
    await ran(cast)
    row = await month_row(MONTH, ENDS + timedelta(days=400))
    assert (row.state, row.digest) == (State.VERIFYING, None)


async def test_a_month_is_called_off_with_a_reason_until_its_freeze_and_not_after_its_end(cast: Cast) -> None:
    await planned(cast)
    with pytest.raises(Refused):
        await cancel(month=MONTH, why="演练", actor=cast.actor("sulan"), at=ENDS)
    await cancel(month=MONTH, why="演练", actor=cast.actor("sulan"), at=ENDS - INSTANT)
    assert (await month_row(MONTH, ENDS)).cancelled_why == "演练"


async def test_while_closed_everybody_reads_the_board_of_the_freeze(cast: Cast) -> None:
    await ran(cast)
    sealed = await closed(cast)
    with showing(Face.PUBLIC):
        known = await heads()
    assert MONTH in known.held_back
    assert known.by_month[MONTH] != sealed.snapshot_id


async def test_the_closing_is_refused_with_each_reason_at_once(cast: Cast) -> None:
    await planned(cast)
    await complete(cast)
    with pytest.raises(Refused) as refusal:
        await propose_close(month=MONTH, actor=cast.actor("sulan"), at=closing_day())
    assert {"nobody_ranked", "source_missing"} <= {one.code for one in refusal.value.problems}


async def test_an_appeal_without_a_decision_stops_proposal_and_approval(cast: Cast) -> None:
    await ran(cast)
    await propose_close(month=MONTH, actor=cast.actor("sulan"), at=closing_day())
    await filed(cast)
    with pytest.raises(Refused) as refusal:
        await approve_close(month=MONTH, actor=cast.actor("baishu"), at=closing_day())
    assert [one.code for one in refusal.value.problems] == ["appeals_open"]
    await withdraw_proposal(month=MONTH, actor=cast.actor("sulan"), at=closing_day())
    with pytest.raises(Refused) as refusal:
        await propose_close(month=MONTH, actor=cast.actor("sulan"), at=closing_day())
    assert [one.code for one in refusal.value.problems] == ["appeals_open"]


async def test_the_publication_is_refused_with_each_reason_and_its_page_has_said_so_before(cast: Cast) -> None:
    await ran(cast)
    await closed(cast)
    await filed(cast)
    payload = {"unit_id": cast["S1"], "points": 100}
    await changes.propose(
        month=MONTH, kind="adjustment", payload=payload, title="补记", why="补记一次", actor=cast.actor("sulan"),
        at=closing_day(),
    )  # fmt: skip
    async with raw() as connection:
        await unguard(connection, "coaching_assignment")
        await connection.execute("UPDATE coaching_assignment SET level = 3")
    said = (await month_page(MONTH, closing_day())).problems
    with pytest.raises(Refused) as refusal:
        await release(month=MONTH, actor=cast.actor("heqing"), at=closing_day())
    assert refusal.value.problems == said
    assert {one.code for one in said} == {"talk_missing", "appeals_open", "changes_open"}


async def test_an_objection_holds_the_month_back_from_being_settled_and_the_page_says_so(cast: Cast) -> None:
    await ran(cast)
    await closed(cast)
    await release(month=MONTH, actor=cast.actor("heqing"), at=closing_day())
    line = (await winners(MONTH))[0]
    await object_to(
        month=MONTH, award=line.award, unit_id=line.unit_id, text="请复核", actor=cast.actor("linyue"), at=closing_day()
    )
    late = closing_day() + timedelta(days=30)
    page = await month_page(MONTH, late)
    assert page.row.state is State.PUBLISHED
    assert [one.code for one in page.problems] == ["objections_open"]
