"""What the things in a report are called: units as they stood in each month, kinds and awards as the rule books name them."""

import scoring.queries.drafts
import scoring.queries.rules
from core.database import raw
from core.language import Text
from months.queries.simulations import SimulationRow, no_simulation
from months.simulation.report import Report
from months.simulation.tables import Names
from org.queries import organisation_of_month
from scoring.rulebook import RuleBook


async def names_of(row: SimulationRow, report: Report) -> Names:
    """Return the names for a report; where the draft and the rules of today differ, the draft's."""
    async with raw() as connection:
        text = await connection.fetchval("SELECT text FROM simulation WHERE id = $1", row.id)
    if text is None:
        raise no_simulation()
    draft = (await scoring.queries.drafts.checked_text(str(text))).book
    base = await scoring.queries.rules.rule_book(row.base_id)
    books = [base, draft] if draft is not None else [base]
    return await names_for(books, report)


async def names_for(books: list[RuleBook], report: Report) -> Names:
    """Return what is named in a report, as these rule books and the organisation of each month have it."""
    months = {month.month for month in report.months}
    organisations = {month: await organisation_of_month(month) for month in sorted(months)}
    return Names(
        units={
            month: {unit.id: (unit.code, Text(zh=unit.name_zh, en=unit.name_en)) for unit in one.units.values()}
            for month, one in organisations.items()
        },
        kinds={code: kind.name for book in books for code, kind in book.kinds.items()},
        groups=_groups(books, report),
        awards={code: award.name for book in books for code, award in book.awards.items()},
        triggers={code: one.name for book in books for code, one in book.coaching.triggers.items()},
    )


def _groups(books: list[RuleBook], report: Report) -> dict[tuple[str, str], Text]:
    """Return the names of peer groups; small ones that were put together are named by their parts."""
    known = {
        (code, group.code): group.name for book in books for code, kind in book.kinds.items() for group in kind.groups
    }
    codes = {(card.card, group) for month in report.months for card in month.cards for group in card.groups if group}
    found: dict[tuple[str, str], Text] = {}
    for kind, code in codes:
        parts = [known.get((kind, part), Text(zh=part, en=part)) for part in code.split("+")]
        found[kind, code] = Text(zh="、".join(part.zh for part in parts), en=", ".join(part.en for part in parts))
    return found
