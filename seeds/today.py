"""What came today: the facts of the last day, and a few of the days before put right, so that something changed since yesterday."""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date, datetime, timedelta

import numpy as np
from msgspec import Struct

from core.clock import now
from core.period import midnight
from scoring.intake.causes import FactCause
from scoring.intake.preview import Facts
from seeds.calendar import received
from seeds.columns import EPOCH

MORNING = timedelta(hours=6, minutes=30)
PUT_RIGHT = 12
"""So many facts of the days before were wrong at first."""
WRONG = 19, 20
"""By so much, as a fraction."""


class Turn(Struct, frozen=True):
    """Facts that came at one moment; `name` tells them apart from those that came before."""

    facts: Facts
    causes: Sequence[FactCause]
    at: datetime
    name: str = ""


def in_turns(facts: Facts, causes: Sequence[FactCause], through: date) -> tuple[Turn, ...]:
    """Return the facts in the order in which they came: those of the last day of all, and corrections, this morning."""
    last = through.toordinal() - EPOCH
    fresh = facts.on_day == last
    if not fresh.any() or fresh.all():
        return (Turn(facts, causes, received(date.fromordinal(EPOCH + int(facts.on_day.max())))),)
    told = [[cause for cause in causes if (cause.on_day == last) is today] for today in (False, True)]
    before, wrong = _chosen(facts, ~fresh), _wrong(facts, ~fresh)
    first = replace(before, num=np.where(np.isin(before.row_no, wrong), before.num * WRONG[0] // WRONG[1], before.num))
    second = _chosen(facts, fresh | np.isin(facts.row_no, wrong))
    morning = min(midnight(through + timedelta(days=1)) + MORNING, now())
    evening = received(date.fromordinal(EPOCH + int(first.on_day.max())))
    return (Turn(first, told[0], evening), Turn(second, told[1], morning, f"-{through.isoformat()}"))


def _chosen(facts: Facts, mask: "np.typing.NDArray[np.bool_]") -> Facts:
    return Facts(**{field.name: getattr(facts, field.name)[mask] for field in fields(facts)})


def _wrong(facts: Facts, mask: "np.typing.NDArray[np.bool_]") -> "np.typing.NDArray[np.int32]":
    """Return the row numbers of the facts that were wrong at first, spread evenly."""
    rows = facts.row_no[mask & (facts.num > WRONG[1])]
    return rows[:: max(1, len(rows) // PUT_RIGHT)][:PUT_RIGHT] if len(rows) > PUT_RIGHT else rows[:0]
