"""Numbers and dates as people of either language read them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from web import show


@pytest.mark.parametrize(
    ("value", "words"), [("84.065", "84.07"), ("84.055", "84.06"), ("-0.005", "−0.01"), ("1234.5", "1,234.50")]
)
def test_a_half_goes_away_from_zero(value: str, words: str) -> None:
    assert show.number(Decimal(value)) == words


def test_a_gain_carries_its_plus_and_nought_carries_nothing() -> None:
    assert [show.signed(Decimal(value)) for value in ("1.2", "-1.2", "0.001")] == ["+1.20", "−1.20", "0.00"]


def test_plain_numbers_drop_their_trailing_zeros() -> None:
    assert [show.plain(value) for value in ("95.5000", "100", "0.25")] == ["95.5", "100", "0.25"]


def test_a_moment_is_told_on_the_clock_of_shanghai() -> None:
    late = datetime(2026, 11, 30, 16, 30, tzinfo=UTC)
    assert show.moment(late, "zh") == "2026年12月1日 00:30"
    assert show.moment(late, "en") == "1 Dec 2026 00:30"


def test_months_and_days_are_named_in_both_languages() -> None:
    assert (show.month(202611, "zh"), show.month(202611, "en")) == ("2026年11月", "November 2026")
    assert show.day(date(2026, 11, 24), "weekday", "zh") == "11月24日 周二"


def test_the_text_of_a_number_gets_a_real_minus_sign() -> None:
    assert (show.minus("-8.00"), show.minus("8.00")) == ("−8.00", "8.00")
