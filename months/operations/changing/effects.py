"""What a change set does to the facts, rules and organisation that a month follows from, and how each of it is undone."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import msgspec

import org.operations.units
import org.queries
import rewards.operations
import scoring.operations.events
from core.audit import Actor
from core.errors import NotFound, Refused, problem
from core.period import month_of
from months.changes import payloads
from months.changes.payloads import Kind, Payload
from months.models.exceptions import Exclusion
from months.operations.changing import facts, rules
from rewards.operations import NAMINGS
from scoring.operations.events import ADJUSTMENTS, RED_LINES


class Effect(msgspec.Struct, frozen=True):
    """One thing done, by which it can be undone: what it was, the number of the row, and what stood there before."""

    what: str
    number: int = 0
    before: Any = None


@dataclass(frozen=True)
class Order:
    """A change set at the moment it is carried out or tried: who has made it, who decides, why, when."""

    change_id: int
    month: int
    why: str
    maker: Actor
    decider: Actor
    at: datetime


async def carry_out(kind: Kind, payload: Payload, order: Order) -> tuple[Effect, ...]:
    """Do what a change set says, inside the caller's transaction; the month is not scored yet."""
    inside, told = payloads.inner(kind, payload)
    return tuple(await _DOES[inside](told, order))


async def undo(effects: Sequence[Effect], order: Order) -> None:
    """Take back what a change set did, the last first; nothing is deleted."""
    for effect in reversed(effects):
        await _UNDOES[effect.what](effect, order)


async def _adjust(told: Payload, order: Order) -> list[Effect]:
    change = cast("payloads.Adjustment", told)
    if change.lift is not None:
        return [Effect("adjustment_lifted", await ADJUSTMENTS.lift(change.lift, order.month, order.at))]
    number = await scoring.operations.events.adjust_points(
        month=order.month, unit_id=await _in_month(change.unit_id, order.month), points=change.points,
        reason=order.why, evidence=change.evidence, actor=order.decider, change_set_id=order.change_id, at=order.at,
    )  # fmt: skip
    return [Effect("adjustment", number)]


async def _red_line(told: Payload, order: Order) -> list[Effect]:
    change = cast("payloads.RedLine", told)
    if change.lift is not None:
        return [Effect("red_line_lifted", await RED_LINES.lift(change.lift, order.month, order.at))]
    if change.on is None or month_of(change.on) != order.month:
        raise Refused(problem("other_month", "这一天不在该月内。", "This day is not in the month."))
    number = await scoring.operations.events.record_red_line(
        unit_id=await _in_month(change.unit_id, order.month), on=change.on, code=change.code, reason=order.why,
        actor=order.decider, change_set_id=order.change_id, at=order.at,
    )  # fmt: skip
    return [Effect("red_line", number)]


async def _exclude(told: Payload, order: Order) -> list[Effect]:
    change = cast("payloads.Exclusion", told)
    if change.lift is not None:
        return [Effect("exclusion_lifted", await _lift_exclusion(change.lift, order))]
    unit_id = await _in_month(change.unit_id, order.month)
    if await Exclusion.filter(month=order.month, unit_id=unit_id, lifted_at=None, decision="approved").exists():
        zh, en = "这个单位本月已有一项排除。", "An exclusion of this unit stands already."
        raise Refused(problem("excluded_already", zh, en))
    row = await Exclusion.create(
        month=order.month, unit_id=unit_id, what=change.what, reason=order.why, proposed_at=order.at,
        proposed_by=order.maker.account_id, decision="approved", decided_at=order.at,
        decided_by=order.decider.account_id, change_set_id=order.change_id,
    )  # fmt: skip
    return [Effect("exclusion", int(row.id))]


async def _name(told: Payload, order: Order) -> list[Effect]:
    change = cast("payloads.Naming", told)
    if change.lift is not None:
        return [Effect("naming_lifted", await NAMINGS.lift(change.lift, order.month, order.at))]
    made = [
        await rewards.operations.name(
            month=order.month, award=change.award, unit_id=await _in_month(unit_id, order.month), reason=order.why,
            actor=order.decider, change_set_id=order.change_id, at=order.at,
        )
        for unit_id in change.unit_ids
    ]  # fmt: skip
    return [Effect("naming", number) for number in made]


async def _move(told: Payload, order: Order) -> list[Effect]:
    change = cast("payloads.Membership", told)
    units = (await org.queries.organisation_of_month(order.month)).units
    if change.unit_id not in units or change.parent_id not in units:
        raise _no_unit()
    before = await org.operations.units.places_of(unit_id=change.unit_id, relation=change.relation)
    await org.operations.units.move_unit(
        actor=order.decider, code=units[change.unit_id].code, parent=units[change.parent_id].code, on=change.on,
        relation=change.relation, why=order.why,
    )  # fmt: skip
    return [Effect("membership", change.unit_id, {"relation": change.relation, "places": before})]


