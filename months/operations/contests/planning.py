"""A contest is drawn up, changed while it is a draft, announced by a second person before its month begins, or called off."""

from datetime import datetime

import msgspec

import org.queries
from core import audit
from core.audit import Actor
from core.clock import now
from core.database import transaction
from core.errors import Conflict, Invalid, NotFound, Place, Problem, Refused, problem
from core.language import Text
from core.period import bounds
from months import guards
from months.contests.checks import Said, problems
from months.contests.spec import Spec, days_of, kind_of, units_of
from months.lifecycle import State
from months.models.contests import Contest, ContestRound
from months.operations import second_person
from months.operations.contests.telling import called_off
from months.operations.guarding import account_of, locked
from months.queries import calendar, closing
from months.queries.contests.rows import decoded
from org.roles import Action
from scoring.queries.rules import rules_of

KIND = "contest"
LONGEST_REASON = 2_000
ASKED = Text(
    zh="{name}拟定了{month}的比赛“{about}”，等待第二人发布。",
    en="{name} has drawn up the contest “{about}” for {month}; a second person has to announce it.",
)
LONGEST_ZH, LONGEST_EN, LONGEST_STAKE = 60, 80, 200


async def create_contest(
    *, month: int, name: Text, stake: Text | None, spec: Spec, actor: Actor, at: datetime | None = None
) -> int:
    """Draw up a contest as a draft and return its number; Invalid names every wrong field, Refused once the month has begun."""
    moment = at or now()
    async with transaction():
        await _before_month(month, moment)
        await _check(month, name, stake, spec)
        row = Contest(month=month, kind=kind_of(spec), made_at=moment, made_by=account_of(actor))
        row.update_from_dict(_told(name, stake, spec))
        await row.save()
        await _note("create_contest", row, actor)
        await _ask(row, actor, moment)
    return int(row.id)


async def revise_contest(
    *, contest_id: int, name: Text, stake: Text | None, spec: Spec, actor: Actor, at: datetime | None = None
) -> None:
    """Change a draft; who changes it has made it, and so does not announce it."""
    moment = at or now()
    async with transaction():
        row = await _draft(contest_id)
        await _before_month(row.month, moment)
        await _check(row.month, name, stake, spec)
        row.update_from_dict(
            {"kind": kind_of(spec), **_told(name, stake, spec), "made_at": moment, "made_by": account_of(actor)}
        )
        await row.save()
        await _note("revise_contest", row, actor)
        await _ask(row, actor, moment)


async def announce_contest(*, contest_id: int, actor: Actor, at: datetime | None = None) -> None:
    """Announce a contest as the second person, before the first instant of its month; from then on its rules stand."""
    moment = at or now()
    async with transaction():
        row = await _draft(contest_id)
        await _before_month(row.month, moment)
        maker = await closing.party(row.made_by, row.month)
        if guards.same_person(maker, await closing.party(account_of(actor), row.month)):
            raise Refused(_two_people(maker.name))
        await _check(row.month, _name(row), None, decoded(row.spec))
        row.announced_at, row.announced_by = moment, account_of(actor)
        await row.save(update_fields=["announced_at", "announced_by"])
        await _note("announce_contest", row, actor)
        await second_person.answered(href=f"/contests/{row.id}", at=moment)


async def cancel_contest(*, contest_id: int, why: str, actor: Actor, at: datetime | None = None) -> None:
    """Call a contest off, with the reason; the rounds settled before stay readable, one that is over cannot be called off."""
    moment = at or now()
    if not why.strip() or len(why) > LONGEST_REASON:
        raise Invalid(problem("reason_needed", "请写明取消的理由。", "Give the reason for calling it off."))
    async with transaction():
        row = await _row(contest_id)
        if row.cancelled_at is not None:
            raise Conflict(problem("cancelled_already", "这项比赛已经取消。", "This contest is called off already."))
        if await ContestRound.filter(contest_id=row.id).count() >= row.rounds:
            raise Refused(problem("contest_over", "这项比赛已经结束。", "This contest is over."))
        row.cancelled_at, row.cancelled_by, row.cancelled_why = moment, account_of(actor), why
        await row.save(update_fields=["cancelled_at", "cancelled_by", "cancelled_why"])
        await _note("cancel_contest", row, actor, why)
        await second_person.answered(href=f"/contests/{row.id}", at=moment)
        known = (await calendar.month_row(row.month, moment)).state is not State.DRAFT
        if row.announced_at is not None and known:
            units = sorted(set(units_of(decoded(row.spec))))
            await called_off(row.id, _name(row), units, why.strip(), moment)


