"""What is watched in the running month: odd facts found, one of them judged, one process signed for, one waived."""

from datetime import datetime

from months.operations import signing, watching
from months.queries.complete import processes_of, processes_to_sign, unsigned
from months.queries.watching import findings
from months.watch.kinds import GAP
from months.watch.owners import owner
from scoring.queries.rules import rules_of
from seeds import company_in

CONFIRMED = "责任部门已书面确认数据齐全，由组织者代为登记。"
FINE = "已与营业厅核实：当月评价少，确属满分。"
WAIVED = "第三方调查下月初交付，本月按缺数规则处理。"


async def answer_for(month: int, at: datetime) -> None:
    """Have the completeness of a month that is over answered for: signed by the head whom the cast has, else by the organiser."""
    organiser, head = await company_in.actor("organiser"), await company_in.actor("department_head")
    mine = await processes_to_sign(month, head.account_id or 0)
    for process in await unsigned(month):
        if process in mine:
            await signing.sign(month=month, process=process, actor=head, at=at)
        else:
            await signing.waive(month=month, process=process, why=CONFIRMED, actor=organiser, at=at)


async def add(month: int) -> None:
    """Let the watch look at a month, and let people do what they would have done by now; twice adds nothing."""
    organiser, head = await company_in.actor("organiser"), await company_in.actor("department_head")
    await watching.scan(month=month)
    found = await findings(month)
    ordinary = [one for one in found if one.kind == GAP]
    if ordinary and all(one.verdict is None for one in found):
        await watching.judge_fine(finding_id=ordinary[-1].id, why=FINE, actor=organiser)
    book = (await rules_of(month)).book
    if len(await unsigned(month)) < len(processes_of(book)):
        return
    mine = await processes_to_sign(month, head.account_id or 0)
    for process in sorted(mine)[:1]:
        await signing.sign(month=month, process=process, actor=head)
    others = [code for code in processes_of(book) if code not in mine and owner(book, code)]
    for process in others[-1:]:
        await signing.waive(month=month, process=process, why=WAIVED, actor=organiser)
