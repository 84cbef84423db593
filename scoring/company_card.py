"""The company as a unit that is measured though it does not compete."""

import msgspec

from scoring.rulebook import RuleBook


def with_company_card(book: RuleBook) -> RuleBook:
    """Return the book with every KPI of its processes measured for the company too, unless it says what is.

    The company has no total and no place; its scores are what departments answer for beside those of the branches.
    """
    company = book.department.company_kind
    if company not in book.kinds or book.kpis_of(company):
        return book
    measured = {
        code: kpi.weight_in_process
        for code, kpi in book.kpis.items()
        if kpi.weight_in_process and not book.processes[kpi.process].management
    }
    return msgspec.structs.replace(book, extras={**book.extras, company: measured})
