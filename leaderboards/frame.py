"""Who stands where in the columns of a month: units in runs by card, their groups, parents and protection."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from core.period import month_of, shifted
from org.organisation import Organisation, Unit
from scoring.contributors import NO_CARD, card_of
from scoring.peers import grouped
from scoring.pooling import Step, Tree, step, steps_of
from scoring.rulebook import RuleBook


@dataclass(frozen=True)
class CardRun:
    """The units of one card: a run of places, the peer group of each, and who is new and therefore only shown."""

    code: str
    number: int
    units: slice
    group: NDArray[np.intp]
    groups: tuple[str, ...]
    protected: NDArray[np.bool_]
    hors_concours: NDArray[np.bool_]

    @property
    def size(self) -> int:
        """Return how many units have this card."""
        return len(self.group)


@dataclass(frozen=True)
class Frame:
    """All units of a month in the order of their columns: by card, then by code."""

    units: tuple[Unit, ...]
    tree: Tree
    cards: Mapping[str, CardRun]
    parents: tuple[int, ...]
    """Place of each unit's parent, -1 for none."""
    rising: frozenset[str]
    """Cards of units that have others beneath them: what stands on these has to be added up the tree."""
    _nearest: dict[str, NDArray[np.intp]] = field(default_factory=dict, compare=False)

    def place(self, unit_id: int) -> int:
        """Return the place of one unit."""
        return int(self.tree.places(np.array([unit_id], dtype=np.int64))[0])

    def nearest(self, card: str) -> NDArray[np.intp]:
        """Return for every place that of the nearest unit above with a card or of a kind, -1 for none."""
        known = self._nearest.get(card)
        if known is None:
            wanted = [card in (unit.kind, unit.post) for unit in self.units]
            found: dict[int, int] = {-1: -1}
            for place in range(len(self.units)):
                self._climb(place, wanted, found)
            known = np.array([found[place] for place in range(len(self.units))], dtype=np.intp)
            self._nearest[card] = known
        return known

    def _climb(self, place: int, wanted: Sequence[bool], found: dict[int, int]) -> None:
        road: list[int] = []
        while place not in found and len(road) <= len(self.units):
            road.append(place)
            place = self.parents[place]
        for one in reversed(road):
            above = self.parents[one]
            found[one] = above if above >= 0 and wanted[above] else found.get(above, -1)


def framed(organisation: Organisation, book: RuleBook) -> Frame:
    """Return the columns for an organisation under a rule book."""
    order = list(book.kinds)
    with_card = [(card_of(unit, book), unit) for unit in organisation.units.values()]
    rank = {code: number for number, code in enumerate([*order, NO_CARD])}
    ordered = sorted(with_card, key=lambda pair: (rank[pair[0]], pair[1].code))
    units = tuple(unit for _, unit in ordered)
    place = {unit.id: number for number, unit in enumerate(units)}
    parents = tuple(-1 if unit.parent_id is None else place.get(unit.parent_id, -1) for unit in units)
    above = {*parents, *(place.get(unit.employer_id or 0, -1) for unit in units)}
    return Frame(
        units=units,
        tree=_tree(ordered, parents, place),
        cards=_runs(ordered, rank, book, organisation.on),
        parents=parents,
        rising=frozenset(ordered[number][0] for number in above if number >= 0),
    )


def _tree(ordered: Sequence[tuple[str, Unit]], parents: tuple[int, ...], place: Mapping[int, int]) -> Tree:
    units = [unit for _, unit in ordered]
    names = [card or unit.kind for card, unit in ordered]
    kinds = sorted(set(names))
    number = {kind: index for index, kind in enumerate(kinds)}
    return Tree(
        ids=np.array([unit.id for unit in units], dtype=np.int64),
        kinds=np.array([number[name] for name in names], dtype=np.int16),
        kind_codes=tuple(kinds),
        steps=(*steps_of(parents), *_employment(units, place)),
    )


def _employment(units: Sequence[Unit], place: Mapping[int, int]) -> tuple[Step, ...]:
    """Return the step by which promoters count for the firm that sends them, besides the store they work in."""
    firms = [-1 if unit.employer_id is None else place.get(unit.employer_id, -1) for unit in units]
    sent = [number for number, firm in enumerate(firms) if firm >= 0]
    return (replace(step(sent, firms), employment=True),) if sent else ()


def _runs(
    ordered: Sequence[tuple[str, Unit]], rank: Mapping[str, int], book: RuleBook, month_start: date
) -> dict[str, CardRun]:
    runs: dict[str, CardRun] = {}
    start = 0
    for code, kind in book.kinds.items():
        members = [unit for card, unit in ordered if card == code]
        if members:
            group, names = grouped(kind, [unit.peer_group for unit in members])
            fresh = [_is_new(unit.opened_on, month_start, kind.protection_months) for unit in members]
            runs[code] = CardRun(
                code=code,
                number=rank[code],
                units=slice(start, start + len(members)),
                group=np.asarray(group, dtype=np.intp),
                groups=tuple(names),
                protected=np.array(fresh, dtype=bool),
                hors_concours=np.array([unit.hors_concours for unit in members], dtype=bool),
            )
        start += len(members)
    return runs


def _is_new(opened_on: date | None, month_start: date, protection_months: int) -> bool:
    """Tell whether a unit is still protected: until it has had that many full months."""
    if opened_on is None or protection_months == 0:
        return False
    first_full = month_of(opened_on) if opened_on.day == 1 else shifted(month_of(opened_on), 1)
    return month_of(month_start) < shifted(first_full, protection_months)
