"""Rank correlations, exact with ties, against the slow definition; and winners looked for from the top, against all."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from months.simulation.coefficient import Correlation
from months.simulation.correlation import kendall, spearman

Pairs = st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), max_size=25)


def mean_places(values: list[int]) -> list[Fraction]:
    order = sorted(values)
    return [Fraction(2 * order.index(value) + order.count(value) + 1, 2) for value in values]


def squared(found: Correlation) -> Fraction:
    return Fraction(found.above * abs(found.above), found.under)


@given(Pairs)
def test_spearman_is_the_correlation_of_mean_places(pairs: list[tuple[int, int]]) -> None:
    one, other = [a for a, _ in pairs], [b for _, b in pairs]
    left, right = mean_places(one), mean_places(other)
    found = spearman(one, other)
    if len(set(one)) < 2 or len(set(other)) < 2:
        assert found is None
        return
    assert found
    n = len(pairs)
    middle = sum(left) / n, sum(right) / n
    together = sum((a - middle[0]) * (b - middle[1]) for a, b in zip(left, right, strict=True))
    alone = sum((a - middle[0]) ** 2 for a in left) * sum((b - middle[1]) ** 2 for b in right)
    assert squared(found) == together * abs(together) / alone


@given(Pairs)
def test_kendall_counts_pairs_in_order_and_turned_round(pairs: list[tuple[int, int]]) -> None:
    one, other = [a for a, _ in pairs], [b for _, b in pairs]
    found = kendall(one, other)
    sides = [((a > c) - (a < c), (b > d) - (b < d)) for a, b in pairs for c, d in pairs]
    together = sum(a * b for a, b in sides)
    alone = sum(a != 0 for a, _ in sides) * sum(b != 0 for _, b in sides)
    assert (found is None) == (alone == 0)
    assert found is None or squared(found) == Fraction(together * abs(together), alone)


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**24), st.integers(0, 6))
def test_what_is_shown_is_rounded_half_away_from_zero(above: int, under: int, places: int) -> None:
    shown = Correlation(above, under).scaled(places)
    size = abs(shown)
    assert (2 * size - 1) ** 2 * under <= 4 * above**2 * 100**places or size == 0
    assert 4 * above**2 * 100**places < (2 * size + 1) ** 2 * under
    assert (shown < 0) == (above < 0 and size > 0)


def test_known_numbers() -> None:
    assert (spearman([1, 2, 3, 4], [1, 2, 3, 4]) or Correlation(0, 1)).text() == "1.0000"
    assert (spearman([1, 2, 3, 4], [4, 3, 2, 1]) or Correlation(0, 1)).text() == "-1.0000"
    assert (kendall([1, 2, 3, 4, 5], [2, 1, 3, 4, 5]) or Correlation(0, 1)).text(2) == "0.80"
    assert (spearman([1, 2, 3, 4, 5], [2, 1, 3, 4, 5]) or Correlation(0, 1)).text(2) == "0.90"
