"""Pieces of a board's page that look the same to all readers of a language, made once and kept with the board."""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import NamedTuple

from markupsafe import Markup
from msgspec import Struct

from core.language import current
from leaderboards.board_rows import Row
from leaderboards.month_board import MonthBoard
from org.organisation import Organisation
from web.frame import Req
from web.pages.places import row_view
from web.render import fragment

MOST_ROWS = 4_096
MOST_MARKS = 200
MARK_SIGNS = 12


class Drawn(NamedTuple):
    """A row as HTML, the mark of its text, and what stands for it on a page that has it."""

    mark: str
    html: str
    place: str


class Cells(Struct, frozen=True):
    """Whether the table has a column of process scores."""

    has_cells: bool


def rows_html(
    found: MonthBoard,
    rows: Sequence[Row],
    *,
    organisation: Organisation,
    names: Sequence[str],
    mine: frozenset[int],
    cells: bool,
    have: frozenset[str] = frozenset(),
) -> Markup:
    """Return the rows of a table; each is drawn once for strangers and once for those whose own it is.

    Of a row that the page `have` already, by its mark, only the place is told.
    """
    view = Cells(cells)
    memory: dict[tuple[Row, bool], Drawn] = found.shared(
        ("rows", current(), organisation.revision, view.has_cells, tuple(names)), dict
    )
    drawn = [_row_html(memory, row, organisation, names, mine, view) for row in rows]
    told = "".join([one.place if one.mark in have else one.html for one in drawn])
    return Markup(told)  # noqa: S704 - drawn by our own template, which escapes


def at_hand(request: Req) -> frozenset[str]:
    """Return the marks of the rows that an open page has already, as `web/static/live.js` names them."""
    told = request.headers.get("x-have", "")
    return frozenset(told.split(",", MOST_MARKS)[:MOST_MARKS]) if told else frozenset()


def has_cells(rows: Sequence[Row], names: Sequence[str]) -> bool:
    """Tell whether any row has a process score to show; a process without a name is not shown."""
    return any(name and score is not None for row in rows for name, score in zip(names, row.processes, strict=False))


def _row_html(
    memory: dict[tuple[Row, bool], Drawn],
    row: Row,
    organisation: Organisation,
    names: Sequence[str],
    mine: frozenset[int],
    view: Cells,
) -> Drawn:
    key = (row, row.unit_id in mine)
    drawn = memory.get(key)
    if drawn is None:
        if len(memory) >= MOST_ROWS:
            memory.clear()
        html = fragment("_board_row.html", row=row_view(row, names, organisation, mine), view=view)
        mark = sha256(html.encode()).hexdigest()[:MARK_SIGNS]
        marked = html.replace("<tr", f'<tr data-mark="{mark}"', 1)
        drawn = memory[key] = Drawn(mark, marked, f'<tr data-kept="{mark}"></tr>')
    return drawn


def once(found: MonthBoard, key: tuple[object, ...], draw: Callable[[], str]) -> Markup:
    """Return a piece that follows from the snapshot and the key alone."""
    return _kept(found.kept(("pieces", current()), dict), key, draw)


def same(found: MonthBoard, key: tuple[object, ...], draw: Callable[[], str]) -> Markup:
    """Return a piece that follows from the key alone, whatever snapshot of the month is read."""
    return _kept(found.shared(("pieces", current()), dict), key, draw)


def _kept(memory: dict[tuple[object, ...], str], key: tuple[object, ...], draw: Callable[[], str]) -> Markup:
    piece = memory.get(key)
    if piece is None:
        if len(memory) >= MOST_ROWS:
            memory.clear()
        piece = memory[key] = draw()
    return Markup(piece)  # noqa: S704 - drawn by our own templates, which escape
