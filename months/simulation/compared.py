"""One month under two rule books, side by side."""

from collections.abc import Iterable, Mapping

import msgspec

from leaderboards.month_board import MonthBoard, Standing
from months.simulation.correlation import kendall, spearman
from months.simulation.report import AwardChange, CardMonth, CoachingChange, MonthReport
from rewards.entrants import Grant
from scoring.rulebook import RuleBook


class Outlook(msgspec.Struct, frozen=True):
    """A month as one rule book sees it: places, awards, and who would be helped."""

    book: RuleBook
    board: MonthBoard
    grants: Mapping[str, tuple[Grant, ...]]
    caught: Mapping[int, tuple[str, ...]]
    """The triggers that catch each unit to be helped."""


def compared(old: Outlook, new: Outlook) -> MonthReport:
    """Return what changes from one rule book to the other."""
    codes = dict.fromkeys((*old.board.heads, *new.board.heads))
    cards = (_card(code, old.board, new.board) for code in codes)
    old_wins, new_wins = _wins(old), _wins(new)
    return MonthReport(
        month=new.board.month,
        cards=tuple(card for card in cards if card is not None),
        awards=tuple(_awards(old, new, old_wins, new_wins)),
        coaching=tuple(_coaching(old.caught, new.caught)),
        old_points=sum(old_wins.values()),
        new_points=sum(new_wins.values()),
        old_awards=len(old_wins),
        new_awards=len(new_wins),
        old_coached=len(old.caught),
        new_coached=len(new.caught),
    )


def _card(code: str, old: MonthBoard, new: MonthBoard) -> CardMonth | None:
    """Return one kind, in order of today's places; None where neither rule book gives anybody a total."""
    before = {one.unit_id: one for one in old.by_card.get(code, ())}
    after = {one.unit_id: one for one in new.by_card.get(code, ())}
    units = list(dict.fromkeys((*before, *after)))
    pairs = [(before.get(unit), after.get(unit)) for unit in units]
    if not any(one and one.total is not None for pair in pairs for one in pair):
        return None
    named = [one.group if one else "" for _, one in pairs]
    groups = list(dict.fromkeys(named))
    number = {name: place for place, name in enumerate(groups)}
    both = [(a.rank, b.rank) for a, b in pairs if a and b and a.rank is not None and b.rank is not None]
    ranks = [a for a, _ in both], [b for _, b in both]
    return CardMonth(
        card=code,
        units=tuple(units),
        groups=tuple(groups),
        group=tuple(number[name] for name in named),
        old=_column("total", [a for a, _ in pairs]),
        new=_column("total", [b for _, b in pairs]),
        old_rank=_column("rank", [a for a, _ in pairs]),
        new_rank=_column("rank", [b for _, b in pairs]),
        old_peer=_column("peer_rank", [a for a, _ in pairs]),
        new_peer=_column("peer_rank", [b for _, b in pairs]),
        spearman=spearman(*ranks),
        kendall=kendall(*ranks),
    )


def _column(name: str, standings: Iterable[Standing | None]) -> tuple[int | None, ...]:
    return tuple(None if one is None else getattr(one, name) for one in standings)


def _wins(seen: Outlook) -> dict[tuple[str, int], int]:
    """Return the reward points of each award given, by award and unit."""
    return {
        (award, grant.unit_id): seen.book.awards[award].points
        for award, found in seen.grants.items()
        for grant in found
    }


def _awards(
    old: Outlook, new: Outlook, old_wins: Mapping[tuple[str, int], int], new_wins: Mapping[tuple[str, int], int]
) -> Iterable[AwardChange]:
    changed = [(key, True) for key in new_wins if key not in old_wins]
    changed += [(key, False) for key in old_wins if key not in new_wins]
    for (award, unit), won in sorted(changed, key=lambda one: (one[0][0], not one[1], one[0][1])):
        points = (new_wins if won else old_wins)[award, unit]
        yield AwardChange(award, unit, won, points, _rank(old.board, unit), _rank(new.board, unit))


def _rank(board: MonthBoard, unit: int) -> int | None:
    """Return the place that awards go by: that in the peer group."""
    found = board.by_unit.get(unit)
    return found.peer_rank if found else None


def _coaching(old: Mapping[int, tuple[str, ...]], new: Mapping[int, tuple[str, ...]]) -> Iterable[CoachingChange]:
    for unit in sorted(old.keys() ^ new.keys()):
        yield CoachingChange(unit, unit in new, new.get(unit) or old[unit])
