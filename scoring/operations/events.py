"""What stands beside the card: signed adjustments and verified red lines, entered by a change set and lifted by its undoing."""

from collections.abc import Mapping
from datetime import date, datetime

from core import audit, outbox
from core.clock import now
from core.database import raw, transaction
from core.errors import Invalid, problem
from core.lifting import Entries
from core.period import month_of
from core.points import cents_text
from scoring.queries.rules import rules_of

ADJUSTMENTS = Entries("adjustment", "month, unit_id, points, reason, evidence, approved_by")
RED_LINES = Entries(
    "red_line_event", "unit_id, on_day, code, reason, verified_by", "verified_at",
    month="(extract(year FROM on_day) * 100 + extract(month FROM on_day))::int",
)  # fmt: skip


async def adjust_points(
    *, month: int, unit_id: int, points: int, reason: str, actor: audit.Actor, evidence: str | None = None,
    change_set_id: int | None = None, at: datetime | None = None,
) -> int:  # fmt: skip
    """Enter signed points (cents) beside a unit's card; return the entry's number. Raises Invalid without a reason.

    Inside a change set, which scores the month itself, nothing more is asked for.
    """
    _demand(reason)
    if actor.account_id is None or points == 0:
        raise Invalid(problem("no_adjustment", "加减分须有分值和经办人。", "An adjustment needs points and a person."))
    statement = """
        INSERT INTO adjustment (month, unit_id, points, reason, evidence, approved_by, at, change_set_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id
    """
    async with transaction(), raw() as connection:
        values = (month, unit_id, points, reason, evidence, actor.account_id, at or now(), change_set_id)
        number = await connection.fetchval(statement, *values)
        after = {"month": month, "points": cents_text(points), "evidence": evidence}
        await _follow(month if change_set_id is None else None, unit_id, "adjust_points", actor, after, reason)
    return int(number)


async def record_red_line(
    *, unit_id: int, on: date, code: str, reason: str, actor: audit.Actor, change_set_id: int | None = None,
    at: datetime | None = None,
) -> int:  # fmt: skip
    """Record a verified serious misconduct; return the event's number. Raises Invalid for a code the rules do not know."""
    _demand(reason)
    month = month_of(on)
    rules = await rules_of(month)
    if code not in rules.book.red_lines or actor.account_id is None:
        raise Invalid(
            problem("unknown_red_line", f"规则书中没有红线 {code}。", f"The rule book knows no red line {code}.")
        )
    statement = """
        INSERT INTO red_line_event (unit_id, on_day, code, reason, verified_by, verified_at, change_set_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id
    """
    async with transaction(), raw() as connection:
        values = (unit_id, on, code, reason, actor.account_id, at or now(), change_set_id)
        number = await connection.fetchval(statement, *values)
        after = {"on": on.isoformat(), "code": code}
        await _follow(month if change_set_id is None else None, unit_id, "record_red_line", actor, after, reason)
    return int(number)


async def post_differences(
    *, month: int, points: Mapping[int, int], reason: str, actor: audit.Actor, change_set_id: int, at: datetime
) -> None:
    """Enter cents for many units at once: what a restated month owes them or they owe; the month is scored afterwards."""
    statement = """
        INSERT INTO adjustment (month, unit_id, points, reason, approved_by, at, change_set_id)
        SELECT $1, unit_id, points, $4, $5, $6, $7 FROM unnest($2::int4[], $3::int4[]) AS due (unit_id, points)
        ORDER BY unit_id
    """
    if not points:
        return
    async with transaction(), raw() as connection:
        columns = list(points), list(points.values())
        await connection.execute(statement, month, *columns, reason, actor.account_id, at, change_set_id)
        after = {"units": len(points), "change": change_set_id}
        await audit.record(
            actor=actor, action="post_differences", subject_kind="service_month", subject=month, after=after, why=reason
        )
        await outbox.note("score", {"month": month}, dedup_key=f"score:{month}")


def _demand(reason: str) -> None:
    if not reason.strip():
        raise Invalid(problem("no_reason", "请写明原因。", "Give a reason."))


async def _follow(
    month: int | None, unit_id: int, action: str, actor: audit.Actor, after: Mapping[str, object], why: str
) -> None:
    """Leave the audit row and ask for the month to be scored anew."""
    await audit.record(actor=actor, action=action, subject_kind="unit", subject=str(unit_id), after=after, why=why)
    if month is not None:
        await outbox.note("score", {"month": month}, dedup_key=f"score:{month}")
