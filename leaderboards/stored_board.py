"""A snapshot as it lies in the database, of which a standing is made when somebody asks for it."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import NamedTuple, overload

from core.language import Text
from core.points import cents_text
from core.steps import STEP, Steps, at_once
from leaderboards.crowds import Crowd
from leaderboards.flags import BOTTOM, PEER_BOTTOM
from leaderboards.month_board import CardHead, Detail, MonthBoard, Standing
from leaderboards.moves import Move
from leaderboards.ranges import UnitRange
from leaderboards.stored_rows import NOBODY, At, Change, Key, Order, Orders, Rows, StoredRow
from org.organisation import Organisation
from scoring.packing import NONE, numbers

OUT = BOTTOM | PEER_BOTTOM
"""Who has one of these is not named on the board of all."""


class Units(Mapping[int, Standing]):
    """The standings of a snapshot by unit, each made when it is first asked for."""

    def __init__(
        self,
        rows: Mapping[int, StoredRow],
        heads: Mapping[int, CardHead],
        organisation: Organisation,
        made: dict[int, Standing],
    ) -> None:
        self.rows = rows
        self.heads = heads
        self.organisation = organisation
        self.made = made

    def __getitem__(self, unit_id: int) -> Standing:
        found = self.made.get(unit_id)
        if found is None:
            found = self.made[unit_id] = self._standing(self.rows[unit_id])
        return found

    def __iter__(self) -> Iterator[int]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __contains__(self, unit_id: object) -> bool:
        return unit_id in self.rows

    def _standing(self, row: StoredRow) -> Standing:
        head, unit = self.heads[row.card], self.organisation.units.get(row.unit_id)
        code = unit.code if unit else f"#{row.unit_id}"
        total = None if row.total == NONE else row.total
        return Standing(
            unit_id=row.unit_id,
            code=code,
            name=Text(zh=unit.name_zh, en=unit.name_en) if unit else Text(zh=code, en=code),
            card=head.code,
            group=head.groups[row.peer] if head.groups else "",
            status=row.status,
            flags=row.flags,
            pos=row.pos,
            rank=row.rank or None,
            peer_pos=row.peer_pos,
            peer_rank=row.peer_rank or None,
            total=total,
            total_text=None if total is None else cents_text(total),
            coverage=row.coverage,
            measures=numbers(row.measures),
            processes=numbers(row.processes),
        )


class Run(Sequence[Standing]):
    """Standings in order of place."""

    def __init__(self, units: Units, order: Sequence[int]) -> None:
        self.units = units
        self.order = order

    @overload
    def __getitem__(self, at: int) -> Standing: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Standing]: ...
    def __getitem__(self, at: int | slice) -> Standing | Sequence[Standing]:
        return Run(self.units, self.order[at]) if isinstance(at, slice) else self.units[self.order[at]]

    def __iter__(self) -> Iterator[Standing]:
        return map(self.units.__getitem__, self.order)

    def __len__(self) -> int:
        return len(self.order)


class BoardHead(NamedTuple):
    """What a snapshot says about itself."""

    snapshot_id: int
    month: int
    made_at: datetime
    sealed: bool
    through_batch: int
    known_until: datetime | None
    detail: Detail
    ranges: Mapping[int, UnitRange]


class StoredBoard(MonthBoard):
    """A snapshot read from the database; `made` are standings that are known already."""

    def __init__(
        self,
        head: BoardHead,
        rows: Rows,
        organisation: Organisation,
        made: dict[int, Standing] | None = None,
    ) -> None:
        super().__init__(
            snapshot_id=head.snapshot_id,
            month=head.month,
            made_at=head.made_at.isoformat(),
            detail=head.detail,
            standings=(),
            sealed=head.sealed,
            through_batch=head.through_batch,
            ranges=head.ranges,
        )
        self.known_until = head.known_until
        self.rows = rows
        self.units = Units(rows, {card.number: card for card in head.detail.cards}, organisation, made or {})
        self.by_unit = self.units
        self.origin: int | None = None
        """The snapshot that was moved to become this one."""

    def moved(self, head: BoardHead, change: Change, organisation: Organisation) -> "StoredBoard":
        """Return the board after a change: whoever has moved stands at another place, all others are shared."""
        known = self.units.made
        made = {unit: one for unit, one in known.items() if unit not in change.moved and unit not in change.fresh}
        after = StoredBoard(head, self.rows.changed(change), organisation, made)
        after.pieces, after.origin = self.pieces, self.snapshot_id
        if not after.ranged:
            after.told_ranges = _still_told(self.told_ranges, self.rows, change.fresh)
        after.orders = _put_in_place(self.orders, self.rows.own, change)
        return after

    def told_range(self, unit_id: int) -> UnitRange | None:
        """Return how sure the place of a unit is; what was known before is told as long as the place lies within."""
        found = self.told_ranges.get(unit_id)
        return found if found is None or self.ranged or _within(found, self.rows[unit_id]) else None

    def sharing(self, before: MonthBoard | None) -> Steps[None]:
        """Take over what is kept, and what is known of units of which nothing has changed, in steps."""
        yield from super().sharing(before)
        if not isinstance(before, StoredBoard) or self.before is not before or self.origin == before.snapshot_id:
            return
        changed: dict[int, StoredRow] = {}
        for number, (unit, row) in enumerate(self.rows.items()):
            if before.rows.get(unit) != row:
                changed[unit] = row
            if number % STEP == STEP - 1:
                yield
        if self.units.organisation is before.units.organisation:
            self.units.made.update((unit, one) for unit, one in before.units.made.items() if unit not in changed)
        if not self.ranged and self.known_until == before.known_until:
            self.told_ranges = _still_told(before.told_ranges, before.rows, changed)

    @cached_property
    def orders(self) -> Orders:
        """Return the units of each card, and of each of its peer groups, in order of place."""
        return at_once(self.ordered())

    def ordered(self) -> Steps[Orders]:
        """Return the same in steps; places are counted from 1 and none is left out."""
        sizes = Counter(key for row in self.rows.values() for key in ((row.card, None), (row.card, row.peer)))
        orders: dict[Key, Order] = {key: Order.of(size) for key, size in sizes.items()}
        for number, row in enumerate(self.rows.values()):
            orders[row.card, None].put(row, in_group=False)
            orders[row.card, row.peer].put(row, in_group=True)
            if number % STEP == STEP - 1:
                yield
        return orders

    @cached_property
    def by_card(self) -> Mapping[str, Sequence[Standing]]:
        """Return the standings of each card in order of place."""
        return {
            head.code: Run(self.units, self.orders.get((head.number, None), NOBODY).units) for head in self.detail.cards
        }

    @cached_property
    def by_group(self) -> Mapping[tuple[str, str], Sequence[Standing]]:
        """Return the standings of each peer group in order of place."""
        heads = self.units.heads
        return {
            (heads[card].code, heads[card].groups[peer] if heads[card].groups else ""): Run(self.units, order.units)
            for (card, peer), order in self.orders.items()
            if peer is not None
        }

    @cached_property
    def competing(self) -> Sequence[str]:
        """Return the cards that have a board: more than one unit, and somebody with a total."""
        orders = {head.code: self.orders.get((head.number, None), NOBODY).units for head in self.detail.cards}
        return [
            code
            for code, order in orders.items()
            if len(order) > 1 and any(self.rows.own[unit].total != NONE for unit in order)
        ]

    def crowd(self, card: str, group: str | None) -> Crowd:
        """Return what is known of all who stand on a board by total before any standing is made."""
        head = self.heads[card]
        key = head.number, None if group is None else (*head.groups, group).index(group)
        order = self.orders.get(key, NOBODY)
        return Crowd(At(self.rows, key, order), order.ranks, order.nameless, len(order.ranks) - order.ranks.count(0))


def _still_told(
    ranges: Mapping[int, UnitRange], before: Mapping[int, StoredRow], fresh: Mapping[int, StoredRow]
) -> Mapping[int, UnitRange]:
    """Return the ranges of the units whose total is the same; whether a place is still within is asked when it is told."""
    gone = {unit for unit, row in fresh.items() if unit in ranges and not _same_total(before.get(unit), row)}
    return {unit: one for unit, one in ranges.items() if unit not in gone} if gone else ranges


def _same_total(before: StoredRow | None, row: StoredRow) -> bool:
    return before is not None and before.total == row.total and before.status == row.status


def _within(found: UnitRange, row: StoredRow) -> bool:
    return found.best <= row.rank <= found.worst and found.peer_best <= row.peer_rank <= found.peer_worst


def _put_in_place(orders: Orders, before: Mapping[int, StoredRow], change: Change) -> Orders:
    """Return orders with some units put at their places; those that they displace are among them."""
    after, moved = dict(orders), defaultdict[tuple[int, int], list[Move]](list)
    for unit_id, move in change.moved.items():
        row = before[unit_id]
        moved[row.card, row.peer].append(move)
    for row in change.fresh.values():
        _copied(after, orders, (row.card, None)).put(row, in_group=False)
        _copied(after, orders, (row.card, row.peer)).put(row, in_group=True)
    for (card, peer), some in moved.items():
        _copied(after, orders, (card, None)).move((one.unit_id, one.pos, one.rank, one.flags & OUT) for one in some)
        _copied(after, orders, (card, peer)).move(
            (one.unit_id, one.peer_pos, one.peer_rank, one.flags & PEER_BOTTOM) for one in some
        )
    return after


def _copied(after: dict[Key, Order], orders: Orders, key: Key) -> Order:
    if after[key] is orders[key]:
        after[key] = orders[key].copy()
    return after[key]
