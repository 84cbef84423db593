"""Pieces of a board's page that look the same to all readers of a language, made once and kept with the board."""

from collections.abc import Callable, Sequence

from markupsafe import Markup
from msgspec import Struct

from core.language import current
from leaderboards.board_rows import Row
from leaderboards.month_board import MonthBoard
from org.organisation import Organisation
from web.pages.places import row_view
from web.render import fragment

MOST_ROWS = 4_096


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
) -> Markup:
    """Return the rows of a table; each is drawn once for strangers and once for those whose own it is."""
    view = Cells(cells)
    memory: dict[tuple[Row, bool], str] = found.shared(
        ("rows", current(), organisation.revision, view.has_cells, tuple(names)), dict
    )
    drawn = "".join([_row_html(memory, row, organisation, names, mine, view) for row in rows])
    return Markup(drawn)  # noqa: S704 - drawn by our own template, which escapes


def has_cells(rows: Sequence[Row], names: Sequence[str]) -> bool:
    """Tell whether any row has a process score to show; a process without a name is not shown."""
    return any(name and score is not None for row in rows for name, score in zip(names, row.processes, strict=False))


def _row_html(
    memory: dict[tuple[Row, bool], str],
    row: Row,
    organisation: Organisation,
    names: Sequence[str],
    mine: frozenset[int],
    view: Cells,
) -> str:
    key = (row, row.unit_id in mine)
    drawn = memory.get(key)
    if drawn is None:
        if len(memory) >= MOST_ROWS:
            memory.clear()
        drawn = memory[key] = fragment("_board_row.html", row=row_view(row, names, organisation, mine), view=view)
    return drawn


def once(found: MonthBoard, key: tuple[object, ...], draw: Callable[[], str]) -> Markup:
    """Return a piece that follows from the snapshot and the key alone."""
    memory: dict[tuple[object, ...], str] = found.kept(("pieces", current()), dict)
    piece = memory.get(key)
    if piece is None:
        if len(memory) >= MOST_ROWS:
            memory.clear()
        piece = memory[key] = draw()
    return Markup(piece)  # noqa: S704 - as above
