"""What lies between the sum of a unit's scorecard and its total, line by line, from what was sealed with a month."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import msgspec

import org.queries
from coaching.history import card_lines
from core.database import raw
from core.language import Text
from core.points import exact, rounded, rounded_fraction
from leaderboards.activities import Counts, activities_of, counted
from leaderboards.month_board import MonthBoard, Standing
from org.organisation import Organisation
from scoring.activities import earned
from scoring.blend import blend
from scoring.book_parts import Activity
from scoring.losses import CardLosses
from scoring.packing import PackedLine
from scoring.rulebook import Measure, RuleBook
from scoring.statuses import STATUSES

CARD = "card"
CENTS_OF_POINTS = 100
"""Points of a line are kept in 1/10,000, totals in cents."""

_ADJUSTMENTS = "SELECT unit_id, points, reason FROM adjustment WHERE id = ANY ($1::int4[]) ORDER BY id"
_RED_LINES = "SELECT unit_id, code, reason FROM red_line_event WHERE id = ANY ($1::int4[]) ORDER BY id"

OWN_CARD = Text(zh="记分卡合计", en="Sum of the scorecard")
BLENDED = Text(zh="按比例与其他部分合成", en="Mixed with its other parts")
ADJUSTED = Text(zh="加减分", en="Adjustment")
HELD = Text(zh="加减分超出上限的部分", en="Adjustments beyond their limit")
FLOOR = Text(zh="总分不低于零", en="No total below zero")


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One line between card and total: card, blend, activity, adjustment, limit, red_lines or floor; signed cents."""

    part: str
    name: Text
    points: int
    count: int | None = None
    reason: str | None = None


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """What a result rests on beside the facts: adjustments, valid records and red lines of each unit, in order."""

    adjustments: Mapping[int, Sequence[tuple[int, str]]]
    records: Counts
    red_lines: Mapping[int, Sequence[tuple[str, str]]]
    activities: Mapping[str, Activity]
    organisation: Organisation

    def touches(self, unit_id: int) -> bool:
        """Say whether anything but facts moved the total of a unit."""
        return any(unit_id in found for found in (self.adjustments, self.records, self.red_lines))


async def beside(inputs: Mapping[str, Any], month: int, book: RuleBook, theme: str | None) -> Beside:
    """Return what stands beside the facts by the inputs that were sealed with a month."""
    organisation = await org.queries.organisation_of_month(month)
    async with raw() as connection:
        adjustments = await connection.fetch(_ADJUSTMENTS, inputs["adjustments"])
        red_lines = await connection.fetch(_RED_LINES, inputs["red_lines"])
    records = [(activity, unit_id, count) for _, unit_id, activity, count in inputs.get("activities", ())]
    return Beside(
        adjustments=_by_unit((row["unit_id"], (row["points"], row["reason"])) for row in adjustments),
        records=counted(records, organisation.units, book, theme),
        red_lines=_by_unit(
            (row["unit_id"], (row["code"], row["reason"])) for row in red_lines if row["code"] in book.red_lines
        ),
        activities=activities_of(book, theme),
        organisation=organisation,
    )


