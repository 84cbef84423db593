"""The detectors that look at one unit's series: jumps, series that are too even, straight tens, bursts, begging."""

from collections.abc import Callable, Iterator

import numpy as np

from months.watch.facts import MonthFacts
from months.watch.kinds import BEGGING, BURST, COUNTED, FLAT, JUMP, TENS, Suspicion
from months.watch.limits import Limits
from months.watch.peers import gaps, month_jumps
from months.watch.series import Groups, Reals, groups, medians, scatter, sums, thousandths

PLACES = 4
SHARE_LIKE = frozenset({"proportion", COUNTED})


class Series:
    """The series of a month with their medians, and the noise of a single case by KPI and kind: worked out once."""

    def __init__(self, facts: MonthFacts) -> None:
        self.facts = facts
        self.by = facts.by_unit()
        self.kpi, self.unit, self.kind = (column[self.by.starts] for column in (facts.kpi, facts.unit, facts.kind))
        self.cases = sums(facts.size, self.by)
        self.mean = sums(facts.value * facts.size, self.by) / np.maximum(self.cases, 1)
        self.middle = medians(facts.value, self.by)
        root = np.sqrt(facts.size)
        self.distance = (facts.value - self.middle[self.by.of_row]) * root
        """How far each fact lies from the unit's median, in the noise of one case."""
        self.noise = self._noise()
        self.full = np.array([facts.about[number].full or 0 for number in self.kpi.tolist()], dtype=np.int64)

    def _noise(self) -> Reals:
        """Return for each series the robust deviation of one case, over all units of its KPI and kind."""
        order = np.lexsort((self.facts.kind, self.facts.kpi))
        alike = groups(self.facts.kpi[order], self.facts.kind[order])
        found = scatter(self.distance[order], alike)
        keys = zip(
            self.facts.kpi[order][alike.starts].tolist(), self.facts.kind[order][alike.starts].tolist(), strict=True
        )
        known = dict(zip(keys, found.tolist(), strict=True))
        pairs = zip(self.kpi.tolist(), self.kind.tolist(), strict=True)
        return np.array([known[pair] for pair in pairs])

    def peers(self) -> tuple[np.ndarray, Groups]:
        """Return the order of the series by KPI and kind, and their groups in it."""
        order = np.lexsort((self.kind, self.kpi))
        return order, groups(self.kpi[order], self.kind[order])

    def suspicion(self, kind: str, place: int, strength: float, day: int = 0, **detail: object) -> Suspicion:
        """Return what is odd about one series."""
        told = {name: _text(value) for name, value in detail.items()}
        return Suspicion(kind, int(self.unit[place]), int(self.kpi[place]), day, thousandths(strength), told)


def suspicions(facts: MonthFacts, limits: Limits) -> list[Suspicion]:
    """Return everything odd in the facts of a month, the strongest of a kind first."""
    found = [*gaps(facts, limits), *month_jumps(facts, limits), *_begging_words(facts, limits)]
    if len(facts.kpi):
        series = Series(facts)
        for detector in DETECTORS:
            found += detector(series, limits)
    return sorted(found, key=lambda one: (one.kind, -one.strength, one.kpi, one.unit, one.day))


def _jumps(series: Series, limits: Limits) -> Iterator[Suspicion]:
    """Facts far from their unit's own median: by the noise of the KPI, and by the scatter of the unit itself."""
    by, facts = series.by, series.facts
    own = scatter(series.distance, by)
    scale = np.maximum(series.noise, own)[by.of_row]
    enough = (by.counts >= limits.jump_facts)[by.of_row] & (scale > 0)
    times = np.abs(series.distance) / np.where(scale > 0, scale, 1)
    for row in np.flatnonzero(enough & (times >= limits.jump)).tolist():
        place = int(by.of_row[row])
        yield series.suspicion(
            JUMP, place, times[row] / limits.jump, int(facts.day[row]), value=facts.value[row],
            usual=series.middle[place], cases=int(facts.size[row]), times=times[row],
        )  # fmt: skip


def _flat(series: Series, limits: Limits) -> Iterator[Suspicion]:
    """Series that scatter far less than chance alone would make them."""
    share = _scatter_share(series)
    odd = (series.by.counts >= limits.flat_facts) & (series.noise > 0) & (share < float(limits.flat))
    odd &= ~_at_an_end(series)
    for place in np.flatnonzero(odd).tolist():
        strength = float(limits.flat) / max(share[place], float(limits.flat) / 10)
        yield series.suspicion(
            FLAT, place, strength, facts=int(series.by.counts[place]), value=series.mean[place], share=share[place] * 100
        )  # fmt: skip


