"""After the card: adjustments keep within their limit, red lines never lift a total nor push it below nothing."""

from fractions import Fraction

import numpy as np
import pytest

from scoring.settlement import Effect, Settled, Veto, settled


def after(total: int, *, added: int = 0, events: int = 0, veto: Veto | None = None) -> Settled:
    """Return what becomes of one total in cents; adjustments are held within 5 points."""
    happened, rules = ({"begging": np.array([events])}, {"begging": veto}) if veto else ({}, {})
    return settled(np.array([total]), np.array([added]), happened, rules, Fraction(5))


@pytest.mark.parametrize(("added", "counted"), [(900, 500), (500, 500), (-900, -500), (-30, -30)])
def test_an_adjustment_is_held_within_its_limit_on_both_sides(added: int, counted: int) -> None:
    found = after(8_000, added=added)
    assert (int(found.adjusted[0]), int(found.totals[0])) == (counted, 8_000 + counted)


@pytest.mark.parametrize(
    ("effect", "total", "events", "left"),
    [
        ("cap_total", 8_000, 1, 5_900),
        ("cap_total", 4_000, 1, 4_000),
        ("deduct_total", 8_000, 1, 7_500),
        ("deduct_total", 8_000, 2, 7_000),
        ("deduct_total", 300, 1, 0),
        ("deduct_total", -200, 1, -200),
        ("zero_total", 8_000, 1, 0),
        ("zero_total", -200, 1, -200),
        ("none", 8_000, 1, 8_000),
        ("zero_total", 8_000, 0, 8_000),
    ],
)
def test_a_red_line_takes_what_its_rule_says(effect: Effect, total: int, events: int, left: int) -> None:
    found = after(total, events=events, veto=Veto(effect=effect, points=Fraction(5)))
    assert (int(found.totals[0]), int(found.taken[0])) == (left, total - left)


def test_who_is_barred_by_one_red_line_stays_barred_whatever_the_next_says() -> None:
    events = {"begging": np.array([1, 0, 0]), "late": np.array([0, 1, 0])}
    vetoes = {"begging": Veto(), "late": Veto(effect="none", bars_awards=False)}
    nothing = np.zeros(3, dtype=np.int64)
    found = settled(nothing + 8_000, nothing, events, vetoes, Fraction(5))
    assert found.award_eligible.tolist() == [False, True, True]
