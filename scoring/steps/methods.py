"""Which method is taken apart how; one that is not known here is told by its rule and its result alone."""

from collections.abc import Callable, Mapping

from core.errors import Invalid
from scoring.steps import compared, curves, written
from scoring.steps.telling import At, Worked

WORKINGS: Mapping[str, Callable[[At], Worked | None]] = {
    "linear": curves.linear,
    "ratio": curves.ratio,
    "efficacy": curves.efficacy,
    "band": curves.band,
    "tier": curves.tier,
    "binary": curves.binary,
    "rubric": curves.rubric,
    "value": curves.value,
    "table": curves.table,
    "formula": written.formula,
    "deduct": curves.by_events,
    "add_subtract": compared.add_subtract,
    "rank": compared.rank,
    "percentile": compared.percentile,
    "zscore": compared.zscore,
    "growth": compared.growth,
    "achievement_or_improvement": compared.either,
}


def worked(method: str, at: At) -> Worked | None:
    """Return the steps of a method at one unit; None where they cannot be told one by one."""
    working = WORKINGS.get(method)
    try:
        return working(at) if working else None
    except (Invalid, KeyError, StopIteration, ValueError, TypeError, ZeroDivisionError):
        return None