async def _row(contest_id: int) -> Contest:
    found = await Contest.filter(id=contest_id).select_for_update().first()
    if found is None:
        raise NotFound(problem("no_such_contest", "没有这项比赛。", "There is no such contest."))
    return found


async def _draft(contest_id: int) -> Contest:
    found = await _row(contest_id)
    if found.cancelled_at is not None:
        raise Refused(problem("cancelled_already", "这项比赛已经取消。", "This contest is called off already."))
    if found.announced_at is not None:
        zh, en = "这项比赛已经发布，规则不能再改。", "This contest is announced; its rules stand."
        raise Conflict(problem("announced_already", zh, en))
    return found


async def _before_month(month: int, moment: datetime) -> None:
    await locked(month)
    if (await calendar.month_row(month, moment)).state is State.CANCELLED:
        raise Refused(problem("month_cancelled", "这个月已经取消。", "This month is called off."))
    if moment >= bounds(month)[0]:
        zh, en = (
            "这个月已经开始，比赛要在开始之前发布。",
            "The month has begun; contests are announced before it begins.",
        )
        raise Refused(problem("month_begun", zh, en))


async def _check(month: int, name: Text, stake: Text | None, spec: Spec) -> None:
    """Refuse a contest with everything that is wrong with it."""
    units = (await org.queries.organisation_of_month(month)).units
    book = (await rules_of(month)).book
    kinds = {number: unit.kind for number, unit in units.items()}
    gone = [row for one in set(units_of(spec)) - units.keys() if (row := await org.queries.unit_row(one))]
    codes = {number: unit.code for number, unit in units.items()} | {row["id"]: row["code"] for row in gone}
    called = Said(codes, {code: one.name for code, one in book.kinds.items()})
    found = problems(spec, month=month, kinds=kinds, measures=tuple(book.processes), said=called)
    found = (*_words(name, stake), *found)
    if found:
        raise Invalid(*found)


def _words(name: Text, stake: Text | None) -> list[Problem]:
    lengths = (
        ("name.zh", name.zh, 1, LONGEST_ZH),
        ("name.en", name.en, 1, LONGEST_EN),
        ("stake.zh", stake.zh if stake else "", 0, LONGEST_STAKE),
        ("stake.en", stake.en if stake else "", 0, LONGEST_STAKE),
    )
    zh, en = "请写 {least} 到 {most} 个字。", "Write {least} to {most} characters."
    return [
        Problem(code="bad_length", sentence=Text(zh=zh, en=en).format(least=least, most=most), place=Place(path=field))
        for field, words, least, most in lengths
        if not least <= len(words.strip()) <= most
    ]


def _told(name: Text, stake: Text | None, spec: Spec) -> dict[str, object]:
    return {
        "name_zh": name.zh.strip(),
        "name_en": name.en.strip(),
        "stake_zh": stake.zh.strip() or None if stake else None,
        "stake_en": stake.en.strip() or None if stake else None,
        "spec": msgspec.json.encode(spec).decode(),
        "rounds": len(days_of(spec)),
    }


def _name(row: Contest) -> Text:
    return Text(zh=row.name_zh, en=row.name_en)


def _two_people(name: Text) -> Problem:
    zh = "比赛要由两个不同的人发布，{name}已经拟定。"
    en = "Announcing a contest takes two different people; {name} has drawn it up."
    return Problem(code="same_person", sentence=Text(zh=zh, en=en).format(name=name))


async def _ask(row: Contest, actor: Actor, moment: datetime) -> None:
    """Tell whoever may announce it that a draft waits."""
    href = f"/contests/{row.id}"
    await second_person.ask(
        month=row.month, what=ASKED, action=Action.RUN_CONTESTS, href=href, actor=actor, at=moment, about=_name(row)
    )


async def _note(action: str, row: Contest, actor: Actor, why: str | None = None) -> None:
    after = {"month": row.month, "kind": row.kind, "name": row.name_zh}
    await audit.record(actor=actor, action=action, subject_kind=KIND, subject=row.id, after=after, why=why)
