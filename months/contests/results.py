"""What a round of a contest came to; numbers are cents, None where a unit had none."""

from typing import Literal, TypeAlias

import msgspec

Numbers: TypeAlias = "dict[int, int | None]"
"""By unit the number of the board in cents; a unit without a place has none, which is not nought."""
Won = Literal["left", "right", "draw", "void"]
Move = Literal["up", "down", "stay"]


class DuelResult(msgspec.Struct, frozen=True):
    """One duel; void where one of the two has no number."""

    left: int
    right: int
    left_cents: int | None
    right_cents: int | None
    won: Won


class Duels(msgspec.Struct, frozen=True, tag_field="kind", tag="head_to_head"):
    """All duels, in the order in which they were drawn up."""

    duels: tuple[DuelResult, ...]


class Runner(msgspec.Struct, frozen=True):
    """One unit of a race: its number, in which round it was first at the target, its place by that."""

    unit: int
    cents: int | None
    arrived: int | None
    place: int | None
    short: int | None
    """Cents still missing; None without a number."""


class Runners(msgspec.Struct, frozen=True, tag_field="kind", tag="race"):
    """All units of a race: those who arrived first, then by what is still missing."""

    rows: tuple[Runner, ...]


class TeamResult(msgspec.Struct, frozen=True):
    """One team: members with a number of all members, how many of them are there, the mean; reached is None if undecided."""

    team: int
    members: int
    counted: int
    there: int
    mean: int | None
    reached: bool | None


class Teams(msgspec.Struct, frozen=True, tag_field="kind", tag="team_goal"):
    """All teams in the order in which they were drawn up."""

    rows: tuple[TeamResult, ...]


class Survivor(msgspec.Struct, frozen=True):
    """One unit of an elimination: its number and place in this round, and in which round it left."""

    unit: int
    cents: int | None
    place: int | None
    left: int | None


class Survivors(msgspec.Struct, frozen=True, tag_field="kind", tag="elimination"):
    """All units: those still in by place, then those who left, the latest first."""

    rows: tuple[Survivor, ...]


class Member(msgspec.Struct, frozen=True):
    """One unit of a class: its number, its place in the class, where it goes."""

    unit: int
    cents: int | None
    place: int | None
    move: Move


class Table(msgspec.Struct, frozen=True):
    """One class of a league after the round."""

    rows: tuple[Member, ...]


class Tables(msgspec.Struct, frozen=True, tag_field="kind", tag="league"):
    """All classes, the best first, and who is in which from the next month on."""

    divisions: tuple[Table, ...]
    following: tuple[tuple[int, ...], ...]


Result: TypeAlias = Duels | Runners | Teams | Survivors | Tables
