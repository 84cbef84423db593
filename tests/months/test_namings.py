"""Awards that no rule decides: the organisers name winners by a change set, and everything else follows as for any award."""

import pytest

from core.database import raw
from core.errors import Invalid, NotFound, Refused
from months.changes import preview as previews
from months.operations import changes
from months.operations.releasing import release
from months.proof.checking import checked
from months.queries.proof import bundle
from months.queries.sealed import broken_seals
from rewards.queries import namings, why_not, winners
from scoring.operations.events import adjust_points
from tests import cast as told
from tests.cast import BEFORE, MONTH, Cast
from tests.months.test_changes import AFTER, LATER, NOON, counted, october

WHY = "上报网络盲点最多"


async def proposed(cast: Cast, *codes: str, award: str = "star") -> int:
    payload = {"award": award, "unit_ids": [cast[code] for code in codes]}
    return await changes.propose(
        month=MONTH, kind="naming", payload=payload, title="评定主题之星", why=WHY, actor=cast.actor("sulan"), at=NOON
    )


async def named(cast: Cast, *codes: str) -> int:
    number = await proposed(cast, *codes)
    await counted(number, cast.actor("heqing"))
    return number


async def reasons(number: int) -> list[str]:
    with pytest.raises(Refused) as refusal:
        await changes.preview(number, at=NOON)
    return [one.code for one in refusal.value.problems]


async def test_the_preview_says_who_would_win_and_what_it_costs(cast: Cast) -> None:
    await october(cast)
    seen = await changes.preview(await proposed(cast, "T1"), at=NOON)
    assert [(one.award, one.unit, one.won) for one in seen.report.awards] == [("star", cast["T1"], True)]
    assert seen.report.new_points - seen.report.old_points == 200


async def test_a_proposal_alone_names_nobody(cast: Cast) -> None:
    await october(cast)
    await proposed(cast, "T1")
    assert await namings(MONTH) == {}


async def test_whoever_is_named_wins_at_the_closing(cast: Cast) -> None:
    await october(cast)
    await named(cast, "T1")
    await told.close(cast)
    star = [one for one in await winners(MONTH) if one.award == "star"]
    assert [(one.unit_code, one.reason.zh) for one in star] == [("T1", f"由组织者评定：{WHY}")]


async def test_the_other_teams_are_told_that_the_organisers_decide(cast: Cast) -> None:
    await october(cast)
    await named(cast, "T1")
    await told.close(cast)
    answer = next(one for one in await why_not(MONTH, cast["T2"], named=True) if one.award == "star")
    assert [gate.code for gate in answer.gates] == ["by_hand"]


async def test_while_the_month_runs_nobody_is_told_of_a_naming(cast: Cast) -> None:
    await october(cast)
    await named(cast, "T1")
    answer = next(one for one in await why_not(MONTH, cast["T1"], named=False) if one.award == "star")
    assert (answer.won, [gate.code for gate in answer.gates]) == (False, ["by_hand"])
    async with raw() as connection:
        told_to = await connection.fetch(
            "SELECT DISTINCT a.username FROM notice n JOIN account a ON a.id = n.account_id WHERE n.zh LIKE '%主题之星%'"
        )
    assert [one["username"] for one in told_to] == ["sulan"]


async def test_an_undone_naming_counts_again_when_it_is_applied_again(cast: Cast) -> None:
    await october(cast)
    number = await named(cast, "T1")
    await changes.cancel(change_id=number, why="再查", actor=cast.actor("baishu"), at=LATER)
    await counted(number, cast.actor("baishu"))
    assert await namings(MONTH) == {"star": {cast["T1"]: WHY}}


async def test_a_naming_that_was_undone_gives_nothing(cast: Cast) -> None:
    await october(cast)
    number = await named(cast, "T1")
    await changes.cancel(change_id=number, why="名单有误", actor=cast.actor("baishu"), at=LATER)
    await told.close(cast)
    assert "star" not in {one.award for one in await winners(MONTH)}


