"""The part of a change set that is about the rules and the theme of a month that runs."""

from datetime import datetime
from typing import Any

import scoring.queries.rules
from core.errors import Refused, problem
from months.changes.payloads import Rules
from months.models.life import ServiceMonth
from months.operations import rules_held


async def hold(change: Rules, month: int, at: datetime) -> list[Any]:
    """Let other rules or another theme hold for a month; return what held before: version and theme."""
    row = await ServiceMonth.get(month=month)
    before = [row.rule_book_id, row.theme]
    book = change.rule_book_id or row.rule_book_id
    theme = row.theme if change.theme is None else change.theme
    if theme not in (await scoring.queries.rules.rule_book(book)).themes:
        zh, en = "这份规则里没有这个主题。", "These rules do not know this theme."
        raise Refused(problem("theme_missing", zh, en))
    if [book, theme] == before:
        raise Refused(problem("no_change", "与该月在用的规则相同。", "These rules hold for the month already."))
    await _set(month, book, theme, at)
    return before


async def back(before: list[Any], month: int, at: datetime) -> None:
    """Let the rules and the theme hold again that held before."""
    await _set(month, int(before[0]), str(before[1]), at)


async def _set(month: int, rule_book_id: int, theme: str, at: datetime) -> None:
    await ServiceMonth.filter(month=month).update(rule_book_id=rule_book_id, theme=theme)
    await rules_held.hold(month=month, rule_book_id=rule_book_id, theme=theme, at=at)
