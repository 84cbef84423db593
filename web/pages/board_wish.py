"""What the address of a board asks for, and the tabs and filters that lead to other boards."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from markupsafe import Markup
from msgspec import Struct

from core.language import current
from leaderboards.month_board import CardHead, MonthBoard
from leaderboards.queries import boards
from leaderboards.queries.snapshots import heads
from org.visibility import Viewer
from scoring.queries.rules import Rules
from web.frame import Req, my_unit
from web.pages.fragments import once
from web.pages.months.parts import month_choices
from web.render import fragment
from web.sentences.board import WORDS
from web.sentences.teller import teller
from web.views.board import BoardBar
from web.views.shell import Choice, Link

CROWD = 50
"""Units from which on a kind is shown first to those who have no own unit."""
MOST_QUERY = 60
TOTAL = "total"
say = teller(WORDS)


class Wish(Struct, frozen=True):
    """What the address asks for, as far as it exists."""

    month: int
    kind: str
    group: str | None
    measure: str
    span: boards.Span
    query: str

    def href(self, **changes: object) -> str:
        """Return the address of this board with something changed."""
        parts = {
            "kind": self.kind,
            "group": self.group,
            "measure": self.measure,
            "month": self.month,
            "span": self.span,
            **changes,
        }
        usual = {"measure": TOTAL, "span": "month"}
        return "/boards?" + urlencode(
            {name: value for name, value in parts.items() if value and usual.get(name) != value}
        )


def wish_of(request: Req, found: MonthBoard) -> Wish:
    """Return what the address asks for; what does not exist is replaced by the usual."""
    params = request.query_params
    kinds = found.competing
    kind = params.get("kind", "")
    head = found.heads[kind if kind in kinds else _usual_kind(request, found, kinds)]
    group, measure = params.get("group", ""), params.get("measure", TOTAL)
    season = params.get("span") == "season"
    known_measure = measure in found.detail.processes or measure in head.kpis
    return Wish(
        month=found.month,
        kind=head.code,
        group=group if group in head.groups else None,
        measure=measure if known_measure and not season else TOTAL,
        span="season" if season else "month",
        query=params.get("q", "").strip()[:MOST_QUERY],
    )


def _usual_kind(request: Req, found: MonthBoard, kinds: Sequence[str]) -> str:
    """Return the kind of the reader's own unit, else the first with many units."""
    viewer: Viewer | None = request.state.viewer
    mine = my_unit(viewer, request.state.organisation) if viewer else None
    if mine is not None and mine.kind in kinds:
        return mine.kind
    crowd = [code for code in kinds if len(found.by_card[code]) >= CROWD and not found.heads[code].person]
    return (crowd or kinds or list(found.heads))[0]


def _filters(
    wish: Wish, head: CardHead, rules: Rules, months: Mapping[int, int]
) -> tuple[tuple[str, str, tuple[Choice, ...]], ...]:
    reader, book = current(), rules.book
    parts: list[tuple[str, str, tuple[Choice, ...]]] = []
    if len(head.groups) > 1:
        groups = zip(head.groups, head.group_names, strict=True)
        choices = (
            Choice("", say("groups"), not wish.group),
            *(Choice(code, name.read(reader), code == wish.group) for code, name in groups),
        )
        parts.append(("group", say("group"), choices))
    codes = dict.fromkeys(book.kpis[code].process for code in head.kpis if code in book.kpis)
    measures = [(TOTAL, say("total"))]
    measures += [(code, book.processes[code].name.read(reader)) for code in codes if code in book.processes]
    measures += [(code, f"{code} {book.kpis[code].name.read(reader)}") for code in head.kpis if code in book.kpis]
    parts.append(
        (
            "measure",
            say("measure"),
            tuple(Choice(code, name, code == wish.measure) for code, name in measures),
        )
    )
    spans = (("month", "this_month"), ("season", "season"))
    parts.append(
        (
            "span",
            say("span"),
            tuple(Choice(code, WORDS[name].read(reader), code == wish.span) for code, name in spans),
        )
    )
    parts.append(("month", say("month"), month_choices(months, wish.month)))
    return tuple(parts)


async def bar_html(wish: Wish, found: MonthBoard, head: CardHead, rules: Rules) -> Markup:
    """Return the tabs and filters: the same for all readers, unless something is searched for."""
    known = (await heads()).by_month
    if wish.query:
        return Markup(_bar(wish, found, head, rules, known))  # noqa: S704 - drawn by our own template, which escapes
    return once(found, ("bar", wish, tuple(known)), lambda: _bar(wish, found, head, rules, known))


def _bar(wish: Wish, found: MonthBoard, head: CardHead, rules: Rules, months: Mapping[int, int]) -> str:
    reader = current()
    kinds = tuple(
        Link(one.name.read(reader), wish.href(kind=code, group="", measure=""), "", code == wish.kind)
        for code, one in found.heads.items()
        if code in found.competing
    )
    filters = _filters(wish, head, rules, months)
    return fragment("_board_bar.html", view=BoardBar(kinds=kinds, filters=filters, kind=wish.kind, query=wish.query))
