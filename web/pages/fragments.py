"""Pieces of a board's page that look the same to all readers of a language, made once and kept with the board."""

from collections.abc import Callable, Sequence
from functools import partial
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
MOST_TABLES = 64


class Drawn(NamedTuple):
    """A row as HTML, the mark of its text, and what stands for it on a page that has it."""

    mark: str
    html: str
    place: str


class Table(NamedTuple):
    """The rows of a table as they are sent, to readers none of whose own is among them."""

    rows: tuple[Row, ...]
    html: str


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
    have: str = "",
) -> Markup:
    """Return the rows of a table; each is drawn once for strangers and once for those whose own it is.

    Of a row that the page `have` already, by its mark, only the place is told. Many pages have the same: what they are sent
    is put together once.
    """
    draw = partial(_drawn, found, rows, organisation, names, mine, Cells(cells), have)
    if not rows or not mine.isdisjoint([row.unit_id for row in rows]):
        return Markup(draw())  # noqa: S704 - drawn by our own template, which escapes
    memory = found.kept(("tables", current(), organisation.revision, cells, tuple(names)), dict[object, Table])
    key = (have, rows[0].unit_id, rows[-1].unit_id)
    held = memory.get(key)
    if held is None or held.rows != rows:
        held = Table(tuple(rows), draw())
        _remember(memory, key, held)
    return Markup(held.html)  # noqa: S704 - drawn by our own template, which escapes


def _remember(memory: dict[object, "Table"], key: object, table: "Table") -> None:
    if len(memory) >= MOST_TABLES:
        memory.clear()
    memory[key] = table


def _drawn(
    found: MonthBoard,
    rows: Sequence[Row],
    organisation: Organisation,
    names: Sequence[str],
    mine: frozenset[int],
    view: "Cells",
    have: str,
) -> str:
    marks = frozenset(have.split(",", MOST_MARKS)[:MOST_MARKS]) if have else frozenset[str]()
    memory: dict[tuple[Row, bool], Drawn] = found.shared(
        ("rows", current(), organisation.revision, view.has_cells, tuple(names)), dict
    )
    drawn = [_row_html(memory, row, organisation, names, mine, view) for row in rows]
    return "".join([one.place if one.mark in marks else one.html for one in drawn])


def at_hand(request: Req) -> str:
    """Return the marks of the rows that an open page has already, as `web/static/live.js` names them."""
    return request.headers.get("x-have", "")


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
