"""Plans that need no writing: from a theme of the rules, from another month."""

from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from core import period
from core.clock import SHANGHAI
from core.workdays import Calendar
from months.planning.plan import Plan, PlannedActivity, PlannedAward
from scoring.rulebook import RuleBook

DAY = timedelta(days=1)


def themed(book: RuleBook, theme: str) -> Plan:
    """Return the plan that the rules themselves make of a theme; all kinds with a card take part."""
    terms = book.themes[theme]
    return Plan(
        theme=theme,
        title=terms.name,
        kinds=competing(book),
        doubled=terms.doubled,
        multiplier=terms.multiplier,
        mode=terms.mode,
        activities=tuple(
            PlannedActivity(**{name: getattr(one, name) for name in PlannedActivity.__struct_fields__})
            for one in terms.activities.values()
        ),
        awards=tuple(
            PlannedAward(**{name: getattr(one, name) for name in PlannedAward.__struct_fields__})
            for one in book.awards.values()
        ),
    )


def competing(book: RuleBook) -> tuple[str, ...]:
    """Return the kinds that have places under the rules, departments included."""
    carded = {*book.cards(), book.department.kind}
    return tuple(code for code, kind in book.kinds.items() if kind.ranked and code in carded)


def copied(plan: Plan, source: int, target: int, calendar: Calendar) -> Plan:
    """Return a month's plan for another month: dates lie as far from its end, on a working day where they did before."""
    moved: dict[str, Any] = {
        name: _moved(getattr(plan, name), source, target, calendar)
        for name in ("freeze_at", "cut_off_at", "appeals_until", "ceremony_at")
    }
    cut_offs = {code: _moved(at, source, target, calendar) for code, at in plan.kpi_cut_offs.items()}
    return msgspec.structs.replace(plan, **moved, kpi_cut_offs=cut_offs)


def under(plan: Plan, theme: Plan) -> Plan:
    """Return a copied plan under another theme: what the theme brings is new, all else stays."""
    brings = ("theme", "title", "about", "doubled", "multiplier", "mode", "activities")
    return msgspec.structs.replace(plan, **{name: getattr(theme, name) for name in brings})


def _moved(at: datetime | None, source: int, target: int, calendar: Calendar) -> datetime | None:
    """Return an instant as long before or after the end of another month, at the same time of day."""
    if at is None:
        return None
    local = at.astimezone(SHANGHAI)
    day = period.next_first_day(target) + (local.date() - period.next_first_day(source))
    if calendar.works(local.date()):
        day = _worked(day, calendar, inside=target if day < period.next_first_day(target) else None)
    return datetime.combine(day, local.timetz()).astimezone(at.tzinfo)


def _worked(day: date, calendar: Calendar, *, inside: int | None) -> date:
    """Return the day itself or the next that is worked; inside a month the one before where the month would end first."""
    found = calendar.after(day, 0)
    if inside is None or period.month_of(found) == inside:
        return found
    while not calendar.works(day):
        day -= DAY
    return day