async def _in_month(unit_id: int | None, month: int) -> int:
    if unit_id is None or (await org.queries.organisation_of_month(month)).unit(unit_id) is None:
        raise _no_unit()
    return unit_id


def _no_unit() -> NotFound:
    return NotFound(problem("no_such_unit", "没有这个单位。", "There is no such unit."))


async def _correct(told: Payload, order: Order) -> list[Effect]:
    change = cast("payloads.Correction", told)
    if change.withdraw is not None:
        number = await facts.withdraw(change.withdraw, order.month, order.why, order.decider)
        return [Effect("withdrawal", number)]
    batch_id = await facts.take_in(change, order.month, order.why, order.maker)
    await facts.accept(batch_id, order.month, order.change_id, order.at)
    return [Effect("batch", batch_id)]


async def _accept(told: Payload, order: Order) -> list[Effect]:
    change = cast("payloads.LateData", told)
    await facts.let_in(change.batch_id, order.month, order.change_id, order.at)
    return [Effect("late_data", change.batch_id)]


async def _set_aside(told: Payload, order: Order) -> list[Effect]:
    change = cast("payloads.Quarantine", told)
    await facts.set_aside(change, order.month, order.change_id, order.at)
    return [Effect("quarantine")]


async def _rule(told: Payload, order: Order) -> list[Effect]:
    before = await rules.hold(cast("payloads.Rules", told), order.month, order.at)
    return [Effect("rules", 0, before)]


async def _lift_exclusion(number: int, order: Order) -> int:
    """End an exclusion, or what stands of it since it was restored; return the number of the ended row."""
    rows = await Exclusion.filter(month=order.month, decision="approved").order_by("id")
    chain = {number}
    for row in rows:
        if row.restores in chain:
            chain.add(row.id)
    standing = next((row for row in rows if row.id in chain and row.lifted_at is None), None)
    if standing is None:
        raise NotFound(problem("not_standing", "这项排除不在生效中。", "This exclusion does not stand."))
    await Exclusion.filter(id=standing.id).update(
        lifted_at=order.at, lifted_by=order.decider.account_id, lifted_why=order.why, lifted_by_change=order.change_id
    )
    return int(standing.id)


async def _undo_exclusion_lift(effect: Effect, order: Order) -> None:
    """Let an exclusion stand again as a row of its own: the lifted one keeps the time in which it did not count."""
    row = await Exclusion.get(id=effect.number)
    await Exclusion.create(
        month=row.month, unit_id=row.unit_id, what=row.what, reason=row.reason, proposed_at=row.proposed_at,
        proposed_by=row.proposed_by, decision=row.decision, decided_at=order.at, decided_by=row.decided_by,
        change_set_id=order.change_id, restores=row.id,
    )  # fmt: skip


async def _undo_batch(effect: Effect, order: Order) -> None:
    await facts.take_back(effect.number, order.why, order.decider)


_DOES: dict[Kind, Callable[[Payload, Order], Awaitable[list[Effect]]]] = {
    Kind.ADJUSTMENT: _adjust,
    Kind.RED_LINE: _red_line,
    Kind.EXCLUSION: _exclude,
    Kind.NAMING: _name,
    Kind.MEMBERSHIP: _move,
    Kind.CORRECTION: _correct,
    Kind.LATE_DATA: _accept,
    Kind.QUARANTINE: _set_aside,
    Kind.RULES: _rule,
}
_UNDOES: dict[str, Callable[[Effect, Order], Awaitable[object]]] = {
    "adjustment": lambda one, order: ADJUSTMENTS.lift(one.number, order.month, order.at),
    "adjustment_lifted": lambda one, order: ADJUSTMENTS.restore(one.number, order.at),
    "red_line": lambda one, order: RED_LINES.lift(one.number, order.month, order.at),
    "red_line_lifted": lambda one, order: RED_LINES.restore(one.number, order.at),
    "naming": lambda one, order: NAMINGS.lift(one.number, order.month, order.at),
    "naming_lifted": lambda one, order: NAMINGS.restore(one.number, order.at),
    "exclusion": lambda one, order: _lift_exclusion(one.number, order),
    "exclusion_lifted": _undo_exclusion_lift,
    "membership": lambda one, order: org.operations.units.restore_places(
        actor=order.decider, unit_id=one.number, relation=one.before["relation"], places=one.before["places"],
        why=order.why,
    ),
    "batch": _undo_batch,
    "withdrawal": lambda one, order: facts.bring_back(
        one.number, order.month, order.change_id, order.why, order.decider, order.at
    ),
    "late_data": lambda one, order: facts.refuse_late(one.number, order.month, order.at),
    "quarantine": lambda _, order: facts.release(order.change_id, order.at),
    "rules": lambda one, order: rules.back(one.before, order.month, order.at),
}  # fmt: skip
