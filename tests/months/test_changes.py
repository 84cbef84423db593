"""A change set is proposed by one person, previewed, and applied or cancelled whole by another; the preview is what it does."""

from datetime import timedelta

import pytest

import org.queries
from core.audit import SYSTEM, Actor
from core.database import raw
from core.errors import Conflict, Invalid, Refused
from core.period import shifted
from leaderboards.operations import refresh
from leaderboards.queries.boards import board
from leaderboards.queries.snapshots import forget
from months.changes import preview as previews
from months.changes.payloads import Kind
from months.changes.preview import Preview
from months.lifecycle import State
from months.operations import changes
from months.operations.changing import hearing
from months.operations.changing.applying import StaleError
from months.operations.releasing import release
from months.queries import deciding, looking
from months.queries.calendar import month_row
from months.queries.changes import change, hearings, open_of_month, restatements
from months.queries.exclusions import adjustments
from months.queries.sealed import waiting_for_restatement
from org.operations import accounts
from org.visibility import Scope
from tests import cast as told
from tests import factories
from tests.cast import MONTH, Cast, day
from tests.factories import during
from tests.months.story import worked_off

ALL = Scope(sees_all=True, key="organiser")
NOON, LATER, AFTER = during(MONTH, 20), during(MONTH, 23), during(MONTH, 33)


async def october(cast: Cast) -> None:
    await told.plan(cast)
    await told.believable()
    await refresh(MONTH)
    forget()


async def proposed(cast: Cast, kind: str = "adjustment", /, by: str = "sulan", **payload: object) -> int:
    return await changes.propose(
        month=MONTH, kind=kind, payload=payload, title="迟报扣分", why="迟报一次", actor=cast.actor(by), at=NOON
    )


async def counted(number: int, actor: Actor) -> Preview:
    seen = await changes.preview(number, at=NOON)
    await changes.apply(change_id=number, preview_digest=previews.digest(seen), actor=actor, at=LATER)
    forget()
    return seen


async def seal() -> str:
    head = await looking.head_of(MONTH)
    assert head is not None
    return await looking.standings_digest(head)


async def totals() -> dict[str | None, str | None]:
    forget()
    return {row.code: row.total for row in (await board(ALL, card="storefront", month=MONTH)).rows}


async def payloads_of(cast: Cast) -> dict[str, dict[str, object]]:
    record = {"unit": "S1", "kpi": "SMILE", "on": day(9).isoformat(), "numerator": "10", "denominator": "30"}
    return {
        "adjustment": {"unit_id": cast["S1"], "points": -500},
        "exclusion": {"unit_id": cast["S1"], "what": "award"},
        "correction": {"records": [record]},
        "quarantine": {"kpi": "SMILE", "unit_id": cast["S1"]},
        "membership": {"unit_id": cast["T1"], "parent_id": cast["S2"], "on": day(1).isoformat()},
        "rules": {"theme": "SIGNAL"},
        "appeal": {"appeal_id": 1, "kind": "correction", "payload": {"records": [record]}},
    }


async def test_a_proposal_alone_changes_nothing(cast: Cast) -> None:
    await october(cast)
    before = await seal()
    number = await proposed(cast, unit_id=cast["S1"], points=-500)
    assert [row.id for row in await open_of_month(MONTH)] == [number]
    await changes.preview(number, at=NOON)
    assert await seal() == before


@pytest.mark.parametrize(
    "kind", ["adjustment", "exclusion", "correction", "quarantine", "membership", "rules", "appeal"]
)
async def test_the_preview_is_what_applying_does_byte_for_byte(cast: Cast, kind: str) -> None:
    await october(cast)
    before = await seal()
    number = await proposed(cast, kind, **(await payloads_of(cast))[kind])
    seen = await counted(number, cast.actor("baishu"))
    assert (seen.before, seen.after) == (before, await seal())
    assert seen.before != seen.after


@pytest.mark.parametrize(
    "kind", ["adjustment", "exclusion", "correction", "quarantine", "membership", "rules", "appeal"]
)
async def test_applied_undone_and_applied_again_gives_the_same_bytes(cast: Cast, kind: str) -> None:
    await october(cast)
    number = await proposed(cast, kind, **(await payloads_of(cast))[kind])
    seen = await counted(number, cast.actor("baishu"))
    await changes.cancel(change_id=number, why="再查", actor=cast.actor("baishu"), at=LATER)
    assert await seal() == seen.before
    again = await counted(number, cast.actor("baishu"))
    assert (again, await seal()) == (seen, seen.after)


async def test_a_withdrawn_import_comes_back_whole(cast: Cast) -> None:
    await told.plan(cast)
    batch = await told.believable()
    await refresh(MONTH)
    forget()
    number = await proposed(cast, "correction", withdraw=batch)
    seen = await counted(number, cast.actor("baishu"))
    await changes.cancel(change_id=number, why="再查", actor=cast.actor("baishu"), at=LATER)
    assert await seal() == seen.before


