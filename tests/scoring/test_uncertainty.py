"""What samples leave open, against truth that is known and against slow plain arithmetic."""

from decimal import Decimal
from fractions import Fraction
from math import isqrt, sqrt
from time import process_time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from core.points import FACT_SCALE
from scoring.apart import FINE, told_apart
from scoring.columns import Column, Sums
from scoring.engine import scored
from scoring.noise import MICRO, shifts
from scoring.reach import reach
from scoring.rulebook import parsed
from scoring.sheet import Sheet
from scoring.uncertainty import SIXTHS, Noise, margin, noise, shares, total_variance
from tests.scoring.chance import BOOK, SPREAD, Month, book, month

Z = Decimal("1.96")
SEEDS = range(25)


def variances(of: Month) -> np.ndarray:
    return total_variance(noise(of.book, "hall", of.sheet, of.found), shares(of.found))


def covered(of: Month) -> float:
    margins = np.array([margin(int(one), Z) for one in variances(of)])
    return float((abs(of.truth - of.found.totals) <= margins).mean())


def told(of: Month) -> Month:
    """Return the month under rules that tell how far answers lie apart."""
    mean = structs.replace(of.book.kpis["MEAN"], spread=Decimal(str(SPREAD)))
    rules = structs.replace(of.book, kpis={**of.book.kpis, "MEAN": mean})
    return Month(of.truth, of.found, of.sheet, rules)


@pytest.mark.parametrize("drawn", [True, False])
def test_ninety_five_of_a_hundred_intervals_hold_the_true_total(*, drawn: bool) -> None:
    share = np.mean([covered(told(month(seed, drawn=drawn))) for seed in SEEDS])
    assert 0.935 <= share <= 0.965


def test_the_spread_of_answers_that_nobody_tells_is_found_from_the_peers() -> None:
    share = np.mean([covered(month(seed)) for seed in SEEDS])
    assert 0.935 <= share <= 0.97


def test_without_spread_and_without_shrinkage_the_interval_is_rather_too_wide() -> None:
    assert np.mean([covered(month(seed, drawn=False)) for seed in SEEDS]) > 0.97


def test_a_place_reached_by_luck_has_the_true_place_in_its_range() -> None:
    right = []
    for seed in SEEDS:
        of = told(month(seed, units=60))
        found = reach(of.found.totals, variances(of), np.ones(60, dtype=bool), Z)
        place = 1 + (of.truth[None, :] > of.truth[:, None]).sum(axis=1)
        right.append(((found.best <= place) & (place <= found.worst)).mean())
    assert np.mean(right) > 0.95


def test_who_counts_every_case_is_open_to_no_chance() -> None:
    of = month(1)
    kpis = {code: structs.replace(kpi, noise="none") for code, kpi in of.book.kpis.items()}
    rules = structs.replace(of.book, kpis=kpis)
    assert not noise(rules, "hall", of.sheet, of.found).variances.any()


def test_a_score_at_its_cap_is_surer_than_one_on_the_slope() -> None:
    answers = np.array([100, 100])
    sums = {"SHARE": Sums(np.array([100, 75]) * FACT_SCALE, answers * FACT_SCALE, answers, np.ones(2, dtype=bool))}
    rules = book(drawn=False)
    params = {"anchors": (("40", "0"), ("80", "100")), "above": "clamp", "cap": "100"}
    rules = structs.replace(rules, kpis={**rules.kpis, "SHARE": structs.replace(rules.kpis["SHARE"], params=params)})
    sheet = Sheet(group=np.zeros(2, dtype=np.intp), sums=sums)
    found = noise(rules, "hall", sheet, scored(rules, "hall", sheet))
    row = list(rules.scorecards["hall"]).index("SHARE")
    assert found.variances[row, 0] == 0 < found.variances[row, 1]


def test_a_straight_line_passes_the_standard_error_on_times_its_slope() -> None:
    rules = book(drawn=False)
    sums = {"SHARE": Sums(np.array([70 * FACT_SCALE]), np.array([100 * FACT_SCALE]), np.array([100]), np.array([True]))}
    sheet = Sheet(group=np.zeros(1, dtype=np.intp), sums=sums)
    found = noise(rules, "hall", sheet, scored(rules, "hall", sheet))
    row = list(rules.scorecards["hall"]).index("SHARE")
    held = (70 * 100 + 50 * 4) / 104
    wanted = 2 * sqrt(held * (100 - held) / 104) * 100  # two points a per cent, in cents
    assert abs(sqrt(found.variances[row, 0] / SIXTHS) - wanted) < 1


