"""The part of a change set that is about stored facts: corrected, taken back, let in late, set aside; nothing is deleted."""

from datetime import date, datetime

import msgspec

from core.audit import Actor
from core.errors import NotFound, Problem, Refused, problem
from core.language import Text
from core.period import first_day, month_of, next_first_day
from months.changes.payloads import Correction, Quarantine
from months.queries import calendar
from scoring.intake.told import Options, Taken
from scoring.operations import aside
from scoring.operations import intake as intake_operations
from scoring.queries import intake
from scoring.queries.late import late_imports
from scoring.queries.rules import catalogue


async def take_in(change: Correction, month: int, why: str, actor: Actor) -> int:
    """Store the facts of a correction and return the batch's number; Refused where none differs or some are of other months."""
    taken = await _taken(change, month, why, actor)
    if taken.batch_id is None:
        zh, en = (
            "这些数据与现有的相同，没有要更正的。",
            "These facts are known as they are: there is nothing to correct.",
        )
        raise Refused(problem("nothing_to_correct", zh, en))
    found = await intake.batch(taken.batch_id)
    _same_month(month, found.first_on, found.last_on)
    return taken.batch_id


async def _taken(change: Correction, month: int, why: str, actor: Actor) -> Taken:
    if change.upload_id is None:
        return await intake_operations.take_in_records(
            records=change.records, via="change", options=Options(month=month), actor=actor, reason=why
        )
    stored, content = await intake.stored_file(change.upload_id), await intake.stored_content(change.upload_id)
    return await intake_operations.take_in_file(
        filename=stored.filename, content=content, via="page", options=msgspec.json.decode(stored.options, type=Options), actor=actor,
        only_good=change.only_good, reason=why,
    )  # fmt: skip


async def accept(batch_id: int, month: int, change_id: int, at: datetime) -> None:
    """Let an import count for a month whenever it came; it has to be of this month and no other."""
    found = await intake.batch(batch_id)
    _same_month(month, found.first_on, found.last_on)
    await aside.accept_late(month=month, batch_id=batch_id, change_set_id=change_id, at=at)


async def let_in(batch_id: int, month: int, change_id: int, at: datetime) -> None:
    """Let an import count that came too late; Refused for one that was in time, which counts or was taken back."""
    found = await intake.batch(batch_id)
    _same_month(month, found.first_on, found.last_on)
    if batch_id not in await late_imports(month, (await calendar.month_row(month, at)).cut_off_at):
        zh = "导入 #{id} 不是迟到数据：它按时到达（已经计入）、已经撤回，或已经补计，没有要改的。"
        en = "Import #{id} is not late: it came in time and counts, was taken back, or was let in before. Nothing to change."
        raise Refused(Problem(code="not_late", sentence=Text(zh=zh, en=en).format(id=batch_id)))
    await accept(batch_id, month, change_id, at)


async def refuse_late(batch_id: int, month: int, at: datetime) -> None:
    """Let a late import count no more."""
    await aside.refuse_late(month=month, batch_id=batch_id, at=at)


async def withdraw(batch_id: int, month: int, why: str, actor: Actor) -> int:
    """Take an import of this month back, by the import that brought it back last; return the number of that one."""
    found = await intake.batch(batch_id)
    _same_month(month, found.first_on, found.last_on)
    number = await aside.standing(batch_id)
    await intake_operations.withdraw_batch(batch_id=number, reason=why, actor=actor)
    return number


async def take_back(batch_id: int, why: str, actor: Actor) -> None:
    """Undo a correction: its facts count no more, those that it replaced count again."""
    number = await aside.standing(batch_id)
    if (await intake.batch(number)).withdrawn_at is None:
        await intake_operations.withdraw_batch(batch_id=number, reason=why, actor=actor)


async def bring_back(batch_id: int, month: int, change_id: int, why: str, actor: Actor, at: datetime) -> None:
    """Undo a withdrawal: what counted of the import counts again, as an import of its own that names the first."""
    await aside.bring_back(batch_id=batch_id, month=month, change_set_id=change_id, why=why, actor=actor, at=at)


async def set_aside(change: Quarantine, month: int, change_id: int, at: datetime) -> None:
    """Put facts in quarantine; Refused when there are none."""
    keys = await _keys(change, month)
    if not await aside.set_aside(keys=keys, change_set_id=change_id, at=at):
        zh, en = "没有这样的数据，或已经隔离。", "There are no such facts, or they are set aside already."
        raise Refused(problem("nothing_to_set_aside", zh, en))


async def release(change_id: int, at: datetime) -> None:
    """Let the facts that a change set put in quarantine count again."""
    await aside.release(change_set_id=change_id, at=at)


async def _keys(change: Quarantine, month: int) -> list[tuple[int, int, date, int]]:
    known = await catalogue()
    first, end = first_day(month), next_first_day(month)
    if change.facts:
        wanted = [(one.kpi, one.unit_id, one.on, one.item) for one in change.facts]
        strangers = sorted({kpi for kpi, _, _, _ in wanted if kpi not in known.kpis})
        if strangers or any(not first <= on < end for _, _, on, _ in wanted):
            raise NotFound(_no_facts(strangers))
        return [(known.kpis[kpi], unit, on, known.items.get(item, 0)) for kpi, unit, on, item in wanted]
    if change.kpi not in known.kpis or change.unit_id is None:
        raise NotFound(_no_facts([change.kpi]))
    days = max(change.first_on or first, first), change.last_on
    return await aside.keys_of(
        kpi_id=known.kpis[change.kpi], unit_id=change.unit_id, first=days[0], last=days[1], end=end
    )


def _no_facts(codes: list[str]) -> Problem:
    zh, en = "没有这样的数据：{codes}", "There are no such facts: {codes}"
    return Problem(code="no_such_facts", sentence=Text(zh=zh, en=en).format(codes=", ".join(codes) or "–"))


def _same_month(month: int, first: date | None, last: date | None) -> None:
    if first is None or last is None or month_of(first) != month or month_of(last) != month:
        zh, en = (
            "一个变更集只管一个月，这批数据含有别的月份。",
            "A change set is of one month, and these facts are of others too.",
        )
        raise Refused(problem("other_month", zh, en))
