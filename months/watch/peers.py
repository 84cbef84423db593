"""The detectors that compare a unit with its peers: leaps from month to month, and visits against ratings."""

from collections.abc import Iterator, Mapping

import numpy as np

from months.watch.facts import MonthFacts
from months.watch.kinds import GAP, JUMP, KpiAbout, Suspicion
from months.watch.limits import Limits
from months.watch.series import MAD, TEN_THOUSAND, Reals, thousandths

MILLION = 1_000_000
FULL_DEVIATIONS = 10
"""Answers on a scale scatter by about a tenth of it."""
SHARE_ENDS = 1 / 20
"""Shares nearer to their ends than this are taken to lie here."""


def month_jumps(facts: MonthFacts, limits: Limits) -> Iterator[Suspicion]:
    """Months whose value leaps from the one before, beyond what the peers moved."""
    for number, values in facts.now.items():
        if number not in facts.about or not facts.before.get(number):
            continue
        for units, change, now, before in _changes(facts, number, values, limits):
            middle = _median(change)
            distance = change - middle
            scale = max(_scale(distance), _chance(facts.about[number], _median(before)))
            if scale <= 0:
                continue
            for place in np.flatnonzero(np.abs(distance) >= limits.month_jump * scale).tolist():
                times = abs(float(distance[place])) / scale
                detail = {
                    "value": _text(now[place]), "before": _text(before[place]), "times": _text(times),
                }  # fmt: skip
                yield Suspicion(JUMP, units[place], number, 0, thousandths(times / limits.month_jump), detail)


def _changes(
    facts: MonthFacts, number: int, values: Mapping[int, tuple[int, int]], limits: Limits
) -> Iterator[tuple[list[int], Reals, Reals, Reals]]:
    """Yield by kind of unit who has both months, the change weighed by its cases, and the two values."""
    held = facts.before[number]
    for kind in sorted({facts.kinds.get(unit, -1) for unit in values}):
        units = [
            unit
            for unit in sorted(values)
            if facts.kinds.get(unit, -1) == kind and unit in held and values[unit][1] > 0 and held[unit][1] > 0
        ]
        if len(units) < limits.peers:
            continue
        now, before = _ratios(values, units), _ratios(held, units)
        cases = np.array([min(values[unit][1], held[unit][1]) for unit in units], dtype=np.float64)
        yield units, (now - before) * np.sqrt(cases), now, before


def _chance(one: KpiAbout, usual: float) -> float:
    """Return how far chance alone moves a change of one case, where the law is known: peers drawn together hide it."""
    if one.full is not None:
        return one.full / FULL_DEVIATIONS
    if one.nature == "proportion" and one.top:
        share = min(max(usual / one.top, SHARE_ENDS), 1 - SHARE_ENDS)
        return float(one.top * np.sqrt(share * (1 - share)))
    return abs(usual) * SHARE_ENDS


def gaps(facts: MonthFacts, limits: Limits) -> Iterator[Suspicion]:
    """Units that customers who were asked place far above where visits place them, within one process."""
    visited: dict[str, list[int]] = {}
    asked: dict[str, list[int]] = {}
    for number, one in facts.about.items():
        if one.visited:
            visited.setdefault(one.process, []).append(number)
        elif one.full is not None:
            asked.setdefault(one.process, []).append(number)
    for process, ratings in sorted(asked.items()):
        seen = _standing(facts, visited.get(process, ()), limits)
        for number in ratings:
            for unit, height in sorted(_standing(facts, (number,), limits).items()):
                below = seen.get(unit)
                if below is not None and below <= -limits.gap_low and height - below >= limits.gap:
                    detail = {"asked": _text(height), "visited": _text(-below)}
                    yield Suspicion(GAP, unit, number, 0, thousandths((height - below) / limits.gap), detail)


def _standing(facts: MonthFacts, kpis: "list[int] | tuple[int, ...]", limits: Limits) -> dict[int, float]:
    """Return how many deviations each unit stands above the median of its kind, over the mean of some KPIs."""
    found: dict[int, list[float]] = {}
    for number in kpis:
        values = facts.now.get(number, {})
        for kind in sorted({facts.kinds.get(unit, -1) for unit in values}):
            units = [unit for unit in sorted(values) if facts.kinds.get(unit, -1) == kind and values[unit][1] > 0]
            if len(units) < limits.peers:
                continue
            ratios = _ratios(values, units)
            distance = ratios - _median(ratios)
            scale = _scale(distance)
            if scale > 0:
                for unit, one in zip(units, (distance / scale).tolist(), strict=True):
                    found.setdefault(unit, []).append(one)
    return {unit: sum(all_of) / len(all_of) for unit, all_of in found.items()}


def _ratios(values: Mapping[int, tuple[int, int]], units: list[int]) -> Reals:
    """Return values from pairs of value times sample, in millionths, and sample."""
    num = np.array([values[unit][0] for unit in units], dtype=np.float64)
    den = np.array([values[unit][1] for unit in units], dtype=np.float64)
    found: Reals = num / den / MILLION
    return found


def _median(values: Reals) -> float:
    return float(np.sort(values)[(len(values) - 1) // 2])


def _scale(distances: Reals) -> float:
    return _median(np.abs(distances)) * MAD / TEN_THOUSAND


def _text(value: float) -> str:
    text = f"{value:.4f}"
    return text.rstrip("0").rstrip(".")
