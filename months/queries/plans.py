"""Plans as they are stored, and what they are checked against."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

import org.queries
import scoring.queries.drafts
import scoring.queries.rules
from core import period
from core.clock import now
from core.database import raw
from core.errors import Invalid, NotFound, Problem, problem
from core.language import Text
from core.workdays import working_days
from months.planning.budget import prizes
from months.planning.checks import Surroundings, announcement_problems
from months.planning.compiling import compiled
from months.planning.making import themed
from months.planning.plan import Plan, read, written
from org.names import named
from org.organisation import Organisation
from scoring.contributors import card_of
from scoring.rulebook import RuleBook

_PLANS = """
SELECT p.id, p.month, p.version, p.revision, p.body, p.made_at, p.changed_at, c.display_name AS changed_by,
  p.notice_zh, p.notice_en, p.proposed_at, p.proposed_by, w.display_name AS proposer, p.holds_since,
  a.display_name AS approver, p.rule_book_id
FROM month_plan p LEFT JOIN account c ON c.id = p.changed_by LEFT JOIN account w ON w.id = p.proposed_by
  LEFT JOIN account a ON a.id = p.approved_by
"""
# The rules in effect for a month, whatever its own plan has made of them.
_BASE = "SELECT rule_book_id FROM rule_effect WHERE month <= $1 ORDER BY month DESC, id DESC LIMIT 1"
_KEPT = 4
_texts: "OrderedDict[tuple[int, int, str], str]" = OrderedDict()
"""Rules made of plans, by number of the rules in effect, month and plan."""


class PlanRow(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a month's plan; a draft while `holds_since` is None. Names are those of people."""

    id: int
    month: int
    version: int
    revision: int
    plan: Plan
    made_at: datetime
    changed_at: datetime
    changed_by: str | None
    notice_zh: str | None
    notice_en: str | None
    proposed_at: datetime | None
    proposed_by: int | None
    proposer: str | None
    holds_since: datetime | None
    approver: str | None
    rule_book_id: int | None


class Base(msgspec.Struct, frozen=True, kw_only=True):
    """The rules that a plan is written into: number, text and book of the version in effect."""

    rule_book_id: int
    text: str
    book: RuleBook


async def versions(month: int) -> tuple[PlanRow, ...]:
    """Return all versions of a month's plan, the newest first; a draft is among them."""
    return await _rows("WHERE p.month = $1 ORDER BY p.version DESC", month)


async def plan_that_holds(month: int) -> PlanRow | None:
    """Return the version that holds, None while the month is not announced."""
    where = "WHERE p.month = $1 AND p.holds_since IS NOT NULL ORDER BY p.version DESC LIMIT 1"
    return next(iter(await _rows(where, month)), None)


async def draft_of(month: int) -> PlanRow | None:
    """Return the version that is being written, None when there is none."""
    return next(iter(await _rows("WHERE p.month = $1 AND p.holds_since IS NULL", month)), None)


async def newest(month: int) -> PlanRow | None:
    """Return the draft of a month, else the version that holds."""
    return await draft_of(month) or await plan_that_holds(month)


async def plans_of(first: int, last: int) -> Mapping[int, PlanRow]:
    """Return the newest version of every planned month from one month to another."""
    rows = await _rows("WHERE p.month BETWEEN $1 AND $2 ORDER BY p.month, p.version", first, last)
    return {row.month: row for row in rows}


async def base_of(month: int) -> Base:
    """Return the rules in effect for a month; NotFound while there are none."""
    async with raw() as connection:
        number = await connection.fetchval(_BASE, month)
    if number is None:
        raise NotFound(problem("no_rule_book", "还没有规则书。", "There is no rule book yet."))
    text = await scoring.queries.rules.rule_book_text(number)
    return Base(rule_book_id=number, text=text, book=await scoring.queries.rules.rule_book(number))


async def surroundings(month: int, book: RuleBook) -> Surroundings:
    """Return what a plan of a month is checked against; a month to come has the units of this one."""
    return around(month, book, await org.queries.organisation_of_month(min(month, period.month_at(now()))))


def around(month: int, book: RuleBook, organisation: Organisation) -> Surroundings:
    """Return what a plan is checked against under an organisation."""
    populations: dict[str, dict[str, int]] = {}
    for unit in organisation.units.values():
        kind = card_of(unit, book)
        if kind and not unit.hors_concours:
            groups = populations.setdefault(kind, {})
            groups[unit.peer_group or ""] = groups.get(unit.peer_group or "", 0) + 1
    units = {unit.code: unit.kind for unit in organisation.units.values()}
    names = {unit.code: Text(zh=unit.name_zh, en=unit.name_en) for unit in organisation.units.values()}
    return Surroundings(
        month=month, book=book, calendar=working_days(), units=units, names=names, populations=populations
    )


def usual(place: Surroundings, theme: str) -> Plan:
    """Return the plan that the rules make of a theme, with a budget that its prizes fit into."""
    plan = themed(place.book, theme)
    return msgspec.structs.replace(plan, budget=prizes(plan, place.book, place.populations))


async def problems(plan: Plan, base: Base, place: Surroundings) -> tuple[Problem, ...]:
    """Return every reason against announcing a plan, also those that only the rules made of it show."""
    found = announcement_problems(plan, place)
    if any(one.grade == "error" for one in found):
        return found
    try:
        text = await rules_text(plan, base, place.month)
    except Invalid as refusal:
        return (*refusal.problems, *found)
    if text == base.text:
        return found
    checked = await scoring.queries.drafts.checked_text(text, f"{place.month}")
    return (*(one for one in checked.problems if one.grade == "error"), *found)


async def rules_text(plan: Plan, base: Base, month: int) -> str:
    """Return the rules that come of a plan for its month, as text; made in a thread, since that takes half a second."""
    key = (base.rule_book_id, month, written(plan))
    held = _texts.get(key)
    if held is None:
        held = _texts[key] = await asyncio.to_thread(compiled, base.text, base.book, plan, month)
        while len(_texts) > _KEPT:
            _texts.popitem(last=False)
    return held


async def _rows(where: str, *values: object) -> tuple[PlanRow, ...]:
    async with raw() as connection:
        return tuple(_row(row) for row in await connection.fetch(named(_PLANS) + where, *values))


def _row(row: Any) -> PlanRow:  # noqa: ANN401 - asyncpg ships no types
    values = dict(row)
    return PlanRow(plan=read(values.pop("body")), **values)
