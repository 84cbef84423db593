"""One snapshot as a reader holds it: plain values, built once, never altered, shared by all requests of a process."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from core.language import Text
from core.steps import Steps
from leaderboards.flags import BOTTOM, PEER_BOTTOM, PEER_TIED, RANKED, TIED
from leaderboards.ranges import UnitRange
from leaderboards.standing_names import CLASS

if TYPE_CHECKING:  # which rests on this module
    from leaderboards.crowds import Crowd

_TICK = timedelta(microseconds=1)
MOST_KEPT = 64
"""Boards by process, KPI or season that one snapshot remembers."""


class Standing(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One unit in one snapshot: its places and totals in cents."""

    unit_id: int
    code: str
    name: Text
    card: str
    group: str
    status: int
    flags: int
    pos: int
    rank: int | None
    peer_pos: int
    peer_rank: int | None
    total: int | None
    total_text: str | None
    coverage: int
    measures: tuple[int | None, ...]
    processes: tuple[int | None, ...]

    @property
    def ranked(self) -> bool:
        """Tell whether the unit has a place."""
        return self.status == RANKED

    def hidden(self, *, in_group: bool) -> bool:
        """Tell whether a board, of everybody or of the peer group, names the unit only to itself and its managers."""
        return bool(self.flags & (PEER_BOTTOM if in_group else BOTTOM | PEER_BOTTOM))

    def tied(self, *, in_group: bool) -> bool:
        """Tell whether the place is shared."""
        return bool(self.flags & (PEER_TIED if in_group else TIED))

    def place(self, *, in_group: bool) -> int:
        """Return the position on a board, from 1."""
        return self.peer_pos if in_group else self.pos

    def rank_in(self, *, in_group: bool) -> int | None:
        """Return the rank on a board, None without one."""
        return self.peer_rank if in_group else self.rank


class CardHead(msgspec.Struct, frozen=True, kw_only=True):
    """What a snapshot says about one card: names, KPIs in card order, the printed chain of tie-breaks, hiding."""

    code: str
    number: int
    name: Text
    person: bool
    groups: tuple[str, ...]
    group_names: tuple[Text, ...]
    kpis: tuple[str, ...]
    breakers: tuple[str, ...]
    chain: tuple[Text, ...] = ()
    """The same in words."""
    ties: str
    measure: str
    hidden_one_in: int
    hidden_min: int
    peer_groups: bool
    public: bool = False
    floors: dict[str, tuple[int, ...]] = {}
    """By peer group, and of the whole board under "": for each process the cents below which others are not told them."""


class ClassStepHead(msgspec.Struct, frozen=True):
    """One class, and the number that follows from it."""

    code: str
    name: Text
    effect: str | None = None


class ClassHead(msgspec.Struct, frozen=True, kw_only=True):
    """Into which classes the units of a kind are sorted."""

    code: str
    name: Text
    kind: str
    steps: tuple[ClassStepHead, ...]


class UnitClass(msgspec.Struct, frozen=True, kw_only=True):
    """The class of one unit: `code` of the rule, `step` of the class, names for people, effect as a number."""

    code: str
    name: Text
    step: str
    step_name: Text
    effect: str | None = None


class Detail(msgspec.Struct, frozen=True, kw_only=True):
    """What a snapshot keeps about itself as JSON, so that readers need no rule book."""

    theme: str | None
    rule_book: str
    processes: tuple[str, ...]
    measures: tuple[str, ...]
    cards: tuple[CardHead, ...]
    classes: tuple[ClassHead, ...] = ()
    city: dict[str, str] = {}
    """Exact score of each process over the whole company, as a fraction; for departments."""
    city_before: dict[str, str] = {}
    """The same of the month before as it stood then, for the growth of departments."""


RANGED = "r"
"""Ends the version of a board of which it is known how sure the places are."""


def version_of(snapshot_id: int, *, ranged: bool) -> str:
    """Return what changes with the places of a month, and once more when it is known how sure they are."""
    return f"{snapshot_id}{RANGED if ranged else ''}"


def board_in(version: str) -> str:
    """Return the snapshot that a version is of, however sure its places are."""
    return version.removesuffix(RANGED)


