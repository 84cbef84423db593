"""Rows and places of boards, made ready for the eye."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from core.language import Text, current
from leaderboards.board_rows import Row
from leaderboards.queries.boards import Place
from org.organisation import Organisation
from scoring.rulebook import RuleBook
from web import show
from web.views.board import Row as RowView
from web.views.home import Gap, MyPlace

CENTS = 2
MOST = 12_000
"""The highest score in cents: a bar shows a score's share of it."""
STATUSES: dict[str, Text] = {
    "not_ranked": Text(zh="数据不足，不排名", en="too little data to be ranked"),
    "protected": Text(zh="保护期", en="protected, because new"),
    "shown_only": Text(zh="只展示，不排名", en="shown only, not ranked"),
    "excluded": Text(zh="本月不参评", en="left out this month"),
}
SAME_TOTAL = Text(zh="总分相同，按并列规则排在后面。", en="The total is equal; the tie-break decides.")
RANGE = Text(zh="真实名次可能在第{best}到第{worst}名之间", en="truly between places {best} and {worst}")
MAY_BE = Text(
    zh="按背后的样本，真实名次可能在第{best}到第{worst}名之间。",
    en="Given the samples behind it, the true place may be anything from {best} to {worst}.",
)
WEAKEST = Text(zh="最弱：{name} {score}", en="weakest: {name} {score}")
ALL_GROUPS = Text(zh="全部", en="all")


def cents(value: int | None) -> Decimal | None:
    """Return cents as a decimal."""
    return None if value is None else show.scaled(value, CENTS)


def history(values: Iterable[int | None]) -> tuple[Decimal, ...]:
    """Return the months that have a number."""
    return tuple(show.scaled(value, CENTS) for value in values if value is not None)


def above(organisation: Organisation, unit_id: int) -> str:
    """Return the name of the unit directly above one, empty at the top."""
    ids = organisation.ancestors(unit_id)
    unit = organisation.unit(ids[0]) if ids else None
    return unit.name(current()) if unit else ""


def row_view(row: Row, names: Sequence[str], organisation: Organisation, mine: frozenset[int]) -> RowView:
    """Return one row; a hidden one carries its rank and nothing else."""
    if row.hidden or row.unit_id is None or row.name is None:
        return RowView(row.rank, tied=row.tied, hidden=True)
    cells = tuple((name, cents(score)) for name, score in zip(names, row.processes, strict=False) if name)
    told = [(name, score) for name, score in cells if score is not None]
    weakest = min(told, key=lambda cell: cell[1], default=None)
    chip = STATUSES.get(row.status)
    open_ = row.best is not None and row.worst is not None and row.best < row.worst
    return RowView(
        rank=row.rank,
        tied=row.tied,
        movement=row.movement,
        name=row.name.read(current()),
        href=f"/units/{row.unit_id}" if row.inside else "",
        under=above(organisation, row.unit_id),
        mine=row.unit_id in mine,
        cells=cells if told else (),
        history=history(row.history),
        total=cents(row.cents),
        share=min(100, max(0, (row.cents or 0) * 100 // MOST)),
        cells_about=_weakest(weakest) if weakest else "",
        chip=chip.read(current()) if chip else "",
        range=f"{row.best}–{row.worst}" if open_ else "",
        range_about=RANGE.format(best=row.best, worst=row.worst).read(current()) if open_ else "",
    )


def _weakest(cell: tuple[str, Decimal]) -> str:
    return WEAKEST.format(name=cell[0], score=show.number(cell[1], CENTS, current())).read(current())


def my_place(place: Place, board: str, *, provisional: bool, book: RuleBook, month: int) -> MyPlace:
    """Return where a unit stands, with the way to the next place up."""
    row, reader = place.row, current()
    return MyPlace(
        name=row.name.read(reader) if row.name else "",
        board=board,
        href=f"/units/{row.unit_id}?month={month}",
        rank=row.rank,
        of=place.of,
        tied=row.tied,
        total=cents(row.cents),
        movement=row.movement,
        provisional=provisional,
        history=history(row.history),
        gap=_gap(place),
        reason=_reason(place, book),
        range=may_be(row.best, row.worst),
    )


def may_be(best: int | None, worst: int | None) -> str:
    """Return in a sentence which places it may truly be, nothing when it is sure or not known."""
    if best is None or worst is None or best >= worst:
        return ""
    return MAY_BE.format(best=best, worst=worst).read(current())


def _gap(place: Place) -> Gap | None:
    if place.gap_cents is None or place.next_rank is None:
        return None
    points = show.scaled(place.gap_cents, CENTS)
    behind = max(4, 100 - place.gap_cents * 1_000 // max(place.row.cents or 1, 1))
    note = "" if place.gap_cents else SAME_TOTAL.read(current())
    return Gap(place.next_rank, points, behind, note)


def _reason(place: Place, book: RuleBook) -> str:
    status = STATUSES.get(place.row.status)
    if status is None or place.row.status == "excluded":
        return status.read(current()) if status else ""
    share = show.plain(Decimal(place.coverage).scaleb(-2), 1)
    least = show.plain(book.composition.coverage_min * 100, 1)
    words = Text(
        zh="{status}：覆盖率 {share}%，排名要 {least}%。", en="{status}: coverage {share}%, ranking needs {least}%."
    )
    return words.format(status=status, share=share, least=least).read(current())
