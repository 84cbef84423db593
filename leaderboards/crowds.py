"""Who stands on a board: entries made when somebody looks at them, and what has to be known of all of them at once."""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, overload

import msgspec

from core.steps import STEP, Steps
from leaderboards.flags import BOTTOM, PEER_BOTTOM, RANKED
from leaderboards.month_board import Outline, Standing


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One unit on one board: its rank there, the number it is ranked by, and whether only its own may see its name."""

    standing: Standing
    rank: int | None
    tied: bool
    value: int | None
    hidden: bool


class Places(NamedTuple):
    """Some ranked entries in order: their ranks, and their places among all entries."""

    ranks: Sequence[int]
    indexes: Sequence[int]

    def before(self, rank: int | None) -> int:
        """Return the last of them with a better rank (for None: the last of all), -1 where there is none."""
        at = len(self.ranks) if rank is None else bisect_left(self.ranks, rank)
        return self.indexes[at - 1] if at else -1


class Crowd(NamedTuple):
    """Where each unit stands among the entries, how many are ranked, who is hidden, and from which rank on."""

    at: Mapping[int, int]
    ranked: int
    hidden: frozenset[int]
    hidden_from: int | None
    named: Places
    nameless: Places


def crowd_among(entries: Iterable[tuple[int, int | None, bool]]) -> Steps[Crowd]:
    """Return in steps what is known of all entries: each is a unit, its rank, and whether it is hidden."""
    at: dict[int, int] = {}
    out_of_sight: list[int] = []
    ranked = {hidden: (array("i"), array("i")) for hidden in (False, True)}
    for place, (unit, rank, hidden) in enumerate(entries):
        at[unit] = place
        if hidden:
            out_of_sight.append(unit)
        if rank is not None:
            ranks, places = ranked[hidden]
            ranks.append(rank)
            places.append(place)
        if place % STEP == STEP - 1:
            yield
    named, nameless = Places(*ranked[False]), Places(*ranked[True])
    hidden_from = min(nameless.ranks, default=None)
    return Crowd(at, len(named.ranks) + len(nameless.ranks), frozenset(out_of_sight), hidden_from, named, nameless)


def crowd_of(outline: Iterable[Outline], *, in_group: bool) -> Steps[Crowd]:
    """Return in steps the same of a board by total, before any of its standings is made."""
    bottom = PEER_BOTTOM if in_group else BOTTOM | PEER_BOTTOM
    return crowd_among(
        (unit, rank if status == RANKED else None, bool(flags & bottom)) for unit, status, flags, rank in outline
    )


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
