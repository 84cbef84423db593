"""The facts of a month become cells: one a unit, KPI and item, corrections put in place of what they replace."""

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from core.errors import Invalid, problem
from core.points import rounded
from scoring.aggregation import gathered
from scoring.bulk import CELLS, SAFE, Ints, Records, summed
from scoring.department import rater_corrected

FACTS: Sequence[tuple[str, str]] = (
    ("unit", ">i4"),
    ("kpi", ">i2"),
    ("item", ">i2"),
    ("revision", ">i2"),
    ("day", ">i4"),
    ("num", ">i8"),
    ("den", ">i8"),
    ("sample", ">i4"),
)
"""Columns of the facts as they come out of the database."""
UNIT_SHIFT, KPI_SHIFT, SIGN_ROOM = 32, 16, 2**15
NINE_PLACES = 10**9


def folded(
    facts: Records, trimmed: Collection[int], corrected: Mapping[int, int] = MappingProxyType({})
) -> tuple[Ints, Records]:
    """Return the unit of each cell, in order, and the cells.

    `trimmed` numbers the KPIs whose single ratings are trimmed before they are added; their cells carry item 0. Those
    in `corrected` are freed of the severity of raters who rated so many units first: all their ratings must be there.
    """
    kept = effective(facts)
    single = np.isin(kept["kpi"], list(trimmed)) if trimmed else np.zeros(len(kept), dtype=bool)
    keys, (num, den, sample) = _sums(kept[~single] if trimmed else kept)
    if single.any():
        extra_keys, extra = _trimmed_sums(kept[single], corrected)
        keys = np.concatenate((keys, extra_keys))
        num, den, sample = (np.concatenate(pair) for pair in zip((num, den, sample), extra, strict=True))
        order = np.argsort(keys, kind="stable")
        keys, num, den, sample = keys[order], num[order], den[order], sample[order]
    return keys >> UNIT_SHIFT, _cells(keys, num, den, sample)


def effective(facts: Records) -> Records:
    """Return for each unit, KPI, day and item the fact of the highest revision."""
    if not len(facts) or int(facts["revision"].max()) == 0:
        return facts
    order = np.lexsort([facts[name] for name in ("revision", "item", "day", "kpi", "unit")])
    ordered = facts[order]
    last = np.ones(len(ordered), dtype=bool)
    same = np.ones(len(ordered) - 1, dtype=bool)
    for name in ("unit", "kpi", "day", "item"):
        same &= ordered[name][1:] == ordered[name][:-1]
    last[:-1] = ~same
    return ordered[last]


def _keys(facts: Records) -> Ints:
    unit, kpi, item = (facts[name].astype(np.int64) for name in ("unit", "kpi", "item"))
    return (unit << UNIT_SHIFT) | ((kpi + SIGN_ROOM) << KPI_SHIFT) | (item + SIGN_ROOM)


def _sums(facts: Records) -> tuple[Ints, list[Ints]]:
    values = [facts[name].astype(np.int64) for name in ("num", "den", "sample")]
    try:
        return summed(_keys(facts), values)
    except OverflowError:
        raise _too_large() from None


def _trimmed_sums(facts: Records, corrected: Mapping[int, int]) -> tuple[Ints, list[Ints]]:
    groups: dict[int, list[tuple[int, int, int]]] = {}
    ratings = list(zip(*(facts[name].tolist() for name in ("num", "den", "sample")), strict=True))
    for kpi, least in corrected.items():
        _correct(facts, ratings, np.flatnonzero(facts["kpi"] == kpi).tolist(), least)
    keys = _keys(facts) - facts["item"].astype(np.int64)
    for key, rating in zip(keys.tolist(), ratings, strict=True):
        groups.setdefault(key, []).append(rating)
    found = [(key, *_exact(gathered("trimmed_mean", sorted(groups[key], key=_value)))) for key in sorted(groups)]
    known = [row[:4] for row in found if row[4]]
    columns = np.array(known, dtype=np.int64).reshape(-1, 4).T
    return columns[0], [columns[1], columns[2], columns[3]]


def _value(rating: tuple[int, int, int]) -> tuple[Fraction, int, int, int]:
    num, den, sample = rating
    return (Fraction(num, den) if den else Fraction(0), num, den, sample)


def _correct(facts: Records, ratings: list[tuple[int, int, int]], rows: list[int], least: int) -> None:
    """Take each rater's severity off the ratings of one KPI: what a rater gave a unit on several days moves alike."""
    raters, units = facts["item"].tolist(), facts["unit"].tolist()
    given: dict[tuple[str, str], list[Fraction]] = {}
    for row in rows:
        num, den, _ = ratings[row]
        if den > 0:
            given.setdefault((str(raters[row]), str(units[row])), []).append(Fraction(num, den))
    means = {pair: sum(marks, Fraction(0)) / len(marks) for pair, marks in given.items()}
    right = rater_corrected(means, least)
    for row in rows:
        num, den, sample = ratings[row]
        pair = (str(raters[row]), str(units[row]))
        if den > 0:
            mark = Fraction(num, den) + right[pair] - means[pair]
            ratings[row] = (mark.numerator, mark.denominator, sample)


def _exact(found: tuple[int, int, int, bool]) -> tuple[int, int, int, bool]:
    """Return a trimmed sum that fits 64 bits: as it is, else to nine decimals of a mark."""
    num, den, sample, known = found
    if max(abs(num), den) < SAFE:
        return found
    return rounded(num * NINE_PLACES, den), NINE_PLACES, sample, known


def _cells(keys: Ints, num: Ints, den: Ints, sample: Ints) -> Records:
    if len(sample) and int(sample.max()) >= 2**31:
        raise _too_large()
    cells: NDArray[np.void] = np.empty(len(keys), dtype=CELLS)
    cells["kpi"] = (keys >> KPI_SHIFT & 0xFFFF) - SIGN_ROOM
    cells["item"] = (keys & 0xFFFF) - SIGN_ROOM
    cells["num"], cells["den"], cells["sample"] = num, den, sample
    return cells


def _too_large() -> Invalid:
    return Invalid(
        problem(
            "sum_too_large",
            "一个月的数值之和过大，无法精确保存。",
            "The values of a month add up to a number too large to be kept exactly.",
        )
    )
