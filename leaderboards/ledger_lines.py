"""What one department reads of the ledger: a line for each KPI and cause, its state, and the cheapest cure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Literal

import msgspec

from core.points import exact
from leaderboards.ledger import Piece
from scoring.book_parts import Kpi

FULL = 100
ANSWERED_FROM = 300
"""Lines of at least so many 1/10,000 points of the city are answered; smaller ones are told as one sum."""
Answered = Literal["open", "silent", "accepted", "contested"]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A department's part of what one KPI, for one cause, cost the branches; 1/10,000 points of the city."""

    process: str
    kpi: str
    cause: str
    grain: str
    points: int
    branches: tuple[tuple[int, int], ...]

    @property
    def answered(self) -> bool:
        """Tell whether the line is large enough to be answered."""
        return self.points >= ANSWERED_FROM


def lines_of(pieces: Iterable[Piece], department: str) -> tuple[Line, ...]:
    """Return a department's lines, the largest first; each names its branches, the dearest first."""
    found: dict[tuple[str, str], list[Piece]] = {}
    for piece in pieces:
        if piece.department == department and piece.points:
            found.setdefault((piece.kpi, piece.cause), []).append(piece)
    lines = (_line(held) for held in found.values())
    return tuple(sorted(lines, key=lambda line: (-line.points, line.kpi, line.cause)))


def _line(pieces: Sequence[Piece]) -> Line:
    first = pieces[0]
    by_branch: dict[int, int] = {}
    for piece in pieces:
        by_branch[piece.unit_id] = by_branch.get(piece.unit_id, 0) + piece.points
    return Line(
        process=first.process,
        kpi=first.kpi,
        cause=first.cause,
        grain=first.grain,
        points=sum(by_branch.values()),
        branches=tuple(sorted(by_branch.items(), key=lambda pair: (-pair[1], pair[0]))),
    )


def main_branches(branches: Mapping[int, int]) -> tuple[int, ...]:
    """Return the fewest branches that together carry at least two thirds of a loss, the largest first."""
    found, sum_so_far, whole = [], 0, sum(branches.values())
    for unit_id, points in sorted(branches.items(), key=lambda pair: (-pair[1], pair[0])):
        found.append(unit_id)
        sum_so_far += points
        if sum_so_far * 3 >= whole * 2:
            break
    return tuple(found)


def state_of(line: Line, *, accepted: bool | None, due_on: date, today: date) -> Answered:
    """Return how a line stands: answered, still open, or silent past its due date."""
    if accepted is not None:
        return "accepted" if accepted else "contested"
    return "silent" if line.answered and today > due_on else "open"


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """One branch on one KPI: its value and what a department lost there, in 1/10,000 points of the city."""

    value: Fraction
    points: int


class Cure(msgspec.Struct, frozen=True, kw_only=True):
    """One KPI brought to its target: the points that come back, by how many per cent its value has to move."""

    kpi: str
    points: int
    change: Fraction

    @property
    def worth(self) -> Fraction:
        """Return the points of the city for each per cent of change."""
        return Fraction(self.points, 10_000) / self.change


def goal_of(kpi: Kpi) -> Fraction | None:
    """Return the value that is worth full marks: the target, else the anchor of 100; None where neither is told."""
    if kpi.target is not None:
        return Fraction(kpi.target)
    anchors = kpi.params.get("anchors", ())
    return next((exact(value) for value, score in anchors if exact(score) == FULL), None)


def cure(kpi: str, goal: Fraction | None, gaps: Sequence[Gap]) -> Cure | None:
    """Return what bringing a KPI to its target at the branches behind it would give back; None without a way to go.

    The change is |target − value| as per cent of the larger of the two, averaged over the branches by their points.
    """
    points = sum(gap.points for gap in gaps)
    if goal is None or points <= 0:
        return None
    moved = sum((gap.points * _relative(gap.value, goal) for gap in gaps), Fraction(0)) / points
    return Cure(kpi=kpi, points=points, change=moved) if moved else None


def _relative(value: Fraction, goal: Fraction) -> Fraction:
    larger = max(abs(value), abs(goal))
    return abs(goal - value) * 100 / larger if larger else Fraction(0)


def cheapest(cures: Iterable[Cure | None]) -> Cure | None:
    """Return the cure that gives most points back for each per cent of change."""
    known = [found for found in cures if found is not None]
    return max(known, key=lambda found: (found.worth, found.points, found.kpi), default=None)
