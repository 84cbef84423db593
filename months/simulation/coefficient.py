"""A correlation as an exact number, apart from how it is worked out: pages that print one need no numpy."""

from math import isqrt

import msgspec


class Correlation(msgspec.Struct, frozen=True):
    """A number between -1 and 1: `above` over the square root of `under`; exact, whatever ties there are."""

    above: int
    under: int

    def scaled(self, places: int) -> int:
        """Return it times ten to so many places, rounded half away from zero."""
        doubled = isqrt(4 * self.above * self.above * 100**places // self.under)
        size = (doubled + 1) // 2
        return size if self.above >= 0 else -size

    def text(self, places: int = 4) -> str:
        """Return it with so many digits after the point."""
        size = abs(self.scaled(places))
        sign = "-" if self.above < 0 and size else ""
        return f"{sign}{size // 10**places}.{size % 10**places:0{places}d}"