async def test_a_naming_is_ended_by_a_change_of_its_own(cast: Cast) -> None:
    await october(cast)
    await named(cast, "T1")
    number = await changes.propose(
        month=MONTH, kind="naming", payload={"lift": await standing()}, title="撤回", why="名单有误",
        actor=cast.actor("sulan"), at=NOON,
    )  # fmt: skip
    seen = await counted(number, cast.actor("heqing"))
    assert [(one.award, one.won) for one in seen.report.awards] == [("star", False)]
    assert await namings(MONTH) == {}


async def test_more_than_the_group_has_to_be_given_are_not_named(cast: Cast) -> None:
    await october(cast)
    assert "all_given" in await reasons(await proposed(cast, "T1", "T2"))


async def test_whoever_does_not_meet_the_conditions_is_not_named(cast: Cast) -> None:
    await october(cast)
    await counted(
        await changes.propose(
            month=MONTH, kind="exclusion", payload={"unit_id": cast["T1"], "what": "award"}, title="停业", why="停业",
            actor=cast.actor("sulan"), at=NOON,
        ),
        cast.actor("baishu"),
    )  # fmt: skip
    assert "excluded" in await reasons(await proposed(cast, "T1"))


async def test_a_unit_is_named_once_for_an_award(cast: Cast) -> None:
    await october(cast)
    await named(cast, "T1")
    assert await reasons(await proposed(cast, "T1")) == ["named_already"]


@pytest.mark.parametrize(
    ("award", "code", "refusal"), [("window", "S1", "not_by_hand"), ("none", "T1", "not_by_hand"), ("star", "S1", "other_kind")]
)  # fmt: skip
async def test_only_an_award_by_hand_is_given_so_and_only_to_its_kinds(
    cast: Cast, award: str, code: str, refusal: str
) -> None:
    await october(cast)
    with pytest.raises(Invalid) as wrong:
        await changes.preview(await proposed(cast, code, award=award), at=NOON)
    assert wrong.value.problem.code == refusal


async def test_whoever_belongs_to_a_named_unit_does_not_decide_about_it(cast: Cast) -> None:
    await october(cast)
    number = await proposed(cast, "T1")
    seen = previews.digest(await changes.preview(number, at=NOON))
    with pytest.raises(Refused) as refusal:
        await changes.apply(change_id=number, preview_digest=seen, actor=cast.actor("linyue"), at=NOON)
    assert "own_unit" in {one.code for one in refusal.value.problems}


async def test_the_awards_of_a_published_month_stand(cast: Cast) -> None:
    await october(cast)
    await told.close(cast)
    await release(month=MONTH, actor=cast.actor("heqing"), at=AFTER)
    with pytest.raises(Refused) as refusal:
        await changes.propose(
            month=MONTH, kind="naming", payload={"award": "star", "unit_ids": [cast["T1"]]}, title="补评", why="补评",
            actor=cast.actor("sulan"), at=AFTER,
        )  # fmt: skip
    assert refusal.value.problem.code == "awards_stand"


async def test_the_sealed_month_follows_from_its_facts_with_who_was_named(cast: Cast) -> None:
    await october(cast)
    await named(cast, "T1")
    await told.close(cast)
    report = checked(await bundle(MONTH))
    assert (report.differences, await broken_seals()) == ((), ())


async def test_an_entry_of_another_month_is_not_ended(cast: Cast) -> None:
    await october(cast)
    other = await adjust_points(month=BEFORE, unit_id=cast["S1"], points=100, reason="加分", actor=cast.actor("sulan"))
    number = await changes.propose(
        month=MONTH,
        kind="adjustment",
        payload={"lift": other},
        title="撤回",
        why="记错",
        actor=cast.actor("sulan"),
        at=NOON,
    )
    with pytest.raises(NotFound):
        await changes.preview(number, at=NOON)


async def standing() -> int:
    async with raw() as connection:
        return int(await connection.fetchval("SELECT id FROM award_naming WHERE lifted_at IS NULL"))
