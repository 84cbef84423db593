"""Rules that judge halls of known quality: whom they call laggards, and how many of those truly are not."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import msgspec
import numpy as np
from msgspec import structs

from coaching.laggards import Signs, TriggerRules, rules_for, triggered
from core.points import CENTS, fraction_text
from scoring.apart import FINE
from scoring.scored import Scored
from scoring.uncertainty import noise, shares, total_variance
from seeds.draw import Wholes
from seeds.fairness import world
from seeds.fairness.world import KIND, Month

HALLS, MONTHS, RUNS, TOP = 150, 6, 4, 15
VISITS = (1, 5, 15)
NAIVE_DECLINE = Decimal(3)
GOOD_HALF = 2
"""A laggard whose true total stands in the better half of its peers was called so by chance."""
RULES = ("naive", "shrunk", "certain")


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule made of one amount of data, added up over runs and months."""

    rule: str
    visits: int
    correlation: Fraction
    top_found: Fraction
    caught: int
    false: int
    truly_caught: Fraction
    """Share of the true lowest tenth that was called laggard."""

    @property
    def false_share(self) -> Fraction:
        """Return the share of those called laggards whose true total is in the better half."""
        return Fraction(self.false, self.caught) if self.caught else Fraction(0)


class _Tally(msgspec.Struct):
    correlation: Fraction = Fraction(0)
    top: int = 0
    caught: int = 0
    false: int = 0
    truly: int = 0
    months: int = 0
    judged: int = 0


def report(
    *, runs: int = RUNS, months: int = MONTHS, halls: int = HALLS, visits: Sequence[int] = VISITS
) -> tuple[Judged, ...]:
    """Return every rule at every amount of data, added up over so many companies and months."""
    tallies = {(rule, number): _Tally() for number in visits for rule in RULES}
    for seed in range(1, runs + 1):
        truth = world.true_totals(seed, halls)
        for number in visits:
            made = [world.month(seed, at, halls, number) for at in range(months)]
            for rule in RULES:
                _judge(rule, made, truth, tallies[rule, number])
    return tuple(_judged(rule, number, tally, halls) for (rule, number), tally in tallies.items())


def _judge(rule: str, made: Sequence[Month], truth: Wholes, tally: _Tally) -> None:
    scored = [one.raw if rule == "naive" else one.drawn for one in made]
    variances = [_variances(one) for one in made] if rule == "certain" else []
    order = np.argsort(truth, kind="stable")
    lowest, good = set(order[: len(truth) // 10].tolist()), set(order[len(truth) // GOOD_HALF :].tolist())
    best = set(order[-TOP:].tolist())
    for at in range(2, len(made)):
        totals = np.asarray(scored[at].totals)
        tally.correlation += _rank_correlation(totals, truth)
        tally.top += len(best & set(np.argsort(totals, kind="stable")[-TOP:].tolist()))
        caught = _caught(rule, scored[at - 2 : at + 1], variances[at - 2 : at + 1])
        tally.caught += len(caught)
        tally.false += len(caught & good)
        tally.truly += len(caught & lowest)
        tally.months += 1
        tally.judged += len(lowest)


def _variances(one: Month) -> Wholes:
    found = noise(world.rules(), KIND, one.sheet, one.drawn)
    return total_variance(found, shares(one.drawn))


def _rules(rule: str) -> TriggerRules:
    book = world.rules()
    found = book.coaching.rules[KIND]
    if rule == "naive":
        found = structs.replace(found, decline_min=NAIVE_DECLINE)
    return rules_for(structs.replace(found, beyond_noise=rule == "certain"), book.composition.certainty)


def _caught(rule: str, scored: Sequence[Scored], variances: Sequence[Wholes]) -> set[int]:
    """Return whom the triggers of a rule call laggards in the last of three months."""
    newest = list(reversed(scored))
    chance = [[Fraction(int(one), FINE * CENTS * CENTS) for one in month] for month in reversed(variances)]
    signs = [
        Signs(
            unit=str(hall),
            totals=[Fraction(int(one.totals[hall]), CENTS) if one.ranked[hall] else None for one in newest],
            variances=[month[hall] for month in chance],
        )
        for hall in range(len(newest[0].totals))
    ]
    return {int(unit) for unit, names in triggered(signs, _rules(rule)).items() if names}


def _rank_correlation(left: Wholes, right: Wholes) -> Fraction:
    """Return Spearman's rank correlation, equal numbers standing in the order of the halls."""
    places = [np.argsort(np.argsort(column, kind="stable"), kind="stable") for column in (left, right)]
    size = len(left)
    squares = int(((places[0] - places[1]) ** 2).sum())
    return 1 - Fraction(6 * squares, size * (size * size - 1))


def _judged(rule: str, visits: int, tally: _Tally, halls: int) -> Judged:
    return Judged(
        rule=rule,
        visits=visits,
        correlation=tally.correlation / tally.months,
        top_found=Fraction(tally.top, TOP * tally.months),
        caught=tally.caught,
        false=tally.false,
        truly_caught=Fraction(tally.truly, max(tally.judged, halls // 10)),
    )


NAMES = {
    "naive": "naive: raw values, lowest tenth, two drops of 3 points",
    "shrunk": "minimum samples and shrinkage, two drops of 8 points",
    "certain": "the same, and beyond chance",
}


def table(rows: Sequence[Judged], months: int) -> str:
    """Return the report as a table in Markdown; `months` is how many months of 150 halls each row adds up."""
    lines = [
        "| visits a month | rule | rank correlation with the truth | true top 15 found | called laggards a month | of these truly in the better half | true lowest tenth found |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in rows:
        a_month = fraction_text(Fraction(one.caught, months), 1)
        shown = (one.top_found, one.false_share, one.truly_caught)
        top, false, truly = (f"{fraction_text(share * 100, 1)} %" for share in shown)
        correlation = fraction_text(one.correlation, 2)
        lines.append(f"| {one.visits} | {NAMES[one.rule]} | {correlation} | {top} | {a_month} | {false} | {truly} |")
    return "\n".join(lines)
