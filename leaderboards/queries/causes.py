"""Causes of one snapshot's facts: which part of a unit's loss came of which, and the facts and words behind."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from core.period import first_day, next_first_day, shifted
from leaderboards.month_board import MonthBoard
from org.organisation import Organisation
from scoring.causes import Sums, Told, cases_by_cause, parts_of
from scoring.contributors import contributors
from scoring.queries.causes import CauseRow, KnownCauses, known_causes
from scoring.queries.rules import Catalogue
from scoring.rulebook import RuleBook

KEPT = ("causes",)


class Causes:
    """The causes of a month, for any unit; built once for a snapshot."""

    def __init__(
        self, book: RuleBook, numbers: Catalogue, organisation: Organisation, spans: dict[str, KnownCauses]
    ) -> None:
        self._book, self._numbers, self._organisation = book, numbers, organisation
        self._sums = {window: known.sums for window, known in spans.items()}
        self._rows: dict[str, dict[int, list[CauseRow]]] = {window: {} for window in spans}
        for window, known in spans.items():
            for row in known.rows:
                self._rows[window].setdefault(row.kpi_id, []).append(row)
        self._reach: dict[tuple[int, tuple[str, ...]], frozenset[int]] = {}

    def rows(self, unit_id: int, card: str, kpi: str) -> list[CauseRow]:
        """Return the causes told of the facts that a unit's KPI is made of."""
        rule = self._book.kpis[kpi]
        told = self._rows[rule.window_of(card)].get(self._numbers.kpis.get(rule.facts, 0), [])
        if not told:
            return []
        reach = self._within(unit_id, rule.stays_with)
        return [row for row in told if row.unit_id in reach]

    def parts(self, unit_id: int, card: str, kpi: str) -> dict[str, Fraction]:
        """Return which part of 1 of a unit's loss on a KPI came of which cause."""
        found = self.cases(unit_id, card, kpi)
        return parts_of(self._book.kpis[kpi], self._whole(unit_id, card, kpi), found) if found else {}

    def cases(self, unit_id: int, card: str, kpi: str) -> dict[str, Fraction]:
        """Return the cases of each cause behind a unit's KPI."""
        return cases_by_cause(self._book.kpis[kpi], map(_told, self.rows(unit_id, card, kpi)))

    def _whole(self, unit_id: int, card: str, kpi: str) -> Sums:
        rule = self._book.kpis[kpi]
        number, reach = self._numbers.kpis.get(rule.facts, 0), self._within(unit_id, rule.stays_with)
        held = [sums for (of, unit), sums in self._sums[rule.window_of(card)].items() if of == number and unit in reach]
        return Sums(*(sum(getattr(one, name) for one in held) for name in Sums.__struct_fields__))

    def _within(self, unit_id: int, stays_with: tuple[str, ...]) -> frozenset[int]:
        key = (unit_id, stays_with)
        found = self._reach.get(key)
        if found is None:
            found = self._reach[key] = frozenset(contributors(self._organisation, unit_id, self._book, stays_with))
        return found


def _told(row: CauseRow) -> Told:
    return Told(
        fact=(row.kpi_id, row.unit_id, row.on_day, row.item),
        cause=row.cause,
        cases=row.cases,
        num=row.num,
        den=row.den,
        sample=row.sample,
    )


def said(rows: Iterable[CauseRow], cause: str | None, most: int) -> Sequence[CauseRow]:
    """Return the newest rows that carry customers' words, of one cause (None: of any), the same words once."""
    found: dict[str, CauseRow] = {}
    for row in sorted(rows, key=lambda row: (row.on_day, row.batch_id, row.row_no), reverse=True):
        if row.words and (cause is None or row.cause == cause):
            found.setdefault(row.words, row)
    return tuple(found.values())[:most]


async def causes_of(board: MonthBoard, book: RuleBook, numbers: Catalogue, organisation: Organisation) -> Causes:
    """Return the causes of a snapshot's facts, as it knew them; kept with it."""
    held: Causes | None = board.kept(KEPT, lambda: None)
    if held is None:
        held = Causes(
            book, numbers, organisation, {"month": await _known(board, 0), "rolling3": await _known(board, 2)}
        )
        board.keep(KEPT, held)
    return held


async def _known(board: MonthBoard, back: int) -> KnownCauses:
    return await known_causes(
        start=first_day(shifted(board.month, -back)),
        end=next_first_day(board.month),
        through_batch=board.through_batch,
        at=board.as_at,
    )
