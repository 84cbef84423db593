"""Snapshots read from the database as boards: whole, or as what changed since a board that is in memory."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from core.database import Connection, raw
from core.errors import NotFound, problem
from core.language import Text
from leaderboards.month_board import CardHead, Detail, MonthBoard, Standing, standing
from leaderboards.moves import Move
from leaderboards.queries.known import organisation_then
from leaderboards.queries.standings import Row, changes, parts_of, standings
from leaderboards.ranges import unit_ranges
from org.organisation import Organisation
from org.queries import organisation_of_month
from scoring.packing import numbers

MANY = 4_000
"""Boards of so many rows are built beside the loop that answers requests."""
_RANGES = "SELECT packed FROM snapshot_range WHERE snapshot_id = $1 ORDER BY card"
_SNAPSHOT = """
SELECT s.id, s.month, s.made_at, s.sealed, s.through_batch, s.detail, f.known_until
FROM snapshot s LEFT JOIN board_face f ON f.snapshot_id = s.id WHERE s.id = $1
"""


async def load(snapshot_id: int, known: Mapping[int, MonthBoard]) -> MonthBoard:
    """Return a snapshot; what only changed since one that is known is taken from there. NotFound when it is cleared away."""
    async with raw() as connection:
        head = await connection.fetchrow(_SNAPSHOT, snapshot_id)
        if head is None:
            raise gone()
        parts = await parts_of(connection, snapshot_id)
        before = known.get(parts[-2]) if len(parts) > 1 else None
        if before is not None:
            return await _moved(connection, before, head)
        rows = await standings(connection, snapshot_id)
        ranges = [row[0] for row in await connection.fetch(_RANGES, snapshot_id)]
    organisation = await organisation_then(head["month"], head["known_until"])
    if len(rows) < MANY:
        return _built(head, rows, ranges, organisation)
    return await asyncio.to_thread(_built, head, rows, ranges, organisation)


def _built(
    head: Mapping[str, Any], rows: Sequence[Row], ranges: Sequence[bytes], organisation: Organisation
) -> MonthBoard:
    """Return a board with its runs in order: for a large one this takes a while, and requests go on beside it."""
    detail = msgspec.json.decode(head["detail"], type=Detail)
    by_number = {card.number: card for card in detail.cards}
    told = [_standing(row, by_number[row["card"]], organisation) for row in rows]
    board = MonthBoard(
        snapshot_id=head["id"],
        month=head["month"],
        made_at=head["made_at"].isoformat(),
        sealed=head["sealed"],
        through_batch=head["through_batch"],
        detail=detail,
        standings=told,
        ranges=unit_ranges(ranges),
    )
    board.known_until = head["known_until"]
    board.arrange()
    return board


def _standing(row: Mapping[str, Any], head: CardHead, organisation: Organisation) -> Standing:
    unit = organisation.units.get(row["unit_id"])
    code = unit.code if unit else f"#{row['unit_id']}"
    name = Text(zh=unit.name_zh, en=unit.name_en) if unit else Text(zh=code, en=code)
    return standing(row, head, code, name, numbers(row["measures"]), numbers(row["processes"]))


async def _moved(connection: Connection, before: MonthBoard, head: Mapping[str, Any]) -> MonthBoard:
    """Return a snapshot that holds only what changed since one that is in memory."""
    rows, moves = await changes(connection, head["id"])
    ranges = [row[0] for row in await connection.fetch(_RANGES, head["id"])]
    organisation = await organisation_of_month(before.month)
    detail = msgspec.json.decode(head["detail"], type=Detail)
    by_number = {card.number: card for card in detail.cards}
    changed = [_standing(row, by_number[row["card"]], organisation) for row in rows]
    changed += [_elsewhere(before.by_unit[move.unit_id], move) for move in moves]
    return before.moved(
        snapshot_id=head["id"],
        made_at=head["made_at"].isoformat(),
        through_batch=head["through_batch"],
        detail=detail,
        changed=changed,
        ranges=unit_ranges(ranges),
    )


def _elsewhere(one: Standing, move: Move) -> Standing:
    return msgspec.structs.replace(
        one, pos=move.pos, rank=move.rank, peer_pos=move.peer_pos, peer_rank=move.peer_rank, flags=move.flags
    )


def gone() -> NotFound:
    sentences = ("榜单已更新,请从头翻页。", "The board has been replaced; turn its pages from the start.")
    return NotFound(problem("snapshot_gone", *sentences))
