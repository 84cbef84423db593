"""Reading awards: who enters, who won, and why somebody did not."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

import scoring.queries.rules
from core.database import raw
from core.language import Text
from core.period import shifted
from core.points import cents_text
from leaderboards.flags import BARRED, EXCLUDED, HORS_CONCOURS, PROTECTED, SHOWN_ONLY
from leaderboards.month_board import MonthBoard, Standing
from leaderboards.queries import stored
from org.queries import organisation_of_month
from rewards.awards import granted, outcome
from rewards.entrants import Entrant, Gate, Grant, Outcome
from rewards.gates import Terms
from scoring.packing import PackedLine
from scoring.queries.rules import Rules
from scoring.rulebook import Award, RuleBook
from scoring.statuses import INSUFFICIENT_SAMPLE, SCORED


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
    statement = "SELECT award, unit_id, peer_group, place, value, reason FROM award_grant WHERE month = $1 ORDER BY id"
    async with raw() as connection:
        rows = await connection.fetch(statement, month)
    if not rows:
        return ()
    rules = await scoring.queries.rules.rules_of(month)
    board = await stored.board_or_none(month)
    return tuple(_winner(row, rules, board) for row in rows)


async def why_not(month: int, unit_id: int) -> tuple[WhyNot, ...]:
    """Return how a unit stands to every award of its kind; of a running month as if it ended now."""
    rules = await scoring.queries.rules.rules_of(month)
    board = await stored.board_or_none(month)
    standing = board.by_unit.get(unit_id) if board else None
    if board is None or standing is None:
        return ()
    found = await outcomes(board, rules)
    return tuple(
        _answer(rules.book.awards[one.award], one, unit_id)
        for one in found
        if standing.card in rules.book.awards[one.award].kinds
    )


async def outcomes(board: MonthBoard, rules: Rules) -> tuple[Outcome, ...]:
    """Return the result of every award over one snapshot, kept with it."""
    held = board.kept("award outcomes", dict)
    if "found" not in held:
        kinds = entering_kinds(rules.book)
        entering = [standing.unit_id for standing in board.by_unit.values() if standing.card in kinds]
        before = await stored.board_or_none(shifted(board.month, -1))
        lines = await stored.lines_of(board.snapshot_id, entering)
        codes = (await scoring.queries.rules.catalogue()).kpi_codes
        held["found"] = await judged(board, rules.book, Evidence(before, lines, codes))
    found: tuple[Outcome, ...] = held["found"]
    return found


class Evidence(NamedTuple):
    """What the awards look at besides the board: the board of the month before, lines by unit, codes of KPIs by number."""

    before: MonthBoard | None
    lines: Mapping[int, Sequence[PackedLine]]
    codes: Mapping[int, str]


async def judged(board: MonthBoard, book: RuleBook, evidence: Evidence) -> tuple[Outcome, ...]:
    """Return the result of every award over a board, whether it is stored or not."""
    field = await entrants(board, book, evidence)
    return tuple(outcome(Terms(award=award, book=book), _field(award, board, field)) for award in book.awards.values())


async def grants(board: MonthBoard, book: RuleBook, evidence: Evidence) -> dict[str, tuple[Grant, ...]]:
    """Return who wins each award over a board, without what the others lack: a fraction of the work."""
    field = await entrants(board, book, evidence)
    return {
        code: granted(Terms(award=award, book=book), _field(award, board, field)) for code, award in book.awards.items()
    }


def entering_kinds(book: RuleBook) -> frozenset[str]:
    """Return the kinds that some award is for."""
    return frozenset(kind for award in book.awards.values() for kind in award.kinds)


async def entrants(board: MonthBoard, book: RuleBook, evidence: Evidence) -> dict[int, Entrant]:
    """Return every unit of a board that some award is for, as the award rules look at it; the value is the total."""
    kinds = entering_kinds(book)
    above = await _above(board, book)
    return {
        standing.unit_id: _entrant(
            standing,
            board,
            evidence.before,
            _Lines.of(evidence.lines.get(standing.unit_id, []), evidence.codes),
            above.get(standing.unit_id, {}),
        )
        for standing in board.by_unit.values()
        if standing.card in kinds
    }


async def _above(board: MonthBoard, book: RuleBook) -> dict[int, dict[str, int]]:
    """Return of the units for which some award looks at who stands above: the number of that unit by its kind."""
    awards = [award for award in book.awards.values() if award.at_most]
    kinds = {kind for award in awards for kind in award.at_most}
    entering = {kind for award in awards for kind in award.kinds}
    if not entering:
        return {}
    organisation = await organisation_of_month(board.month)
    return {
        one.unit_id: {
            kind: unit_id
            for unit_id in organisation.ancestors(one.unit_id)
            if (kind := organisation.kind(unit_id)) in kinds
        }
        for one in board.by_unit.values()
        if one.card in entering and one.unit_id in organisation
    }


class _Lines(msgspec.Struct, frozen=True):
    """The scores of a unit's KPIs in cents, and the samples of those that have too few."""

    scores: Mapping[str, int]
    short: Mapping[str, int]

    @classmethod
    def of(cls, lines: Sequence[PackedLine], codes: Mapping[int, str]) -> "_Lines":
        """Return what the award rules need of the stored lines."""
        return cls(
            scores={codes[line.kpi_id]: line.score for line in lines if line.status == SCORED},
            short={codes[line.kpi_id]: line.sample for line in lines if line.status == INSUFFICIENT_SAMPLE},
        )


def _entrant(
    standing: Standing, board: MonthBoard, before: MonthBoard | None, lines: _Lines, above: Mapping[str, int]
) -> Entrant:
    previous = before.by_unit.get(standing.unit_id) if before else None
    processes = zip(board.detail.processes, standing.processes, strict=True)
    return Entrant(
        unit_id=standing.unit_id,
        kind=standing.card,
        group=standing.group,
        value=standing.total if standing.ranked else None,
        rank=standing.peer_rank,
        total=standing.total if standing.ranked else None,
        previous=previous.total if previous and previous.ranked else None,
        coverage=standing.coverage,
        barred=bool(standing.flags & BARRED),
        hors_concours=bool(standing.flags & HORS_CONCOURS),
        protected=standing.status == PROTECTED,
        external=standing.status == SHOWN_ONLY,
        excluded=standing.status == EXCLUDED,
        variance=known.variance if (known := board.ranges.get(standing.unit_id)) else None,
        processes={code: score for code, score in processes if score is not None},
        kpis=lines.scores,
        short=lines.short,
        classes={one.code: one.step for one in board.classes_of(standing)},
        above=above,
    )


def _field(award: Award, board: MonthBoard, field: Mapping[int, Entrant]) -> list[Entrant]:
    """Return the entrants of one award with the value of its measure."""
    members = [one for one in field.values() if one.kind in award.kinds]
    if award.measure not in board.detail.measures:
        return members
    place = board.detail.measures.index(award.measure)
    return [_by_measure(one, board.by_unit[one.unit_id].measures[place] if one.rank else None) for one in members]


def _by_measure(one: Entrant, value: int | None) -> Entrant:
    """Return an entrant with another value; how sure the total is says nothing about that."""
    return msgspec.structs.replace(one, value=value, variance=one.variance if value == one.total else None)


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
