"""The result of a closed month for export, cut to what the viewer may see by the same rule as every page."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

import msgspec

import org.visibility
import rewards.queries
import scoring.queries.rules
from coaching.history import card_lines
from core.errors import Refused
from core.language import Text
from leaderboards.board_rows import Row
from leaderboards.faces import showing
from leaderboards.month_board import CardHead, MonthBoard, Standing
from leaderboards.queries import boards, stored
from leaderboards.queries.snapshots import month_board
from months import disclosure
from months.queries import sealed, totals
from months.queries.calendar import MonthRow, month_row
from months.queries.totals import Part
from org.organisation import Organisation
from org.visibility import Face, Scope, Viewer
from rewards.queries import Winner
from scoring.losses import CardLosses
from scoring.packing import PackedLine
from scoring.rulebook import RuleBook
from scoring.statuses import STATUSES

EVERYTHING = Scope(sees_all=True, key="export")
"""What those see who export the whole month."""


COLUMNS = ("card", "blend", "activity", "adjustment", "red_lines")
"""What a total adds up from."""


class BoardRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a board in cents; a row that is not named to this viewer tells its rank and nothing else."""

    rank: int | None
    group: Text | None = None
    group_rank: int | None = None
    code: str | None = None
    name: Text | None = None
    total: int | None = None
    between: Mapping[str, int] | None = None
    """From card to total for those who may take the card apart: card, blend, activity, adjustment, red_lines in cents."""
    coverage: int | None = None
    status: str | None = None
    processes: tuple[int | None, ...] = ()
    best: int | None = None
    """The best and the worst rank that it may truly have, given its samples."""
    worst: int | None = None
    margin: str | None = None
    classes: tuple[Text | None, ...] = ()
    """The class of each name of the sheet, for those who may take the unit's card apart."""


class BoardSheet(msgspec.Struct, frozen=True, kw_only=True):
    """One board: its kind and its rows in order."""

    card: str
    name: Text
    rows: tuple[BoardRow, ...]
    classes: tuple[Text, ...] = ()


class CardRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a scorecard: value in 1/1,000,000, score in cents, points and lost points in 1/10,000, weights exact."""

    code: str
    name: Text
    kpi: str
    kpi_name: Text
    value: int | None
    sample: int
    score: int | None
    weight: Fraction
    weight_after: Fraction
    points: int
    lost: int
    status: str


class CardSheet(msgspec.Struct, frozen=True, kw_only=True):
    """The scorecards of one kind, line by line."""

    card: str
    name: Text
    rows: tuple[CardRow, ...]


class TotalRow(msgspec.Struct, frozen=True, kw_only=True):
    """How one unit's total comes about, part by part."""

    card: str
    code: str
    name: Text
    total: int
    parts: tuple[Part, ...]


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """A closed month for export; `document` is the sealed whole and is there for those alone who see everything."""

    month: int
    theme: Text
    digest: str
    rule_book: str
    closed_at: datetime
    published_at: datetime | None
    complete: bool
    processes: tuple[Text, ...]
    boards: tuple[BoardSheet, ...]
    awards: tuple[Winner, ...]
    cards: tuple[CardSheet, ...]
    totals: tuple[TotalRow, ...] = ()
    """From the sum of the scorecard to the total, unit by unit."""
    document: dict[str, Any] | None = None


async def results(month: int, viewer: Viewer, organisation: Organisation) -> Results:
    """Return the result of a closed month for a viewer; Refused while it is open, or closed and not yet for this viewer."""
    row = await month_row(month)
    refusal = disclosure.export_problem(row.state, viewer.roles)
    if refusal or row.snapshot_id is None or row.digest is None or row.closed_at is None:
        raise Refused(refusal or disclosure.not_closed())
    seen = _Seen(scope=org.visibility.scope(viewer, organisation), everything=disclosure.exports_all(viewer.roles))
    rules = await scoring.queries.rules.rules_of(month)
    board = await month_board(snapshot_id=row.snapshot_id)
    lines = await stored.lines_of(row.snapshot_id, [unit for unit in board.by_unit if seen.inside(unit)])
    codes = (await scoring.queries.rules.catalogue()).kpi_codes
    kept = _Stored(lines, codes)
    ways = await _totals(row, board, rules.book, kept)
    between = {one.code: _between(one.parts) for one in ways}
    return Results(
        month=month,
        theme=rules.book.themes[row.theme].name if row.theme in rules.book.themes else Text(zh=row.theme, en=row.theme),
        digest=row.digest,
        rule_book=rules.fingerprint,
        closed_at=row.closed_at,
        published_at=row.published_at,
        complete=seen.everything,
        processes=tuple(rules.book.processes[code].name for code in board.detail.processes),
        boards=tuple([await _board(board.heads[code], board, seen, between) for code in board.competing]),
        awards=await rewards.queries.winners(month),
        cards=tuple(_cards(head, board, rules.book, kept) for head in board.detail.cards),
        totals=ways,
        document=await _document(row) if seen.everything else None,
    )


class _Seen(msgspec.Struct, frozen=True):
    """What the viewer sees: everything, or what the one visibility rule grants."""

    scope: Scope
    everything: bool

    def inside(self, unit_id: int) -> bool:
        """Say whether the card of a unit may be taken apart."""
        return self.everything or self.scope.detail(unit_id)


