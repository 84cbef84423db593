"""What would come of other facts: the card by the real engine, then blend, adjustments and red lines, then the place."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from core.language import Text
from core.points import cents_text, decimal_text, exact, rounded_fraction
from leaderboards.month_board import MonthBoard, Standing
from leaderboards.outlooks import Supposed, SupposedLine
from leaderboards.working import Working
from org.visibility import Scope
from scoring.blend import blend
from scoring.engine import scored
from scoring.rulebook import Measure
from scoring.scored import Scored
from scoring.settlement import Veto, settled
from scoring.statuses import SCORED
from scoring.steps.telling import shown
from scoring.supposing import Facts, supposed

CARD = "card"
CENTS = 2


def suppose(
    working: Working,
    standing: Standing,
    facts: Mapping[str, Facts],
    items: Mapping[str, str] | None = None,
) -> Scored:
    """Return the cards of the kind with other facts of one unit."""
    place = working.places[standing.unit_id]
    book = working.book
    sheet = supposed(book, working.sheet, place, facts, items)
    moved = {book.kpis[code].facts for code in facts}
    known = {code: one for code, one in working.outcomes.items() if book.kpis[code].facts not in moved}
    return scored(book, working.run.code, sheet, working.inputs.theme, known)


def ranked_total(working: Working, board: MonthBoard, standing: Standing, found: Scored) -> int | None:
    """Return in cents what the unit is ranked by: its card, blended, adjusted, held by red lines; None without facts."""
    place = working.places[standing.unit_id]
    if not (found.covered_num[place] > 0 or found.counted[:, place].any()):
        return None
    own, measure = int(found.totals[place]), _measure(working, board, standing)
    if measure is None:
        return settle(working, standing.unit_id, own)
    parts = {part.source: _part(working, board, standing, found, part.source) for part in measure.parts}
    mixed = blend(parts, {part.source: exact(part.weight) for part in measure.parts})
    return None if mixed is None else settle(working, standing.unit_id, rounded_fraction(mixed, 0))


def _measure(working: Working, board: MonthBoard, standing: Standing) -> Measure | None:
    head, book = board.heads[standing.card], working.book
    if head.measure in book.measures:
        return book.measures[head.measure]
    return book.measure_of(standing.card) if head.measure != CARD else None


def _part(working: Working, board: MonthBoard, standing: Standing, found: Scored, source: str) -> Fraction | None:
    """Return one part of a blend in cents: the own card, a process, a KPI, or the total of a unit above as it stands."""
    place = working.places[standing.unit_id]
    kind, _, name = source.partition(":")
    if kind == "process":
        row = found.processes.index(name) if name in found.processes else -1
        score = int(found.process_scores[row, place]) if row >= 0 else -1
        return Fraction(score) if score >= 0 else None
    if kind == "parent":
        frame = working.inputs.frame
        above = int(frame.nearest(name)[working.run.units][place])
        parent = board.by_unit.get(int(frame.tree.ids[above])) if above >= 0 else None
        total = parent.measures[0] if parent else None
        return None if total is None else Fraction(total)
    if kind == "kpi":
        row = found.kpis.index(name)
        return Fraction(int(found.scores[row, place])) if found.statuses[row, place] == SCORED else None
    return Fraction(int(found.totals[place]))


def settle(working: Working, unit_id: int, total: int) -> int:
    """Return a total in cents after adjustments and red lines, as the month settles it."""
    inputs, book = working.inputs, working.book
    vetoes = {
        code: Veto(line.effect, exact(line.cap_at), exact(line.points), line.bars_awards)
        for code, line in book.red_lines.items()
    }
    events = {
        code: np.array([found.get(unit_id, 0)], dtype=np.int64)
        for code, found in inputs.red_lines.items()
        if code in vetoes
    }
    added = np.array([inputs.adjustments.get(unit_id, 0)], dtype=np.int64)
    done = np.array([inputs.activities.get(unit_id, 0)], dtype=np.int64)
    before = np.array([max(total, 0)], dtype=np.int64)
    result = settled(before, added, events, vetoes, exact(book.composition.adjustment_max), done)
    return max(int(result.totals[0]), 0)


@dataclass(frozen=True)
class Coming:
    """What a supposed card comes to in cents, before and after, and the place that this viewer may be told."""

    card: tuple[int, int]
    total: tuple[int | None, int | None]
    place: int | None
    note: Text

    @property
    def gain(self) -> int:
        """Return by how many cents the ranked total changes."""
        return (self.total[1] or 0) - (self.total[0] or 0)


def coming(
    working: Working, board: MonthBoard, standing: Standing, found: Scored, scope: Scope, *, in_group: bool
) -> Coming:
    """Return what a supposed card comes to, as this viewer may see it."""
    place = working.places[standing.unit_id]
    totals = tuple(ranked_total(working, board, standing, one) for one in (working.scored, found))
    at, note = _place(board, standing, (totals[0], totals[1]), scope, in_group=in_group)
    cards = int(working.scored.totals[place]), int(found.totals[place])
    return Coming(card=cards, total=(totals[0], totals[1]), place=at, note=note)


def outcome(
    working: Working, board: MonthBoard, standing: Standing, found: Scored, scope: Scope, *, in_group: bool
) -> Supposed:
    """Return a supposed card beside the real one, line by line."""
    place = working.places[standing.unit_id]
    seen = coming(working, board, standing, found, scope, in_group=in_group)
    before, total = (None if one is None else cents_text(one) for one in seen.total)
    population = board.population(standing.card, standing.group if in_group else None)
    return Supposed(
        card_total=cents_text(seen.card[1]),
        card_total_before=cents_text(seen.card[0]),
        total=total,
        total_before=before,
        change=cents_text(seen.gain),
        place=seen.place,
        place_before=standing.rank_in(in_group=in_group),
        of=sum(one.ranked for one in population),
        place_note=seen.note,
        lines=tuple(_line(working, found, row, place) for row in range(len(found.kpis))),
    )


def _line(working: Working, found: Scored, row: int, place: int) -> SupposedLine:
    code, was = found.kpis[row], working.scored
    return SupposedLine(
        kpi=code,
        name=working.book.kpis[code].name,
        value=_value(found, row, place),
        score=_score(found, row, place),
        points=decimal_text(int(found.points[row, place]), 4),
        value_before=_value(was, row, place),
        score_before=_score(was, row, place),
        points_before=decimal_text(int(was.points[row, place]), 4),
    )


def _value(found: Scored, row: int, place: int) -> str | None:
    value = found.values[row].at(place)
    return None if value is None else shown(value).replace("−", "-")


def _score(found: Scored, row: int, place: int) -> str | None:
    known = found.statuses[row, place] == SCORED or bool(found.counted[row, place])
    return decimal_text(int(found.scores[row, place]), found.places) if known else None


HIDDEN = Text(zh="仍在不公开的名次里", en="still among the places that are not shown")
OTHERS = Text(zh="其他单位不变时", en="if the others stay as they are")
UNRANKED = Text(zh="不参加排名", en="not ranked")


def _place(
    board: MonthBoard, standing: Standing, totals: tuple[int | None, int | None], scope: Scope, *, in_group: bool
) -> tuple[int | None, Text]:
    """Return the place a total would have with all others as they are; none where the board names nobody.

    Who has the same total counts as ahead, so that nothing is promised. A total at or below the last named one, one's
    own among them, gets no place: where it would begin to, tells the total of somebody who is hidden.
    """
    before, total = totals
    if not standing.ranked or total is None:
        return None, UNRANKED
    if total == before:
        return standing.rank_in(in_group=in_group), OTHERS
    ranked = [one for one in board.population(standing.card, standing.group if in_group else None) if one.ranked]
    others = [one.total for one in ranked if one.unit_id != standing.unit_id and one.total is not None]
    named = [one.total for one in ranked if not one.hidden(in_group=in_group) and one.total is not None]
    if len(named) < len(ranked) and total <= min(named, default=total) and not scope.sees_all:
        return None, HIDDEN
    return 1 + sum(one >= total for one in others), OTHERS


def grouped(board: MonthBoard, standing: Standing) -> bool:
    """Tell whether the place that counts is the one in the peer group, as on the reader's home."""
    return len(board.heads[standing.card].groups) > 1


def gap_up(board: MonthBoard, standing: Standing, scope: Scope, *, in_group: bool) -> tuple[int, int] | None:
    """Return rank and distance in cents of the nearest better place whose unit this viewer may see named; None at the top."""
    rank = standing.rank_in(in_group=in_group)
    if not standing.ranked or rank is None or standing.total is None:
        return None
    above = [
        one
        for one in board.population(standing.card, standing.group if in_group else None)
        if one.ranked and (one.rank_in(in_group=in_group) or rank) < rank
        if scope.detail(one.unit_id) or not one.hidden(in_group=in_group)
    ]
    nearest = max(above, key=lambda one: one.rank_in(in_group=in_group) or 0, default=None)
    if nearest is None or nearest.total is None:
        return None
    return nearest.rank_in(in_group=in_group) or 0, max(nearest.total - standing.total, 0)
