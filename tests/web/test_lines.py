"""Numbers of a card for the eye: what is shown adds up, or it is said by how much rounding keeps it from doing so."""

from decimal import Decimal

from web.pages.lines import rounded_apart


def test_parts_that_close_need_no_word() -> None:
    assert rounded_apart([Decimal("7.90"), Decimal("0.866")], Decimal("8.766")) == ""


def test_parts_whose_rounding_misses_the_sum_say_by_how_much() -> None:
    parts = [Decimal("7.8950"), Decimal("0.8660")]
    assert rounded_apart(parts, Decimal("8.7610")) == "各项分别四舍五入，与合计相差 0.01。"
