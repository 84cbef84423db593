"""What stored months show of rules that need not be in force: read, scored aside, and looked at."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.database import Connection, raw
from core.errors import Problem
from leaderboards.queries.month_inputs import frame_of, month_inputs
from org.queries import organisation_of_month
from scoring.queries.rules import Catalogue, Rules, catalogue, rules_of
from scoring.rulebook import RuleBook, fingerprint

if TYPE_CHECKING:  # numpy is imported late: this package is also read by pages
    from leaderboards.inputs import MonthInputs
    from scoring.checks.with_data import CardMonth

MONTHS = 3
"""So many of the last months are looked at when none are named."""
_LAST = "SELECT month FROM month_fold WHERE month <= $1 ORDER BY month DESC LIMIT $2"
LATEST = 209912


async def rule_problems(book: RuleBook, *, month: int | None = None, months: int = MONTHS) -> tuple[Problem, ...]:
    """Return everything found in a rule book, first by itself, then with the last stored months up to one.

    The rules need not be in force, or even stored: facts and organisation are those of the months, scored aside.
    """
    from scoring.book_checks import checked

    alone = checked(book)
    if any(problem.grade == "error" for problem in alone):
        return alone
    with_data = await problems_with_months(book, month=month, months=months)
    return tuple(sorted((*alone, *with_data), key=lambda one: ("error", "warning", "note").index(one.grade)))


async def problems_with_months(
    book: RuleBook, *, month: int | None = None, months: int = MONTHS
) -> tuple[Problem, ...]:
    """Return what the last stored months up to one show of a rule book; nothing where no month is stored."""
    from scoring.checks.with_data import checked_with

    async with raw() as connection:
        found = [row[0] for row in await connection.fetch(_LAST, month or LATEST, months)]
        numbers = await catalogue()
        inputs = [await _inputs(connection, book, one, numbers) for one in found]
    shown = await asyncio.to_thread(lambda: checked_with(book, _cards(inputs)))
    return (*(await _gaps(book, found[0]) if found else ()), *shown)


async def _gaps(book: RuleBook, month: int) -> tuple[Problem, ...]:
    """Return what the units of a month show: kinds of them that lose their card, and cards that nobody has."""
    from scoring.checks.coverage import card_gaps

    organisation = await organisation_of_month(month)
    kinds = {unit.kind for unit in organisation.units.values()}
    return tuple(card_gaps(book, (await rules_of(month)).book, kinds))


async def _inputs(connection: Connection, book: RuleBook, month: int, numbers: Catalogue) -> "MonthInputs":
    theme = book.months.get(month % 100)
    rules = Rules(month=month, rule_book_id=0, fingerprint=fingerprint(book), theme=theme, book=book)
    return await month_inputs(connection, rules, numbers, await frame_of(rules))


def _cards(inputs: "Sequence[MonthInputs]") -> "list[list[CardMonth]]":
    return [_month_cards(one) for one in inputs]


def _month_cards(inputs: "MonthInputs") -> "list[CardMonth]":
    from leaderboards.flags import RANKED
    from leaderboards.month_results import month_results
    from leaderboards.placing import competing
    from leaderboards.sheets import scored_card
    from scoring.checks.with_data import CardMonth

    return [
        CardMonth(
            card.run.code,
            scored_card(inputs, card.run, inputs.book)[0],
            competing(card.run, inputs.book.kinds[card.run.code]),
            card.statuses == RANKED,
        )
        for card in month_results(inputs).cards
        if inputs.book.kpis_of(card.run.code)
    ]
