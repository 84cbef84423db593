"""Whose a loss is: shares by process, finer by KPI, finest by cause; the finer one wins, the coarser is inherited."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal

from core.points import exact
from scoring.rulebook import RuleBook

NOBODY = ""
"""Stands for "no department": a loss that no share is told of stays where it arose."""
NO_CAUSE = ""
Grain = Literal["cause", "kpi", "process", "none"]


def grain_of(book: RuleBook, kpi: str, cause: str = NO_CAUSE) -> Grain:
    """Return how finely the shares of a loss are told."""
    found = book.causes.get(cause)
    if found is not None and found.shares and found.fits(kpi):
        return "cause"
    if book.responsibility_kpis.get(kpi):
        return "kpi"
    return "process" if book.responsibility.get(book.kpis[kpi].process) else "none"


def shares_of(book: RuleBook, kpi: str, cause: str = NO_CAUSE) -> Mapping[str, Fraction]:
    """Return the departments that carry a loss with their parts of 1; NOBODY alone where no share is told."""
    grain = grain_of(book, kpi, cause)
    if grain == "none":
        return {NOBODY: Fraction(1)}
    told = {
        "cause": lambda: book.causes[cause].shares,
        "kpi": lambda: book.responsibility_kpis[kpi],
        "process": lambda: book.responsibility[book.kpis[kpi].process],
    }[grain]()
    whole = sum(map(exact, told.values()), Fraction(0))
    return {department: exact(share) / whole for department, share in told.items() if share}


def caused_elsewhere(book: RuleBook, kpi: str, cause: str = NO_CAUSE) -> bool:
    """Tell whether a loss arose outside the unit: shares by KPI or cause say so, unless the cause is the unit's own."""
    found = book.causes.get(cause)
    if found is not None and found.fits(kpi) and found.own:
        return False
    return grain_of(book, kpi, cause) in ("cause", "kpi")
