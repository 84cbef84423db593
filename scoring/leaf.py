"""One KPI of a whole unit kind: facts become values, values become scores, gaps are filled by its policy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.errors import Invalid, Place, problem
from core.points import FACT_SCALE, exact
from scoring.aggregation import parts, value
from scoring.book_parts import Kpi, Rounding, Target
from scoring.columns import Bools, Column, Ints, Sums, most, placed, product, rounded_to, scaled, whole
from scoring.exposure import times_of
from scoring.factors import factor
from scoring.grid import Grid
from scoring.inputs import Inputs, Outcome, Rule
from scoring.methods import RELATIVE, Limits, exact_scores, limits_of, rounded_scores, rule_of, statuses_of
from scoring.parameters import Facts, Slice, slices, supposed
from scoring.params import Params
from scoring.policies import Filled, filled
from scoring.rounding import rounded_by
from scoring.sheet import Sheet
from scoring.shrinkage import peer_means, shrunk
from scoring.statuses import INSUFFICIENT_SAMPLE, MISSING, NO_BASELINE, NOT_APPLICABLE, SCORED

LONG = Rounding(places=12)
"""Roots have no end: where a score is not rounded at all, they are to so many decimals."""
FINEST = 4
"""So many decimals a score may have on a flat card; a tree takes scores as they are."""
CENTS = 2
HIGHEST = 2**48
"""Below this, 64 bits hold the points of a score and their sums whatever the weights."""
COUNTED_BY_EVENT = frozenset({"deduct", "table"})
"""Methods that scale the points of their events by exposure; the others scale their value."""


@dataclass(frozen=True)
class OneKpi:
    """One KPI of n units: its values, what became of each, the scores with their stand-ins."""

    measured: Column
    value: Column
    statuses: NDArray[np.int8]
    fill: Filled
    exact: Column | None = None
    """The scores before any stand-in, within cap and floor, rounded only as the KPI says; where they were kept."""


@lru_cache(maxsize=4096)
def _compiled(method: str, params: bytes, path: str) -> tuple[Rule, Mapping[str, Any], Limits]:
    given: Mapping[str, Any] = msgspec.json.decode(params)
    return rule_of(method, given, path), given, limits_of(method, Params(given, path))


def compiled(kpi: Kpi, path: str = "") -> tuple[Rule, Mapping[str, Any]]:
    """Return the rule of a KPI and its parameters; Invalid when they are wrong.

    Numbers that only a month can tell are tried as rising and as falling ones.
    """
    at = path or f"kpis.{kpi.code}.params"
    first: Invalid | None = None
    for given in supposed({"direction": kpi.direction, **kpi.params}):
        try:
            return _compiled(kpi.method, msgspec.json.encode(given), at)[:2]
        except Invalid as refusal:
            first = first or refusal
    raise first or AssertionError


def decimals(kpi: Kpi, places: int) -> int:
    """Return how many decimals the scores of a KPI have on a flat card, `places` where it says nothing."""
    step = _step(kpi, places)
    if step is None:
        return FINEST
    return next((count for count in range(FINEST) if (step * 10**count).denominator == 1), FINEST)


def _step(kpi: Kpi, places: int) -> Fraction | None:
    """Return what scores are multiples of; None where they are not rounded."""
    rounding = rounding_of(kpi, places)
    return None if rounding is None else Grid.of(rounding).step


def scored_kpi(
    kpi: Kpi,
    card: str,
    sheet: Sheet,
    places: int,
    *,
    targets: Sequence[Target] = (),
    shown: int | None = None,
    keep: bool = False,
) -> OneKpi:
    """Return one KPI of a card scored; `keep` keeps the exact scores too, for a tree.

    Scores are rounded to so many `places` unless the KPI says otherwise, and are integers of 10^-`shown`.
    """
    shown = places if shown is None else shown
    facts = _Measured.of(kpi, card, sheet)
    inputs = facts.inputs(kpi, sheet, rounding_of(kpi, places) or LONG)
    found = slices(kpi, card, targets, Facts(inputs.value, sheet, inputs.constants))
    graded = _graded(kpi, found, inputs, (places, shown), keep=keep)
    statuses = graded.statuses
    if facts.enough is not None:
        statuses = np.where(facts.plain.known & ~facts.enough, np.int8(INSUFFICIENT_SAMPLE), statuses)
    off = sheet.not_applicable.get(kpi.code)
    if off is not None:
        statuses = np.where(off, np.int8(NOT_APPLICABLE), statuses)
    held = sheet.held.get(kpi.code)
    if held is not None and shown != CENTS:
        held = np.where(held < 0, held, held * 10 ** max(shown - CENTS, 0) // 10 ** max(CENTS - shown, 0))
    step = (_step(kpi, places) or Fraction(1, 10**shown)) * 10**shown
    fill = filled(
        kpi.missing,
        graded.scores,
        statuses,
        sheet.group,
        held,
        sheet.population,
        step.numerator if step.denominator == 1 else 1,
    )
    exactly = None if graded.exact is None else _only(graded.exact, statuses == SCORED)
    return OneKpi(facts.measured, inputs.value, statuses, fill, exactly)


def values_of(kpi: Kpi, card: str, sheet: Sheet) -> tuple[Column, Column]:
    """Return the exact values of a KPI: as measured, and as they were scored."""
    facts = _Measured.of(kpi, card, sheet)
    return facts.measured, facts.inputs(kpi, sheet, LONG).value


def rounding_of(kpi: Kpi, places: int) -> Rounding | None:
    """Return how the score of a KPI is rounded in a tree; None where it stays exact."""
    if kpi.round == "none":
        return None
    return kpi.round or Rounding(places=places)


@dataclass(frozen=True)
class _Measured:
    """What the facts of a KPI come to before any rule: plain, and drawn to the peers."""

    sums: Sums
    plain: Column
    """Numerator / denominator before the factor."""
    enough: Bools | None
    value: Column
    measured: Column

    @classmethod
    def of(cls, kpi: Kpi, card: str, sheet: Sheet) -> "_Measured":
        sums = sheet.sums.get(kpi.code) or _nothing(len(sheet.group))
        plain = parts(sums, kpi.aggregation)
        enough = _enough(kpi, card, sums)
        known = plain.known if enough is None else plain.known & enough
        drawn = _drawn(kpi, plain, sheet)
        value_column = scaled(_only(drawn, known), factor(kpi.aggregation))
        measured = value_column if drawn is plain else scaled(plain, factor(kpi.aggregation))
        return cls(sums, plain, enough, value_column, measured)

    def inputs(self, kpi: Kpi, sheet: Sheet, rounding: Rounding) -> Inputs:
        """Return what the method of the KPI is given."""
        times = times_of(Params(kpi.params, f"kpis.{kpi.code}.params"), sheet)
        by_event = kpi.method in COUNTED_BY_EVENT or kpi.params.get("variant") == "events"
        asked = self.sums.known if self.enough is None else self.sums.known & self.enough
        formula = kpi.method == "formula"
        return Inputs(
            value=self.value if times is None or by_event else product(self.value, times),
            group=sheet.group,
            rounding=rounding,
            counted=sheet.population,
            previous=_previous(kpi, sheet),
            items={code: value(item, "sum") for code, item in sheet.items.get(kpi.code, {}).items()},
            constants=sheet.constants.get(kpi.code, {}),
            times=times if by_event else None,
            sample=self.sums.sample,
            num=scaled(whole(self.sums.num, asked), Fraction(1, self.sums.finer)) if formula else None,
            den=scaled(whole(self.sums.den, asked), Fraction(1, self.sums.finer)) if formula else None,
        )


@dataclass(frozen=True)
class _Graded:
    """Scores of n units as integers, why there is none, and the exact scores where they are kept."""

    scores: Ints
    statuses: NDArray[np.int8]
    exact: Column | None


def _graded(kpi: Kpi, found: Sequence[Slice], inputs: Inputs, places: tuple[int, int], *, keep: bool) -> _Graded:
    """Return the scores of all units, each by the parameters that hold for it."""
    if len(found) == 1 and found[0].units is None:
        return _settled(kpi, found[0], inputs, None, places, keep=keep)
    size = len(inputs.value)
    scores, exacts = np.zeros(size, dtype=np.int64), []
    statuses = np.where(inputs.value.known, NO_BASELINE, MISSING).astype(np.int8)
    for part in found:
        units = np.arange(size) if part.units is None else part.units
        graded = _settled(kpi, part, inputs, units, places, keep=keep)
        scores[units], statuses[units] = graded.scores, graded.statuses
        if graded.exact is not None:
            exacts.append((units, graded.exact))
    return _Graded(scores, statuses, placed(size, exacts) if keep else None)


def _settled(
    kpi: Kpi, part: Slice, inputs: Inputs, units: NDArray[np.intp] | None, places: tuple[int, int], *, keep: bool
) -> _Graded:
    rule, limits = _rule(kpi, part)
    if units is None:
        outcome = rule(inputs)
    elif kpi.method in RELATIVE:
        outcome = _picked(rule(inputs), units)
    else:
        outcome = rule(inputs.part(units))
    statuses = statuses_of(outcome)
    known = statuses == SCORED
    if kpi.round is not None:
        ready = rounded_by(exact_scores(outcome.scores, known, limits), rounding_of(kpi, places[0]))
        return _Graded(stored(rounded_to(ready, places[1]), kpi), statuses, ready if keep else None)
    cut = stored(rounded_scores(outcome.scores, known, limits, places[0]), kpi)
    kept = _only(Column(cut, np.full(len(cut), 10 ** places[0]), known), known) if keep else None
    return _Graded(cut * 10 ** (places[1] - places[0]), statuses, kept)


def _rule(kpi: Kpi, part: Slice) -> tuple[Rule, Limits]:
    """Return the rule of a slice; computed parameters that make no rule (all peers alike) leave units without one."""
    path = f"kpis.{kpi.code}.params"
    if not part.computed:
        rule, _, limits = _compiled(kpi.method, msgspec.json.encode(part.given), path)
        return rule, limits
    try:
        return rule_of(kpi.method, part.given, path), limits_of(kpi.method, Params(part.given, path))
    except Invalid:
        return _without_basis, Limits(None, None)


def _without_basis(inputs: Inputs) -> Outcome:
    known = inputs.value.known
    nothing = Column(np.zeros(len(known), np.int64), np.ones(len(known), np.int64), np.zeros(len(known), dtype=bool))
    return Outcome(nothing, np.where(known, NO_BASELINE, MISSING).astype(np.int8))


def _picked(outcome: Outcome, units: NDArray[np.intp]) -> Outcome:
    return Outcome(outcome.scores.part(units), None if outcome.statuses is None else outcome.statuses[units])


def stored(scores: Ints, kpi: Kpi) -> NDArray[np.int64]:
    """Return scores as 64-bit integers; Invalid where one is so large that its points would not fit any more."""
    if most(scores) >= HIGHEST:
        zh, en = "得分太大，无法精确计算；请设上限。", "A score is too large to be exact; set a cap."
        raise Invalid(problem("score_too_large", zh, en, Place(path=f"kpis.{kpi.code}")))
    return np.asarray(scores, dtype=np.int64)


def _only(column: Column, known: Bools) -> Column:
    return Column(np.where(known, column.num, 0), np.where(known, column.den, 1), known)


def _nothing(size: int) -> Sums:
    zeros = np.zeros(size, dtype=np.int64)
    return Sums(zeros, zeros, zeros, np.zeros(size, dtype=bool))


def _enough(kpi: Kpi, card: str, sums: Sums) -> Bools | None:
    """Return which units have sample and denominator enough; None where the KPI asks for neither."""
    least, least_den = kpi.least_sample(card), exact(kpi.least_denominator(card)) * FACT_SCALE
    enough = sums.sample >= least if least else None
    if not least_den:
        return enough
    large = sums.den * least_den.denominator >= least_den.numerator
    return large if enough is None else large & enough


def _drawn(kpi: Kpi, plain: Column, sheet: Sheet) -> Column:
    """Return numerator / denominator drawn to the peers where the KPI says so."""
    if not kpi.shrink:
        return plain
    prior = sheet.priors.get(kpi.code)
    if prior is None and kpi.prior is not None:
        prior = exact(kpi.prior) / factor(kpi.aggregation)
    groups = int(sheet.group.max(initial=-1)) + 1
    counted = plain if sheet.population is None else _only(plain, plain.known & sheet.population)
    priors = [prior] * groups if prior is not None else peer_means(counted, sheet.group)
    return shrunk(plain, sheet.group, exact(kpi.shrink), priors)


def _previous(kpi: Kpi, sheet: Sheet) -> Column | None:
    earlier = sheet.previous.get(kpi.code)
    return None if earlier is None else value(earlier, kpi.aggregation)
