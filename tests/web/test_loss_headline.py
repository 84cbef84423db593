"""The sentence at the head of a department's losses: the KPI that costs most, over all its causes, and where."""

from datetime import date

from core.language import Text
from leaderboards.queries.passed_on import BranchPart, DepartmentLosses, LossLine
from web.pages.ledger.summary import headline

NAME = Text(zh="网络部", en="Network")


def line(kpi: str, cause: str, points: str, **branches: str) -> LossLine:
    parts = tuple(
        BranchPart(unit_id=int(code[1:]), name=Text(zh=code, en=code), points=cost, main=True)
        for code, cost in branches.items()
    )
    return LossLine(
        process=NAME, kpi=kpi, kpi_name=Text(zh=kpi, en=kpi), cause=cause, cause_name=None, grain="kpi", share="100",
        points=points, branches=parts, cases=None, words=(), state="open", answered=True, answers=(),
    )  # fmt: skip


def test_the_branches_are_those_of_all_causes_together() -> None:
    found = DepartmentLosses(
        snapshot_id=1, month=202611, provisional=True, unit_id=9, code="NWD", name=NAME, points="1.9000", city="9.0000",
        due_on=date(2026, 12, 7), overdue=0, small=0, small_points="0.0000", cure=None,
        lines=(
            line("掉话", "", "0.6000", B1="0.6000"),
            line("投诉", "indoor", "0.5000", B2="0.3000", B3="0.2000"),
            line("投诉", "cut", "0.8000", B3="0.7000", B4="0.1000"),
        ),
    )  # fmt: skip
    said = headline(found)
    assert "1.30 分在“投诉”" in said
    assert "B3" in said
    assert "B2" not in said
    assert "B4" not in said
