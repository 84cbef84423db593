from fractions import Fraction

from coaching.diagnosis import facts
from core.language import Text
from scoring.rulebook import RuleBook, TriggerRule

BOOK = RuleBook(code="b", name=Text("词", "word"), kinds={}, processes={}, kpis={})


def test_a_total_below_nought_is_told_with_a_real_minus_sign() -> None:
    (found,) = facts(BOOK, TriggerRule(), ["bottom_pct"], [Fraction(-325, 100)], None)
    assert "−3.25" in found.fact.zh
    assert "Total −3.25, " in found.fact.en
