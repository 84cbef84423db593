"""Appeals, objections and odd facts before somebody who may not judge them."""

from datetime import timedelta

from msgspec.structs import replace

from core.audit import SYSTEM
from core.database import raw
from months.appealing import AppealState, Ground
from months.operations import appealing, objecting, paying
from months.operations import judging as verdicts
from months.operations.releasing import release
from org.operations import accounts
from org.roles import Role
from rewards.queries import winners
from tests import factories
from tests.api.deciding import RUNNING, Attack, Try, begun, doing, hired
from tests.api.freezing import at
from tests.cast import MONTH, Cast, day
from tests.months.story import closed, closing_day, talks_held


async def appealed(cast: Cast, by: str = "linyue", unit: str = "S1") -> int:
    with at(RUNNING):
        return await appealing.file_appeal(
            month=MONTH, unit_id=cast[unit], kpi="VISIT", ground=Ground.DATA_ERROR, claimed="98", told="抄错了一张表",
            recorded="95", **await doing(cast, by),
        )  # fmt: skip


async def appeal_of_own_unit(cast: Cast) -> Try:
    cast = await hired(cast)
    await begun(cast)
    numbers = {"appeal_id": await appealed(cast)}
    return Try(who="mengyao", code="own_unit", instead="sulan", at=RUNNING, numbers=numbers)


async def appeal_of_ones_own(cast: Cast) -> Try:
    """Let who leads a hall and organises the contest take up what she herself has appealed against."""
    await begun(cast)
    await accounts.grant(
        actor=SYSTEM, username="tangyi", role=Role.STORE_MANAGER, unit_code="S4", starts_on=factories.OPENED
    )
    numbers = {"appeal_id": await appealed(cast, "tangyi", "S4")}
    return Try(who="tangyi", code="own_unit", instead="sulan", at=RUNNING, numbers=numbers)


async def taken_up(cast: Cast, trial: Try) -> Try:
    decision = {"decision": "denied", "reason": "已核对"}
    with at(RUNNING):
        await verdicts.take_up(appeal_id=trial.numbers["appeal_id"], **await doing(cast, "sulan"))
    return replace(trial, form=decision, body=decision)


async def decision_about_own_unit(cast: Cast) -> Try:
    return await taken_up(cast, await appeal_of_own_unit(cast))


async def decision_of_ones_own(cast: Cast) -> Try:
    return await taken_up(cast, await appeal_of_ones_own(cast))


async def second_look(cast: Cast) -> Try:
    """Let the judge look again at what the judge has decided."""
    trial = await decision_about_own_unit(cast)
    with at(RUNNING):
        await verdicts.decide_appeal(
            **trial.numbers, decision=AppealState.DENIED, reason="已核对", **await doing(cast, "heqing")
        )  # fmt: skip
    return replace(
        trial, who="heqing", code="same_person", instead="baishu", form={"agrees": "yes"}, body={"agrees": True}
    )


async def second_look_of_own_unit(cast: Cast) -> Try:
    """Let somebody from human resources who works at the branch look again at the decision about its hall."""
    trial = await second_look(cast)
    await factories.person("duheng", "hr", "B1", scope="YC", name_zh="杜衡")
    return replace(trial, who="duheng", code="own_unit")


async def objected(cast: Cast, by: str, unit: str | None) -> Try:
    await begun(cast)
    moment = closing_day()
    await closed(cast)
    await talks_held(cast, moment)
    await release(month=MONTH, actor=cast.actor("heqing"), at=moment)
    won = next(one for one in await winners(MONTH) if unit is None or one.unit_id == cast[unit])
    number = await objecting.object_to(
        month=MONTH, award=won.award, unit_id=won.unit_id, text="数据有误", actor=cast.actor(by), at=moment
    )
    decision, numbers = {"decision": "rejected", "reason": "已核对"}, {"objection_id": number, "number": number}
    return Try(
        who=by, code="own_objection", instead="sulan", at=moment, numbers=numbers, form=decision, body=decision
    )  # fmt: skip


async def own_objection(cast: Cast) -> Try:
    return await objected(cast, "baishu", None)


async def objection_to_own_award(cast: Cast) -> Try:
    return replace(await objected(cast, "qiandan", "HRD"), who="heqing", code="own_unit")


async def finding(cast: Cast) -> Try:
    """Let the watch have found something odd in the hall of somebody who organises the contest."""
    cast = await hired(cast)
    await begun(cast)
    async with raw() as connection:
        number = await connection.fetchval(
            "INSERT INTO finding (month, kind, unit_id, kpi_id, on_day, strength, detail, found_at)"
            " SELECT $1, 'jump', $2, id, $3, 2500, $4, $5 FROM kpi WHERE code = 'VISIT' RETURNING id",
            MONTH, cast["S1"], day(1), '{"value":"95","before":"71","times":"20"}', RUNNING,
        )  # fmt: skip
    form, body = {"act": "fine", "why": "录像属实"}, {"verdict": "fine", "why": "录像属实"}
    numbers = {"finding_id": number}
    return Try(who="mengyao", code="own_unit", instead="sulan", at=RUNNING, numbers=numbers, form=form, body=body)


async def own_payout(cast: Cast) -> Try:
    """Let a payout list wait, proposed by whoever tries to approve it."""
    await begun(cast)
    moment = closing_day()
    await closed(cast)
    await talks_held(cast, moment)
    await release(month=MONTH, actor=cast.actor("heqing"), at=moment)
    late = moment + timedelta(days=20)
    number = await paying.propose_payout(month=MONTH, actor=cast.actor("sulan"), at=late)
    return Try(who="sulan", code="same_person", instead="baishu", at=late, numbers={"number": number})


async def payout_of_own_award(cast: Cast) -> Try:
    return replace(await own_payout(cast), who="heqing", code="own_award")


REVIEW = ("/appeals/{appeal_id}/review", "/api/v1/appeals/{appeal_id}/review")
DECIDE = ("/appeals/{appeal_id}/decision", "/api/v1/appeals/{appeal_id}/decision")
LOOK = ("/appeals/{appeal_id}/second-look", "/api/v1/appeals/{appeal_id}/second-look")
PAYOUT = ("/months/{month}/payouts/{number}/approve", "/api/v1/months/{month}/payouts/{number}/approval")
OBJECTION = ("/objections/{objection_id}", "/api/v1/objections/{number}/decision")

ATTACKS: dict[str, Attack] = {
    "the appeal of the own unit taken up": Attack(*REVIEW, appeal_of_own_unit),
    "the own appeal taken up": Attack(*REVIEW, appeal_of_ones_own),
    "the appeal of the own unit": Attack(*DECIDE, decision_about_own_unit),
    "the own appeal": Attack(*DECIDE, decision_of_ones_own),
    "the second look at one's own decision": Attack(*LOOK, second_look),
    "the second look at the own unit": Attack(*LOOK, second_look_of_own_unit),
    "the own objection": Attack(*OBJECTION, own_objection),
    "the objection to the own award": Attack(*OBJECTION, objection_to_own_award),
    "the own payout list": Attack(*PAYOUT, own_payout),
    "the payout list with the own award": Attack(*PAYOUT, payout_of_own_award),
    "something odd in the own unit": Attack(
        "/months/{month}/watch/{finding_id}", "/api/v1/findings/{finding_id}/verdict", finding
    ),
}
