"""What stands beside the difference of a restated month is read in one language; what people wrote is left alone."""

from core.period import month_name
from scoring.posted_reason import posted_reason, reason_in

TITLE = "补记：现场服务 / 表扬"


def test_the_reason_of_a_posted_difference_is_read_in_the_readers_language() -> None:
    both = posted_reason(month_name(202611), TITLE)
    assert reason_in(both, "zh") == f"2026年11月重述差额：{TITLE}"
    assert reason_in(both, "en") == f"Restatement of November 2026: {TITLE}"


def test_a_reason_that_somebody_wrote_keeps_its_stroke() -> None:
    assert reason_in("A 类 / B 类一并核实", "zh") == "A 类 / B 类一并核实"
