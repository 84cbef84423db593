"""Awards over a board, from values alone: who enters, who wins, what the others lack."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

import msgspec

from leaderboards.flags import BARRED, EXCLUDED, HORS_CONCOURS, PROTECTED, SHOWN_ONLY
from leaderboards.month_board import MonthBoard, Standing
from org.organisation import Organisation
from rewards.awards import granted, outcome
from rewards.entrants import Entrant, Grant, Outcome
from rewards.gates import Terms
from scoring.packing import PackedLine
from scoring.rulebook import Award, RuleBook
from scoring.statuses import INSUFFICIENT_SAMPLE, SCORED

BY_LINE = frozenset({"kpi_below", "insufficient_sample"})
"""The bars of awards that look at single KPIs."""


Named: TypeAlias = Mapping[str, Mapping[int, str]]
"""Units named for the awards by hand, by award, the first named first, each with the reason."""


class Basis(NamedTuple):
    """What the awards look at besides the board.

    `previous` holds the totals in cents of those ranked the month before, `lines` the lines by unit, `codes` the codes
    of KPIs by number; the organisation is there where an award looks at who stands above.
    """

    previous: Mapping[int, int]
    lines: Mapping[int, Sequence[PackedLine]]
    codes: Mapping[int, str]
    organisation: Organisation | None = None
    named: Named = MappingProxyType({})

    def terms(self, award: Award, book: RuleBook) -> Terms:
        """Return one award with what it is decided by."""
        return Terms(award=award, book=book, named=self.named.get(award.code, {}))


def judged(board: MonthBoard, book: RuleBook, basis: Basis) -> tuple[Outcome, ...]:
    """Return the result of every award over a board."""
    field = entrants(board, book, basis)
    awards = book.awards.values()
    return tuple(outcome(basis.terms(award, book), _field(award, board, field)) for award in awards)


def grants(board: MonthBoard, book: RuleBook, basis: Basis) -> dict[str, tuple[Grant, ...]]:
    """Return who wins each award over a board, without what the others lack: a fraction of the work."""
    field = entrants(board, book, basis)
    return {code: granted(basis.terms(award, book), _field(award, board, field)) for code, award in book.awards.items()}


def entering_kinds(book: RuleBook) -> frozenset[str]:
    """Return the kinds that some award is for."""
    return frozenset(kind for award in book.awards.values() for kind in award.kinds)


def kinds_by_line(book: RuleBook) -> frozenset[str]:
    """Return the kinds of which some award looks at single lines."""
    barring = (award for award in book.awards.values() if any(bar.code in BY_LINE for bar in award.bars))
    return frozenset(kind for award in barring for kind in award.kinds)


def ranked_totals(board: MonthBoard) -> dict[int, int]:
    """Return the totals in cents of the units that a board ranks."""
    return {one.unit_id: one.total for one in board.by_unit.values() if one.ranked and one.total is not None}


def entrants(board: MonthBoard, book: RuleBook, basis: Basis) -> dict[int, Entrant]:
    """Return every unit of a board that some award is for, as the award rules look at it; the value is the total."""
    kinds, by_line = entering_kinds(book), kinds_by_line(book)
    above = _above(board, book, basis.organisation)
    return {
        standing.unit_id: _entrant(
            standing,
            board,
            basis.previous.get(standing.unit_id),
            _Lines.of(basis.lines.get(standing.unit_id, []), basis.codes) if standing.card in by_line else _NO_LINES,
            above.get(standing.unit_id, {}),
        )
        for standing in board.by_unit.values()
        if standing.card in kinds
    }


def _above(board: MonthBoard, book: RuleBook, organisation: Organisation | None) -> dict[int, dict[str, int]]:
    """Return of the units for which some award looks at who stands above: the number of that unit by its kind."""
    awards = [award for award in book.awards.values() if award.at_most]
    kinds = {kind for award in awards for kind in award.at_most}
    entering = {kind for award in awards for kind in award.kinds}
    if not entering or organisation is None:
        return {}
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


_NO_LINES = _Lines({}, {})


def _entrant(
    standing: Standing, board: MonthBoard, previous: int | None, lines: _Lines, above: Mapping[str, int]
) -> Entrant:
    processes = zip(board.detail.processes, standing.processes, strict=True)
    return Entrant(
        unit_id=standing.unit_id,
        kind=standing.card,
        group=standing.group,
        value=standing.total if standing.ranked else None,
        rank=standing.peer_rank,
        total=standing.total if standing.ranked else None,
        previous=previous,
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
