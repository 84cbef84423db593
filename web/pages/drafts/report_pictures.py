"""The pictures of a trial's report: places before and after, how totals lie, place against place."""

from typing import Any

from markupsafe import Markup

from core.language import current
from core.points import cents_text
from months.simulation.findings import Bars, Row, Slice
from months.simulation.tables import Names
from web import show
from web.charts.compare import Mover, Sides, histogram, scatter, slope
from web.pages.drafts.trying import say
from web.sentences.teller import Say

FIRST = 13
"""So many places are drawn from top to bottom."""
DESK, PHONE = 760, 380


def drawn(one: Slice, lies: Bars | None, names: Names, say: Say = say) -> dict[str, Any]:
    """Return the pictures: places of one month, totals of all that is looked at; the words are those of the page."""
    movers = _movers(one, names)
    return {
        "slope": _slope(movers, DESK, say),
        "slope_phone": _slope(movers, PHONE, say),
        "slope_about": say("climbs_about", n=FIRST),
        "histogram": _histogram(lies),
        "scatter": _scatter(one, names, say),
    }


def _movers(one: Slice, names: Names) -> list[Mover]:
    """Return who is among the first on either side; equal places are drawn one under the other."""
    old = {id(row): place for place, row in enumerate(_ordered(one, "old_place"), start=1)}
    new = {id(row): place for place, row in enumerate(_ordered(one, "new_place"), start=1)}
    seen = [row for row in one.rows if min(old.get(id(row), 10**9), new.get(id(row), 10**9)) <= FIRST]
    seen.sort(key=lambda row: (old.get(id(row), 10**9), new.get(id(row), 10**9)))
    return [_mover(row, old.get(id(row)), new.get(id(row)), names) for row in seen]


def _ordered(one: Slice, name: str) -> list[Row]:
    placed = [row for row in one.rows if getattr(row, name) is not None]
    return sorted(placed, key=lambda row: (getattr(row, name), row.old_place or 0, row.unit))


def _mover(row: Row, old: int | None, new: int | None, names: Names) -> Mover:
    before, after = ("" if total is None else show.minus(cents_text(total)) for total in (row.old, row.new))
    shown = [place if place is not None and place <= FIRST else None for place in (old, new)]
    return Mover(names.unit(row.month, row.unit)[1].read(current()), shown[0], shown[1], before, after)


def _slope(movers: list[Mover], width: int, say: Say) -> Markup:
    if not movers:
        return Markup("")
    sides = Sides(say("today"), say("proposed"), say("below", n=FIRST))
    return slope(movers, sides, say("about_slope", n=FIRST), width=width)


def _histogram(lies: Bars | None) -> Markup:
    if lies is None:
        return Markup("")
    about = say("about_lies", low=lies.first, high=lies.first + lies.width * len(lies.new), width=lies.width)
    return histogram(lies.first, lies.width, lies.old, lies.new, about)


def _scatter(one: Slice, names: Names, say: Say) -> Markup:
    reader = current()
    points = [
        (row.old_place, row.new_place, names.unit(row.month, row.unit)[1].read(reader))
        for row in one.rows
        if row.old_place is not None and row.new_place is not None
    ]
    if not points:
        return Markup("")
    return scatter(points, (say("across"), say("down")), say("about_against", n=len(points)))
