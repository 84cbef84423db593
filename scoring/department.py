"""Horizontal pressure (横向压力传递): the outcome of a process becomes points of the departments that own it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from scoring.blend import blend
from scoring.rollup import rolled_up

MOST = 120
FULL = 100
STANDING_STILL = 80


@dataclass(frozen=True)
class ProcessShare:
    """What one process weighs, the department's share of it, and its score."""

    process: str
    weight: Fraction
    share: Fraction
    score: Fraction | None

    @property
    def pull(self) -> Fraction:
        """Return weight × share."""
        return self.weight * self.share


@dataclass(frozen=True)
class Outcome:
    """The exact score of a department's mix of processes, and what one more point of each would bring it."""

    score: Fraction | None
    shares: tuple[ProcessShare, ...]
    growth: Fraction | None = None
    """The same mix of what each process gained on the month before; None without a month before."""

    def effect(self, process: str, outcome_weight: Fraction) -> Fraction:
        """Return the points of the department's total for one point more of the process (0 when it does not count)."""
        scored = [share for share in self.shares if share.score is not None]
        total = sum((share.pull for share in scored), Fraction(0))
        own = sum((share.pull for share in scored if share.process == process), Fraction(0))
        return outcome_weight * own / total if total else Fraction(0)

    def lost(self, process: str, outcome_weight: Fraction) -> Fraction:
        """Return the points of the department's total that the process misses to 100."""
        score = next((share.score for share in self.shares if share.process == process), None)
        return Fraction(0) if score is None else self.effect(process, outcome_weight) * max(FULL - score, Fraction(0))


def outcome(
    shares: Sequence[ProcessShare], before: Mapping[str, Fraction] = MappingProxyType({}), per: Fraction = Fraction(10)
) -> Outcome:
    """Return Σ W·R·S / Σ W·R; a process without a score leaves both sums. `before` are last month's scores of processes."""
    grown = [(_grown(share.score, before.get(share.process), per), share.pull) for share in shares]
    return Outcome(rolled_up([(share.score, share.pull) for share in shares]), tuple(shares), rolled_up(grown))


def _grown(score: Fraction | None, before: Fraction | None, per: Fraction) -> Fraction | None:
    """Return the growth score of a process: 80 for standing still, so many points for each point gained, 0 to 120."""
    if score is None or before is None:
        return None
    return min(max(STANDING_STILL + per * (score - before), Fraction(0)), Fraction(MOST))


def mixed(on_branches: Fraction | None, company_only: Fraction | None, branch_share: Fraction) -> Fraction | None:
    """Return S = λ·S_branches + (1 − λ)·S_company; the one there is when the other is missing."""
    return blend(
        {"branches": on_branches, "company": company_only}, {"branches": branch_share, "company": 1 - branch_share}
    )


def department_total(
    parts: Mapping[str, Fraction | None],
    weights: Mapping[str, Fraction],
    bonus: Fraction = Fraction(0),
    *,
    most: Fraction = Fraction(MOST),
) -> Fraction | None:
    """Return the weighted mean of outcome, tasks and internal rating plus the signed bonus, within 0…120, exactly."""
    mean = blend(parts, weights)
    return None if mean is None else min(max(mean + bonus, Fraction(0)), most)


def bonus_of(scores: Mapping[str, Fraction | None], limit: Fraction) -> Fraction:
    """Return the signed bonus of the extra KPIs, each within ± the limit: a score of 100 is worth nothing.

    The cap of 120 brings the whole limit, a score of 0 takes it, straight lines between.
    """
    total = Fraction(0)
    for score in scores.values():
        if score is not None:
            apart = (score - FULL) / (MOST - FULL if score > FULL else FULL)
            total += limit * min(max(apart, Fraction(-1)), Fraction(1))
    return total


def rater_corrected(ratings: Mapping[tuple[str, str], Fraction], least: int = 3) -> dict[tuple[str, str], Fraction]:
    """Return ratings (rater, rated) without each rater's own severity: r − mean of the rater + grand mean.

    Only raters of at least `least` departments are corrected; with one or two the correction would erase what is said.
    """
    if not ratings:
        return {}
    grand = sum(ratings.values(), Fraction(0)) / len(ratings)
    by_rater: dict[str, list[Fraction]] = {}
    for (rater, _), rating in ratings.items():
        by_rater.setdefault(rater, []).append(rating)
    shift = {
        rater: grand - sum(given, Fraction(0)) / len(given) for rater, given in by_rater.items() if len(given) >= least
    }
    return {pair: rating + shift.get(pair[0], Fraction(0)) for pair, rating in ratings.items()}
