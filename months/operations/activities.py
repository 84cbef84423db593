"""Records of activities: submitted by those who did it, found valid or rejected by others, revoked when proven wrong."""

from datetime import date, datetime

import org.queries
from core import audit, outbox
from core.audit import Actor
from core.clock import now
from core.database import transaction
from core.errors import Conflict, Invalid, NotAllowed, NotFound, Problem, Refused, problem
from core.language import Text
from months import guards
from months.lifecycle import OPEN
from months.models.planning import ActivityRecord
from months.operations import telling
from months.operations.guarding import account_of, locked, refuse
from months.planning.recording import checkable, record_problem, recordable, time_problem
from months.queries import calendar, closing
from org.visibility import Viewer
from scoring.queries.rules import rules_of

KIND = "activity_record"
LONGEST_NOTE = 500


async def submit_record(  # noqa: PLR0913 - one named value for each field of the form
    *,
    month: int,
    activity: str,
    unit_id: int,
    on: date,
    count: int,
    viewer: Viewer,
    actor: Actor,
    note: str = "",
    evidence: str | None = None,
    evidence_name: str | None = None,
    at: datetime | None = None,
) -> int:
    """Record that a unit did what an activity asks for so many times; return the record's number.

    `evidence` is the digest of a kept file. It counts when somebody else has found it valid. Raises Invalid for what
    the month does not ask of the unit, NotAllowed for a unit of others, Refused outside the time of the month.
    """
    moment = at or now()
    async with transaction():
        await locked(month)
        row, rules = await calendar.month_row(month, moment), await rules_of(month)
        organisation = await org.queries.organisation_of_month(month)
        theme = rules.book.themes.get(rules.theme or "")
        terms = theme.activities.get(activity) if theme else None
        wrong = record_problem(terms, unit_id, organisation, rules.book, count) or _unshown(
            evidence, note, needed=bool(terms and terms.evidence)
        )
        if wrong is not None:
            raise Invalid(wrong)
        if not recordable(viewer, organisation, unit_id):
            raise NotAllowed(problem("not_your_unit", "只能为自己的单位登记。", "Record for your own units only."))
        refuse([time_problem(month, row.state, on, row.cut_off_at, moment)])
        made = await ActivityRecord.create(
            month=month,
            activity=activity,
            unit_id=unit_id,
            on_day=on,
            count=count,
            note=note.strip(),
            evidence=evidence,
            evidence_name=evidence_name,
            submitted_at=moment,
            submitted_by=account_of(actor),
        )
        after = {"month": month, "activity": activity, "unit": unit_id, "count": count}
        await audit.record(actor=actor, action="submit_activity", subject_kind=KIND, subject=made.id, after=after)
    return int(made.id)


async def check_record(
    *, record_id: int, valid: bool, viewer: Viewer, actor: Actor, reason: str = "", at: datetime | None = None
) -> None:
    """Find a record valid, or reject it with the reason; valid, the month is scored anew with it.

    Refused to who submitted it, by account and by person, and to who may not check the unit.
    """
    moment = at or now()
    if not valid:
        _demand(reason)
    async with transaction():
        row = await _open(record_id, moment)
        if row.state != "submitted":
            raise Conflict(problem("checked_already", "已经审核过了。", "This is checked already."))
        await _may_check(row, viewer, actor)
        state = "valid" if valid else "rejected"
        await ActivityRecord.filter(id=row.id).update(
            state=state, checked_at=moment, checked_by=account_of(actor), reason=reason.strip() or None
        )
        await _follow(row, "accept_activity" if valid else "reject_activity", actor, reason)
        await telling.checked(row, telling.VALID if valid else telling.REJECTED, reason.strip(), moment)


async def revoke_record(*, record_id: int, why: str, viewer: Viewer, actor: Actor, at: datetime | None = None) -> None:
    """Take a valid record back when it is proven wrong, with the reason; it stays readable and counts no longer."""
    moment = at or now()
    _demand(why)
    async with transaction():
        row = await _open(record_id, moment)
        if row.state != "valid" or row.revoked_at is not None:
            raise Conflict(problem("not_valid", "这条登记不在有效状态。", "This record does not count."))
        await _may_check(row, viewer, actor)
        await ActivityRecord.filter(id=row.id).update(
            revoked_at=moment, revoked_by=account_of(actor), revoked_why=why.strip()
        )
        await _follow(row, "revoke_activity", actor, why)
        await telling.checked(row, telling.REVOKED, why.strip(), moment)


async def _open(record_id: int, moment: datetime) -> ActivityRecord:
    """Take a record and its month; refuse when the month's result can no longer change."""
    found = await ActivityRecord.filter(id=record_id).first()
    if found is None:
        raise NotFound(problem("no_such_record", "没有这条登记。", "There is no such record."))
    await locked(found.month)
    if (await calendar.month_row(found.month, moment)).state not in OPEN:
        zh, en = "这个月已经关账，登记不再变动。", "The month is closed; its records stay as they are."
        raise Refused(problem("month_is_over", zh, en))
    return await ActivityRecord.filter(id=record_id).select_for_update().get()


async def _may_check(row: ActivityRecord, viewer: Viewer, actor: Actor) -> None:
    organisation, rules = await org.queries.organisation_of_month(row.month), await rules_of(row.month)
    theme = rules.book.themes.get(rules.theme or "")
    terms = theme.activities.get(row.activity) if theme else None
    submitter = await closing.party(row.submitted_by, row.month)
    checker = await closing.party(account_of(actor), row.month)
    if guards.same_person(submitter, checker) is not None:
        words = Text(
            zh="登记和审核要由两个不同的人，{name}已经登记。",
            en="Recording and checking take two people; {name} has recorded it.",
        )
        raise Refused(Problem(code="same_person", sentence=words.format(name=submitter.name)))
    by = terms.checker if terms else "organiser"
    if by == "organiser" and row.unit_id in checker.own_units:
        words = Text(
            zh="登记涉及{name}所在的单位，须由别人审核。",
            en="The record is of a unit of {name}; somebody else has to check it.",
        )
        raise Refused(Problem(code="own_unit", sentence=words.format(name=checker.name)))
    if not checkable(viewer, organisation, row.unit_id, by):
        zh, en = "您不能审核这个单位的登记。", "The records of this unit are checked by others."
        raise NotAllowed(problem("not_yours_to_check", zh, en))


async def _follow(row: ActivityRecord, action: str, actor: Actor, why: str) -> None:
    after = {"month": row.month, "activity": row.activity, "unit": row.unit_id, "count": row.count}
    await audit.record(
        actor=actor, action=action, subject_kind=KIND, subject=row.id, after=after, why=why.strip() or None
    )
    if action != "reject_activity":
        await outbox.note("score", {"month": row.month}, dedup_key=f"score:{row.month}")


def _unshown(evidence: str | None, note: str, *, needed: bool) -> Problem | None:
    if needed and not evidence:
        return problem("evidence_needed", "这项活动要附证明材料。", "This activity needs a file that shows it.")
    if len(note) > LONGEST_NOTE:
        return problem(
            "note_too_long", f"说明最多 {LONGEST_NOTE} 字。", f"A note has at most {LONGEST_NOTE} characters."
        )
    return None


def _demand(reason: str) -> None:
    if not reason.strip():
        raise Invalid(problem("reason_needed", "请写明理由。", "Give the reason."))
    if len(reason) > LONGEST_NOTE:
        raise Invalid(problem("reason_too_long", "理由太长。", "The reason is too long."))
