"""A round is settled: a pure function of the numbers of one board and of the rounds before; the order of units plays no part."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from core.points import rounded_fraction
from months.contests.league import tables
from months.contests.placing import lowest_first, places
from months.contests.results import (
    DuelResult,
    Duels,
    Result,
    Runner,
    Runners,
    Survivor,
    Survivors,
    TeamResult,
    Teams,
    Won,
)
from months.contests.spec import Duel, Elimination, HeadToHead, League, Race, Spec, Team, TeamGoal

PER_CENT = 100


def settled(spec: Spec, number: int, numbers: Mapping[int, int | None], before: Sequence[Result] = ()) -> Result:
    """Return what round `number` (from 1) comes to, from the numbers of its board and the results of earlier rounds."""
    if isinstance(spec, HeadToHead):
        return Duels(tuple(_duel(one, numbers) for one in spec.pairs))
    if isinstance(spec, Race):
        return _race(spec, number, numbers, before)
    if isinstance(spec, TeamGoal):
        return Teams(tuple(_team(spec, at, team, numbers) for at, team in enumerate(spec.teams)))
    if isinstance(spec, League):
        return tables(spec, numbers)
    return _elimination(spec, number, numbers, before)


def _duel(one: Duel, numbers: Mapping[int, int | None]) -> DuelResult:
    left, right = numbers.get(one.left), numbers.get(one.right)
    won: Won = "void"
    if left is not None and right is not None:
        won = "draw" if left == right else "left" if left > right else "right"
    return DuelResult(one.left, one.right, left, right, won)


def _race(spec: Race, number: int, numbers: Mapping[int, int | None], before: Sequence[Result]) -> Runners:
    arrived = {row.unit: row.arrived for one in before[-1:] if isinstance(one, Runners) for row in one.rows}
    for unit in spec.units:
        value = numbers.get(unit)
        if arrived.get(unit) is None and value is not None and value >= spec.target:
            arrived[unit] = number
    by_round = places({unit: -at for unit, at in arrived.items() if at is not None})
    rows = [_runner(spec, unit, numbers.get(unit), arrived.get(unit), by_round.get(unit)) for unit in set(spec.units)]
    return Runners(tuple(sorted(rows, key=_running_order)))


def _runner(spec: Race, unit: int, cents: int | None, arrived: int | None, place: int | None) -> Runner:
    missing = None if cents is None else max(spec.target - cents, 0)
    return Runner(unit, cents, arrived, place, 0 if arrived is not None else missing)


def _running_order(row: Runner) -> tuple[bool, int, bool, int, int]:
    there, told = row.place is None, row.short is None
    return (there, row.place or 0, told, row.short or 0, row.unit)


def _team(spec: TeamGoal, at: int, team: Team, numbers: Mapping[int, int | None]) -> TeamResult:
    members = set(team.units)
    told = [value for unit in members if (value := numbers.get(unit)) is not None]
    there = sum(value >= spec.target for value in told)
    enough = bool(told) and PER_CENT * len(told) >= spec.coverage * len(members)
    mean = Fraction(sum(told), len(told)) if told else None
    reached: bool | None = None
    if enough and mean is not None:
        reached = mean >= spec.target if spec.way == "mean" else PER_CENT * there >= spec.share * len(told)
    return TeamResult(
        team=at,
        members=len(members),
        counted=len(told),
        there=there,
        mean=None if mean is None else rounded_fraction(mean, 0),
        reached=reached,
    )


def _elimination(
    spec: Elimination, number: int, numbers: Mapping[int, int | None], before: Sequence[Result]
) -> Survivors:
    earlier = [row for one in before[-1:] if isinstance(one, Survivors) for row in one.rows]
    gone = {row.unit: row.left for row in earlier if row.left is not None}
    within = {unit: numbers.get(unit) for unit in spec.units if unit not in gone}
    leave = spec.rounds[number - 1].leave
    out = lowest_first(within, leave, tied_leave=spec.tie == "all_leave")
    if len(out) == sum(value is not None for value in within.values()):
        out = frozenset()
    ranked = places({unit: value for unit, value in within.items() if value is not None})
    rows = [Survivor(unit, value, ranked.get(unit), number if unit in out else None) for unit, value in within.items()]
    rows += [Survivor(unit, None, None, at) for unit, at in gone.items()]
    return Survivors(tuple(sorted(rows, key=_surviving_order)))


def _surviving_order(row: Survivor) -> tuple[int, bool, int, int]:
    return (-(row.left or PER_CENT), row.place is None, row.place or 0, row.unit)
