"""How often one person may ask for something costly: so many at once, then so many a second; each process for itself."""

import time
from collections import OrderedDict
from collections.abc import Callable

from org.refusals import TooFast

MOST_PEOPLE = 10_000


class Pace:
    """A bucket for each person that holds so many tries and fills by so many a second."""

    def __init__(self, at_once: int, a_second: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._at_once = at_once
        self._a_second = a_second
        self._clock = clock
        self._left: OrderedDict[int, tuple[float, float]] = OrderedDict()

    def forget(self) -> None:
        """Let everybody begin anew: for tests."""
        self._left.clear()

    def take(self, person: int) -> None:
        """Take one try of a person; TooFast when none is left."""
        now = self._clock()
        left, since = self._left.pop(person, (float(self._at_once), now))
        left = min(float(self._at_once), left + (now - since) * self._a_second)
        self._left[person] = (max(left - 1, 0.0), now) if left >= 1 else (left, now)
        while len(self._left) > MOST_PEOPLE:
            self._left.popitem(last=False)
        if left < 1:
            raise TooFast(1)


what_if = Pace(at_once=40, a_second=8)
"""A thumb on a slider asks some five times a second; a program that asks without end is held."""
