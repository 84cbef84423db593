"""The boards of a snapshot: by total as stored; by process, by KPI and over the season as they follow from it."""

from collections import Counter
from collections.abc import Mapping, Sequence

from core.points import rounded
from leaderboards.board_rows import TOTAL, Entry, Ranking
from leaderboards.hiding import first_hidden_rank
from leaderboards.month_board import MonthBoard, Standing


def by_total(board: MonthBoard, card: str, group: str | None) -> Ranking:
    """Return the board as it was ranked when the month was scored."""
    in_group = group is not None
    entries = [
        Entry(
            standing,
            standing.rank_in(in_group=in_group) if standing.ranked else None,
            standing.tied(in_group=in_group),
            standing.total,
            standing.hidden(in_group=in_group),
        )
        for standing in board.population(card, group)
    ]
    return Ranking(board, entries, board.heads[card].hidden_min, group=group, measure=TOTAL, by_total=True)


def by_values(
    board: MonthBoard, card: str, group: str | None, values: Mapping[int, int | None], measure: str
) -> Ranking:
    """Return the board by other numbers, most first; equal numbers share a rank, units without one stand last."""
    population = board.population(card, group)
    ranked = [one for one in population if one.ranked and values.get(one.unit_id) is not None]
    others = [one for one in population if not (one.ranked and values.get(one.unit_id) is not None)]
    ranked.sort(key=lambda one: -(values[one.unit_id] or 0))
    counts = Counter(values[one.unit_id] for one in ranked)
    ranks = _competition_ranks([values[one.unit_id] for one in ranked])
    bound = first_hidden_rank(len(ranked), board.heads[card].hidden_one_in)
    last = frozenset() if group else _last_of_groups(board, card, ranked, values)
    entries = [
        Entry(one, rank, counts[values[one.unit_id]] > 1, values[one.unit_id], rank >= bound or one.unit_id in last)
        for one, rank in zip(ranked, ranks, strict=True)
    ]
    entries += [Entry(one, None, tied=False, value=values.get(one.unit_id), hidden=False) for one in others]
    return Ranking(board, entries, board.heads[card].hidden_min, group=group, measure=measure)


def _last_of_groups(
    board: MonthBoard, card: str, ranked: Sequence[Standing], values: Mapping[int, int | None]
) -> frozenset[int]:
    """Return the units that the boards of the peer groups do not name: the board of everybody does not either."""
    members: dict[str, list[Standing]] = {}
    for one in ranked:
        members.setdefault(one.group, []).append(one)
    last: set[int] = set()
    for found in members.values():
        bound = first_hidden_rank(len(found), board.heads[card].hidden_one_in)
        ranks = _competition_ranks([values[one.unit_id] for one in found])
        last.update(one.unit_id for one, rank in zip(found, ranks, strict=True) if rank >= bound)
    return frozenset(last)


def _competition_ranks(values: Sequence[int | None]) -> list[int]:
    ranks: list[int] = []
    for place, value in enumerate(values, 1):
        ranks.append(ranks[-1] if place > 1 and value == values[place - 2] else place)
    return ranks


def process_values(board: MonthBoard, card: str, process: str) -> dict[int, int | None]:
    """Return the scores of one process in cents by unit."""
    column = board.detail.processes.index(process)
    return {one.unit_id: one.processes[column] for one in board.population(card, None)}


def season_values(boards: Sequence[MonthBoard], card: str) -> dict[int, int | None]:
    """Return the mean of the monthly totals in cents; who was ranked in less than half of the months has none."""
    totals: dict[int, list[int]] = {}
    for board in boards:
        for one in board.population(card, None):
            if one.ranked and one.total is not None:
                totals.setdefault(one.unit_id, []).append(one.total)
    return {
        unit_id: rounded(sum(months), len(months)) if 2 * len(months) >= len(boards) else None
        for unit_id, months in totals.items()
    }


def better(entries: Sequence[Entry], index: int) -> Entry | None:
    """Return the nearest entry above with a better rank."""
    rank = entries[index].rank
    for above in range(index - 1, -1, -1):
        entry = entries[above]
        if entry.rank is not None and (rank is None or entry.rank < rank):
            return entry
    return None


def is_named(standing: Standing, text: str) -> bool:
    """Tell whether a unit's code or name holds a searched text."""
    wanted = text.casefold()
    return any(wanted in word.casefold() for word in (standing.code, standing.name.zh, standing.name.en))
