"""The grid that results are rounded to: which exact numbers go to which multiple of its step."""

from dataclasses import dataclass
from fractions import Fraction

from core.points import exact
from scoring.book_parts import Mode, Rounding


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

    def border_twice(self, number: int) -> tuple[int, bool]:
        """Return from where on (in half steps) numbers go to this multiple or above, and whether the border does."""
        mode = self.mode
        if mode == "half_away":
            return 2 * number - 1, number > 0
        if mode in {"half_even", "half_up", "half_down"}:
            return 2 * number - 1, mode == "half_up" or (mode == "half_even" and number % 2 == 0)
        below = mode == "floor" or (mode == "up" and number <= 0) or (mode == "down" and number > 0)
        return 2 * number if below else 2 * number - 2, below

    def border(self, number: int) -> tuple[Fraction, bool]:
        """Return the same border in steps."""
        twice, upward = self.border_twice(number)
        return Fraction(twice, 2), upward

    def reached(self, value: Fraction, number: int) -> bool:
        """Return whether a number (in steps) goes to this multiple or to a higher one."""
        border, upward = self.border(number)
        return value >= border if upward else value > border

    def nearest(self, value: Fraction) -> int:
        """Return the multiple that a number goes to."""
        steps = value / self.step
        number = steps.numerator // steps.denominator
        return number + self.reached(steps, number + 1) - (not self.reached(steps, number))
