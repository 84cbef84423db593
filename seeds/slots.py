"""When facts arise: days, duty days, weeks, half months, visits; as columns of first day and length for each unit."""

from calendar import MONDAY
from datetime import date
from typing import NamedTuple

import numpy as np

from core.period import days_in, days_of, first_day
from seeds import draw
from seeds.draw import Wholes
from seeds.flows import Flow

HALF = 15
DUTY_TENTHS = 7
VISITS, VISIT_GAP = 5, 5
FIRST_VISIT, VISIT_DAYS = 2, 16


class Slots(NamedTuple):
    """One row a fact: which of the units (a place in the list), ordinal of the first day, number of days."""

    place: Wholes
    day: Wholes
    span: Wholes


def slots(flow: Flow, units: Wholes, seed: int, month: int, through: date) -> Slots:
    """Return the facts that are complete by the end of a day, unit by unit."""
    spans = _spans(flow.when, month)
    starts, lengths = (np.tile(spans[:, side], (len(units), 1)) for side in (0, 1))
    match flow.when:
        case "visits":
            starts, lengths = _visits(units, seed)
        case "visit":
            starts = FIRST_VISIT + draw.below(draw.keys(draw.key(seed, "visit", month), units), VISIT_DAYS)[:, None] - 1
        case _ if flow.when.startswith("once:"):
            starts = starts + int(flow.when.removeprefix("once:")) - 1
    day = starts + first_day(month).toordinal()
    keep = day + lengths - 1 <= through.toordinal()
    if flow.when == "duty":
        keep &= draw.below(draw.keys(draw.key(seed, "duty"), units[:, None], day), 10) < DUTY_TENTHS
    place = np.broadcast_to(np.arange(len(units))[:, None], day.shape)
    return Slots(place[keep], day[keep], lengths[keep])


def _visits(units: Wholes, seed: int) -> tuple[Wholes, Wholes]:
    """Return five visits, one in each stretch of five days."""
    rounds = np.arange(VISITS)
    days = rounds * VISIT_GAP + draw.below(draw.keys(draw.key(seed, "visits"), units[:, None], rounds), VISIT_GAP)
    return days, np.ones_like(days)


def _spans(when: str, month: int) -> Wholes:
    """Return (days after the first, length) of each slot of a month."""
    last = days_in(month)
    if when == "half":
        return np.array([[0, HALF], [HALF, last - HALF]])
    if when == "weekly":
        starts = [number for number, day in enumerate(days_of(month)) if number == 0 or day.weekday() == MONDAY]
        return np.array([[start, end - start] for start, end in zip(starts, [*starts[1:], last], strict=True)])
    if when in ("daily", "duty"):
        return np.array([[number, 1] for number in range(last)])
    return np.array([[0, 1]])
