"""What a change set would do: a month before and after it, with the digests of both results."""

from collections.abc import Iterator
from enum import StrEnum
from hashlib import sha256

import msgspec

from months.lifecycle import State, final, public
from months.simulation.report import CardMonth, MonthReport


class Way(StrEnum):
    """How a change reaches a month: at once, by opening a closed month again, or beside a published one."""

    DIRECT = "direct"
    REOPEN = "reopen"
    RESTATE = "restate"


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """The month before and after a change; both digests are over every byte of all standings."""

    way: Way
    before: str
    after: str
    report: MonthReport


class Counts(msgspec.Struct, frozen=True):
    """How much a change moves, over all kinds."""

    units: int = 0
    gain: int = 0
    lose: int = 0
    moved: int = 0
    far: int = 0
    displaced: int = 0


FAR = 5
"""From so many places on a move is counted as far."""


def way_of(state: State) -> Way:
    """Return how a change reaches a month in this state."""
    if public(state):
        return Way.RESTATE
    return Way.REOPEN if final(state) else Way.DIRECT


def encoded(preview: Preview) -> str:
    """Return a preview as it is stored; the same preview is the same text."""
    return msgspec.json.encode(preview, order="sorted").decode()


def decoded(text: str) -> Preview:
    """Return a stored preview."""
    return msgspec.json.decode(text, type=Preview)


def digest(preview: Preview) -> str:
    """Return the SHA-256 of a preview: who applies a change names what was seen."""
    return sha256(encoded(preview).encode()).hexdigest()


def displaced(report: MonthReport) -> tuple[int, ...]:
    """Return the units that lose a place, on the whole board or in their group, or any place at all."""
    return tuple(sorted({unit for card in report.cards for unit in _displaced(card)}))


def losers(report: MonthReport) -> tuple[int, ...]:
    """Return the units that lose an award."""
    return tuple(sorted({change.unit for change in report.awards if not change.won}))


def touched(report: MonthReport) -> frozenset[int]:
    """Return the units that win or lose an award: whoever stands for one of them does not decide."""
    return frozenset(change.unit for change in report.awards)


def counts(report: MonthReport) -> Counts:
    """Return how much moves."""
    gains = [new - old for card in report.cards for old, new in _both(card.old, card.new)]
    climbs = [old - new for card in report.cards for old, new in _both(card.old_rank, card.new_rank)]
    return Counts(
        units=sum(rank is not None for card in report.cards for rank in card.new_rank),
        gain=sum(gain > 0 for gain in gains),
        lose=sum(gain < 0 for gain in gains),
        moved=sum(climb != 0 for climb in climbs),
        far=sum(abs(climb) >= FAR for climb in climbs),
        displaced=len(displaced(report)),
    )


def differences(report: MonthReport) -> dict[int, int]:
    """Return by how many cents the total of each unit changes, where both are known."""
    return {
        unit: new - old
        for card in report.cards
        for unit, old, new in zip(card.units, card.old, card.new, strict=True)
        if old is not None and new is not None and new != old
    }


def _both(old: tuple[int | None, ...], new: tuple[int | None, ...]) -> Iterator[tuple[int, int]]:
    return ((a, b) for a, b in zip(old, new, strict=True) if a is not None and b is not None)


def _displaced(card: CardMonth) -> Iterator[int]:
    for unit, *places in zip(card.units, card.old_rank, card.new_rank, card.old_peer, card.new_peer, strict=True):
        pairs = (places[0], places[1]), (places[2], places[3])
        if any(old is not None and (new is None or new > old) for old, new in pairs):
            yield unit
