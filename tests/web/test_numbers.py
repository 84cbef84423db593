"""Numbers in addresses: what is none is none, never a fault."""

import pytest

from web.numbers import month_key, one_of, whole


@pytest.mark.parametrize("text", [None, "", "-1", "1.5", "²", "１２", "9" * 5000, "0x10", " 7"])
def test_what_is_no_plain_number_is_none(text: str | None) -> None:
    assert whole(text) is None


def test_a_number_counts_only_among_the_known_ones() -> None:
    assert (one_of("202610", {202610: 1}), one_of("202611", {202610: 1})) == (202610, None)


@pytest.mark.parametrize(("text", "month"), [("202611", 202611), ("202613", None), ("202600", None), ("199912", None)])
def test_a_month_has_twelve_and_lies_in_this_millennium(text: str, month: int | None) -> None:
    assert month_key(text) == month
