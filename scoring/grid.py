"""The grid that results are rounded to: which exact numbers go to which multiple of its step."""

from dataclasses import dataclass
from fractions import Fraction

from core.points import exact
from scoring.book_parts import Mode, Rounding

HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Grid:
    """Multiples of a step, and the mode that says where numbers between two of them go."""

    step: Fraction
    mode: Mode

    @classmethod
    def of(cls, rounding: Rounding) -> "Grid":
        """Return the grid that a rounding names."""
        step = exact(rounding.step) if rounding.step is not None else Fraction(1, 10 ** (rounding.places or 0))
        return cls(step, rounding.mode)

    def border(self, number: int) -> tuple[Fraction, bool]:
        """Return from where on (in steps) numbers go to this multiple or a higher one, and whether the border does."""
        if self.mode in {"half_away", "half_even", "half_up", "half_down"}:
            upward = {"half_away": number > 0, "half_up": True, "half_down": False, "half_even": number % 2 == 0}
            return number - HALF, upward[self.mode]
        below = {"floor": True, "ceil": False, "up": number <= 0, "down": number > 0}[self.mode]
        return Fraction(number if below else number - 1), below

    def reached(self, value: Fraction, number: int) -> bool:
        """Return whether a number (in steps) goes to this multiple or to a higher one."""
        border, upward = self.border(number)
        return value >= border if upward else value > border

    def nearest(self, value: Fraction) -> int:
        """Return the multiple that a number goes to."""
        steps = value / self.step
        number = steps.numerator // steps.denominator
        return number + self.reached(steps, number + 1) - (not self.reached(steps, number))
