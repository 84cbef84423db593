"""A contest whose truth is known: units with a true quality, and what samples show of it (fixed seeds)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from core.points import FACT_SCALE
from scoring.columns import Sums
from scoring.engine import scored
from scoring.rulebook import RuleBook, parsed
from scoring.scored import Scored
from scoring.sheet import Sheet

BOOK = """
code = "chance"
name = {{ zh = "机会", en = "Chance" }}
[composition]
coverage_min = "0"
[kinds]
hall = {{ name = {{ zh = "厅", en = "Hall" }}, level = "hall" }}
[processes]
P = {{ name = {{ zh = "过程", en = "Process" }}, family = {{ zh = "服务", en = "Service" }}, weight = "100" }}
[kpis.SHARE]
name = {{ zh = "达标率", en = "Share" }}
process = "P"
minimum = 0
maximum = 100
aggregation = "ratio_of_sums"
sampled = true
shrink = "{share}"
method = "linear"
params = {{ anchors = [["40", "0"], ["100", "120"]], above = "extend", cap = "200" }}
[kpis.MEAN]
name = {{ zh = "均分", en = "Mean" }}
process = "P"
minimum = 1
maximum = 10
aggregation = "sample_mean"
sampled = true
shrink = "{mean}"
method = "linear"
params = {{ anchors = [["5", "0"], ["9", "100"]], above = "extend", cap = "200" }}
[kpis.RATE]
name = {{ zh = "投诉率", en = "Rate" }}
process = "P"
direction = "lower"
aggregation = "rate_of_sums"
shrink = "{rate}"
method = "linear"
params = {{ anchors = [["40", "0"], ["5", "100"]], above = "extend", cap = "200" }}
[scorecards.hall]
SHARE = "40"
MEAN = "35"
RATE = "25"
"""
SPREAD = 1.5


@dataclass(frozen=True)
class Samples:
    """How many answers a unit gives a month, by KPI, and how far units truly lie apart."""

    share: tuple[int, int] = (20, 80)
    mean: tuple[int, int] = (20, 60)
    customers: tuple[int, int] = (3_000, 9_000)


@dataclass(frozen=True)
class Month:
    """One month of n units: true totals in cents, the card as it was scored, and its sheet."""

    truth: NDArray[np.int64]
    found: Scored
    sheet: Sheet
    book: RuleBook


@cache
def book(*, drawn: bool) -> RuleBook:
    """Return the rules, with shrinkage that fits how the units are drawn or without any."""
    return parsed(BOOK.format(share=30, mean=36, rate=5_000) if drawn else BOOK.format(share=0, mean=0, rate=0))


def month(seed: int, *, drawn: bool = True, units: int = 200, samples: Samples | None = None) -> Month:
    """Return a month of invented units; the same seed gives the same month."""
    sizes, rng = samples or Samples(), np.random.default_rng(seed)
    rules = book(drawn=drawn)
    share = np.clip(rng.normal(0.80, np.sqrt(0.16 / 30), units), 0.45, 0.98)
    mean = rng.normal(7.5, SPREAD / 6, units)
    rate = np.clip(rng.normal(0.0018, np.sqrt(0.0018 / 5_000), units), 0.0002, 0.004)
    asked = rng.integers(*sizes.share, units)
    rated = rng.integers(*sizes.mean, units)
    customers = rng.integers(*sizes.customers, units)
    sums = {
        "SHARE": _sums(rng.binomial(asked, share), asked),
        "MEAN": _sums(rng.normal(mean * rated, SPREAD * np.sqrt(rated)), rated),
        "RATE": _sums(rng.poisson(rate * customers), customers),
    }
    truth = {"SHARE": _sums(share * asked, asked), "MEAN": _sums(mean * rated, rated)}
    truth["RATE"] = _sums(rate * customers, customers)
    sheet = Sheet(group=np.zeros(units, dtype=np.intp), sums=sums)
    return Month(_totals(truth, units), scored(rules, "hall", sheet), sheet, rules)


def _totals(truth: Mapping[str, Sums], units: int) -> NDArray[np.int64]:
    return scored(book(drawn=False), "hall", Sheet(group=np.zeros(units, dtype=np.intp), sums=truth)).totals


def _sums(num: NDArray[np.number], size: NDArray[np.int64]) -> Sums:
    whole = np.rint(np.asarray(num, dtype=float) * FACT_SCALE).astype(np.int64)
    return Sums(whole, size * FACT_SCALE, size, np.ones(len(size), dtype=bool))
