"""One card taken apart: every line with its value, its facts, its score and how its weight came about."""

from fractions import Fraction

import msgspec

from core.language import Text
from core.points import FACT_SCALE, decimal_text, fraction_text, plain_text
from scoring.book_parts import Kpi
from scoring.columns import text
from scoring.engine import Scored, Sheet
from scoring.method_words import rule_words
from scoring.rulebook import RuleBook
from scoring.statuses import POLICIES, SCORED, STATUSES

VALUE_PLACES = 4
MOST_PLACES = 12


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One KPI of one unit as texts, exact where a fraction would be cut."""

    kpi: str
    process: str
    status: str
    policy: str
    measured: str | None
    value: str | None
    numerator: str | None
    denominator: str | None
    sample: int | None
    score: str | None
    weight: str
    weight_after: str
    weight_fraction: str
    points: str
    lost: str
    method: str
    rule: Text


def lines(scored: Scored, book: RuleBook, sheet: Sheet, unit: int) -> tuple[Line, ...]:
    """Return the lines of one unit in the order of its card, from the numbers that were really used."""
    return tuple(line(scored, book.kpis[code], sheet, row, unit) for row, code in enumerate(scored.kpis))


def line(scored: Scored, kpi: Kpi, sheet: Sheet, row: int, unit: int, rule: Text | None = None) -> Line:
    """Return one line of one unit; `rule` is the rule in words where the caller has it already."""
    sums = sheet.sums.get(kpi.code)
    known = sums is not None and bool(sums.known[unit])
    status, policy = int(scored.statuses[row, unit]), int(scored.policies[row, unit])
    counts = status == SCORED or bool(policy)
    after = Fraction(int(scored.weight_num[row, unit]), int(scored.weight_den[row, unit]))
    return Line(
        kpi=kpi.code,
        process=kpi.process,
        status=STATUSES[status],
        policy=POLICIES[policy] if status != SCORED else "",
        measured=text(scored.measured[row], unit, VALUE_PLACES),
        value=text(scored.values[row], unit, VALUE_PLACES),
        numerator=_fact(int(sums.num[unit]), sums.finer) if sums and known else None,
        denominator=_fact(int(sums.den[unit]), sums.finer) if sums and known else None,
        sample=int(sums.sample[unit]) if sums and known else None,
        score=score_text(scored, int(scored.scores[row, unit])) if counts else None,
        weight=decimal_text(int(scored.weights[row]), 2),
        weight_after=fraction_text(after, VALUE_PLACES),
        weight_fraction=str(after),
        points=decimal_text(int(scored.points[row, unit]), 4),
        lost=decimal_text(int(scored.lost[row, unit]), 4),
        method=kpi.method,
        rule=rule or rule_words(kpi),
    )


def score_text(scored: Scored, score: int) -> str:
    """Return a score with the decimals it was rounded to."""
    return decimal_text(score, scored.places)


def _fact(number: int, finer: int) -> str:
    return plain_text(Fraction(number, FACT_SCALE * finer), MOST_PLACES)
