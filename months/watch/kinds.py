"""What the watch looks for, and what it has to know of each KPI; nothing here needs columns."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.language import Text
from scoring.nature import nature
from scoring.rulebook import RuleBook

JUMP, FLAT, TENS, BURST, GAP, BEGGING = "jump", "flat", "tens", "burst", "gap", "begging"
KINDS: dict[str, Text] = {
    JUMP: Text(zh="突变", en="sudden jump"),
    FLAT: Text(zh="波动消失", en="collapsed variance"),
    TENS: Text(zh="清一色满分", en="straight tens"),
    BURST: Text(zh="截止前突击", en="burst at the cut-off"),
    GAP: Text(zh="暗访与评价背离", en="gap between visits and ratings"),
    BEGGING: Text(zh="疑似索要满分", en="begging for tens"),
}
SHARES = frozenset({"ratio_of_sums", "sample_mean", "weighted_mean"})
COUNTED = "counted"
"""A share or mean of every case there was: no sample, and yet it scatters from day to day as its KPI usually does."""
TELLING = frozenset({"proportion", "answers", COUNTED})
"""Whose single facts scatter around something: events are too rare a day, and plain counts have no middle."""


@dataclass(frozen=True)
class KpiAbout:
    """A KPI as the watch sees it: its number, whether it is a mean of answers with full marks, visited or asked."""

    number: int
    code: str
    process: str
    nature: str
    full: int | None
    """The most that one answer can give, for means of answers with an end."""
    top: int | None
    """The most that the value can be, where the catalogue says so."""
    visited: bool
    """Seen by visits, as the checklist says; the opposite of asked."""


@dataclass(frozen=True)
class Suspicion:
    """Something odd: which kind, where, how strong in thousandths of what is called odd, and the numbers behind it."""

    kind: str
    unit: int
    kpi: int
    day: int
    """From 0; the first for what concerns the whole month."""
    strength: int
    detail: Mapping[str, str]


def about(book: RuleBook, numbers: Mapping[str, int]) -> dict[int, KpiAbout]:
    """Return the KPIs whose facts are their own, by number."""
    listed = {item.kpi for item in book.checklist.items.values()}
    by_visit = {book.kpis[code].source for code in listed if code in book.kpis}
    found = {}
    for code, kpi in book.kpis.items():
        if kpi.reads is None and code in numbers:
            law = COUNTED if nature(kpi) == "none" and kpi.aggregation in SHARES else nature(kpi)
            ends = law == "answers" and kpi.maximum is not None and kpi.maximum == int(kpi.maximum)
            visited = code in listed or kpi.source in by_visit
            top = None if kpi.maximum is None else int(kpi.maximum)
            full = top if ends else None
            found[numbers[code]] = KpiAbout(numbers[code], code, kpi.process, law, full, top, visited)
    return found
