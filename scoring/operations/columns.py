"""Facts that come as typed columns from a program that made them: the quick road into the same table, batch and trail."""

import asyncio
from collections.abc import Sequence
from dataclasses import astuple, replace
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from core import audit
from core.database import Connection, raw, transaction
from scoring.intake.told import Options, Report, Source
from scoring.operations import storing

if TYPE_CHECKING:  # numpy and polars come late: who only reads need not wait for them
    from scoring.intake.causes import FactCause
    from scoring.intake.preview import Facts


async def take_in_columns(
    *,
    facts: "Facts",
    raters: Sequence[str],
    via: str,
    filename: str,
    source: str,
    actor: audit.Actor,
    causes: "Sequence[FactCause]" = (),
    at: datetime | None = None,
) -> int | None:
    """Store facts as one batch and return its number, None when all were known; the caller folds the month.

    `causes` are told of these facts. Units and KPIs are given by number; an item below zero is -1 minus its place in `raters`.
    """
    checksum = sha256(b"".join(column.tobytes() for column in astuple(facts)) + "\n".join(raters).encode()).hexdigest()
    async with transaction(), raw() as connection:
        await storing.take_turns(connection, facts)
        news = await storing.held_against_stored(connection, await _with_raters(connection, facts, raters))
        if not len(news.facts):
            return None
        told = Report(read=len(facts), good=len(news.facts), refused=0, skipped=0)
        options = Options(source=source)
        origin = Source(via=via, filename=filename, checksum=checksum, options=options, received_at=at)
        return await storing.append(connection, news, origin, told, actor, None, causes)


async def _with_raters(connection: Connection, facts: "Facts", raters: Sequence[str]) -> "Facts":
    """Return the facts with the lasting numbers of their raters."""
    import numpy as np

    if not raters:
        return facts
    statement = "INSERT INTO fact_item (code) SELECT unnest($1::text[]) ON CONFLICT (code) DO NOTHING"
    await connection.execute(statement, list(raters))
    rows = await connection.fetch("SELECT code, id FROM fact_item WHERE code = ANY ($1::text[])", list(raters))
    known = {row["code"]: row["id"] for row in rows}
    numbers = np.array([known[rater] for rater in raters], np.int16)
    item = await asyncio.to_thread(facts.item.copy)
    item[item < 0] = numbers[-1 - item[item < 0]]
    return replace(facts, item=item)