def _tens(series: Series, limits: Limits) -> Iterator[Suspicion]:
    """Full marks and nothing else, where peers have others too."""
    facts, by = series.facts, series.by
    full = facts.value >= series.full[by.of_row]
    share = sums(np.where(full, facts.size, 0), by) / np.maximum(series.cases, 1)
    usual = _peer_median(series, share)
    odd = (series.full > 0) & (by.counts >= limits.tens_facts) & (series.cases >= limits.tens_answers)
    odd &= (share >= float(limits.tens_share)) & (usual < float(limits.tens_usual))
    for place in np.flatnonzero(odd).tolist():
        strength = share[place] / float(limits.tens_share)
        yield series.suspicion(
            TENS, place, strength, share=share[place] * 100, usual=usual[place] * 100, cases=int(series.cases[place])
        )  # fmt: skip


def _bursts(series: Series, limits: Limits) -> Iterator[Suspicion]:
    """Last days that hold many times the cases of those before, and many times what peers have there."""
    facts, by = series.facts, series.by
    last = facts.day >= facts.days - limits.burst_days
    late, early = sums(np.where(last, facts.size, 0), by), sums(np.where(last, 0, facts.size), by)
    rate = (late / limits.burst_days) / np.maximum(early / max(facts.days - limits.burst_days, 1), 1 / facts.days)
    usual = np.maximum(_peer_median(series, rate), 1)
    odd = (late >= limits.burst_cases) & (early > 0) & (rate >= limits.burst) & (rate >= limits.burst_peers * usual)
    for place in np.flatnonzero(odd).tolist():
        yield series.suspicion(
            BURST, place, rate[place] / limits.burst, max(facts.days - limits.burst_days, 0), cases=int(late[place]),
            before=int(early[place]), times=rate[place],
        )  # fmt: skip


def _begging(series: Series, limits: Limits) -> Iterator[Suspicion]:
    """Means near full marks, far above the peers and hardly scattered: customers may have been told what to answer."""
    usual = _peer_median(series, series.mean)
    order, alike = series.peers()
    spread = np.zeros(len(usual))
    spread[order] = scatter((series.mean - usual)[order], alike)[alike.of_row]
    near = series.mean >= series.full - (series.full - usual) / 4
    times = (series.mean - usual) / np.where(spread > 0, spread, 1)
    share = _scatter_share(series)
    odd = (series.full > 0) & (spread > 0) & near & (times >= limits.begging) & (series.noise > 0)
    odd &= (share < float(limits.begging_flat)) & (series.by.counts >= limits.tens_facts) & ~_too_few(series, limits)
    odd &= series.cases >= limits.tens_answers
    for place in np.flatnonzero(odd).tolist():
        yield series.suspicion(
            BEGGING, place, times[place] / limits.begging, value=series.mean[place], usual=usual[place],
            share=share[place] * 100, cases=int(series.cases[place]),
        )  # fmt: skip


DETECTORS: tuple[Callable[[Series, Limits], Iterator[Suspicion]], ...] = (_jumps, _flat, _tens, _bursts, _begging)


def _begging_words(facts: MonthFacts, limits: Limits) -> Iterator[Suspicion]:
    """Remarks in which customers tell that they were asked for a ten."""
    for (kpi, unit), remarks in sorted(facts.words.items()):
        told = [one for one in remarks if any(word in one.lower() for word in limits.words)]
        if told and kpi in facts.about:
            detail = {"remarks": str(len(told)), "words": told[0][:120]}
            yield Suspicion(BEGGING, unit, kpi, 0, thousandths(len(told)), detail)


def _scatter_share(series: Series) -> Reals:
    """Return the variance of each series as a share of what the noise of its KPI would give."""
    squares = sums(series.distance * series.distance, series.by) / np.maximum(series.by.counts - 1, 1)
    noise = np.where(series.noise > 0, series.noise, 1)
    found: Reals = squares / (noise * noise)
    return found


def _at_an_end(series: Series) -> np.ndarray:
    """Tell where a series lies at an end of its scale, where everything is even: none or all of a share, or full marks."""
    natures = [series.facts.about[number].nature for number in series.kpi.tolist()]
    share = np.array([one in SHARE_LIKE for one in natures], dtype=bool)
    alike = groups(series.kpi)
    best = np.maximum.reduceat(series.middle, alike.starts)[alike.of_row]
    top = np.where(share, best, series.full)
    return np.asarray((series.middle <= 0) | ((share | (series.full > 0)) & (series.middle >= top)))


def _too_few(series: Series, limits: Limits) -> np.ndarray:
    """Tell which series have too few peers for any comparison."""
    order, alike = series.peers()
    found = np.zeros(len(series.unit), dtype=bool)
    found[order] = (alike.counts < limits.peers)[alike.of_row]
    return found


def _peer_median(series: Series, values: Reals) -> Reals:
    """Return for each series the median over all units of its KPI and kind."""
    order, alike = series.peers()
    found = np.zeros(len(values))
    found[order] = medians(values[order], alike)[alike.of_row]
    return found


def _text(value: object) -> str:
    """Return a number for show: whole, or to four places without trailing zeros."""
    if isinstance(value, int):
        return str(value)
    text = f"{value:.{PLACES}f}"
    return text.rstrip("0").rstrip(".")
