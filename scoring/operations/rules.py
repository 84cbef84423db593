"""Storing a version of the rules: parsed, checked, fingerprinted, immutable."""

from collections.abc import Iterable

from core import audit
from core.clock import now
from core.database import Connection, raw, transaction
from scoring.rulebook import RuleBook, fingerprint

RULE_BOOK_LOCK = 0x5C1F02
FROM_EVER = 0
_EFFECT = "INSERT INTO rule_effect (month, rule_book_id, proposal_id, at) VALUES ($1, $2, $3, $4)"


async def store_rule_book(*, text: str, actor: audit.Actor, source: str = "rulebook.toml") -> int:
    """Store the text of a rule book and return its number; the same rules twice are one version.

    For the first book of a company and for the machine's operator: it holds at once for every month that names no
    other; people publish by two, see `months.operations.publishing`. Raises Invalid with every problem and its place.
    """
    async with transaction(), raw() as connection:
        number, fresh = await add_version(text=text, actor=actor, source=source)
        if fresh:
            await connection.execute(_EFFECT, FROM_EVER, number, None, now())
    return number


async def add_version(*, text: str, actor: audit.Actor, source: str = "rulebook.toml") -> tuple[int, bool]:
    """Store the rules as a version that no month follows yet; return its number and whether it is new."""
    from scoring.book_checks import sound  # tries every method, and so needs numpy, which reading pages never do

    book = sound(text, source)
    seal = fingerprint(book)
    async with transaction(), raw() as connection:
        await connection.execute("SELECT pg_advisory_xact_lock($1)", RULE_BOOK_LOCK)
        known = await connection.fetchval("SELECT id FROM rule_book WHERE fingerprint = $1", seal)
        if known is not None:
            return int(known), False
        await number_kpis(connection, book)
        return await _stored(connection, book, text, seal, actor), True


async def put_into_effect(*, rule_book_id: int, month: int, proposal_id: int) -> None:
    """Let a version hold from a month on, for months that are not planned yet; inside the publication's transaction."""
    async with raw() as connection:
        await connection.execute(_EFFECT, month, rule_book_id, proposal_id, now())


async def _stored(connection: Connection, book: RuleBook, text: str, seal: str, actor: audit.Actor) -> int:
    statement = """
        INSERT INTO rule_book (fingerprint, version, title_zh, title_en, text, created_at, created_by)
        SELECT $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5, $6 FROM rule_book RETURNING id, version
    """
    values = (seal, book.name.zh, book.name.en, text, now(), actor.account_id)
    row = await connection.fetchrow(statement, *values)
    after = {"version": row["version"], "fingerprint": seal}
    await audit.record(
        actor=actor, action="store_rule_book", subject_kind="rule_book", subject=str(row["id"]), after=after
    )
    return int(row["id"])


async def number_kpis(connection: Connection, book: RuleBook) -> None:
    """Give every KPI and item of a book its lasting number, in the order of the book."""
    await _number(connection, "kpi", book.kpis)
    await _number(connection, "fact_item", (item for kpi in book.kpis.values() for item in kpi.items))


async def _number(connection: Connection, table: str, codes: Iterable[str]) -> None:
    known = {row[0] for row in await connection.fetch(f"SELECT code FROM {table}")}  # noqa: S608 - one of two names written above
    fresh = list(dict.fromkeys(code for code in codes if code not in known))
    statement = f"INSERT INTO {table} (code) SELECT code FROM unnest($1::text[]) WITH ORDINALITY AS new (code, place) ORDER BY place"  # noqa: S608 - as above
    await connection.execute(statement, fresh)
