"""What the things in a preview are called: units, kinds, awards and triggers as the month of the change has them."""

import msgspec

import scoring.queries.rules
from core.language import Text
from months.changes.preview import Preview
from months.queries.simulated_names import names_for
from months.simulation.report import Report
from months.simulation.tables import Names

AFTER = Text(zh="变更后", en="After the change")


def report_of(found: Preview) -> Report:
    """Return a preview as a report of one month, for what draws and exports reports."""
    return Report(old=found.before, new=found.after, months=(found.report,))


async def names_of(month: int, found: Preview, rule_book_id: int | None = None) -> Names:
    """Return the names for a preview; of rules that are proposed theirs come on top."""
    books = [(await scoring.queries.rules.rules_of(month)).book]
    if rule_book_id is not None:
        books.append(await scoring.queries.rules.rule_book(rule_book_id))
    return msgspec.structs.replace(await names_for(books, report_of(found)), tried=AFTER)
