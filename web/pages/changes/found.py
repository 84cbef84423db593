"""What a preview says about one kind: sentences, big numbers, pictures, who gains and who loses."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from core.language import current
from months.changes.preview import Preview, counts
from months.queries.change_names import report_of
from months.simulation.findings import Row, Slice, bars, groups_of, kinds_of, places_first, sliced
from months.simulation.report import Report
from months.simulation.tables import Names
from web import show
from web.pages.changes.parts import say
from web.pages.drafts import report_pictures as pictures
from web.pages.drafts.report_rows import Chosen, award_rows, coaching_rows, mover_rows, named
from web.views.changes import Found
from web.views.shell import Choice
from web.views.simulation import Figure

MOST = 12
SIDES = ("gains", "loses")
FEW_GROUPS = 2


def found_view(preview: Preview, names: Names, wish: tuple[str, str, str], about: frozenset[int]) -> Found:
    """Return what is shown of a preview for a wish of kind, group and side; first the kind of the units it is about."""
    report = report_of(preview)
    kind, group, side = wish
    kinds = kinds_of(report)
    code = kind if kind in kinds else _usual(report, kinds, about)
    groups = groups_of(report.months, code)
    chosen = Chosen(report.months, code, group if group in groups else None, whole=False)
    one = sliced(chosen.months, code, chosen.group)
    moving = [row for row in places_first(one.rows) if _moves(row, side)]
    awards, coaching = chosen.awards(), chosen.coaching()
    return Found(
        says=tuple(_says(one, chosen, names)),
        figures=tuple(_figures(preview, one)),
        kinds=tuple(Choice(each, named(names.kinds, each), each == code) for each in kinds),
        groups=_groups(groups, chosen, names),
        sides=(
            Choice("", say("everybody"), side not in SIDES),
            *(Choice(each, say(each), each == side) for each in SIDES),
        ),
        **pictures.drawn(one, bars(one.rows), names, say),
        movers=mover_rows(moving[:MOST], names, whole=False),
        more_movers=_more(len(moving)),
        awards=award_rows(awards[:MOST], names, whole=False),
        more_awards=_more(len(awards)),
        coaching=coaching_rows(coaching[:MOST], names, whole=False),
        more_coaching=_more(len(coaching)),
    )


def _moves(row: Row, side: str) -> bool:
    ways = (row.gain, row.climb, row.crossing)
    gains, loses = any(way > 0 for way in ways), any(way < 0 for way in ways)
    return gains if side == "gains" else loses if side == "loses" else gains or loses


def _usual(report: Report, kinds: Sequence[str], about: frozenset[int]) -> str:
    """Return the kind in which awards change, else that of the units concerned, else the one that changes most."""

    def weight(code: str) -> tuple[int, bool, Fraction]:
        one = sliced(report.months, code, None)
        awards = Chosen(report.months, code, None, whole=False).awards()
        named_itself = any(row.unit in about for row in one.rows)
        return len(awards), named_itself, Fraction(one.gain + one.lose, max(len(one.rows), 1))

    return max(kinds, key=weight, default="")


def _groups(groups: Sequence[str], chosen: Chosen, names: Names) -> tuple[Choice, ...]:
    if len(groups) < FEW_GROUPS:
        return ()
    named_groups = (
        Choice(code, named(names.groups, (chosen.kind, code), code), code == chosen.group) for code in groups
    )
    return (Choice("", say("everybody"), chosen.group is None), *named_groups)


def _says(one: Slice, chosen: Chosen, names: Names) -> Iterator[str]:
    awards, coaching = chosen.awards(), chosen.coaching()
    if not (one.gain or one.lose or one.moved or awards or coaching):
        yield say("says_nothing")
        return
    yield say("says_totals", kind=named(names.kinds, chosen.kind), gain=one.gain, lose=one.lose, same=one.same)
    far = max(one.rows, key=lambda row: abs(row.climb), default=None)
    if far is not None and far.climb:
        name = names.unit(far.month, far.unit)[1].read(current())
        yield say(
            "says_places", moved=one.moved, ranked=one.ranked, name=name, before=far.old_place, after=far.new_place
        )
    won = sum(change.won for _, change in awards)
    if awards:
        yield say("says_awards", won=won, lost=len(awards) - won)


def _figures(preview: Preview, one: Slice) -> Iterator[Figure]:
    """Yield the big numbers: of the kind that is looked at, and of everybody."""
    reader, report, moved = current(), preview.report, counts(preview.report)
    won = sum(change.won for change in report.awards)
    yield Figure(say("figure_moved"), str(moved.moved), say("figure_moved_about", n=moved.units, far=moved.far))
    yield Figure(say("figure_alike"), one.spearman.text(3) if one.spearman else "–", say("figure_alike_about"))
    yield Figure(say("figure_awards"), f"{won} / {len(report.awards) - won}", say("figure_awards_about"))
    yield Figure(say("figure_displaced"), str(moved.displaced), say("figure_displaced_about"))
    old, new = (show.number(points, 0, reader) for points in (report.old_points, report.new_points))
    change = show.signed(report.new_points - report.old_points, 0, reader)
    yield Figure(say("figure_points"), change, say("figure_points_about", old=old, new=new))


def _more(count: int) -> str:
    return say("more", n=count - MOST) if count > MOST else ""
