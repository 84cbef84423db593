from datetime import UTC, datetime

import pytest

from core.language import Text
from months.guards import (
    Few,
    Missing,
    Near,
    Party,
    Readiness,
    blocking,
    closing_problems,
    key,
    own_award,
    same_person,
    waiver_problems,
)
from months.lifecycle import State

CUT_OFF = datetime(2026, 12, 1, 4, tzinfo=UTC)
SURVEY = Missing(source="survey", name=Text("满意度调查", "Survey"), kpis=("NET01", "STO01"))
TEAMS = Few(kind="team", name=Text("班组", "Team"), ranked=70, units=100)
SU_LAN = Party(account_id=1, name="苏岚", unit_id=11, own_units=frozenset({11, 5}))
HE_QING = Party(account_id=2, name="何青", unit_id=12, own_units=frozenset({12, 6}))
AUDITOR = Party(account_id=3, name="白书", unit_id=13, own_units=frozenset({13, 6}), auditor=True)


def november(**changed: object) -> Readiness:
    ready = {"month": 202611, "state": State.VERIFYING, "at": CUT_OFF, "cut_off_at": CUT_OFF, "ranked": 150}
    return Readiness(**(ready | changed))  # type: ignore[arg-type]  # keywords of one struct


def codes(readiness: Readiness) -> list[str]:
    return [problem.code for problem in closing_problems(readiness)]


def test_a_complete_month_past_its_cut_off_may_be_closed() -> None:
    assert codes(november()) == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"state": State.RUNNING}, "period_not_over"),
        ({"state": State.CLOSED}, "month_state"),
        ({"pending": 2}, "work_waiting"),
        ({"ranked": 0}, "nobody_ranked"),
        ({"at": datetime(2026, 12, 1, 3, 59, tzinfo=UTC)}, "cut_off_ahead"),
        ({"missing": (SURVEY,)}, "source_missing"),
        ({"few": (TEAMS,)}, "few_ranked"),
        ({"appeals": 1}, "appeals_open"),
        ({"changes": 1}, "changes_open"),
        ({"branches": (Text("望潮分公司", "Wangchao"),)}, "branch_open"),
        ({"earlier": (202610,)}, "earlier_unpublished"),
    ],
)
def test_each_reason_is_named(changed: dict[str, object], code: str) -> None:
    assert codes(november(**changed)) == [code]


def test_all_reasons_are_listed_at_once_in_both_languages() -> None:
    problems = closing_problems(november(pending=1, ranked=0, missing=(SURVEY,)))
    assert len(problems) == 3
    assert "NET01" in problems[2].sentence.zh
    assert "Survey" in problems[2].sentence.en


def test_a_missing_source_may_be_waived_in_writing_but_waiting_work_never() -> None:
    problems = closing_problems(november(pending=1, missing=(SURVEY,)))
    left = blocking(problems, {"source_missing:survey", "work_waiting"})
    assert [problem.code for problem in left] == ["work_waiting"]


def test_a_waiver_without_a_reason_is_refused() -> None:
    problems = closing_problems(november(missing=(SURVEY,)))
    assert [one.code for one in waiver_problems(problems, {"source_missing:survey"}, " ")] == ["waiver_without_reason"]


def test_what_is_no_soft_reason_cannot_be_waived() -> None:
    problems = closing_problems(november(pending=1))
    assert [key(one) for one in waiver_problems(problems, {"work_waiting"}, "急")] == ["not_waivable:work_waiting"]


def test_two_accounts_of_one_person_are_one_person() -> None:
    second = Party(account_id=9, name="苏岚（系统）", unit_id=SU_LAN.unit_id)
    assert same_person(SU_LAN, SU_LAN) is not None
    assert same_person(SU_LAN, second) is not None
    assert same_person(SU_LAN, HE_QING) is None


def test_two_accounts_without_a_person_unit_are_two_people() -> None:
    assert same_person(Party(account_id=1, name="a"), Party(account_id=2, name="b")) is None


def test_nobody_but_an_auditor_approves_beside_an_own_award() -> None:
    near = (Near(unit_id=6, name=Text("人力资源部", "HR"), award=Text("优秀服务支撑", "Support"), distance=1),)
    refusal = own_award(HE_QING, near)
    assert refusal is not None
    assert "人力资源部" in refusal.sentence.zh
    assert own_award(SU_LAN, near) is None
    assert own_award(AUDITOR, near) is None
