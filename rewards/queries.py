"""Reading awards: who enters, who won, and why somebody did not."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

import scoring.queries.rules
from core.database import raw
from core.errors import NotFound
from core.language import Text
from core.period import shifted
from core.points import cents_text
from leaderboards.month_board import MonthBoard
from leaderboards.queries import stored
from leaderboards.queries.known import organisation_behind
from leaderboards.queries.snapshots import month_board, rules_of_board
from rewards import judging
from rewards.entrants import Gate, Grant, Outcome
from rewards.judging import Named, kinds_by_line, ranked_totals
from scoring.packing import PackedLine
from scoring.queries.rules import Rules
from scoring.rulebook import Award, RuleBook


class Winner(msgspec.Struct, frozen=True, kw_only=True):
    """One award given: to whom, in which group, at which place, and the sentence behind it."""

    award: str
    award_name: Text
    prize: Text
    unit_id: int
    unit_code: str
    unit_name: Text
    kind: str
    group: str
    group_name: Text
    place: int
    value: str
    reason: Text


class WhyNot(msgspec.Struct, frozen=True, kw_only=True):
    """How one unit stands to one award: won, or every gate it failed."""

    award: str
    award_name: Text
    won: bool
    place: int | None
    value: str | None
    gates: tuple[Gate, ...] = ()


async def winners(month: int) -> tuple[Winner, ...]:
    """Return the awards given for a month in the order of the rule book, groups and places; none before it is closed."""
    statement = (
        "SELECT award, unit_id, peer_group, place, value, reason FROM award_grant"
        " WHERE snapshot_id = (SELECT snapshot_id FROM closed_month WHERE month = $1) ORDER BY id"
    )
    async with raw() as connection:
        rows = await connection.fetch(statement, month)
    if not rows:
        return ()
    rules = await scoring.queries.rules.rules_of(month)
    board = await stored.board_or_none(month)
    return tuple(_winner(row, rules, board) for row in rows)


async def why_not(month: int, unit_id: int, *, named: bool) -> tuple[WhyNot, ...]:
    """Return how a unit stands to every award of its kind; of a running month as if it ended now.

    `named` says whether the reader may know who was named for the awards by hand: that is told with the results.
    """
    try:
        board = await month_board(month)
    except NotFound:
        return ()
    standing, rules = board.by_unit.get(unit_id), await rules_of_board(board)
    if standing is None:
        return ()
    found = await outcomes(board, rules, named=await namings(month) if named else {})
    return tuple(
        _answer(rules.book.awards[one.award], one, unit_id)
        for one in found
        if standing.card in rules.book.awards[one.award].kinds
    )


async def namings(month: int) -> Named:
    """Return who is named for the awards by hand of a month: nobody else's to know before the results are."""
    statement = "SELECT award, unit_id, reason FROM award_naming WHERE month = $1 AND lifted_at IS NULL ORDER BY id"
    found: dict[str, dict[int, str]] = {}
    async with raw() as connection:
        for row in await connection.fetch(statement, month):
            found.setdefault(row["award"], {})[row["unit_id"]] = row["reason"]
    return found


async def outcomes(
    board: MonthBoard, rules: Rules, lines: Mapping[int, Sequence[PackedLine]] | None = None, *, named: Named
) -> tuple[Outcome, ...]:
    """Return the result of every award over one snapshot, kept with it; whoever has read its lines gives them."""
    held = board.kept("award outcomes", dict)
    key = tuple((award, *one) for award, units in named.items() for one in units.items())
    if key not in held:
        kinds = kinds_by_line(rules.book)
        before = await stored.shown_board(shifted(board.month, -1))
        if lines is None:
            looked_at = [standing.unit_id for standing in board.by_unit.values() if standing.card in kinds]
            lines = await stored.lines_of(board.snapshot_id, looked_at) if looked_at else {}
        codes = (await scoring.queries.rules.catalogue()).kpi_codes
        held[key] = judging.judged(
            board, rules.book, await _basis(board, rules.book, Evidence(before, lines, codes), named)
        )
    found: tuple[Outcome, ...] = held[key]
    return found


class Evidence(NamedTuple):
    """What the awards look at besides the board: the board of the month before, lines by unit, codes of KPIs by number."""

    before: MonthBoard | None
    lines: Mapping[int, Sequence[PackedLine]]
    codes: Mapping[int, str]


async def grants(board: MonthBoard, book: RuleBook, evidence: Evidence) -> dict[str, tuple[Grant, ...]]:
    """Return who wins each award over a board, without what the others lack: a fraction of the work."""
    return judging.grants(board, book, await _basis(board, book, evidence, await namings(board.month)))


async def _basis(board: MonthBoard, book: RuleBook, evidence: Evidence, named: Named) -> judging.Basis:
    """Return what judging needs; the organisation is read only where an award looks at who stands above."""
    before = evidence.before
    previous = ranked_totals(before) if before else {}
    looks_up = any(award.at_most for award in book.awards.values())
    organisation = await organisation_behind(board) if looks_up else None
    return judging.Basis(previous, evidence.lines, evidence.codes, organisation, named)


def _answer(award: Award, found: Outcome, unit_id: int) -> WhyNot:
    grant = next((grant for grant in found.grants if grant.unit_id == unit_id), None)
    return WhyNot(
        award=award.code,
        award_name=award.name,
        won=grant is not None,
        place=grant.place if grant else None,
        value=cents_text(grant.value) if grant else None,
        gates=found.missed.get(unit_id, ()),
    )


def _winner(row: Any, rules: Rules, board: MonthBoard | None) -> Winner:  # noqa: ANN401 - asyncpg ships no types
    award = rules.book.awards[row["award"]]
    standing = board.by_unit[row["unit_id"]] if board else None
    head = board.heads[standing.card] if board and standing else None
    names = dict(zip(head.groups, head.group_names, strict=True)) if head else {}
    group = row["peer_group"]
    kind = rules.book.kinds[standing.card] if standing else None
    return Winner(
        award=award.code,
        award_name=award.name,
        prize=award.prize,
        unit_id=row["unit_id"],
        unit_code=standing.code if standing else "",
        unit_name=standing.name if standing else Text(zh="", en=""),
        kind=standing.card if standing else "",
        group=group,
        group_name=names.get(group) or (kind.name if kind else Text(zh=group, en=group)),
        place=row["place"],
        value=row["value"],
        reason=msgspec.json.decode(row["reason"], type=Text),
    )
