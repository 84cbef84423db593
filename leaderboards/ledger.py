"""The pressure ledger (压力账): what branches lose, split over the departments; what arrives is what was lost.

Points are whole numbers of 1/10,000, split by largest remainder, so that every sum closes to the last digit.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

import msgspec

from core.points import rounded
from scoring.apportion import apportioned
from scoring.rulebook import RuleBook
from scoring.shares import NO_CAUSE, Grain, caused_elsewhere, grain_of, shares_of


class Loss(msgspec.Struct, frozen=True):
    """What one unit lost on one KPI in 1/10,000 points, and which part of it (of 1) came of which cause."""

    kpi: str
    lost: int
    causes: Mapping[str, Fraction] = {}


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """One department's part of one unit's loss on one KPI for one cause; `grain` says which shares told it."""

    unit_id: int
    process: str
    kpi: str
    cause: str
    department: str
    points: int
    grain: Grain
    elsewhere: bool


class Branch(msgspec.Struct, frozen=True):
    """A branch as it enters the city: its weight (customers) and its losses."""

    unit_id: int
    weight: int
    losses: tuple[Loss, ...]


def split(book: RuleBook, unit_id: int, losses: Iterable[Loss]) -> tuple[Piece, ...]:
    """Return a unit's losses split over causes and departments; the pieces of a KPI add up to what it lost."""
    return tuple(piece for loss in losses if loss.lost for piece in _split(book, unit_id, loss))


def _split(book: RuleBook, unit_id: int, loss: Loss) -> list[Piece]:
    keys = list(_parts(book, loss))
    points = apportioned(loss.lost, [part for _, _, part in keys])
    return [
        _piece(book, unit_id, loss.kpi, cause, department, amount)
        for (cause, department, _), amount in zip(keys, points, strict=True)
    ]


def _parts(book: RuleBook, loss: Loss) -> Iterable[tuple[str, str, Fraction]]:
    """Yield (cause, department, part of 1) of a loss; what no cause explains goes by the coarser shares."""
    for cause, part in whole_causes(loss.causes).items():
        for department, share in shares_of(book, loss.kpi, cause).items():
            yield cause, department, part * share


def whole_causes(causes: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """Return parts of 1 by cause together with the part that has none; they add up to 1."""
    named = {cause: part for cause, part in sorted(causes.items()) if part > 0 and cause != NO_CAUSE}
    told = sum(named.values(), Fraction(0))
    if told > 1:
        return {cause: part / told for cause, part in named.items()}
    return named | ({NO_CAUSE: 1 - told} if told < 1 else {})


def _piece(book: RuleBook, unit_id: int, kpi: str, cause: str, department: str, points: int) -> Piece:
    return Piece(
        unit_id=unit_id,
        process=book.kpis[kpi].process,
        kpi=kpi,
        cause=cause,
        department=department,
        points=points,
        grain=grain_of(book, kpi, cause),
        elsewhere=caused_elsewhere(book, kpi, cause),
    )


class City(msgspec.Struct, frozen=True):
    """The ledger of the city: `lost` is what the branches lost, by customers; the pieces add up to it."""

    lost: int
    pieces: tuple[Piece, ...]


def city(book: RuleBook, branches: Sequence[Branch]) -> City:
    """Return what the branches' losses come to in points of the city: Σ c·lost / Σ c, split to the last digit.

    A branch without customers weighs nothing, unless none has any: then all weigh the same.
    """
    weights = _weights(branches)
    whole = sum(weights)
    if not whole:
        return City(0, ())
    keys: list[tuple[int, str, str, str]] = []
    exact: list[Fraction] = []
    for branch, weight in zip(branches, weights, strict=True):
        for loss in branch.losses:
            for cause, department, part in _parts(book, loss):
                keys.append((branch.unit_id, loss.kpi, cause, department))
                exact.append(Fraction(weight * loss.lost, whole) * part)
    total = sum(
        (Fraction(w * loss.lost, whole) for branch, w in zip(branches, weights, strict=True) for loss in branch.losses),
        Fraction(0),
    )
    lost = rounded(total.numerator, total.denominator)
    pieces = (
        _piece(book, unit, kpi, cause, department, points)
        for (unit, kpi, cause, department), points in zip(keys, apportioned(lost, exact), strict=True)
    )
    return City(lost, tuple(piece for piece in pieces if piece.points))


def _weights(branches: Sequence[Branch]) -> list[int]:
    found = [max(branch.weight, 0) for branch in branches]
    return found if any(found) else [1] * len(branches)


def total(pieces: Iterable[Piece]) -> int:
    """Return what pieces add up to."""
    return sum(piece.points for piece in pieces)


def by(pieces: Iterable[Piece], *fields: str) -> dict[tuple[str | int, ...], int]:
    """Return the sums of pieces by some of their fields, the largest first."""
    found: dict[tuple[str | int, ...], int] = {}
    for piece in pieces:
        key = tuple(getattr(piece, field) for field in fields)
        found[key] = found.get(key, 0) + piece.points
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], tuple(map(str, pair[0])))))
