"""How a contest is written down: its kind, who takes part, the number it looks at, and the days of its rounds."""

from datetime import date
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta

from core.language import Text

TOTAL = "total"
MOST_UNITS, MOST_DUELS, MOST_ROUNDS, MOST_TEAMS, MOST_DIVISIONS = 1_000, 200, 12, 60, 12
MOST_CENTS = 1_000_000

Code = Annotated[str, Meta(min_length=1, max_length=24, pattern=r"^[A-Za-z0-9_.-]+$")]
UnitNumber = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Cents = Annotated[int, Meta(ge=1, le=MOST_CENTS)]
Units = Annotated[tuple[UnitNumber, ...], Meta(max_length=MOST_UNITS)]
Title = Annotated[str, Meta(min_length=1, max_length=40)]


class Duel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Two units that meet."""

    left: UnitNumber
    right: UnitNumber


class Team(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Units that reach a goal together."""

    zh: Title
    en: Title
    units: Units

    @property
    def name(self) -> Text:
        """Return the name in both languages."""
        return Text(zh=self.zh, en=self.en)


class Division(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One class of a league, the best class first."""

    zh: Title
    en: Title
    units: Units

    @property
    def name(self) -> Text:
        """Return the name in both languages."""
        return Text(zh=self.zh, en=self.en)


class Leaving(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A round of an elimination: the last day whose points count, and how many leave; no day means the sealed result."""

    leave: Annotated[int, Meta(ge=1, le=MOST_UNITS)]
    on: date | None = None


class HeadToHead(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="head_to_head"):
    """Pairs of units: the higher number wins, equal numbers share, who has none is not beaten by it."""

    card: Code
    pairs: Annotated[tuple[Duel, ...], Meta(max_length=MOST_DUELS)]
    measure: Code = TOTAL
    on: date | None = None


class Race(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="race"):
    """First to a number: looked at on certain days, those who are there on the same day share the place."""

    card: Code
    units: Units
    target: Cents
    days: Annotated[tuple[date, ...], Meta(max_length=MOST_ROUNDS)]
    measure: Code = TOTAL


class TeamGoal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="team_goal"):
    """Teams with one goal each reaches or not: by the mean of its members, or by the share of them who are there."""

    card: Code
    teams: Annotated[tuple[Team, ...], Meta(max_length=MOST_TEAMS)]
    target: Cents
    way: Literal["mean", "share"] = "mean"
    share: Annotated[int, Meta(ge=1, le=100)] = 100
    """Per cent of the members with a number who have to reach the target; for `share` alone."""
    coverage: Annotated[int, Meta(ge=1, le=100)] = 60
    """Per cent of the members who need a number at all; below it nothing is decided."""
    measure: Code = TOTAL
    on: date | None = None


class Elimination(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="elimination"):
    """The lowest leave, round by round; `tie` says whether those equal at the edge all stay or all leave."""

    card: Code
    units: Units
    rounds: Annotated[tuple[Leaving, ...], Meta(max_length=MOST_ROUNDS)]
    tie: Literal["all_stay", "all_leave"] = "all_stay"
    measure: Code = TOTAL


class League(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="league"):
    """Classes of units: at the end the first of each go up and the last go down, as many up as down."""

    card: Code
    divisions: Annotated[tuple[Division, ...], Meta(max_length=MOST_DIVISIONS)]
    moves: Annotated[int, Meta(ge=1, le=MOST_UNITS)] = 1
    measure: Code = TOTAL
    on: date | None = None


Spec: TypeAlias = HeadToHead | Race | TeamGoal | Elimination | League

KINDS: dict[str, Text] = {
    "head_to_head": Text(zh="一对一对决", en="Head to head"),
    "race": Text(zh="竞速达标", en="Race to a target"),
    "team_goal": Text(zh="团队目标", en="Team goal"),
    "elimination": Text(zh="淘汰赛", en="Elimination"),
    "league": Text(zh="分级联赛", en="League with promotion and relegation"),
}


def kind_of(spec: Spec) -> str:
    """Return the kind by its public word."""
    return str(type(spec).__struct_config__.tag)


def units_of(spec: Spec) -> tuple[int, ...]:
    """Return everybody who takes part, as written, repetitions included."""
    if isinstance(spec, HeadToHead):
        return tuple(unit for duel in spec.pairs for unit in (duel.left, duel.right))
    if isinstance(spec, TeamGoal):
        return tuple(unit for team in spec.teams for unit in team.units)
    if isinstance(spec, League):
        return tuple(unit for division in spec.divisions for unit in division.units)
    return spec.units


def days_of(spec: Spec) -> tuple[date | None, ...]:
    """Return the last day that counts in each round, in order; None stands for the sealed result of the month."""
    if isinstance(spec, Race):
        return spec.days
    if isinstance(spec, Elimination):
        return tuple(one.on for one in spec.rounds)
    return (spec.on,)
