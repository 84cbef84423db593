"""The storing half of intake: new facts held against stored ones, appended by COPY, folding asked for."""

from collections.abc import AsyncIterator, Awaitable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from core import audit, outbox
from core.clock import now
from core.database import Connection
from core.period import first_day, month_of, next_first_day, shifted
from core.steps import aside
from scoring.intake.told import Report, Source
from scoring.operations.causes import store_causes
from scoring.queries.periods import LIGHT, numbered
from scoring.queries.records import records

if TYPE_CHECKING:
    from scoring.bulk import Records
    from scoring.intake.causes import FactCause
    from scoring.intake.merging import Merged
    from scoring.intake.preview import Facts, Preview

INTAKE_LOCK = 0x5C1F03
FEW = 20_000
"""Up to so many facts are looked for by key; beyond that the stored facts of their KPIs and days are read through."""
MOST_NAMED = 5_000
"""Up to so many units are named for folding; beyond that the whole month is folded."""
LONGEST_IMPORT = "10min"
PART = 65_536
"""Facts encoded at a time."""
_STORED = "f.kpi_id, f.unit_id, (f.on_day - date '2000-01-01')::int4, f.item, f.revision, f.span_days, f.num, f.den, f.sample, f.batch_id, f.row_no"
_BY_KEY = f"""
SELECT {_STORED} FROM (SELECT DISTINCT * FROM unnest($1::int2[], $2::int4[], $3::date[], $4::int2[])) AS new (kpi_id, unit_id, on_day, item)
JOIN fact f ON (f.kpi_id, f.unit_id, f.on_day, f.item) = (new.kpi_id, new.unit_id, new.on_day, new.item)
"""  # noqa: S608 - our own column names
_BY_RANGE = f"SELECT {_STORED} FROM fact f WHERE f.batch_id = ANY ($1::int4[]) AND f.kpi_id = ANY ($2::int2[]) AND f.on_day BETWEEN $3 AND $4"  # noqa: S608 - our own column names
_OF_THESE_DAYS = "SELECT id FROM import_batch WHERE first_on IS NULL OR (first_on <= $2 AND last_on >= $1)"
_NEXT_BATCH = "SELECT nextval(pg_get_serial_sequence('import_batch', 'id'))"
_NEW_BATCH = """
INSERT INTO import_batch (id, via, filename, checksum, source, rows_read, rows_taken, rows_known, rows_refused, refused,
  first_on, last_on, reason, received_at, received_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
"""


async def take_turns(connection: Connection, facts: "Facts") -> None:
    """Let imports that touch the same months follow each other, so that each sees what the one before stored.

    A large file takes longer than a statement of a page may, and the next one waits for it.
    """
    turns = [f"SELECT pg_advisory_xact_lock({INTAKE_LOCK}, {month})" for month in months_of(facts)]
    await connection.execute("; ".join([f"SET LOCAL statement_timeout = '{LONGEST_IMPORT}'", *turns]))


async def with_items(connection: Connection, found: "Preview", *, dry_run: bool) -> "Facts":
    """Return the facts with lasting numbers for raters met for the first time."""
    if found.raters and not dry_run:
        statement = "INSERT INTO fact_item (code) SELECT unnest($1::text[]) ON CONFLICT (code) DO NOTHING"
        await connection.execute(statement, list(found.raters))
    return await numbered(connection, found)


async def held_against_stored(connection: Connection, facts: "Facts") -> "Merged":
    from scoring.intake.merging import merged

    stored = await _met(connection, facts)
    withdrawn = await connection.fetchval("SELECT coalesce(array_agg(batch_id), '{}') FROM batch_withdrawal")
    return await aside(len(facts) <= LIGHT, merged, facts, stored, withdrawn)


async def _met(connection: Connection, facts: "Facts") -> "Records":
    """Return the stored facts that may meet new ones."""
    from scoring.intake.merging import STORED
    from scoring.intake.telling import day_of

    if len(facts) <= FEW:
        days = [day_of(day) for day in facts.on_day.tolist()]
        keys = (facts.kpi_id.tolist(), facts.unit_id.tolist(), days, facts.item.tolist())
        return await records(connection, _BY_KEY, STORED, *keys, few=len(facts) <= LIGHT)
    first, last = day_of(int(facts.on_day.min())), day_of(int(facts.on_day.max()))
    batches = [row["id"] for row in await connection.fetch(_OF_THESE_DAYS, first, last)]
    kpis = sorted(set(facts.kpi_id.tolist()))
    return await records(connection, _BY_RANGE, STORED, batches, kpis, first, last, few=False)


