"""Looking for odd facts, and judging what was found: nothing is ever deleted, what is doubtful is set aside by a change set."""

import asyncio
from datetime import datetime, timedelta

import msgspec

from core import audit
from core.audit import SYSTEM, Actor
from core.clock import now
from core.database import Connection, raw, transaction
from core.errors import Conflict, Invalid, Problem, problem
from core.language import Text, current
from core.period import first_day
from months.changes.payloads import Kind
from months.models.watch import Finding
from months.operations import changes
from months.operations.guarding import account_of, refuse
from months.queries import closing, watching
from months.watch.kinds import JUMP, KINDS, Suspicion
from months.watch.limits import DEFAULTS, Limits

KIND = "finding"
FINE, QUARANTINED = "fine", "quarantined"
PAUSE = timedelta(minutes=20)
"""A month whose facts keep coming is looked at this often at most."""
MOST_KEPT = 400
"""A scan keeps so many new findings of a month, the strongest of each kind first; more would not be looked at."""
LONGEST = 2_000
_KEEP = """
INSERT INTO finding (month, kind, unit_id, kpi_id, on_day, strength, detail, found_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING id
"""
_RAN = """
INSERT INTO watch_run (month, fold, at, units, found) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (month) DO UPDATE SET fold = $2, at = $3, units = $4, found = watch_run.found + $5
"""


async def scan(*, month: int, fold: int = 0, at: datetime | None = None, limits: Limits = DEFAULTS) -> int:
    """Look for odd facts in a month and keep what is new; return how many findings were added. Twice adds nothing."""
    from months.watch.detectors import suspicions

    facts = await watching.month_facts(month)
    found = await asyncio.to_thread(suspicions, facts, limits)
    moment = at or now()
    added = 0
    async with transaction(), raw() as connection:
        kept = await connection.fetchval("SELECT count(*) FROM finding WHERE month = $1", month)
        for one in _strongest(found, max(MOST_KEPT - kept, 0)):
            added += await _keep(connection, month, one, moment)
        await connection.execute(_RAN, month, fold, moment, len(facts.kinds), added)
        if added:
            after = {"found": added}
            await audit.record(
                actor=SYSTEM, action="scan_month", subject_kind="service_month", subject=month, after=after
            )
    return added


def _strongest(found: list[Suspicion], room: int) -> list[Suspicion]:
    """Return the strongest of each kind, in turn, while there is room."""
    by_kind: dict[str, list[Suspicion]] = {}
    for one in found:
        by_kind.setdefault(one.kind, []).append(one)
    share = room // max(len(by_kind), 1)
    return [one for all_of in by_kind.values() for one in all_of[: max(share, 1)]][:room]


async def _keep(connection: Connection, month: int, one: Suspicion, at: datetime) -> int:
    on = first_day(month) + timedelta(days=one.day)
    detail = msgspec.json.encode(dict(one.detail), order="sorted").decode()
    strength = min(one.strength, 2**31 - 1)
    found = await connection.fetchval(_KEEP, month, one.kind, one.unit, one.kpi, on, strength, detail, at)
    return int(found is not None)


async def scan_what_moved(at: datetime) -> int:
    """Look at one open month whose facts have moved on; the worker asks at each sweep."""
    found = await watching.to_scan(at - PAUSE)
    if found is None:
        return 0
    await scan(month=found[0], fold=found[1], at=at)
    return 1


async def judge_fine(*, finding_id: int, why: str, actor: Actor, at: datetime | None = None) -> None:
    """Record that nothing is wrong with a finding, and why; Conflict when it is judged already."""
    await _judge(finding_id, FINE, why, actor, at)


async def quarantine(*, finding_id: int, why: str, actor: Actor, at: datetime | None = None) -> int:
    """Propose to set the facts behind a finding aside; return the number of the change set, which another person decides.

    A jump sets its day aside, everything else the facts of the unit and KPI from its day on.
    """
    found = await watching.finding(finding_id)
    async with transaction():
        last_on = found.on_day if found.kind == JUMP and found.on_day > first_day(found.month) else None
        payload = {"kpi": found.kpi, "unit_id": found.unit_id, "finding_id": finding_id, "first_on": found.on_day}
        change = await changes.propose(
            month=found.month,
            kind=Kind.QUARANTINE,
            payload=payload if last_on is None else {**payload, "last_on": last_on},
            title=f"{KINDS[found.kind].read(current())} · {found.name.read(current())} · {found.kpi_name.read(current())}",
            why=why,
            actor=actor,
            at=at,
        )
        await _judge(finding_id, QUARANTINED, why, actor, at, change)
    return change


async def _judge(
    finding_id: int, verdict: str, why: str, actor: Actor, at: datetime | None, change_id: int | None = None
) -> None:
    reason = why.strip()
    if not reason:
        raise Invalid(problem("reason_needed", "请写明理由。", "Give the reason."))
    if len(reason) > LONGEST:
        raise Invalid(problem("reason_too_long", "理由太长。", "The reason is too long."))
    async with transaction():
        row = await Finding.filter(id=finding_id).select_for_update().first()
        if row is None:
            await watching.finding(finding_id)
        elif row.verdict is not None:
            raise Conflict(problem("judged_already", "这条异常已有处置。", "This finding is judged already."))
        elif verdict == FINE:
            refuse([await _own_unit(row, actor)])
        await Finding.filter(id=finding_id).update(
            verdict=verdict, why=reason, looked_at=at or now(), looked_by=account_of(actor), change_id=change_id
        )
        after = {"verdict": verdict, "change": change_id}
        await audit.record(
            actor=actor, action="look_at_finding", subject_kind=KIND, subject=finding_id, after=after, why=reason
        )


async def _own_unit(row: Finding, actor: Actor) -> Problem | None:
    """Return why this person may not wave a finding through: its unit is an own one, and no auditor says so."""
    judge = await closing.party(account_of(actor), row.month)
    if judge.auditor or row.unit_id not in judge.own_units:
        return None
    zh, en = (
        "异常涉及{name}所在的单位，须由别人核对。",
        "The finding is about a unit of {name}; somebody else has to look.",
    )
    return Problem(code="own_unit", sentence=Text(zh=zh, en=en).format(name=judge.name))
