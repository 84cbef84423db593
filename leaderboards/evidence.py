"""Which of the facts behind a line a viewer is shown one by one: the same for pages and interfaces."""

from msgspec.structs import replace

from leaderboards.queries.cards import LineDetail
from org.visibility import Scope


def shown(found: LineDetail, scope: Scope) -> LineDetail:
    """Return a line without the single facts of units that are not the viewer's business, and without single ratings.

    The count and the sums stay, so that the line can still be added up.
    """
    if scope.sees_all:
        return found
    rows = () if found.ratings else tuple(row for row in found.facts.rows if scope.detail(row.unit_id))
    units = {row.unit_id: found.units[row.unit_id] for row in rows}
    return replace(found, facts=replace(found.facts, rows=rows), units=units)
