"""The report of a simulation as it is stored: plain numbers in columns, totals in cents, places from 1."""

import msgspec

from months.simulation.coefficient import Correlation


class AwardChange(msgspec.Struct, frozen=True):
    """An award that a unit would have won and did not by today's rules, or the reverse; `points` are reward points."""

    award: str
    unit: int
    won: bool
    points: int
    old_rank: int | None
    new_rank: int | None


class CoachingChange(msgspec.Struct, frozen=True):
    """A unit that would have been helped and is not by today's rules, or the reverse, with what catches it."""

    unit: int
    on: bool
    triggers: tuple[str, ...]


class CardMonth(msgspec.Struct, frozen=True):
    """One kind in one month under both rule books; columns run over `units`, None where there is no total or place."""

    card: str
    units: tuple[int, ...]
    groups: tuple[str, ...]
    """Names of the peer groups under the draft, that of each unit in `group`."""
    group: tuple[int, ...]
    old: tuple[int | None, ...]
    new: tuple[int | None, ...]
    old_rank: tuple[int | None, ...]
    new_rank: tuple[int | None, ...]
    old_peer: tuple[int | None, ...]
    new_peer: tuple[int | None, ...]
    spearman: Correlation | None
    kendall: Correlation | None


class MonthReport(msgspec.Struct, frozen=True):
    """One month: all kinds, awards and coaching that change, and the reward points that all awards come to."""

    month: int
    cards: tuple[CardMonth, ...]
    awards: tuple[AwardChange, ...]
    coaching: tuple[CoachingChange, ...]
    old_points: int
    new_points: int
    old_awards: int
    new_awards: int
    old_coached: int
    new_coached: int


class Report(msgspec.Struct, frozen=True):
    """What a draft would have done to past months; `old` and `new` are the fingerprints of both rule books."""

    old: str
    new: str
    months: tuple[MonthReport, ...]


def encoded(report: Report) -> str:
    """Return the report as JSON text."""
    return msgspec.json.encode(report).decode()


def decoded(text: str) -> Report:
    """Return a stored report."""
    return msgspec.json.decode(text, type=Report)
