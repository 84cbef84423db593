"""Before and after of a unit in help beside its uncoached peers: without them, luck that turns looks like success."""

from collections.abc import Collection, Iterable
from fractions import Fraction

from core.points import CENTS
from leaderboards.month_board import MonthBoard

Change = tuple[Fraction, Fraction]
"""Mean totals before and after."""
NO_CHANGE: Change = (Fraction(0), Fraction(0))


class Trial:
    """Two boards compared; `coached` are the units in help, which no peer may be."""

    def __init__(self, before: MonthBoard, after: MonthBoard, coached: Collection[int]) -> None:
        self.before = before
        self.after = after
        self._coached = coached
        self._peers: dict[tuple[str, str], Change] = {}

    def unit(self, unit_id: int) -> Change | None:
        """Return the totals of one unit, None unless it was ranked both times."""
        return self._mean([unit_id])

    def peers(self, unit_id: int) -> Change:
        """Return the mean totals of the uncoached units of its peer group; no change where there are none."""
        standing = self.after.by_unit[unit_id]
        group = (standing.card, standing.group)
        if group not in self._peers:
            members = (one.unit_id for one in self.after.by_group[group] if one.unit_id not in self._coached)
            self._peers[group] = self._mean(members) or NO_CHANGE
        return self._peers[group]

    def _mean(self, units: Iterable[int]) -> Change | None:
        pairs = [pair for unit in units if (pair := self._totals(unit)) is not None]
        if not pairs:
            return None
        first, second = (Fraction(sum(column), CENTS * len(pairs)) for column in zip(*pairs, strict=True))
        return first, second

    def _totals(self, unit_id: int) -> tuple[int, int] | None:
        before, after = self.before.by_unit.get(unit_id), self.after.by_unit.get(unit_id)
        if before is None or after is None or before.total is None or after.total is None:
            return None
        return (before.total, after.total) if before.ranked and after.ranked else None
