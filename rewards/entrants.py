"""What the award rules look at: one unit as it stands at the closing of a month."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

import msgspec

from core.language import Text
from core.points import rounded_fraction

CENT_PLACES = 2


class Entrant(msgspec.Struct, frozen=True):
    """A unit of a kind and peer group; `value` is the award's measure in cents, `rank` its place in the peer group.

    `value` is None without a basis; `coverage` is in 1/10,000; `processes` and `kpis` are scores in cents; `short` holds
    the samples of KPIs that have too few; `barred` means a verified red line that bars from awards.
    """

    unit_id: int
    kind: str
    group: str
    value: int | None
    rank: int | None
    previous: int | None = None
    total: int | None = None
    coverage: int = 10_000
    barred: bool = False
    protected: bool = False
    external: bool = False
    hors_concours: bool = False
    excluded: bool = False
    variance: int | None = None
    """How much chance stands in the value, in thousandths of a square cent; None where that is not known."""
    """Left out of the award this month, by decision of two people."""
    processes: Mapping[str, int] = msgspec.field(default_factory=dict)
    kpis: Mapping[str, int] = msgspec.field(default_factory=dict)
    short: Mapping[str, int] = msgspec.field(default_factory=dict)
    classes: Mapping[str, str] = msgspec.field(default_factory=dict)
    """The step it is in, by class."""
    above: Mapping[str, int] = msgspec.field(default_factory=dict)
    """Number of the unit above it by kind, for awards that give only so many under one unit."""


class Gate(msgspec.Struct, frozen=True):
    """One condition that was not met: the fact, and what to do about it."""

    code: str
    fact: Text
    advice: Text


class Grant(msgspec.Struct, frozen=True):
    """One award won: place in the peer group, value in cents, and the sentence behind it."""

    unit_id: int
    group: str
    place: int
    value: int
    reason: Text


class Outcome(msgspec.Struct, frozen=True):
    """The result of one award: who won, which gates each other entrant failed, and how near the nearest were."""

    award: str
    grants: tuple[Grant, ...]
    missed: Mapping[int, tuple[Gate, ...]]
    near: tuple[tuple[int, int], ...] = ()


def improvements(entrants: Iterable[Entrant]) -> dict[int, Fraction]:
    """Return by unit the change of its total in cents minus the mean change of the others of its peer group.

    Units without a total in either month have no basis and are left out; a unit alone in its group is compared with no change.
    """
    based = [one for one in entrants if one.total is not None and one.previous is not None]
    changes: dict[tuple[str, str], list[int]] = {}
    for one in based:
        changes.setdefault((one.kind, one.group), []).append(_change(one))
    return {one.unit_id: _change(one) - _peers(changes[one.kind, one.group], _change(one)) for one in based}


def improved(entrants: Sequence[Entrant]) -> list[Entrant]:
    """Return the entrants with their improvement as the value and the place by it as the rank, over the whole board."""
    gains = improvements(entrants)
    values = {unit: rounded_fraction(gain / 100, CENT_PLACES) for unit, gain in gains.items()}
    places: dict[tuple[str, int], int] = {}
    seen: dict[str, int] = {}
    for one in sorted((one for one in entrants if one.unit_id in values), key=lambda one: -values[one.unit_id]):
        seen[one.kind] = seen.get(one.kind, 0) + 1
        places.setdefault((one.kind, values[one.unit_id]), seen[one.kind])
    return [
        msgspec.structs.replace(
            one, value=values[one.unit_id], variance=None, rank=places[one.kind, values[one.unit_id]]
        )
        if one.unit_id in values
        else msgspec.structs.replace(one, value=None, rank=None)
        for one in entrants
    ]


def _change(one: Entrant) -> int:
    return (one.total or 0) - (one.previous or 0)


def _peers(changes: list[int], own: int) -> Fraction:
    """Return the mean change of the peers, the unit itself left out."""
    others = len(changes) - 1
    return Fraction(sum(changes) - own, others) if others else Fraction(0)
