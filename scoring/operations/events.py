"""What stands beside the card: signed adjustments and verified red lines."""

from datetime import date

from core import audit, outbox
from core.clock import now
from core.database import raw, transaction
from core.errors import Invalid, problem
from core.period import month_of
from core.points import cents_text
from scoring.queries.rules import rules_of


async def adjust_points(
    *, month: int, unit_id: int, points: int, reason: str, actor: audit.Actor, evidence: str | None = None
) -> int:
    """Enter signed points (cents) beside a unit's card; return the entry's number. Raises Invalid without a reason."""
    _demand(reason)
    if actor.account_id is None or points == 0:
        raise Invalid(problem("no_adjustment", "加减分须有分值和经办人。", "An adjustment needs points and a person."))
    statement = """
        INSERT INTO adjustment (month, unit_id, points, reason, evidence, approved_by, at)
        VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id
    """
    async with transaction(), raw() as connection:
        values = (month, unit_id, points, reason, evidence, actor.account_id, now())
        number = await connection.fetchval(statement, *values)
        after = {"month": month, "points": cents_text(points), "evidence": evidence}
        await _follow(month, unit_id, "adjust_points", actor, after, reason)
    return int(number)


async def record_red_line(*, unit_id: int, on: date, code: str, reason: str, actor: audit.Actor) -> int:
    """Record a verified serious misconduct; return the event's number. Raises Invalid for a code the rules do not know."""
    _demand(reason)
    month = month_of(on)
    rules = await rules_of(month)
    if code not in rules.book.red_lines or actor.account_id is None:
        raise Invalid(
            problem("unknown_red_line", f"规则书中没有红线 {code}。", f"The rule book knows no red line {code}.")
        )
    statement = """
        INSERT INTO red_line_event (unit_id, on_day, code, reason, verified_by, verified_at)
        VALUES ($1, $2, $3, $4, $5, $6) RETURNING id
    """
    async with transaction(), raw() as connection:
        number = await connection.fetchval(statement, unit_id, on, code, reason, actor.account_id, now())
        await _follow(month, unit_id, "record_red_line", actor, {"on": on.isoformat(), "code": code}, reason)
    return int(number)


def _demand(reason: str) -> None:
    if not reason.strip():
        raise Invalid(problem("no_reason", "请写明原因。", "Give a reason."))


async def _follow(
    month: int, unit_id: int, action: str, actor: audit.Actor, after: dict[str, object], why: str
) -> None:
    """Leave the audit row and ask for the month to be scored anew."""
    await audit.record(actor=actor, action=action, subject_kind="unit", subject=str(unit_id), after=after, why=why)
    await outbox.note("score", {"month": month}, dedup_key=f"score:{month}")
