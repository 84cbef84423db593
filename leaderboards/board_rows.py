"""A board as people see it: rows that name or hide, in the order of their places, with movement and history."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

import msgspec

from core.language import Text
from core.points import cents_text
from leaderboards.crowds import Crowd, Entry, crowd_among
from leaderboards.flags import STATUS_NAMES, UNTOLD
from leaderboards.hiding import FEWEST_HIDDEN, too_small
from leaderboards.month_board import MonthBoard, Standing
from org.visibility import Scope


class Row(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One place on a board; a hidden one tells its rank and nothing else."""

    rank: int | None
    tied: bool = False
    hidden: bool = False
    bottom: bool = False
    inside: bool = False
    """The viewer may take the unit's card apart."""
    unit_id: int | None = None
    code: str | None = None
    name: Text | None = None
    group: str | None = None
    status: str = STATUS_NAMES[0]
    cents: int | None = None
    total: str | None = None
    movement: int | None = None
    best: int | None = None
    """The best and the worst place that the unit may truly have, given its samples; the worst ends where names end."""
    worst: int | None = None
    margin: str | None = None
    """So far the total may truly lie to either side; told to the unit and its managers."""
    processes: tuple[int | None, ...] = ()
    history: tuple[int | None, ...] = ()


class Ranking:
    """One board of one snapshot: entries in order; rows are made when first asked for, and then shared."""

    def __init__(
        self,
        board: MonthBoard,
        entries: Sequence[Entry],
        hidden_min: int,
        *,
        group: str | None,
        measure: str,
        by_total: bool = False,
        crowd: Crowd | None = None,
    ) -> None:
        self.board = board
        self.entries = entries
        self.group = group
        self.measure = measure
        self.by_total = by_total
        self.crowd = crowd or crowd_among(entries)
        self.at, self.ranked, self.hidden_from = self.crowd.at, self.crowd.ranked, self.crowd.hidden_from
        self.small = too_small(self.ranked, hidden_min)
        self.previous: Ranking | None = None
        self.before: Ranking | None = None
        """The same board one snapshot earlier: a row on which nothing has changed is not made again."""
        self.past: tuple[MonthBoard, ...] = ()
        self.words: Text | None = None
        self.public_rows: dict[int, Row] = {}
        self.full_rows: dict[int, Row] = {}
        self._orders: dict[str, Sequence[int]] = {}

    def order(self, scope: Scope) -> Sequence[int]:
        """Return which entries a viewer sees, in order: all, or without the bottom part where hiding would not hide."""
        hidden = 0 if scope.sees_all else self.crowd.hidden
        if not hidden:
            return range(len(self.entries))
        if not self.small and hidden - len(self._named_to(scope)) != FEWEST_HIDDEN - 1:
            return range(len(self.entries))
        known = self._orders.get(scope.key)
        if known is None:
            known = [index for index, entry in enumerate(self.entries) if not entry.hidden or _may_name(scope, entry)]
            if len(self._orders) > 256:  # noqa: PLR2004 - viewers remembered
                self._orders.clear()
            self._orders[scope.key] = known
        return known

    @cached_property
    def hidden(self) -> frozenset[int]:
        """Return the units whose name is hidden from others."""
        return frozenset(unit for unit, place in self.at.items() if self.crowd.nameless[place])

    def _named_to(self, scope: Scope) -> list[int]:
        """Return the hidden units that a viewer may see named."""
        return [unit for unit in scope.own | scope.above if self.crowd.is_hidden(unit)]

    def better(self, index: int, scope: Scope) -> Entry | None:
        """Return the nearest entry above with a better rank that the viewer may see named: a gap tells its number."""
        end = self.crowd.better_than(self.entries[index].rank)
        own = (place for unit in self._named_to(scope) if (place := self.at[unit]) < end)
        found = end - 1 if scope.sees_all else max(self.crowd.last_named(end), *own, -1)
        return None if found < 0 else self.entries[found]

    def rows(self, scope: Scope, order: Iterable[int]) -> tuple[Row, ...]:
        """Return the rows of some entries as a viewer sees them."""
        entries, sees_all = self.entries, scope.sees_all
        return tuple(
            self._full_row(index)
            if sees_all or scope.detail(entries[index].standing.unit_id)
            else self._public_row(index)
            for index in order
        )

    def _full_row(self, index: int) -> Row:
        row = self.full_rows.get(index)
        if row is None:
            row = self.full_rows[index] = self._same(index, public=False) or self._row(
                self.entries[index], public=False
            )
        return row

    def _public_row(self, index: int) -> Row:
        row = self.public_rows.get(index)
        if row is None:
            entry = self.entries[index]
            hidden = Row(rank=entry.rank, tied=entry.tied, hidden=True, bottom=True)
            row = hidden if entry.hidden else self._same(index, public=True) or self._row(entry, public=True)
            self.public_rows[index] = row
        return row

    def follow(self, past: tuple[MonthBoard, ...], before: "Ranking | None") -> None:
        """Stand after the months before, and after the same board one snapshot earlier if its rows may say the same."""
        self.past = past
        if before is None or not self.by_total or before.hidden_from != self.hidden_from:
            return
        if (
            before.board.detail.cards == self.board.detail.cards
        ):  # from which numbers on others are told, floors included
            self.before, before.before = before, None

    def _same(self, index: int, *, public: bool) -> Row | None:
        """Return the row of the snapshot before for an entry that stands where it stood, with what it had."""
        before = self.before
        row = (before.public_rows if public else before.full_rows).get(index) if before is not None else None
        if before is None or row is None or row.unit_id is None:
            return None
        same = before.entries[index].standing is self.entries[index].standing
        ranges = (before.board.told_range(row.unit_id), self.board.told_range(row.unit_id))
        return row if same and ranges[0] == ranges[1] else None

    def _row(self, entry: Entry, *, public: bool) -> Row:
        """Return a row; numbers from too little data are shown to the unit and its managers alone."""
        standing = entry.standing
        value = None if public and standing.status in UNTOLD else entry.value
        return Row(
            rank=entry.rank,
            tied=entry.tied,
            bottom=entry.hidden,
            inside=not public,
            unit_id=standing.unit_id,
            code=standing.code,
            name=standing.name,
            group=standing.group,
            status=STATUS_NAMES[standing.status],
            cents=value,
            total=None if value is None else cents_text(value),
            movement=self._movement(entry, public=public),
            **self._range(entry, public=public),
            processes=self._processes(standing, public=public),
            history=tuple(self._history(standing.unit_id, public=public)),
        )

    def _range(self, entry: Entry, *, public: bool) -> dict[str, Any]:
        """Return the places that a unit may truly have; those of others never reach among hidden names."""
        found = self.board.told_range(entry.standing.unit_id) if self.by_total else None
        places = found.places(in_group=self.group is not None) if found else None
        if found is None or places is None or entry.rank is None:
            return {}
        best, worst = places
        last = self.hidden_from - 1 if public and self.hidden_from is not None else worst
        margin = {} if public else {"margin": cents_text(found.margin)}
        return {"best": best, "worst": max(min(worst, last), entry.rank), **margin}

    def _movement(self, entry: Entry, *, public: bool) -> int | None:
        """Return places won since the month before; nothing where that place was hidden from others."""
        if self.previous is None or entry.rank is None:
            return None
        index = self.previous.at.get(entry.standing.unit_id)
        before = None if index is None else self.previous.entries[index]
        if before is None or before.rank is None or (public and before.hidden):
            return None
        return before.rank - entry.rank

    def _processes(self, standing: Standing, *, public: bool) -> tuple[int | None, ...]:
        """Return the process scores, to others without those in the bottom part of the process or from too little data."""
        if not public:
            return standing.processes
        if standing.status in UNTOLD:
            return (None,) * len(standing.processes)
        floors = self.board.heads[standing.card].floors
        whole, peers = floors.get("", ()), floors.get(standing.group, ())
        return tuple(
            None if value is None or value < max(low, high) else value
            for value, low, high in zip(standing.processes, whole, peers, strict=True)
        )

    def _history(self, unit_id: int, *, public: bool) -> Iterable[int | None]:
        """Yield the totals of the months so far, to others only those of places above the bottom part."""
        if self.measure != TOTAL:
            return
        for board in (*self.past, self.board):
            standing = board.by_unit.get(unit_id)
            kept = standing is not None and (standing.status in UNTOLD or standing.hidden(in_group=False))
            told = standing is not None and not (public and kept)
            yield standing.total if standing is not None and told else None


TOTAL = "total"


def _may_name(scope: Scope, entry: Entry) -> bool:
    return scope.name(entry.standing.unit_id, in_bottom_third=entry.hidden)
