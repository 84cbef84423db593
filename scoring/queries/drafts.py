"""Rules in the making: which drafts there are, the text of one, and everything that is found in it."""

import asyncio
from collections import OrderedDict
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec

from core.database import raw
from core.errors import Invalid, NotFound, Problem, problem
from org.names import named
from scoring.book_text import hidden, with_lines
from scoring.rulebook import RuleBook, fingerprint, parsed

_HEAD = """
SELECT d.id, d.name, d.base_id, b.version AS base_version, d.owner_id, o.display_name AS owner_name, d.revision,
  d.created_at, d.saved_at, d.saved_by, s.display_name AS saved_by_name, octet_length(d.text) AS size
FROM rule_draft d LEFT JOIN rule_book b ON b.id = d.base_id
LEFT JOIN account o ON o.id = d.owner_id LEFT JOIN account s ON s.id = d.saved_by
"""
_KEPT = 16
_found: "OrderedDict[str, Checked]" = OrderedDict()
"""What was found in the texts looked at last: a page, its checks and its simulation ask for the same."""


class DraftRow(msgspec.Struct, frozen=True, kw_only=True):
    """A draft of a rule book; `revision` rises with every saving, `base_version` is the version it began from, `size` is in bytes."""

    id: int
    name: str
    base_id: int | None
    base_version: int | None
    owner_id: int | None
    owner_name: str | None
    revision: int
    created_at: datetime
    saved_at: datetime
    saved_by: int | None
    saved_by_name: str | None
    size: int


class Draft(DraftRow, frozen=True, kw_only=True):
    """A draft with its text, byte for byte as it was saved."""

    text: str


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What was found in a text; `book` and its fingerprint are None while it cannot be read."""

    book: RuleBook | None
    fingerprint: str | None
    problems: tuple[Problem, ...]

    @property
    def sound(self) -> bool:
        """Tell whether nothing stands against publishing the rules."""
        return self.book is not None and all(one.grade != "error" for one in self.problems)


async def drafts() -> tuple[DraftRow, ...]:
    """Return all drafts, the last saved first."""
    async with raw() as connection:
        rows = await connection.fetch(
            f"{named(_HEAD)} WHERE d.discarded_at IS NULL ORDER BY d.saved_at DESC, d.id DESC"
        )
    return tuple(DraftRow(**row) for row in rows)


async def draft(draft_id: int) -> Draft:
    """Return one draft; NotFound when there is none or it was discarded."""
    statement = named(_HEAD).replace("AS size", "AS size, d.text") + " WHERE d.id = $1 AND d.discarded_at IS NULL"
    async with raw() as connection:
        row = await connection.fetchrow(statement, draft_id)
    if row is None:
        raise no_draft()
    return Draft(**row)


async def checked_text(text: str, source: str = "draft.toml") -> Checked:
    """Return everything found in a text, each with its line or path; nothing is stored and no data are asked."""
    mark = sha256(text.encode()).hexdigest()
    found = _found.get(mark)
    if found is None:
        found = _found[mark] = await asyncio.to_thread(look, text, source)
        while len(_found) > _KEPT:
            _found.popitem(last=False)
    return found


def look(text: str, source: str) -> Checked:
    """Return everything found in a text."""
    from scoring.book_checks import checked  # tries every method, and so needs numpy, which reading pages never do

    try:
        book = parsed(text, source)
    except Invalid as refusal:
        return Checked(book=None, fingerprint=None, problems=with_lines(text, refusal.problems))
    return Checked(book=book, fingerprint=fingerprint(book), problems=(*hidden(text), *with_lines(text, checked(book))))


def no_draft() -> NotFound:
    """Return the refusal for a draft that is not there."""
    return NotFound(problem("no_such_draft", "没有这份草稿。", "There is no such draft."))


async def saved_by(draft_id: int) -> Any:  # noqa: ANN401 - asyncpg ships no types
    """Return who saved a draft last, and when, for the refusal of a saving over it."""
    statement = """
SELECT d.revision, d.saved_at, a.display_name, a.name_en FROM rule_draft d LEFT JOIN account a ON a.id = d.saved_by
WHERE d.id = $1
"""
    async with raw() as connection:
        return await connection.fetchrow(statement, draft_id)
