"""The tree of units as it stood on one day."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property

import msgspec


class Unit(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A contestant of any size, with its place in the tree on the day of its organisation."""

    id: int
    code: str
    name_zh: str
    name_en: str
    kind: str
    peer_group: str
    post: str | None = None
    star: int | None = None
    size_class: str | None = None
    customers: int | None = None
    traffic: int | None = None
    hors_concours: bool = False
    opened_on: date | None = None
    closed_on: date | None = None
    parent_id: int | None = None
    employer_id: int | None = None

    def name(self, language: str) -> str:
        """Return the name in one language."""
        return self.name_zh if language == "zh" else self.name_en


class Organisation:
    """All units open on a day, with their parents; never altered once built."""

    def __init__(self, on: date, units: Iterable[Unit], revision: int = 0) -> None:
        self.on = on
        self.revision = revision
        self.units: Mapping[int, Unit] = {unit.id: unit for unit in units}
        self._subtrees: dict[int, frozenset[int]] = {}

    def __contains__(self, unit_id: object) -> bool:
        return unit_id in self.units

    @cached_property
    def by_code(self) -> Mapping[str, Unit]:
        """Return the units by code."""
        return {unit.code: unit for unit in self.units.values()}

    @cached_property
    def _by_name(self) -> Mapping[str, list[Unit]]:
        named: dict[str, list[Unit]] = {}
        for unit in self.units.values():
            for name in {unit.name_zh, unit.name_en}:
                named.setdefault(name, []).append(unit)
        return named

    def called(self, words: str) -> Unit | None:
        """Return the unit of a code, or of a name that only one has."""
        named = self._by_name.get(words, ())
        return self.by_code.get(words) or (named[0] if len(named) == 1 else None)

    @cached_property
    def _children(self) -> Mapping[int, list[int]]:
        children: dict[int, list[int]] = {}
        for unit in self.units.values():
            if unit.parent_id is not None:
                children.setdefault(unit.parent_id, []).append(unit.id)
        return children

    @cached_property
    def _employed(self) -> Mapping[int, list[int]]:
        employed: dict[int, list[int]] = {}
        for unit in self.units.values():
            if unit.employer_id is not None:
                employed.setdefault(unit.employer_id, []).append(unit.id)
        return employed

    @cached_property
    def roots(self) -> tuple[int, ...]:
        """Return the units that have no parent: the company, and the employers of promoters."""
        return tuple(unit.id for unit in self.units.values() if unit.parent_id is None)

    def unit(self, unit_id: int) -> Unit | None:
        """Return a unit, None when there was none of that number on the day."""
        return self.units.get(unit_id)

    def children(self, unit_id: int) -> tuple[int, ...]:
        """Return the units directly beneath one."""
        return tuple(self._children.get(unit_id, ()))

    def employed(self, unit_id: int) -> tuple[int, ...]:
        """Return the promoters whom an employer sends."""
        return tuple(self._employed.get(unit_id, ()))

    def subtree(self, unit_id: int) -> frozenset[int]:
        """Return a unit and all beneath it; for an employer also those whom it sends."""
        known = self._subtrees.get(unit_id)
        if known is None:
            known = self._subtrees[unit_id] = self._collected(unit_id)
        return known

    def _collected(self, unit_id: int) -> frozenset[int]:
        found: set[int] = set()
        waiting = [unit_id] if unit_id in self.units else []
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += self._children.get(one, ())
                waiting += self._employed.get(one, ())
        return frozenset(found)

    def ancestors(self, unit_id: int) -> tuple[int, ...]:
        """Return the units above one, the nearest first."""
        found: list[int] = []
        unit = self.units.get(unit_id)
        while unit is not None and unit.parent_id is not None and unit.parent_id not in found:
            found.append(unit.parent_id)
            unit = self.units.get(unit.parent_id)
        return tuple(found)

    def depth(self, unit_id: int) -> int:
        """Return how many units stand above one."""
        return len(self.ancestors(unit_id))

    def of_kind(self, kind: str) -> tuple[Unit, ...]:
        """Return the units of a kind, by number."""
        return tuple(sorted((unit for unit in self.units.values() if unit.kind == kind), key=lambda unit: unit.id))

    def kind(self, unit_id: int) -> str | None:
        """Return the kind of a unit."""
        unit = self.units.get(unit_id)
        return unit.kind if unit else None

    def peer_group(self, unit_id: int) -> str | None:
        """Return the group whose members a unit is compared with."""
        unit = self.units.get(unit_id)
        return unit.peer_group if unit else None
