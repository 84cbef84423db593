"""The boards of a snapshot: by total as stored; by process, by KPI and over the season as they follow from it."""

from collections import Counter
from collections.abc import Mapping, Sequence

from core.points import rounded
from leaderboards.board_rows import TOTAL, Ranking
from leaderboards.crowds import Entries, Entry
from leaderboards.hiding import first_hidden_rank
from leaderboards.month_board import MonthBoard, Standing
from leaderboards.seasons import SeasonPlace


def by_total(board: MonthBoard, card: str, group: str | None) -> Ranking:
    """Return the board as it was ranked when the month was scored."""
    in_group = group is not None

    def entry(standing: Standing) -> Entry:
        return Entry(
            standing,
            standing.rank_in(in_group=in_group) if standing.ranked else None,
            standing.tied(in_group=in_group),
            standing.total,
            standing.hidden(in_group=in_group),
        )

    entries = Entries(board.population(card, group), entry)
    crowd = board.crowd(card, group)
    return Ranking(board, entries, board.heads[card].hidden_min, group=group, measure=TOTAL, by_total=True, crowd=crowd)


def by_values(
    board: MonthBoard, card: str, group: str | None, values: Mapping[int, int | None], measure: str
) -> Ranking:
    """Return the board by other numbers, most first; equal numbers share a rank, units without one stand last."""
    places = placed_by(board.population(card, group), values)
    groups = {} if group else {code: placed_by(board.population(card, code), values) for code in _groups(board, card)}
    return by_places(board, card, group, places, groups, measure)


def by_places(
    board: MonthBoard,
    card: str,
    group: str | None,
    places: Mapping[int, SeasonPlace],
    groups: Mapping[str, Mapping[int, SeasonPlace]],
    measure: str,
) -> Ranking:
    """Return the board by given places; `groups` are those on the boards of the peer groups.

    Whom the board of its group does not name, the board of everybody does not either.
    """
    population = {one.unit_id: one for one in board.population(card, group)}
    placed = {unit: one for unit, one in places.items() if unit in population and one.place is not None}
    one_in, order = board.heads[card].hidden_one_in, {unit: at for at, unit in enumerate(population)}
    hidden = _bottom(placed, one_in).union(*(_bottom(found, one_in) for found in groups.values()))
    entries = [
        Entry(population[unit], one.place, one.tied, one.value, unit in hidden)
        for unit, one in sorted(placed.items(), key=lambda pair: (pair[1].place, order[pair[0]]))
    ]
    entries += [
        Entry(one, None, tied=False, value=places[unit].value if unit in places else None, hidden=False)
        for unit, one in population.items()
        if unit not in placed
    ]
    return Ranking(board, entries, board.heads[card].hidden_min, group=group, measure=measure)


def _groups(board: MonthBoard, card: str) -> list[str]:
    return list(dict.fromkeys(one.group for one in board.population(card, None)))


def _bottom(places: Mapping[int, SeasonPlace], hidden_one_in: int) -> frozenset[int]:
    """Return who stands in the bottom part of a board."""
    placed = {unit: one.place for unit, one in places.items() if one.place is not None}
    bound = first_hidden_rank(len(placed), hidden_one_in)
    return frozenset(unit for unit, place in placed.items() if place >= bound)


def placed_by(units: Sequence[Standing], values: Mapping[int, int | None]) -> dict[int, SeasonPlace]:
    """Return competition places by numbers, most first; who is not ranked in the month has none."""
    ranked = [(one.unit_id, value) for one in units if one.ranked and (value := values.get(one.unit_id)) is not None]
    ranked.sort(key=lambda pair: -pair[1])
    counts = Counter(value for _, value in ranked)
    ranks = _competition_ranks([value for _, value in ranked])
    return {
        **{one.unit_id: SeasonPlace(values.get(one.unit_id), None, tied=False) for one in units},
        **{
            unit: SeasonPlace(value, rank, tied=counts[value] > 1)
            for (unit, value), rank in zip(ranked, ranks, strict=True)
        },
    }


def _competition_ranks(values: Sequence[int]) -> list[int]:
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


def is_named(standing: Standing, text: str) -> bool:
    """Tell whether a unit's code or name holds a searched text."""
    wanted = text.casefold()
    return any(wanted in word.casefold() for word in (standing.code, standing.name.zh, standing.name.en))
