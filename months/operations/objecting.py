"""Objections during the public notice: each holds back its own line until somebody else has decided it."""

from datetime import datetime
from typing import Literal

import org.queries
from core import audit
from core.audit import Actor
from core.clock import now
from core.database import raw, transaction
from core.errors import Conflict, Invalid, NotFound, Problem, Refused, problem
from core.language import Text
from months.lifecycle import Step
from months.models.life import Objection
from months.operations.guarding import account_of, check, locked, refuse
from months.queries import calendar, closing
from org.operations import notices
from org.roles import ALLOWED, Action
from scoring.queries.rules import rules_of

KIND = "objection"
MOST_TEXT = 2_000
Decision = Literal["upheld", "rejected"]
TOLD: dict[Decision, Text] = {
    "upheld": Text(zh="您在公示期提出的异议成立。", en="Your objection during the public notice is upheld."),
    "rejected": Text(zh="您在公示期提出的异议不成立。", en="Your objection during the public notice is not upheld."),
}
"""What whoever objected hears; the reason stands where it leads."""
WAITS = Text(zh="公示有一项异议待裁定：{unit}，{award}", en="An objection waits for its decision: {unit}, {award}")
HELD = Text(
    zh="贵单位的“{award}”在公示期有异议，裁定前暂缓兑现。",
    en="There is an objection to your unit's “{award}”: it is not paid before the decision.",
)
OUTCOMES: dict[Decision, Text] = {
    "upheld": Text(
        zh="对贵单位“{award}”的异议成立，不予兑现。",
        en="The objection to your unit's “{award}” is upheld: it is not paid.",
    ),
    "rejected": Text(
        zh="对贵单位“{award}”的异议不成立，照常兑现。",
        en="The objection to your unit's “{award}” is not upheld: it is paid.",
    ),
}
"""What the unit hears whose award was objected to."""

_GIVEN = """
SELECT EXISTS (SELECT FROM award_grant g JOIN closed_month c ON c.snapshot_id = g.snapshot_id
  WHERE c.month = $1 AND g.award = $2 AND g.unit_id = $3)
"""


async def object_to(
    *, month: int, award: str, unit_id: int, text: str, actor: Actor, at: datetime | None = None
) -> int:
    """Object to one award of one unit while the public notice runs; return the objection's number.

    Raises NotFound for an award that was not given, Conflict when one's own objection to it waits already.
    """
    moment = at or now()
    _demand(text)
    async with transaction():
        await locked(month)
        await check(month, Step.OBJECT, moment)
        row = await calendar.month_row(month, moment)
        if row.notice_until is not None and moment >= row.notice_until:
            raise Refused(problem("notice_over", "公示期已过。", "The public notice is over."))
        async with raw() as connection:
            if not await connection.fetchval(_GIVEN, month, award, unit_id):
                raise NotFound(problem("no_such_winner", "没有这个奖项或获奖者。", "There is no such award or winner."))
        person = account_of(actor)
        if await Objection.exists(month=month, award=award, unit_id=unit_id, by=person, decision=None):
            raise Conflict(problem("objected_already", "您已提出异议。", "Your objection waits already."))
        made = await Objection.create(
            month=month, award=award, unit_id=unit_id, by=person, text=text.strip(), at=moment
        )
        after = {"month": month, "award": award, "unit": unit_id}
        await audit.record(actor=actor, action="object_to_award", subject_kind=KIND, subject=made.id, after=after)
        judges = [role for role, actions in ALLOWED.items() if Action.DECIDE_OBJECTION in actions]
        href = _line_href(made)
        waits = await _worded(made, WAITS)
        await notices.tell(kind=KIND, text=waits, href=href, roles=judges, aside=person, at=moment)
        await _tell_unit(made, HELD, moment)
    return int(made.id)


async def decide_objection(
    *, objection_id: int, decision: Decision, reason: str, actor: Actor, at: datetime | None = None
) -> None:
    """Uphold or reject an objection, with the reason; an upheld one keeps the line from being paid.

    Refused to whoever objected, by account or by person, and about an own unit.
    """
    moment = at or now()
    _demand(reason)
    async with transaction():
        found = await Objection.filter(id=objection_id).first()
        if found is None:
            raise NotFound(problem("no_such_objection", "没有这项异议。", "There is no such objection."))
        await locked(found.month)
        await check(found.month, Step.DECIDE, moment)
        await found.refresh_from_db()
        if found.decision is not None:
            raise Conflict(problem("decided_already", "这项异议已有裁定。", "This objection is decided already."))
        refuse(await _partial(found, actor))
        found.decision, found.reason = decision, reason.strip()
        found.decided_at, found.decided_by = moment, account_of(actor)
        await found.save(update_fields=["decision", "reason", "decided_at", "decided_by"])
        after = {"month": found.month, "award": found.award, "unit": found.unit_id, "decision": decision}
        await audit.record(
            actor=actor, action="decide_objection", subject_kind=KIND, subject=objection_id, after=after, why=reason
        )
        if not await Objection.exists(month=found.month, award=found.award, unit_id=found.unit_id, decision=None):
            await notices.settle(kind=KIND, href=_line_href(found), at=moment)
        await _tell_unit(found, OUTCOMES[decision], moment)
        text, href = TOLD[decision], f"/months/{found.month}/notice"
        await notices.tell(kind=KIND, text=text, href=href, account_ids=[found.by], at=moment)


async def _tell_unit(found: Objection, text: Text, at: datetime) -> None:
    """Tell the unit whose award was objected to, and its managers."""
    href = f"/months/{found.month}/notice"
    await notices.tell(
        kind=KIND, text=await _worded(found, text), href=href, unit_ids=[found.unit_id], aside=found.by, at=at
    )


async def _worded(found: Objection, text: Text) -> Text:
    """Return a sentence with the names of the award and of the unit filled in."""
    award = (await rules_of(found.month)).book.awards.get(found.award)
    unit = (await org.queries.organisation_of_month(found.month)).unit(found.unit_id)
    name = Text(unit.name_zh, unit.name_en) if unit else "–"
    return text.format(award=award.name if award else found.award, unit=name)


def _line_href(found: Objection) -> str:
    return f"/months/{found.month}/notice#{found.award}-{found.unit_id}"


async def _partial(found: Objection, actor: Actor) -> list[Problem]:
    """Return why this person may not judge: the own objection, or the own unit."""
    judge = await closing.party(account_of(actor), found.month)
    objector = await closing.party(found.by, found.month)
    problems = []
    if judge.account_id == objector.account_id or (judge.unit_id is not None and judge.unit_id == objector.unit_id):
        problems.append(problem("own_objection", "不能裁定自己的异议。", "Nobody decides an own objection."))
    if found.unit_id in judge.own_units or found.unit_id == judge.unit_id:
        zh, en = "{name}属于这个单位，须由别人裁定。", "{name} belongs to this unit; somebody else has to decide."
        problems.append(Problem(code="own_unit", sentence=Text(zh=zh, en=en).format(name=judge.name)))
    return problems


def _demand(text: str) -> None:
    if not text.strip():
        raise Invalid(problem("reason_needed", "请写明理由。", "Give the reason."))
    if len(text) > MOST_TEXT:
        raise Invalid(problem("reason_too_long", "理由太长。", "The reason is too long."))
