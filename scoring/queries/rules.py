"""Which rules hold: rule books parsed once a process, the book and theme of a month, the numbers of KPIs and items."""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

import msgspec

from core.database import raw
from core.errors import NotFound, problem
from scoring.company_card import with_company_card
from scoring.rulebook import RuleBook, parsed

_books: dict[str, RuleBook] = {}
"""Parsed books by fingerprint: immutable, so one parse serves for ever."""
_MOST_BOOKS = 32


class RuleBookRow(msgspec.Struct, frozen=True, kw_only=True):
    """A stored version of the rules."""

    id: int
    version: int
    fingerprint: str
    title_zh: str
    title_en: str
    created_at: str


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What counts in a month: the stored book and the theme."""

    month: int
    rule_book_id: int
    fingerprint: str
    theme: str | None
    book: RuleBook


class Catalogue(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """The lasting small numbers of KPIs and of items."""

    kpis: Mapping[str, int]
    items: Mapping[str, int]

    @cached_property
    def kpi_codes(self) -> Mapping[int, str]:
        """Return KPI codes by number."""
        return {number: code for code, number in self.kpis.items()}

    @cached_property
    def item_codes(self) -> Mapping[int, str]:
        """Return item codes by number."""
        return {number: code for code, number in self.items.items()}


class Ground(NamedTuple):
    """What a month is scored on besides its facts: the rules, the numbers of KPIs and items, the revision of the organisation."""

    rules: Rules
    numbers: Catalogue
    revision: int


# A service month names its book and theme; it belongs to a package above this one, so its row is read here as a fact.
_RULES_OF = """
SELECT b.id, b.fingerprint, named.theme FROM (
  SELECT 0 AS turn, rule_book_id, theme, 0 AS since, 0 AS id FROM service_month WHERE month = $1
  UNION ALL SELECT 1, rule_book_id, NULL, month, id FROM rule_effect WHERE month <= $1
) named JOIN rule_book b ON b.id = named.rule_book_id ORDER BY named.turn, named.since DESC, named.id DESC LIMIT 1
"""
_NUMBERS = """
ARRAY(SELECT code FROM kpi ORDER BY id) AS kpi_codes, ARRAY(SELECT id FROM kpi ORDER BY id) AS kpi_ids,
ARRAY(SELECT code FROM fact_item ORDER BY id) AS item_codes, ARRAY(SELECT id FROM fact_item ORDER BY id) AS item_ids
"""
_GROUND = f"SELECT found.*, {_NUMBERS}, (SELECT number FROM organisation_revision) AS revision FROM ({_RULES_OF}) found"  # noqa: S608 - our own statements
_RULES_KNOWN = """
SELECT b.id, b.fingerprint, named.theme FROM (
  SELECT 0 AS turn, rule_book_id, theme, 0 AS since, since_at AS at, id FROM month_rules WHERE month = $1 AND since_at < $2
  UNION ALL SELECT 1, rule_book_id, NULL, month, at, id FROM rule_effect WHERE month <= $1 AND at < $2
) named JOIN rule_book b ON b.id = named.rule_book_id
ORDER BY named.turn, named.since DESC, CASE named.turn WHEN 0 THEN named.at END DESC, named.id DESC LIMIT 1
"""


async def rules_of(month: int) -> Rules:
    """Return the rules of a month: as planned, else the version in effect by then with its theme for that calendar month."""
    async with raw() as connection:
        return await _rules(month, await connection.fetchrow(_RULES_OF, month))


async def ground_of(month: int) -> Ground:
    """Return the rules of a month and what else its scoring stands on, by one question."""
    async with raw() as connection:
        row = await connection.fetchrow(_GROUND, month)
        return Ground(await _rules(month, row), _catalogue(row), row["revision"] or 0)


async def rules_known(month: int, at: datetime) -> Rules:
    """Return the rules that a month had just before an instant; NotFound when there were none yet."""
    async with raw() as connection:
        return await _rules(month, await connection.fetchrow(_RULES_KNOWN, month, at))


async def _rules(month: int, row: Mapping[str, Any] | None) -> Rules:
    if row is None:
        raise NotFound(problem("no_rule_book", "还没有规则书。", "There is no rule book yet."))
    book = await _book(row["id"], row["fingerprint"])
    theme = row["theme"] if row["theme"] is not None else book.months.get(month % 100)
    return Rules(month=month, rule_book_id=row["id"], fingerprint=row["fingerprint"], theme=theme or None, book=book)


async def rule_book(rule_book_id: int) -> RuleBook:
    """Return one stored version, parsed."""
    async with raw() as connection:
        fingerprint = await connection.fetchval("SELECT fingerprint FROM rule_book WHERE id = $1", rule_book_id)
    if fingerprint is None:
        raise NotFound(problem("no_such_rule_book", "没有这本规则书。", "There is no such rule book."))
    return await _book(rule_book_id, fingerprint)


async def book_of(fingerprint: str) -> RuleBook:
    """Return the rules of a fingerprint, as a snapshot names them."""
    if fingerprint in _books:
        return _books[fingerprint]
    async with raw() as connection:
        number = await connection.fetchval("SELECT id FROM rule_book WHERE fingerprint = $1", fingerprint)
    return await rule_book(int(number or 0))


async def _book(rule_book_id: int, fingerprint: str) -> RuleBook:
    held = _books.get(fingerprint)
    if held is None:
        held = with_company_card(parsed(await rule_book_text(rule_book_id), f"rule book {rule_book_id}"))
        while len(_books) >= _MOST_BOOKS:
            del _books[next(iter(_books))]
        _books[fingerprint] = held
    return held


async def rule_book_text(rule_book_id: int) -> str:
    """Return the text of one stored version as it was published."""
    async with raw() as connection:
        return str(await connection.fetchval("SELECT text FROM rule_book WHERE id = $1", rule_book_id))


async def rule_books() -> list[RuleBookRow]:
    """Return all stored versions, the newest first."""
    statement = "SELECT id, version, fingerprint, title_zh, title_en, created_at FROM rule_book ORDER BY version DESC"
    async with raw() as connection:
        rows = await connection.fetch(statement)
    return [RuleBookRow(**{**row, "created_at": row["created_at"].isoformat()}) for row in rows]


async def catalogue() -> Catalogue:
    """Return the numbers of all KPIs and items known so far."""
    async with raw() as connection:
        return _catalogue(await connection.fetchrow(f"SELECT {_NUMBERS}"))


def _catalogue(row: Mapping[str, Any]) -> Catalogue:
    return Catalogue(
        kpis=dict(zip(row["kpi_codes"], row["kpi_ids"], strict=True)),
        items=dict(zip(row["item_codes"], row["item_ids"], strict=True)),
    )
