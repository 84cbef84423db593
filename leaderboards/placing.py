"""Totals become places: over all units of a card and in each peer group, with the declared chain of tie-breaks."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leaderboards.flags import BOTTOM, EXCLUDED, NOT_RANKED, PEER_BOTTOM, PEER_TIED, PROTECTED, RANKED, SHOWN_ONLY, TIED
from leaderboards.frame import CardRun
from leaderboards.hiding import first_hidden_rank
from leaderboards.ranking import Order, ranks
from scoring.bulk import Ints
from scoring.rulebook import Board, UnitKind

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Placed:
    """Places 1…n over all units shown, ranks (0 = none), the same inside the peer group, and flags."""

    places: Ints
    ranks: Ints
    peer_places: Ints
    peer_ranks: Ints
    flags: NDArray[np.int16]


def statuses(run: CardRun, kind: UnitKind, enough: Bools, excluded: Bools) -> NDArray[np.int16]:
    """Return how each unit stands: outsiders are only shown, some left out, new units protected, thin cards not ranked."""
    outside = np.array([_shown_only(kind, name) for name in run.groups] or [False], dtype=bool)[run.group]
    result = np.where(enough, RANKED, NOT_RANKED)
    result = np.where(run.protected, PROTECTED, result)
    result = np.where(excluded, EXCLUDED, result)
    return np.where(outside | (not kind.ranked), SHOWN_ONLY, result).astype(np.int16)


def competing(run: CardRun, kind: UnitKind) -> Bools:
    """Return who ought to be ranked: nobody from outside, nobody new and still protected."""
    nobody = np.zeros(run.size, dtype=bool)
    return np.asarray(statuses(run, kind, ~nobody, nobody) == RANKED, dtype=bool)


def _shown_only(kind: UnitKind, name: str) -> bool:
    return any(group.shown_only for group in kind.groups if group.code in name.split("+"))


def placed(
    run: CardRun, board: Board, status: NDArray[np.int16], totals: Ints, breakers: Sequence[tuple[Ints, Order]]
) -> Placed:
    """Return all places of one card."""
    whole = _one_board(board, status, totals, breakers, np.arange(run.size))
    peer_places, peer_ranks = np.zeros(run.size, dtype=np.int64), np.zeros(run.size, dtype=np.int64)
    flags = whole.marks(TIED, BOTTOM)
    for number in range(len(run.groups) or 1):
        members = np.flatnonzero(run.group == number)
        found = _one_board(board, status, totals, breakers, members)
        peer_places[members], peer_ranks[members] = found.places, found.ranks
        flags[members] |= found.marks(PEER_TIED, PEER_BOTTOM)
    return Placed(whole.places, whole.ranks, peer_places, peer_ranks, flags)


@dataclass(frozen=True)
class _OneBoard:
    places: Ints
    ranks: Ints
    tied: Bools
    bottom: Bools

    def marks(self, tied: int, bottom: int) -> NDArray[np.int16]:
        return (np.where(self.tied, tied, 0) | np.where(self.bottom, bottom, 0)).astype(np.int16)


def _one_board(
    board: Board,
    status: NDArray[np.int16],
    totals: Ints,
    breakers: Sequence[tuple[Ints, Order]],
    members: NDArray[np.intp],
) -> _OneBoard:
    """Return the places of some units among themselves: the ranked ones, then the others as they come."""
    eligible = status[members] == RANKED
    chain = [(values[members], direction) for values, direction in breakers]
    found = ranks(totals[members], chain, board.ties, eligible)
    places = np.zeros(len(members), dtype=np.int64)
    places[np.concatenate((found.order, np.flatnonzero(~eligible)))] = np.arange(1, len(members) + 1)
    strict = (
        found.ranks if board.ties == "competition" else ranks(totals[members], chain, "competition", eligible).ranks
    )
    bottom = eligible & (strict >= first_hidden_rank(int(eligible.sum()), board.hidden_one_in))
    return _OneBoard(places, found.ranks, found.tied, bottom)
