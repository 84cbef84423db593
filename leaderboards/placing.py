"""Totals become places: over all units of a card and in each peer group, with the declared chain of tie-breaks."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leaderboards.flags import BOTTOM, EXCLUDED, NOT_RANKED, PEER_BOTTOM, PEER_TIED, PROTECTED, RANKED, SHOWN_ONLY, TIED
from leaderboards.frame import CardRun
from leaderboards.hiding import first_hidden_rank
from leaderboards.ranking import Line, Order, lined_up, numbered
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
    eligible = status == RANKED
    line = lined_up(totals, breakers, eligible)
    whole = _one_board(board, line, eligible, np.ones(run.size, dtype=bool))
    peer_places, peer_ranks = np.zeros(run.size, dtype=np.int64), np.zeros(run.size, dtype=np.int64)
    flags = whole.marks(TIED, BOTTOM)
    for number in range(len(run.groups) or 1):
        found = _one_board(board, line, eligible, run.group == number)
        peer_places, peer_ranks = peer_places + found.places, peer_ranks + found.ranks
        flags |= found.marks(PEER_TIED, PEER_BOTTOM)
    return Placed(whole.places, whole.ranks, peer_places, peer_ranks, flags)


@dataclass(frozen=True)
class _OneBoard:
    places: Ints
    ranks: Ints
    tied: Bools
    bottom: Bools

    def marks(self, tied: int, bottom: int) -> NDArray[np.int16]:
        return (np.where(self.tied, tied, 0) | np.where(self.bottom, bottom, 0)).astype(np.int16)


def _one_board(board: Board, line: Line, eligible: Bools, members: Bools) -> _OneBoard:
    """Return the places of some units among themselves: the ranked ones, then the others as they come; 0 of who is not in."""
    mine = line.among(members)
    found = numbered(mine, board.ties, len(members))
    places = np.zeros(len(members), dtype=np.int64)
    seen = np.concatenate((mine.order, np.flatnonzero(members & ~eligible)))
    places[seen] = np.arange(1, len(seen) + 1)
    strict = found.ranks if board.ties == "competition" else numbered(mine, "competition", len(members)).ranks
    bottom = strict >= first_hidden_rank(len(mine.order), board.hidden_one_in)
    return _OneBoard(places, found.ranks, found.tied, bottom & members & eligible)