@settings(deadline=None)
@given(st.integers(1, 500), st.integers(0, 500), st.integers(0, 200))
def test_a_share_of_n_answers_has_the_variance_of_a_share(n: int, hits: int, drawn: int) -> None:
    hits = min(hits, n)
    kpi = structs.replace(book(drawn=False).kpis["SHARE"], shrink=Decimal(drawn))
    sums = Sums(np.array([hits * FACT_SCALE]), np.array([n * FACT_SCALE]), np.array([n]), np.array([True]))
    value = Column(np.array([hits * 100]), np.array([n]), np.array([True]))
    found = int(shifts(kpi, sums, value, value, np.zeros(1, dtype=np.intp))[0])
    whole = n + drawn if drawn else n + 4
    held = Fraction(hits * 100, n) if drawn else Fraction(hits * 100 + 200, whole)
    exact = 3 * held * (100 - held) / whole * MICRO * MICRO
    assert abs(found - isqrt(int(exact))) <= 1 + isqrt(int(exact)) // 100_000


@settings(deadline=None)
@given(st.integers(0, 10**12))
def test_a_margin_is_rounded_half_away_from_zero_and_never_off_by_one(variance: int) -> None:
    cents = margin(variance, Z)
    square = Fraction(Z) ** 2 * variance / FINE
    assert max(2 * cents - 1, 0) ** 2 <= 4 * square < (2 * cents + 1) ** 2


ROWS = st.lists(
    st.tuples(st.integers(0, 12_000), st.integers(0, 4 * 10**8), st.booleans(), st.integers(-1, 2), st.integers(0, 10**8)),
    min_size=1, max_size=40,
)  # fmt: skip


@settings(deadline=None)
@given(ROWS)
def test_places_that_can_be_told_apart_are_those_a_plain_count_says(
    rows: list[tuple[int, int, bool, int, int]],
) -> None:
    totals, own, ranked, source, common = (np.array(column) for column in zip(*rows, strict=True))
    common = np.where(source >= 0, common, 0)
    found = reach(totals, own, ranked.astype(bool), Z, (common, source))
    for at, (mine, var, in_it, whose, _) in enumerate(rows):
        if not in_it:
            assert (found.best[at], found.worst[at]) == (0, 0)
            continue
        above = below = 0
        for other, (theirs, their_var, there, from_whom, _) in enumerate(rows):
            alike = whose >= 0 and whose == from_whom
            open_ = var + their_var + (0 if alike else int(common[at] + common[other]))
            if there and (mine - theirs) ** 2 * FINE > Fraction(Z) ** 2 * open_:
                above, below = above + (theirs > mine), below + (theirs < mine)
        assert (found.best[at], found.worst[at]) == (1 + above, int(ranked.sum()) - below)


@settings(deadline=None)
@given(ROWS)
def test_a_place_lies_in_its_own_range(rows: list[tuple[int, int, bool, int, int]]) -> None:
    totals, own = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    found = reach(totals, own, np.ones(len(rows), dtype=bool), Z)
    place = 1 + (totals[None, :] > totals[:, None]).sum(axis=1)
    assert (found.best <= place).all()
    assert (place <= found.worst).all()


@settings(deadline=None)
@given(
    st.integers(0, 12_000), st.integers(0, 12_000), st.integers(0, 10**8), st.integers(0, 10**8), st.integers(0, 10**8)
)
def test_more_samples_never_join_what_was_told_apart(one: int, other: int, a: int, b: int, less: int) -> None:
    if told_apart((one, a), (other, b), Z):
        assert told_apart((one, max(a - less, 0)), (other, b), Z)


def test_the_order_of_units_changes_nothing_about_any_of_them() -> None:
    of = month(3, units=50)
    order = np.random.default_rng(1).permutation(50)
    turned = Sheet(group=of.sheet.group[order], sums={code: Sums(s.num[order], s.den[order], s.sample[order], s.known[order]) for code, s in of.sheet.sums.items()})  # fmt: skip
    again = Month(of.truth[order], scored(of.book, "hall", turned), turned, of.book)
    assert (variances(of)[order] == variances(again)).all()


