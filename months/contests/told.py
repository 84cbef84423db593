"""A round as one viewer may know it: names end where the boards' names end, and a sum never gives away its one hidden part."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Literal

import msgspec
from msgspec.structs import replace

from core.language import Text
from leaderboards.hiding import FEWEST_COMPARED, FEWEST_HIDDEN
from months.contests.results import DuelResult, Duels, Result, Runners, Survivors, Table, Tables, TeamResult, Teams, Won
from months.contests.spec import League, Spec, Team, TeamGoal
from org.visibility import Scope

Mark = Literal["arrived", "running", "in", "out", "up", "down", "stay"]


class Named(msgspec.Struct, frozen=True):
    """A unit by code and name, and the day from which it is closed, if it is."""

    code: str
    name: Text
    closed_on: date | None = None


class Side(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One side of a duel; the number only to those whom the duel concerns."""

    unit_id: int
    code: str
    name: Text
    cents: int | None = None
    own: bool = False


class ToldDuel(msgspec.Struct, frozen=True, kw_only=True):
    """One duel and who won it."""

    left: Side
    right: Side
    won: Won

    @property
    def own(self) -> bool:
        """Tell whether the duel concerns the viewer."""
        return self.left.own or self.right.own


class ToldRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One unit of a table; a hidden one tells its mark and nothing else. `round` is that of the arrival or the leaving."""

    mark: Mark
    hidden: bool = False
    unit_id: int | None = None
    code: str | None = None
    name: Text | None = None
    cents: int | None = None
    place: int | None = None
    round: int | None = None
    short: int | None = None
    """Cents still missing to the target."""
    own: bool = False


class ToldTable(msgspec.Struct, frozen=True, kw_only=True):
    """One table of a contest; a league has one for each class."""

    name: Text | None
    rows: tuple[ToldRow, ...]


class ToldTeam(msgspec.Struct, frozen=True, kw_only=True):
    """One team; mean and number of those who are there only where no single hidden number follows from them."""

    name: Text
    members: int
    counted: int
    there: int | None
    mean: int | None
    reached: bool | None
    own: bool


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A round for one viewer."""

    duels: tuple[ToldDuel, ...] = ()
    tables: tuple[ToldTable, ...] = ()
    teams: tuple[ToldTeam, ...] = ()


class Eyes(msgspec.Struct, frozen=True, kw_only=True):
    """How a viewer looks at a round: scope, names, the units that its board did not name, whether that board was too small."""

    scope: Scope
    names: Mapping[int, Named]
    hidden: frozenset[int] = frozenset()
    small: bool = False

    def sees(self, unit: int) -> bool:
        """Tell whether the unit may be named with its number."""
        return self.scope.name(unit, in_bottom_third=unit in self.hidden)

    def own(self, unit: int) -> bool:
        """Tell whether a unit is the viewer's own, one managed, or one belonged to."""
        return unit in self.scope.own or unit in self.scope.above

    def named(self, unit: int) -> Named:
        """Return a unit's names."""
        return self.names.get(unit) or Named(f"#{unit}", Text(zh=f"#{unit}", en=f"#{unit}"))


def told(spec: Spec, result: Result, eyes: Eyes) -> Told:
    """Return a round as a viewer may know it."""
    if isinstance(result, Duels):
        return Told(duels=tuple(_duel(one, eyes) for one in result.duels))
    if isinstance(result, Teams) and isinstance(spec, TeamGoal):
        return Told(teams=tuple(_team(row, spec.teams[row.team], eyes) for row in result.rows))
    if isinstance(result, Tables) and isinstance(spec, League):
        pairs = zip(spec.divisions, result.divisions, strict=True)
        return Told(
            tables=tuple(ToldTable(name=one.name, rows=_kept(_members(table, eyes), eyes)) for one, table in pairs)
        )
    rows = _runners(result, eyes) if isinstance(result, Runners) else _survivors(result, eyes)
    return Told(tables=(ToldTable(name=None, rows=_kept(rows, eyes)),))


def _duel(one: DuelResult, eyes: Eyes) -> ToldDuel:
    """Others learn who won; a column of numbers with gaps would name those whom the boards do not."""
    concerns = eyes.scope.detail(one.left) or eyes.scope.detail(one.right)
    sides = ((one.left, one.left_cents), (one.right, one.right_cents))
    left, right = (
        Side(
            unit_id=unit,
            code=eyes.named(unit).code,
            name=eyes.named(unit).name,
            cents=cents if concerns and eyes.sees(unit) else None,
            own=eyes.own(unit),
        )
        for unit, cents in sides
    )
    return ToldDuel(left=left, right=right, won=one.won)


def _row(unit: int, cents: int | None, eyes: Eyes, mark: Mark, place: int | None) -> ToldRow:
    if not eyes.sees(unit):
        return ToldRow(mark=mark, hidden=True)
    names = eyes.named(unit)
    return ToldRow(
        mark=mark, unit_id=unit, code=names.code, name=names.name, cents=cents, place=place, own=eyes.own(unit)
    )


def _runners(result: Runners, eyes: Eyes) -> Iterator[ToldRow]:
    for row in result.rows:
        mark: Mark = "running" if row.arrived is None else "arrived"
        found = _row(row.unit, row.cents, eyes, mark, row.place)
        yield found if found.hidden else replace(found, round=row.arrived, short=row.short)


def _survivors(result: Result, eyes: Eyes) -> Iterator[ToldRow]:
    for row in result.rows if isinstance(result, Survivors) else ():
        mark: Mark = "in" if row.left is None else "out"
        found = _row(row.unit, row.cents, eyes, mark, row.place)
        yield found if found.hidden else replace(found, round=row.left)


def _members(table: Table, eyes: Eyes) -> Iterator[ToldRow]:
    for row in table.rows:
        yield _row(row.unit, row.cents, eyes, row.move, row.place)


def _kept(rows: Iterable[ToldRow], eyes: Eyes) -> tuple[ToldRow, ...]:
    """Leave hidden rows out where a single one would name itself, or the board showed no bottom part at all."""
    found = tuple(rows)
    hidden = sum(row.hidden for row in found)
    if hidden and (eyes.small or hidden < FEWEST_HIDDEN):
        return tuple(row for row in found if not row.hidden)
    return found


def _team(row: TeamResult, team: Team, eyes: Eyes) -> ToldTeam:
    tells = _tells_sum(row.counted, team.units, eyes)
    return ToldTeam(
        name=team.name,
        members=row.members,
        counted=row.counted,
        there=row.there if tells else None,
        mean=row.mean if tells else None,
        reached=row.reached,
        own=any(eyes.own(unit) for unit in team.units),
    )


def _tells_sum(counted: int, units: Collection[int], eyes: Eyes) -> bool:
    """Tell whether a sum over units can be said: of enough, and never of all but one that the viewer knows."""
    if all(eyes.scope.detail(unit) for unit in units):
        return True
    unseen = sum(not eyes.sees(unit) for unit in units)
    return counted >= FEWEST_COMPARED and (unseen == 0 or unseen >= FEWEST_HIDDEN) and not (unseen and eyes.small)


def own_first(found: Told) -> Told:
    """Return the same with what concerns the viewer first: duels and teams; tables keep their order."""
    return replace(found, duels=_own_first(found.duels), teams=tuple(sorted(found.teams, key=lambda one: not one.own)))


def _own_first(duels: Sequence[ToldDuel]) -> tuple[ToldDuel, ...]:
    return tuple(sorted(duels, key=lambda one: not one.own))
