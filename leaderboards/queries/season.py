"""The season of a card, from the snapshots of its months."""

import asyncio
from collections.abc import Sequence

from core.database import raw
from core.language import Text
from leaderboards.board_rows import TOTAL, Ranking
from leaderboards.month_board import MonthBoard
from leaderboards.queries.snapshots import rules_of_board
from leaderboards.rankings import by_places, by_values, season_values
from leaderboards.seasons import kpis_looked_at, season_of, season_places
from scoring.packing import LINE
from scoring.result_words import season_words


async def season_ranking(boards: Sequence[MonthBoard], card: str, group: str | None) -> Ranking:
    """Return the season of a card: as its rule book makes it, else by the mean of the months."""
    found = boards[-1]
    book = (await rules_of_board(found)).book
    rule = season_of(book, card)
    if rule is None:
        return by_values(found, card, group, season_values(boards, card), TOTAL)
    kpis = kpis_looked_at(rule)
    scores = [
        {kpi: await kpi_values(board, card, kpi) for kpi in kpis if kpi in board.heads[card].kpis} for board in boards
    ]
    runs = {code: found.population(card, code) for code in ([group] if group else [None, *_groups_of(found, card)])}
    places = {
        code: await asyncio.to_thread(season_places, rule, boards, run, scores, in_group=code is not None)
        for code, run in runs.items()
    }
    ranking = by_places(
        found, card, group, places.pop(group), {str(code): found for code, found in places.items()}, TOTAL
    )
    words = season_words(book, rule)
    ranking.words = Text(zh=f"{rule.name.zh}：{words.zh}", en=f"{rule.name.en}: {words.en}")
    return ranking


def _groups_of(found: MonthBoard, card: str) -> list[str]:
    return list(dict.fromkeys(one.group for one in found.population(card, None)))


async def kpi_values(found: MonthBoard, card: str, kpi: str) -> dict[int, int | None]:
    """Return the scores of one KPI in cents by unit, None where it was not scored."""
    head = found.heads[card]
    statement = (
        "SELECT unit_id, substring(lines from $3 for $4) FROM standing"
        " WHERE snapshot_id = ANY (parts_of($1)) AND card = $2 ORDER BY snapshot_id"
    )
    start = head.kpis.index(kpi) * LINE.size + 1
    async with raw() as connection:
        rows = await connection.fetch(statement, found.snapshot_id, head.number, start, LINE.size)
    scores = {unit_id: LINE.unpack(part)[2] for unit_id, part in rows if len(part) == LINE.size}
    return {unit_id: score if score >= 0 else None for unit_id, score in scores.items()}
