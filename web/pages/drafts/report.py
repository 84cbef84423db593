"""The report of a trial as a page: sentences first, then pictures, then names; one kind, one month or all, one group or all."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from core.language import current
from core.points import cents_text, rounded_fraction
from months.queries.simulations import SimulationRow
from months.simulation.findings import Slice, bars, dropped_kinds, furthest, groups_of, kinds_of, sliced
from months.simulation.report import Report
from months.simulation.tables import Names
from web import show
from web.pages.drafts import report_pictures as pictures
from web.pages.drafts.parts import crumbs
from web.pages.drafts.report_rows import Chosen, award_rows, coaching_rows, month_lines, mover_rows, named
from web.pages.drafts.trying import links, say, subtitle, words
from web.views.shell import Choice
from web.views.simulation import Figure, ReportView

MOST = 10
FEW_GROUPS = 2
"""Everybody and one group are the same: no choice."""


def report_view(row: SimulationRow, report: Report, names: Names, wish: tuple[str, str, str]) -> ReportView:
    """Return the page of a report for a wish of month, kind and group."""
    chosen = _chosen(report, wish)
    found = sliced(chosen.months, chosen.kind, chosen.group)
    one = sliced(chosen.months[-1:], chosen.kind, chosen.group) if chosen.whole else found
    month = show.month(chosen.months[-1].month, current())
    awards, coaching = chosen.awards(), chosen.coaching()
    moving = [each for each in furthest(found.rows, len(found.rows)) if each.gain or each.climb]
    return ReportView(
        words=words(),
        crumbs=crumbs((row.name, f"/drafts/{row.draft_id}"), (say("trial"), "")),
        key=row.id,
        title=say("title", name=row.name),
        subtitle=subtitle(row),
        links=links(row),
        **_choices(report, names, chosen),
        says=(*_dropped(report, names), *_says(found, chosen, names)),
        figures=tuple(_figures(found, chosen)),
        **pictures.drawn(one, bars(found.rows), names),
        one_month=say("one_month", month=month) if chosen.whole else "",
        movers=mover_rows(moving[:MOST], names, whole=chosen.whole),
        more_movers=_more(len(moving)),
        awards=award_rows(awards[:MOST], names, whole=chosen.whole),
        more_awards=_more(len(awards)),
        coaching=coaching_rows(coaching[:MOST], names, whole=chosen.whole),
        more_coaching=_more(len(coaching)),
        monthly=month_lines(report, chosen, row.id),
    )


def _more(count: int) -> str:
    return say("more", n=count - MOST) if count > MOST else ""


def _chosen(report: Report, wish: tuple[str, str, str]) -> Chosen:
    """Return the months, kind and group that were asked for, else all months of the kind that changes most."""
    month, kind, group = wish
    by_key = {str(one.month): one for one in report.months}
    whole = month not in by_key and len(report.months) > 1
    months = report.months if whole else (by_key.get(month, report.months[-1]),)
    kinds = kinds_of(report)
    code = kind if kind in kinds else _usual(report, kinds)
    return Chosen(months, code, group if group in groups_of(months, code) else None, whole)


def _usual(report: Report, kinds: Sequence[str]) -> str:
    """Return the kind of which the greatest share of totals changes, the first of equals."""

    def changed(code: str) -> Fraction:
        found = sliced(report.months, code, None)
        return Fraction(found.gain + found.lose, max(len(found.rows), 1))

    return max(kinds, key=changed, default="")


def _choices(report: Report, names: Names, chosen: Chosen) -> dict[str, Any]:
    reader = current()
    only = None if chosen.whole else chosen.months[0].month
    months = [
        Choice(str(one.month), show.month(one.month, reader), one.month == only) for one in reversed(report.months)
    ]
    if len(months) > 1:
        months.insert(0, Choice("", say("all_months", n=len(report.months)), chosen.whole))
    kinds = (Choice(code, named(names.kinds, code), code == chosen.kind) for code in kinds_of(report))
    groups = [Choice("", say("everybody"), chosen.group is None)]
    codes = groups_of(chosen.months, chosen.kind)
    groups += [Choice(code, named(names.groups, (chosen.kind, code), code), code == chosen.group) for code in codes]
    return {
        "months": tuple(months),
        "kinds": tuple(kinds),
        "groups": tuple(groups) if len(groups) > FEW_GROUPS else (),
    }


def _dropped(report: Report, names: Names) -> Iterator[str]:
    """Say first of all which kinds would have no totals any more, whatever is looked at."""
    kinds = dropped_kinds(report)
    if kinds:
        yield say("says_dropped_kinds", kinds=say("comma").join(named(names.kinds, code) for code in kinds))


def _says(found: Slice, chosen: Chosen, names: Names) -> Iterator[str]:
    """Yield the findings as sentences that a manager would say."""
    awards, coaching = chosen.awards(), chosen.coaching()
    if not (found.gain or found.lose or found.moved or found.dropped or awards or coaching):
        yield say("says_nothing")
        return
    if found.dropped:
        yield say("says_dropped", kind=named(names.kinds, chosen.kind), n=found.dropped)
    if found.gain or found.lose or found.same:
        mean = {"old": _mean(found.old_mean), "new": _mean(found.new_mean)}
        kind = named(names.kinds, chosen.kind)
        yield say("says_totals", kind=kind, gain=found.gain, lose=found.lose, same=found.same, **mean)
        yield _says_places(found, names)
    if found.spearman and found.kendall:
        yield say("says_alike", rho=found.spearman.text(3), tau=found.kendall.text(3))
    points = dict(zip(("old", "new"), _points(chosen), strict=True))
    won = sum(change.won for _, change in awards)
    if awards:
        yield say("says_awards", won=won, lost=len(awards) - won, **points)
    else:
        yield say("says_no_awards", **points)
    if coaching:
        on = sum(change.on for _, change in coaching)
        yield say("says_coaching", on=on, off=len(coaching) - on)


def _says_places(found: Slice, names: Names) -> str:
    far = max(found.rows, key=lambda row: abs(row.climb), default=None)
    if far is None or not far.climb:
        return say("says_no_places")
    name = names.unit(far.month, far.unit)[1].read(current())
    return say(
        "says_places", moved=found.moved, ranked=found.ranked, name=name, before=far.old_place, after=far.new_place
    )


def _points(chosen: Chosen) -> tuple[str, str]:
    old, new = (sum(getattr(one, name) for one in chosen.months) for name in ("old_points", "new_points"))
    return show.number(old, 0, current()), show.number(new, 0, current())


def _mean(value: Fraction | None) -> str:
    return "–" if value is None else show.minus(cents_text(rounded_fraction(value, 0)))


def _figures(found: Slice, chosen: Chosen) -> Iterator[Figure]:
    """Yield the big numbers of the slice."""
    awards, coaching = chosen.awards(), chosen.coaching()
    won, on = sum(one.won for _, one in awards), sum(one.on for _, one in coaching)
    alike = found.spearman.text(3) if found.spearman else "–"
    yield Figure(say("figure_moved"), str(found.moved), say("of", n=found.ranked))
    yield Figure(say("figure_alike"), alike, say("rank_correlation" if found.spearman else "by_month"))
    yield Figure(say("figure_awards"), f"{won} / {len(awards) - won}", f"{say('won')} / {say('lost')}")
    yield Figure(say("figure_coaching"), f"{on} / {len(coaching) - on}", f"{say('on')} / {say('off')}")
    change = sum(one.points if one.won else -one.points for _, one in awards)
    old, new = _points(chosen)
    yield Figure(say("figure_points"), show.signed(change, 0, current()), say("points_before", old=old, new=new))
