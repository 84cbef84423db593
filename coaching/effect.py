"""Did it help: the change of the unit less the change of its uncoached peers, and what follows from it."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

CoachingOutcome = Literal["lifted", "extended", "escalated"]


@dataclass(frozen=True)
class Effect:
    """The exact effect in points, whether it stands out of the noise, and the outcome."""

    points: Fraction
    shown: bool
    outcome: CoachingOutcome


def effect(
    unit: tuple[Fraction, Fraction], peers: tuple[Fraction, Fraction], *, min_effect: Fraction, exit_score: Fraction
) -> Effect:
    """Return the effect from (before, after) of the unit and of its uncoached peers.

    Lifted needs both an effect beyond noise and the exit score; an effect alone extends the help; neither escalates it.
    """
    points = (unit[1] - unit[0]) - (peers[1] - peers[0])
    shown = points >= min_effect
    if shown:
        return Effect(points, shown, "lifted" if unit[1] >= exit_score else "extended")
    return Effect(points, shown, "escalated")