async def store(
    connection: Connection,
    news: "Merged",
    source: Source,
    told: Report | Awaitable[Report],
    actor: audit.Actor,
    reason: str | None,
    causes: "Sequence[FactCause]" = (),
) -> int:
    """Append facts and causes as one batch and ask for the folding of what they touch; return the batch's number."""
    units = {*news.facts.unit_id.tolist(), *(cause.unit_id for cause in causes)}
    await ask_for_folding(months_of(news.facts, causes), list(units))
    return await append(connection, news, source, told, actor, reason, causes)


async def append(
    connection: Connection,
    news: "Merged",
    source: Source,
    told: Report | Awaitable[Report],
    actor: audit.Actor,
    reason: str | None,
    causes: "Sequence[FactCause]" = (),
) -> int:
    """Append facts, and causes told of facts, as one batch with its audit row; return the batch's number. Folding is left to the caller.

    The report may still be in the making while the database takes the facts.
    """
    from scoring.intake.merging import COLUMNS

    facts = news.facts
    batch_id = int(await connection.fetchval(_NEXT_BATCH))
    parts = _parts(news, batch_id)
    await connection.copy_to_table("fact", source=parts, columns=COLUMNS, format="binary")
    report = told if isinstance(told, Report) else await told
    reason = (reason or "").strip() or None
    await connection.execute(_NEW_BATCH, batch_id, *_batch_values(news, source, report, actor, reason, causes))
    await store_causes(connection, batch_id, causes)
    after = {"filename": source.filename, "via": source.via, "taken": len(facts), "corrections": news.corrections}
    after |= {"causes": len(causes)} if causes else {}
    await audit.record(
        actor=actor, action="import_facts", subject_kind="import_batch", subject=batch_id, after=after, why=reason
    )
    return batch_id


async def _parts(news: "Merged", batch_id: int) -> AsyncIterator[bytes]:
    """Yield the facts as binary COPY, one part encoded while the database takes the one before."""
    from scoring.bulk import SIGNATURE, TRAILER
    from scoring.intake.merging import encoded

    yield SIGNATURE
    for start in range(0, len(news.facts), PART):
        part = slice(start, start + PART)
        yield await aside(len(news.facts) <= LIGHT, encoded, news.facts, news.revisions, batch_id, part)
    yield TRAILER


def _batch_values(
    news: "Merged",
    source: Source,
    report: Report,
    actor: audit.Actor,
    reason: str | None,
    causes: "Sequence[FactCause]",
) -> tuple[Any, ...]:
    touched = months_of(news.facts, causes)
    days = first_day(touched[0]), next_first_day(touched[-1]) - timedelta(days=1)
    counts = report.read, len(news.facts), news.known, report.refused
    body = msgspec.json.encode(report).decode()
    told = source.via, source.filename, source.checksum, source.options.source or None
    return (*told, *counts, body, *days, reason, source.received_at or now(), actor.account_id)


async def ask_for_folding(months: Sequence[int], unit_ids: Sequence[int]) -> None:
    units = sorted(set(unit_ids))
    for month in months:
        if len(units) > MOST_NAMED:
            await outbox.note("fold", {"month": month, "units": None}, dedup_key=f"fold:{month}")
        else:
            await outbox.note("fold", {"month": month, "units": units})


def months_of(facts: "Facts", causes: "Sequence[FactCause]" = ()) -> list[int]:
    from scoring.intake.telling import day_of

    bounds = [int(facts.on_day.min()), int(facts.on_day.max())] if len(facts) else []
    days = [*bounds, *(cause.on_day for cause in causes)]
    return months(day_of(min(days)), day_of(max(days))) if days else []


def months(first: date, last: date) -> list[int]:
    months = [month_of(first)]
    while months[-1] < month_of(last):
        months.append(shifted(months[-1], 1))
    return months