def _by_unit(rows: Iterable[tuple[int, Any]]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for unit_id, row in rows:
        found.setdefault(unit_id, []).append(row)
    return found


class Totals:
    """How the totals of one kind come about; the parts of a unit add up to its total to the last digit."""

    def __init__(self, board: MonthBoard, book: RuleBook, found: Beside, losses: CardLosses, card: str) -> None:
        self._board, self._book, self._beside, self._losses = board, book, found, losses
        name = board.heads[card].measure
        self._measure = book.measures.get(name) or (book.measure_of(card) if name != CARD else None)

    def of(self, unit: Standing, lines: Sequence[PackedLine], codes: Mapping[int, str]) -> tuple[Part, ...]:
        """Return the parts of a unit's total in their order; none for a unit without a total."""
        if unit.total is None or unit.measures[0] is None:
            return ()
        added = [*self._activities(unit.unit_id), *self._adjustments(unit.unit_id)]
        card, base = unit.measures[0], unit.total
        if self._beside.touches(unit.unit_id):
            card = self._card(unit, lines, codes, sum(one.points for one in added))
            base = self._blend(unit, lines, codes, card)
        parts = [Part(part="card", name=OWN_CARD, points=card)]
        if base != card:
            name = self._measure.name if self._measure else BLENDED
            parts.append(Part(part="blend", name=name, points=base - card))
        parts += added
        return (*parts, *self._struck(unit, unit.total - sum(one.points for one in parts)))

    def _activities(self, unit_id: int) -> Iterator[Part]:
        for code, count in self._beside.records.get(unit_id, {}).items():
            one = self._beside.activities[code]
            yield Part(part="activity", name=one.name, points=earned(one, count), count=count)

    def _adjustments(self, unit_id: int) -> Iterator[Part]:
        rows = self._beside.adjustments.get(unit_id, ())
        for points, reason in rows:
            yield Part(part="adjustment", name=ADJUSTED, points=points, reason=reason)
        whole, most = sum(points for points, _ in rows), rounded_fraction(exact(self._limit), 2)
        if abs(whole) > most:
            yield Part(part="limit", name=HELD, points=max(-most, min(most, whole)) - whole)

    @property
    def _limit(self) -> str:
        return str(self._book.composition.adjustment_max)

    def _struck(self, unit: Standing, rest: int) -> Iterator[Part]:
        """Yield what red lines took, and what was given back because no total lies below zero."""
        rows = self._beside.red_lines.get(unit.unit_id, ())
        names = [self._book.red_lines[code].name for code in dict.fromkeys(code for code, _ in rows)]
        if rows:
            name = Text(zh="、".join(one.zh for one in names), en=", ".join(one.en for one in names))
            reason = "；".join(reason for _, reason in rows)
            yield Part(part="red_lines", name=name, points=rest, count=len(rows), reason=reason)
        elif rest:
            yield Part(part="floor", name=FLOOR, points=rest)

    def _card(self, unit: Standing, lines: Sequence[PackedLine], codes: Mapping[int, str], added: int) -> int:
        """Return in cents what the card came to before anything was added or taken."""
        if unit.card in self._book.trees:
            return max(self._losses.total(card_lines(lines, codes)) or 0, 0)
        if unit.card == self._book.department.kind:  # its parts are not lines: by what was added since
            return (unit.measures[0] or 0) - added
        return max(rounded(sum(line.points for line in lines), CENTS_OF_POINTS), 0)

    def _blend(self, unit: Standing, lines: Sequence[PackedLine], codes: Mapping[int, str], card: int) -> int:
        if self._measure is None:
            return card
        mixed = blend(self._parts(unit, lines, codes, card), _weights(self._measure))
        return card if mixed is None else max(rounded_fraction(mixed, 0), 0)

    def _parts(
        self, unit: Standing, lines: Sequence[PackedLine], codes: Mapping[int, str], card: int
    ) -> dict[str, Fraction | None]:
        """Return the parts of the blended measure in cents."""
        scores = {codes[line.kpi_id]: line.score for line in lines if STATUSES[line.status] == "scored"}
        found: dict[str, int | None] = {}
        for part in self._measure.parts if self._measure else ():
            source, _, name = part.source.partition(":")
            if source == "process":
                found[part.source] = unit.processes[self._board.detail.processes.index(name)]
            elif source == "kpi":
                found[part.source] = scores.get(name)
            else:
                found[part.source] = self._above(unit, name) if source == "parent" else card
        return {source: None if cents is None else Fraction(cents) for source, cents in found.items()}

    def _above(self, unit: Standing, kind: str) -> int | None:
        above = (self._board.by_unit.get(one) for one in self._beside.organisation.ancestors(unit.unit_id))
        return next((one.measures[0] for one in above if one is not None and one.card == kind), None)


def _weights(measure: Measure) -> dict[str, Fraction]:
    return {part.source: exact(str(part.weight)) for part in measure.parts}