class MonthBoard:
    """All standings of one snapshot, by unit and in the order of each board."""

    def __init__(
        self,
        *,
        snapshot_id: int,
        month: int,
        made_at: str,
        detail: Detail,
        standings: Iterable[Standing],
        sealed: bool = False,
        through_batch: int = 0,
        ranges: Mapping[int, UnitRange] | None = None,
    ) -> None:
        self.snapshot_id = snapshot_id
        self.month = month
        self.made_at = made_at
        self.sealed = sealed
        self.through_batch = through_batch
        self.known_until: datetime | None = None
        """Of a board as of the freeze: the instant before which all that it rests on was known; set by who loads it."""
        self.detail = detail
        self.ranges: Mapping[int, UnitRange] = ranges or {}
        self.ranged = bool(ranges)
        self.told_ranges = self.ranges
        """The ranges as boards tell them: its own, or until these are known those that still hold of the board before."""
        self.by_unit: Mapping[int, Standing] = {standing.unit_id: standing for standing in standings}
        self.heads: Mapping[str, CardHead] = {head.code: head for head in detail.cards}
        self.before: MonthBoard | None = None
        """The snapshot of the month that this process held before, under the same rules."""
        self._kept: dict[object, Any] = {}
        self.pieces: dict[object, Any] = {}

    @property
    def version(self) -> str:
        """Return by which an open page knows what it shows."""
        return version_of(self.snapshot_id, ranged=self.ranged)

    def arrange(self) -> None:
        """Bring the runs into order now, so that no request has to."""
        _ = self.by_card, self.by_group, self.competing

    def sharing(self, before: "MonthBoard | None") -> Steps[None]:
        """Take over what is kept for a board of the same month under the same rules, in steps."""
        if before is not None and (before.detail.rule_book, before.detail.theme) == (
            self.detail.rule_book,
            self.detail.theme,
        ):
            self.pieces = before.pieces
            self.before, before.before = before, None
        yield

    @cached_property
    def as_at(self) -> datetime:
        """Return the moment as of which facts behind the board are told: when it was made, or just before the freeze."""
        return datetime.fromisoformat(self.made_at) if self.known_until is None else self.known_until - _TICK

    @cached_property
    def by_card(self) -> Mapping[str, Sequence[Standing]]:
        """Return the standings of each card in order of place."""
        runs: dict[str, list[Standing]] = {code: [] for code in self.heads}
        for standing in self.by_unit.values():
            runs[standing.card].append(standing)
        for run in runs.values():
            run.sort(key=lambda standing: standing.pos)
        return runs

    @cached_property
    def competing(self) -> Sequence[str]:
        """Return the cards that have a board: more than one unit, and somebody with a total."""
        return [
            code for code, rows in self.by_card.items() if len(rows) > 1 and any(one.total is not None for one in rows)
        ]

    @cached_property
    def by_group(self) -> Mapping[tuple[str, str], Sequence[Standing]]:
        """Return the standings of each peer group in order of place."""
        runs: dict[tuple[str, str], list[Standing]] = {}
        for standing in self.by_unit.values():
            runs.setdefault((standing.card, standing.group), []).append(standing)
        for run in runs.values():
            run.sort(key=lambda standing: standing.peer_pos)
        return runs

    def beside(self, standing: Standing, name: str) -> int | None:
        """Return a number that a standing keeps beside its measures, by the name of its column."""
        names = self.detail.measures
        at = names.index(name) if name in names else len(standing.measures)
        return standing.measures[at] if at < len(standing.measures) else None

    def classes_of(self, standing: Standing) -> tuple[UnitClass, ...]:
        """Return the classes that a unit is in."""
        found = [
            (head, self.beside(standing, CLASS + head.code))
            for head in self.detail.classes
            if head.kind == standing.card
        ]
        return tuple(
            UnitClass(
                code=head.code,
                name=head.name,
                step=head.steps[number].code,
                step_name=head.steps[number].name,
                effect=head.steps[number].effect,
            )
            for head, number in found
            if number is not None
        )

    @property
    def tells_ranges(self) -> bool:
        """Tell whether boards say how sure places are."""
        return bool(self.told_ranges)

    def told_range(self, unit_id: int) -> UnitRange | None:
        """Return how sure the place of a unit is, as boards tell it."""
        return self.told_ranges.get(unit_id)

    def population(self, card: str, group: str | None) -> Sequence[Standing]:
        """Return the standings of one board, empty for a card or group that nobody has."""
        return self.by_group.get((card, group), ()) if group else self.by_card.get(card, ())

    def crowd(self, card: str, group: str | None) -> "Crowd | None":  # noqa: ARG002 - for boards that know it
        """Return what is known of all who stand on a board by total, if that is at hand."""
        return None

    def kept(self, key: object, build: Callable[[], Any]) -> Any:  # noqa: ANN401 - a small memory for what follows from this snapshot
        """Return what is kept under a key; what `build` returns is kept unless it is None."""
        found = self._kept.get(key)
        if found is None:
            found = build()
            self.keep(key, found)
        return found

    def shared(self, key: object, build: Callable[[], Any]) -> Any:  # noqa: ANN401 - as `kept`
        """Return what is kept for this board and all that it is moved to: only what follows from its own keys."""
        if key not in self.pieces:
            self.pieces[key] = build()
        return self.pieces[key]

    def keep(self, key: object, value: object) -> None:
        """Keep something that follows from this snapshot."""
        if value is not None:
            self._kept[key] = value
            while len(self._kept) > MOST_KEPT:
                del self._kept[next(iter(self._kept))]