def test_a_card_of_no_kpi_has_no_variance() -> None:
    assert not total_variance(Noise(np.zeros((0, 3), np.int64), 2), np.zeros((0, 3), np.int64)).any()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_many_units_are_told_apart_as_if_each_pair_were_looked_at(seed: int) -> None:
    rng = np.random.default_rng(seed)
    totals, own = rng.integers(6_000, 11_000, 900), rng.integers(0, 2 * 10**7, 900) ** 2 // 10**6
    source, common = rng.integers(-1, 80, 900), rng.integers(0, 10**6, 900)
    common = np.where(source >= 0, common, 0)
    ranked = rng.random(900) < 0.9
    found = reach(totals, own, ranked, Z, (common, source))
    alike = (source[:, None] == source[None, :]) & (source[:, None] >= 0)
    open_ = own[:, None] + own[None, :] + np.where(alike, 0, common[:, None] + common[None, :])
    gap = totals[None, :] - totals[:, None]
    apart = (gap * gap * FINE * 625 > open_ * 2401) & ranked[None, :]
    best, worst = 1 + (apart & (gap > 0)).sum(axis=1), int(ranked.sum()) - (apart & (gap < 0)).sum(axis=1)
    assert (found.best == np.where(ranked, best, 0)).all()
    assert (found.worst == np.where(ranked, worst, 0)).all()


def test_places_of_a_city_take_less_than_comparing_every_pair() -> None:
    of = month(9, units=1_400)
    totals, open_ = of.found.totals, variances(of)
    began = process_time()
    reach(totals, open_, np.ones(1_400, dtype=bool), Z)
    taken, began = process_time() - began, process_time()
    pairs = sum((totals - one) * (totals - one) > open_ for one in totals.tolist())
    assert len(pairs) == 1_400
    assert taken < 20 * (process_time() - began)


def test_a_flat_card_written_as_a_tree_is_as_sure() -> None:
    of = month(1, units=30)
    nodes = """
[trees.hall.nodes.total]
op = "weighted_mean"
children = { asked = 75, RATE = 25 }
[trees.hall.nodes.asked]
op = "weighted_mean"
children = { SHARE = 40, MEAN = 35 }
"""
    rules = parsed(BOOK.format(share=30, mean=36, rate=5_000).split("[scorecards.hall]")[0] + nodes)
    tree = scored(rules, "hall", of.sheet)
    found = total_variance(noise(rules, "hall", of.sheet, tree), shares(tree))
    assert (found == variances(of)).all()


def test_a_unit_is_shifted_against_the_others_and_not_with_them() -> None:
    of = month(2, units=40)
    bell = structs.replace(of.book.kpis["SHARE"], method="zscore", params={"center": "80", "scale": "10", "cap": "120"})
    rules = structs.replace(of.book, kpis={**of.book.kpis, "SHARE": bell})
    card = scored(rules, "hall", of.sheet)
    found = noise(rules, "hall", of.sheet, card).variances[card.kpis.index("SHARE")]
    assert (found > 0).all()


EVENTS = """
[kpis.CASES]
name = { zh = "升级投诉", en = "Escalations" }
process = "P"
direction = "lower"
aggregation = "sum"
method = "deduct"
params = { items = { grave = { points = "5" }, light = { points = "1" } } }
[kpis.CASES.items.grave]
name = { zh = "重", en = "grave" }
[kpis.CASES.items.light]
name = { zh = "轻", en = "light" }
[scorecards.hall]
CASES = 100
"""


def test_kinds_of_event_share_their_chance_and_none_seen_is_no_certainty() -> None:
    rules = parsed(BOOK.format(share=0, mean=0, rate=0).split("[scorecards.hall]")[0] + EVENTS)

    def counted(*numbers: int) -> Sums:
        num = np.array(numbers) * FACT_SCALE
        return Sums(num, np.full(len(num), FACT_SCALE), np.array(numbers), np.ones(len(num), dtype=bool))

    items = {"CASES": {"grave": counted(0, 2, 0), "light": counted(0, 1, 9)}}
    sheet = Sheet(group=np.zeros(3, dtype=np.intp), sums={"CASES": counted(0, 3, 9)}, items=items)
    card = scored(rules, "hall", sheet)
    assert [int(one) for one in card.scores[0]] == [100_00, 89_00, 91_00]
    found = noise(rules, "hall", sheet, card).variances[0]
    assert (found > 0).all()
    assert found[1] > found[2] > found[0]