class _Stored(msgspec.Struct, frozen=True):
    """Stored lines by unit, and the codes of KPIs by number."""

    lines: Mapping[int, Sequence[PackedLine]]
    codes: Mapping[int, str]


async def _document(row: MonthRow) -> dict[str, Any] | None:
    seal = await sealed.seal_of(row.month)
    return await sealed.document(seal.header, seal.snapshot_id) if seal else None


async def _totals(row: MonthRow, board: MonthBoard, book: RuleBook, kept: _Stored) -> tuple[TotalRow, ...]:
    """Return how the totals come about, of the units whose cards may be taken apart."""
    seal = await sealed.seal_of(row.month)
    if seal is None:
        return ()
    theme = board.detail.theme
    found = await totals.beside(seal.header["inputs"], row.month, book, theme)
    rows: list[TotalRow] = []
    for head in board.detail.cards:
        way = totals.Totals(board, book, found, CardLosses(book, head.code, theme), head.code)
        for one in sorted(board.by_card[head.code], key=lambda one: one.code):
            parts = way.of(one, kept.lines[one.unit_id], kept.codes) if one.unit_id in kept.lines else ()
            if parts and one.total is not None:
                rows.append(TotalRow(card=head.code, code=one.code, name=one.name, total=one.total, parts=parts))
    return tuple(rows)


def _between(parts: Iterable[Part]) -> dict[str, int]:
    """Return the parts of a total by column: what the limit holds back belongs to the adjustments, the floor to red lines."""
    columns = {"limit": "adjustment", "floor": "red_lines"}
    found = dict.fromkeys(COLUMNS, 0)
    for one in parts:
        found[columns.get(one.part, one.part)] += one.points
    return found


async def _board(
    head: CardHead, board: MonthBoard, seen: _Seen, between: Mapping[str, Mapping[str, int]]
) -> BoardSheet:
    """Return a board just as its pages show it to this viewer."""
    groups = dict(zip(head.groups, head.group_names, strict=True))
    scope = EVERYTHING if seen.everything else seen.scope
    rows: list[BoardRow] = []
    cursor: str | None = f"{board.snapshot_id}.0"
    while cursor is not None:
        with showing(Face.INNER):  # that it may be read has been asked before
            page = await boards.board(scope, card=head.code, month=board.month, after=cursor, limit=boards.MOST_ROWS)
        rows += [_board_row(row, board, groups, between) for row in page.rows]
        cursor = page.after
    classes = tuple(one.name for one in board.detail.classes if one.kind == head.code)
    return BoardSheet(card=head.code, name=head.name, rows=tuple(rows), classes=classes)


def _board_row(
    row: Row, board: MonthBoard, groups: Mapping[str, Text], between: Mapping[str, Mapping[str, int]]
) -> BoardRow:
    standing = board.by_unit.get(row.unit_id or 0)
    if row.hidden or standing is None:
        return BoardRow(rank=row.rank)
    return BoardRow(
        rank=row.rank,
        group=groups.get(standing.group) or Text(zh=standing.group, en=standing.group),
        group_rank=standing.peer_rank,
        code=row.code,
        name=row.name,
        total=row.cents,
        between=between.get(standing.code),
        coverage=standing.coverage,
        status=row.status,
        processes=row.processes,
        best=row.best,
        worst=row.worst,
        margin=row.margin,
        classes=_classes(row, standing, board),
    )


def _classes(row: Row, standing: Standing, board: MonthBoard) -> tuple[Text | None, ...]:
    found = {one.code: one.step_name for one in board.classes_of(standing)} if row.inside else {}
    return tuple(found.get(head.code) for head in board.detail.classes if head.kind == standing.card)


def _cards(head: CardHead, board: MonthBoard, book: RuleBook, kept: _Stored) -> CardSheet:
    losses = CardLosses(book, head.code, board.detail.theme)
    units = sorted((one for one in board.by_card[head.code] if one.unit_id in kept.lines), key=lambda one: one.code)
    losses.learn(card_lines(kept.lines[unit.unit_id], kept.codes) for unit in units)
    rows = tuple(row for unit in units for row in _card_rows(unit, book, losses, kept))
    return CardSheet(card=head.code, name=head.name, rows=rows)


def _card_rows(unit: Standing, book: RuleBook, losses: CardLosses, kept: _Stored) -> list[CardRow]:
    lines = kept.lines[unit.unit_id]
    found = losses.of(card_lines(lines, kept.codes))
    weights = book.weights_of(unit.card)
    rows: list[CardRow] = []
    for line in lines:
        code = kept.codes[line.kpi_id]
        loss = found.get(code)
        rows.append(
            CardRow(
                code=unit.code,
                name=unit.name,
                kpi=code,
                kpi_name=book.kpis[code].name,
                value=line.value,
                sample=line.sample,
                score=line.score if line.has_score else None,
                weight=weights.get(code, Fraction(0)),
                weight_after=loss.weight if loss else Fraction(0),
                points=line.points,
                lost=loss.lost if loss else 0,
                status=STATUSES[line.status],
            )
        )
    return rows
