"""Who stands on a board: entries made when somebody looks at them, and what has to be known of all of them at once."""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, overload

import msgspec

from leaderboards.month_board import Standing

NAMED, HIDDEN = range(2)


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One unit on one board: its rank there, the number it is ranked by, and whether only its own may see its name."""

    standing: Standing
    rank: int | None
    tied: bool
    value: int | None
    hidden: bool


class Crowd(NamedTuple):
    """Where each unit stands among the entries; by entry the rank (0 for none) and whether the name is hidden.

    Ranked entries come first, best rank first.
    """

    at: Mapping[int, int]
    ranks: Sequence[int]
    nameless: bytearray
    ranked: int

    @property
    def hidden(self) -> int:
        """Return how many are hidden."""
        return self.nameless.count(HIDDEN)

    @property
    def hidden_from(self) -> int | None:
        """Return the best rank that is hidden."""
        first = self.nameless.find(HIDDEN, 0, self.ranked)
        return None if first < 0 else self.ranks[first]

    def is_hidden(self, unit_id: int) -> bool:
        """Tell whether only its own may see the name of a unit."""
        place = self.at.get(unit_id)
        return place is not None and bool(self.nameless[place])

    def better_than(self, rank: int | None) -> int:
        """Return how many entries have a better rank (for None: any rank); they are the first ones."""
        return self.ranked if rank is None else bisect_left(self.ranks, rank, 0, self.ranked)

    def last_named(self, end: int) -> int:
        """Return the last entry before another that is not hidden, -1 where there is none."""
        return self.nameless.rfind(NAMED, 0, end)


def crowd_among(entries: Iterable[Entry]) -> Crowd:
    """Return what is known of all entries."""
    at: dict[int, int] = {}
    ranks, nameless = array("i"), bytearray()
    for place, entry in enumerate(entries):
        at[entry.standing.unit_id] = place
        ranks.append(entry.rank or 0)
        nameless.append(entry.hidden)
    return Crowd(at, ranks, nameless, len(ranks) - ranks.count(0))


class Entries(Sequence[Entry]):
    """The entries of a board by total, in the order of its run."""

    def __init__(self, run: Sequence[Standing], entry: Callable[[Standing], Entry]) -> None:
        self.run = run
        self.entry = entry
        self.made: dict[int, Entry] = {}

    @overload
    def __getitem__(self, at: int) -> Entry: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Entry]: ...
    def __getitem__(self, at: int | slice) -> Entry | Sequence[Entry]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self.run)))]
        found = self.made.get(at)
        if found is None:
            found = self.made[at] = self.entry(self.run[at])
        return found

    def __len__(self) -> int:
        return len(self.run)