async def test_whoever_proposes_does_not_decide(cast: Cast) -> None:
    await october(cast)
    number = await proposed(cast, unit_id=cast["S1"], points=-500)
    seen = previews.digest(await changes.preview(number, at=NOON))
    with pytest.raises(Refused) as refusal:
        await changes.apply(change_id=number, preview_digest=seen, actor=cast.actor("sulan"), at=NOON)
    assert refusal.value.problem.code == "same_person"


async def test_whoever_proposes_does_not_decide_under_another_account(cast: Cast) -> None:
    await october(cast)
    number = await proposed(cast, unit_id=cast["S1"], points=-500)
    second = await accounts.create_account(actor=SYSTEM, username="sulan2", display_name="苏岚", unit_code="P-sulan")
    found = await deciding.problems(number, Kind.ADJUSTMENT, second, NOON)
    assert "same_person" in {one.code for one in found}


async def test_nobody_decides_about_an_own_unit(cast: Cast) -> None:
    await october(cast)
    number = await proposed(cast, by="heqing", unit_id=cast["CSD"], points=100)
    seen = previews.digest(await changes.preview(number, at=NOON))
    with pytest.raises(Refused) as refusal:
        await changes.apply(change_id=number, preview_digest=seen, actor=cast.actor("tangyi"), at=NOON)
    assert refusal.value.problem.code == "own_unit"


async def test_a_stale_preview_is_refused_and_the_new_one_is_shown(cast: Cast) -> None:
    await october(cast)
    number = await proposed(cast, unit_id=cast["S1"], points=-500)
    seen = previews.digest(await changes.preview(number, at=NOON))
    await counted(await proposed(cast, unit_id=cast["S2"], points=300), cast.actor("baishu"))
    before = await seal()
    with pytest.raises(StaleError) as refusal:
        await changes.apply(change_id=number, preview_digest=seen, actor=cast.actor("baishu"), at=NOON)
    assert await seal() == before
    assert previews.digest(refusal.value.preview) != seen


async def test_a_cancelled_proposal_is_never_applied(cast: Cast) -> None:
    await october(cast)
    number = await proposed(cast, unit_id=cast["S1"], points=-500)
    seen = previews.digest(await changes.preview(number, at=NOON))
    await changes.cancel(change_id=number, why="不成立", actor=cast.actor("tangyi"), at=NOON)
    with pytest.raises(Conflict):
        await changes.apply(change_id=number, preview_digest=seen, actor=cast.actor("baishu"), at=NOON)
    assert (await change(number)).state == "cancelled"


async def test_what_changes_nothing_is_no_change(cast: Cast) -> None:
    await october(cast)
    with pytest.raises(Invalid):
        await proposed(cast, unit_id=cast["S1"], points=0)
    with pytest.raises(Invalid):
        await proposed(cast, "correction")
    with pytest.raises(Invalid):
        await proposed(cast, "adjustment", unit="S1")


async def test_whoever_would_lose_an_award_is_heard_before_it_counts(cast: Cast) -> None:
    await october(cast)
    number = await proposed(cast, "exclusion", unit_id=cast["S1"], what="award")
    seen = previews.digest(await changes.preview(number, at=NOON))
    with pytest.raises(Refused) as refusal:
        await changes.apply(change_id=number, preview_digest=seen, actor=cast.actor("baishu"), at=NOON)
    assert {one.code for one in refusal.value.problems} == {"not_heard"}
    async with raw() as connection:
        told_to = await connection.fetch(
            "SELECT a.username, n.href FROM notice n JOIN account a ON a.id = n.account_id"
        )
    assert ("linyue", f"/hearings/{(await hearings(number))[0].id}") in [tuple(row) for row in told_to]
    for one in await hearings(number):
        await hearing.answer(hearing_id=one.id, agrees=False, text="整修已完成", actor=cast.actor("linyue"), at=NOON)
    await changes.apply(change_id=number, preview_digest=seen, actor=cast.actor("baishu"), at=NOON)
    assert {one.answer for one in await hearings(number)} == {"整修已完成"}
    answered = [one.zh for one in await org.queries.notices(cast.person("sulan").account_id) if "已答复变更" in one.zh]
    assert len(answered) == len(await hearings(number))


async def test_a_hearing_ends_with_its_last_instant(cast: Cast) -> None:
    await october(cast)
    number = await proposed(cast, "exclusion", unit_id=cast["S1"], what="award")
    await changes.preview(number, at=NOON)
    one, until = (await hearings(number))[0], hearing.heard_until(NOON)
    with pytest.raises(Refused) as refusal:
        await hearing.answer(hearing_id=one.id, agrees=True, text="", actor=cast.actor("linyue"), at=until)
    assert refusal.value.problem.code == "hearing_over"
    before = timedelta(microseconds=1)
    await hearing.answer(hearing_id=one.id, agrees=True, text="", actor=cast.actor("linyue"), at=until - before)


