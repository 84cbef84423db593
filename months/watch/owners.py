"""Whose the facts are: the department that answers for a process, and by that for a source."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from scoring.rulebook import RuleBook


def owner(book: RuleBook, process: str) -> str | None:
    """Return the department that signs for a process: the lead that the rules name, else the largest share."""
    named = book.processes[process].lead
    if named in book.departments:
        return named
    return _largest(book.responsibility.get(process, {}).items())


def kpi_owner(book: RuleBook, kpi: str) -> str | None:
    """Return the department that delivers a KPI: where the rules share out the KPI itself, the largest of these shares."""
    own = _largest(book.responsibility_kpis.get(kpi, {}).items())
    return own or owner(book, book.kpis[kpi].process)


def source_owner(book: RuleBook, source: str) -> str | None:
    """Return the department whose a source is: the one that answers for most of its KPIs, by their weight over all cards."""
    return source_owners(book).get(source)


def source_owners(book: RuleBook) -> dict[str, str | None]:
    """Return by source, of all that some KPI has, the department whose it is."""
    weights, shares = _weights(book), dict[str, dict[str, Fraction]]()
    for code, kpi in book.kpis.items():
        if kpi.source:
            own, department = shares.setdefault(kpi.source, {}), kpi_owner(book, code)
            if department:
                own[department] = own.get(department, Fraction(0)) + weights[code]
    return {source: _largest(own.items()) for source, own in shares.items()}


def _weights(book: RuleBook) -> dict[str, Fraction]:
    """Return the weight of each KPI over all cards; one that is on no card counts for almost nothing, and yet for something."""
    found = dict.fromkeys(book.kpis, Fraction(1, 1000))
    for card in book.cards():
        for code, weight in book.weights_of(card).items():
            found[code] += weight
    return found


def _largest(shares: Iterable[tuple[str, Decimal | Fraction]]) -> str | None:
    ordered = sorted(shares, key=lambda pair: (-pair[1], pair[0]))
    return ordered[0][0] if ordered else None
