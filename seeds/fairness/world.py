"""Halls of known quality and what samples show of them; every draw is a hash, so the same seed gives the same months."""

import csv
from decimal import Decimal
from functools import cache
from importlib import resources

import msgspec
import numpy as np
from msgspec import structs

from core.points import FACT_SCALE
from scoring.columns import Sums
from scoring.engine import scored
from scoring.rulebook import RuleBook, parsed
from scoring.scored import Scored
from scoring.sheet import Sheet
from seeds import draw
from seeds.draw import MILLION, THOUSAND, Wholes

KIND = "hall"
TRIES = 500
"""A rare event is drawn as so many small chances."""


class Truth(msgspec.Struct, frozen=True):
    """How one KPI is spread over the halls, in millionths, and how many answers a month or a visit brings."""

    kpi: str
    middle: int
    swing: int
    sample: int
    per_visit: int


class Month(msgspec.Struct, frozen=True):
    """One month of all halls, scored: raw, and with minimum samples and shrinkage; both with their sheet."""

    sheet: Sheet
    raw: Scored
    drawn: Scored


def _file(name: str) -> str:
    return resources.files("seeds.fairness").joinpath(name).read_text(encoding="utf-8")


@cache
def rules() -> RuleBook:
    """Return the rules of the simulation."""
    return parsed(_file("rules.toml"), "seeds/fairness/rules.toml")


@cache
def raw_rules() -> RuleBook:
    """Return the same without minimum samples and without shrinkage."""
    book = rules()
    kpis = {code: structs.replace(kpi, shrink=None, min_sample={}) for code, kpi in book.kpis.items()}
    return structs.replace(book, kpis=kpis)


@cache
def truths() -> tuple[Truth, ...]:
    """Return how the KPIs are spread."""
    return tuple(
        Truth(
            row["kpi"], _micro(row["middle"]), _micro(row["swing"]), int(row["sample"] or 0), int(row["per_visit"] or 0)
        )
        for row in csv.DictReader(_file("truth.csv").splitlines())
    )


def _micro(text: str) -> int:
    return int(Decimal(text) * MILLION)


def true_values(seed: int, halls: int) -> dict[str, Wholes]:
    """Return the true value of every KPI of every hall in millionths: a quality of the hall, and a gift for the KPI."""
    units = np.arange(halls, dtype=np.int64)
    quality = draw.normal(draw.keys(draw.key(seed, "quality"), units))
    return {
        one.kpi: one.middle
        + _towards(one.kpi)
        * one.swing
        * (7 * quality + 7 * draw.normal(draw.keys(draw.key(seed, one.kpi), units)))
        // (10 * THOUSAND)
        for one in truths()
    }


def _towards(kpi: str) -> int:
    return 1 if rules().kpis[kpi].direction == "higher" else -1


def true_totals(seed: int, halls: int) -> Wholes:
    """Return the totals that endless samples would give, in cents."""
    values = true_values(seed, halls)
    sums = {code: _exact(code, value) for code, value in values.items()}
    return np.asarray(scored(raw_rules(), KIND, _sheet(sums, halls)).totals, dtype=np.int64)


def _exact(code: str, value: Wholes) -> Sums:
    per = {"ratio_of_sums": 100, "rate_of_sums": 10_000}.get(rules().kpis[code].aggregation, 1)
    size = np.full(len(value), per * FACT_SCALE, dtype=np.int64)
    return Sums(value, size, np.full(len(value), 10**6, dtype=np.int64), np.ones(len(value), dtype=bool))


def _sheet(sums: dict[str, Sums], halls: int) -> Sheet:
    return Sheet(group=np.zeros(halls, dtype=np.intp), sums=sums)


def month(seed: int, number: int, halls: int, visits: int) -> Month:
    """Return one month of samples with so many visits to each hall."""
    values = true_values(seed, halls)
    sums = {one.kpi: _sampled(seed, number, one, values[one.kpi], visits) for one in truths()}
    sheet = _sheet(sums, halls)
    return Month(sheet, scored(raw_rules(), KIND, sheet), scored(rules(), KIND, sheet))


def _sampled(seed: int, number: int, one: Truth, value: Wholes, visits: int) -> Sums:
    kpi, halls = rules().kpis[one.kpi], len(value)
    size = np.full(halls, one.sample or one.per_visit * visits, dtype=np.int64)
    chance = draw.keys(draw.key(seed, "month", number, one.kpi), np.arange(halls, dtype=np.int64))
    if kpi.aggregation == "sample_mean":
        spread = int(Decimal(kpi.spread or 0) * THOUSAND)
        noise = draw.root(size * MILLION) * spread // THOUSAND * draw.normal(chance)
        num = size * value + noise
    elif kpi.aggregation == "rate_of_sums":
        num = _events(chance, size, value) * FACT_SCALE
    else:
        num = draw.hits(chance, size, np.clip(value // 100, 0, MILLION)) * FACT_SCALE
    return Sums(num, size * FACT_SCALE, size, np.ones(halls, dtype=bool))


def _events(chance: draw.Keys, size: Wholes, value: Wholes) -> Wholes:
    """Return how many events happened: many small chances, each customer with the rate of its hall."""
    tries = np.full(len(value), TRIES, dtype=np.int64)
    each = np.clip(size * np.maximum(value, 0) // (10_000 * TRIES), 0, MILLION)
    return draw.hits(chance, tries, each)