async def test_while_places_are_hidden_nobody_is_asked_and_an_auditor_is_one_of_the_two(cast: Cast) -> None:
    await october(cast)
    number = await proposed(cast, "exclusion", unit_id=cast["S1"], what="award")
    seen = previews.digest(await changes.preview(number, at=AFTER))
    assert not await hearings(number)
    with pytest.raises(Refused) as refusal:
        await changes.apply(change_id=number, preview_digest=seen, actor=cast.actor("tangyi"), at=AFTER)
    assert refusal.value.problem.code == "auditor_needed"
    await changes.apply(change_id=number, preview_digest=seen, actor=cast.actor("baishu"), at=AFTER)


async def test_a_closed_month_is_opened_again_and_closes_as_its_second_version(cast: Cast) -> None:
    await october(cast)
    first = await told.close(cast)
    number = await proposed(cast, by="baishu", unit_id=cast["S1"], points=-500)
    at = during(shifted(MONTH, 1), 6)
    seen = await changes.preview(number, at=at)
    assert seen.way == "reopen"
    await changes.apply(change_id=number, preview_digest=previews.digest(seen), actor=cast.actor("tangyi"), at=at)
    assert (await month_row(MONTH, at)).state is State.VERIFYING
    assert await seal() == seen.after
    await worked_off()
    assert await told.close(cast, days=7) != first
    assert (await month_row(MONTH, during(shifted(MONTH, 1), 9))).version == 2


async def test_a_published_month_is_restated_beside_the_old_version(cast: Cast) -> None:
    await october(cast)
    await told.close(cast)
    at = during(shifted(MONTH, 1), 6)
    await release(month=MONTH, actor=cast.actor("heqing"), at=at)
    await factories.plan(shifted(MONTH, 1), "SIGNAL", cast.rule_book_id, cast.actor("sulan"))
    before, old = await seal(), await totals()
    number = await proposed(cast, unit_id=cast["S1"], points=-500)
    seen = await changes.preview(number, at=at)
    assert seen.way == "restate"
    later = during(shifted(MONTH, 1), 12)
    await changes.apply(change_id=number, preview_digest=previews.digest(seen), actor=cast.actor("baishu"), at=later)
    (found,) = await restatements(MONTH)
    assert (found.version, found.posted_in, found.totals) == (2, shifted(MONTH, 1), previews.differences(seen.report))
    assert found.totals[cast["S1"]] == -500
    assert (await seal(), await totals()) == (before, old)
    assert await looking.standings_digest(found.snapshot_id) == seen.after
    assert ("S1", "-5.00") in [(row.unit_code, row.points) for row in await adjustments(shifted(MONTH, 1))]
    assert found.note.zh.startswith("迟报扣分。理由：迟报一次。")
    assert "差额记入2026年11月" in found.note.zh
    assert await waiting_for_restatement(MONTH) == ()


async def test_a_unit_that_a_restatement_passes_over_is_told_that_its_published_award_stands(cast: Cast) -> None:
    await october(cast)
    await told.close(cast)
    at = during(shifted(MONTH, 1), 6)
    await release(month=MONTH, actor=cast.actor("heqing"), at=at)
    await factories.plan(shifted(MONTH, 1), "SIGNAL", cast.rule_book_id, cast.actor("sulan"))
    number = await proposed(cast, "exclusion", unit_id=cast["S1"], what="award")
    seen = previews.digest(await changes.preview(number, at=at))
    with pytest.raises(Refused) as refusal:
        await changes.apply(change_id=number, preview_digest=seen, actor=cast.actor("baishu"), at=at)
    (unheard,) = [one for one in refusal.value.problems if one.code == "not_heard"]
    [asked] = [one for one in await org.queries.notices(cast.person("linyue").account_id) if "/hearings/" in one.href]
    assert "已公布的奖项不变" in unheard.sentence.zh
    assert "已公布的奖项不变" in asked.zh
    assert "失去" not in unheard.sentence.zh + asked.zh


async def test_without_an_open_month_it_is_said_before_the_click_that_nothing_can_be_posted(cast: Cast) -> None:
    await october(cast)
    await told.close(cast)
    at = during(shifted(MONTH, 1), 6)
    await release(month=MONTH, actor=cast.actor("heqing"), at=at)
    number = await proposed(cast, unit_id=cast["S1"], points=-500)
    auditor = cast.actor("baishu").account_id
    assert auditor is not None
    found = await deciding.problems(number, Kind.ADJUSTMENT, auditor, at)
    assert [one.code for one in found] == ["no_open_month"]
    await factories.plan(shifted(MONTH, 1), "SIGNAL", cast.rule_book_id, cast.actor("sulan"))
    assert await deciding.problems(number, Kind.ADJUSTMENT, auditor, at) == ()
