"""Records of activities up the tree: each counts for who made it and for every unit above that is asked to take part."""

from collections import Counter
from collections.abc import Iterable, Mapping

from org.organisation import Unit
from scoring.activities import earned
from scoring.contributors import card_of
from scoring.rulebook import Activity, RuleBook

Records = Iterable[tuple[str, int, int]]
"""Code of the activity, unit, how many valid records."""
Units = Mapping[int, Unit]
"""All units of the month by number."""
Counts = Mapping[int, Mapping[str, int]]
"""Valid records by unit and activity."""


def counted(records: Records, units: Units, book: RuleBook, theme: str | None) -> Counts:
    """Return how many valid records each unit has, its own and those beneath it; a firm has those of whom it sends."""
    activities = activities_of(book, theme)
    found: dict[int, Counter[str]] = {}
    for code, unit_id, count in records:
        activity = activities.get(code)
        if activity is None:
            continue
        for one in gaining(unit_id, units):
            if card_of(units[one], book) in activity.kinds:
                found.setdefault(one, Counter())[code] += count
    return found


def gaining(unit_id: int, units: Units) -> tuple[int, ...]:
    """Return the units for which a record of one may count: itself, those above, and who employs it."""
    found: list[int] = []
    one: int | None = unit_id
    while one is not None and one in units and one not in found:
        found.append(one)
        one = units[one].parent_id
    employer = units[unit_id].employer_id if unit_id in units else None
    return (*found, employer) if employer in units and employer is not None else tuple(found)


def points(counts: Counts, book: RuleBook, theme: str | None) -> dict[int, int]:
    """Return in cents what each unit's records bring beside its card, each activity held by its own cap."""
    activities = activities_of(book, theme)
    return {
        unit_id: sum(earned(activities[code], count) for code, count in own.items()) for unit_id, own in counts.items()
    }


def activities_of(book: RuleBook, theme: str | None) -> Mapping[str, Activity]:
    """Return the activities of a theme by code; none without one."""
    terms = book.themes.get(theme or "")
    return terms.activities if terms else {}
