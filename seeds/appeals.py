"""Appeals of the running month: one that waits, one under review with its evidence of words, one denied, one about which a department is asked."""

import org.queries
from core.audit import Actor
from core.clock import now
from core.errors import NotFound, problem
from leaderboards.queries import cards
from months.appealing import AppealState, Ground
from months.operations.appealing import file_appeal
from months.operations.judging import decide_appeal, look_again, take_up
from months.queries.appeals import appeals, waiting_verdict
from months.queries.calendar import month_row
from months.queries.opinions import opinion
from months.watch.owners import kpi_owner
from org.visibility import Viewer
from scoring.queries.rules import rules_of
from seeds import company_in

TOLD: tuple[tuple[Ground, str], ...] = (
    (
        Ground.OUT_OF_CONTROL,
        "当天系统中断两个半小时，网管记录可查。中断期间的数据请不要计入。",
    ),
    (Ground.DATA_ERROR, "导入的表里把上个月的一行又记了一次，请核对原表。"),
    (Ground.PROCEDURE, "检查当天检查员没有出示工单，当场没有签字确认。"),
)
OF_BRANCH = "有三个新开通的基站没有列入统计，附开通单编号，请网络侧核对。"
REASON = "工单和签字都在原始记录里，检查程序完整，得分不变。"


async def add(month: int) -> None:
    """File three appeals of the manager of a hall and carry two of them on; nothing when there are any or their time is over."""
    if await appeals(month=month) or now() >= (await month_row(month)).appeals_until:
        return
    owner, filer = await _person("store_manager")
    judge, judging = await _person("organiser")
    unit_id = owner.grants[0][1]
    card = await cards.card(unit_id, month=month, live=True)
    lines = sorted((line for line in card.lines if line.score is not None and line.value), key=lambda one: one.kpi)
    lost = [line for line in lines if line.lost.strip("0.")][: len(TOLD)]
    numbers = [
        await file_appeal(
            month=month, unit_id=unit_id, kpi=line.kpi, ground=ground, claimed=line.target or "", told=told,
            recorded=line.value or "", viewer=owner, actor=filer,
        )
        for line, (ground, told) in zip(lost, TOLD, strict=False)
    ]  # fmt: skip
    for number in numbers[1:]:
        await take_up(appeal_id=number, viewer=judge, actor=judging)
    for number in numbers[2:]:
        if await opinion(number):
            continue
        await decide_appeal(
            appeal_id=number, decision=AppealState.DENIED, reason=REASON, viewer=judge, actor=judging, at=now()
        )
        if await waiting_verdict(number):
            second, looking = await _person("hr")
            await look_again(appeal_id=number, agrees=True, viewer=second, actor=looking)
    await _of_a_branch(month)


async def _of_a_branch(month: int) -> None:
    """File the appeal of a branch about data of the department whose head belongs to the cast, who is asked for an opinion."""
    owner, filer = await _person("branch_manager")
    head, _ = await _person("department_head")
    unit_id, tree = owner.grants[0][1], await org.queries.organisation_of_month(month)
    department, book = tree.unit(head.grants[0][1]), (await rules_of(month)).book
    card = await cards.card(unit_id, month=month, live=True)
    theirs = (line for line in card.lines if line.value and department and kpi_owner(book, line.kpi) == department.code)
    line = next(theirs, None)
    if line is not None:
        await file_appeal(
            month=month, unit_id=unit_id, kpi=line.kpi, ground=Ground.DATA_ERROR, claimed=line.target or "", told=OF_BRANCH,
            recorded=line.value or "", viewer=owner, actor=filer,
        )  # fmt: skip


async def _person(role: str) -> tuple[Viewer, Actor]:
    actor = await company_in.actor(role)
    found = await org.queries.account_by_username(actor.name)
    if found is None:
        raise NotFound(problem("no_cast", f"没有账号 {actor.name}。", f"There is no account {actor.name}."))
    return await org.queries.viewer(found), actor
