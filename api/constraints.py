"""The database's own rules, as sentences."""

from core.errors import Problem, problem

_SENTENCES: dict[str, Problem] = {
    "membership_line_once": problem(
        "membership_overlaps",
        "该单位在这段时间内已有上级。",
        "The unit already has a parent in this span of days.",
    ),
    "membership_employer_once": problem(
        "employer_overlaps",
        "该人员在这段时间内已有派遣单位。",
        "The person already has an employer in this span of days.",
    ),
    "membership_days": problem("days_inverted", "结束日期应晚于开始日期。", "The end must come after the beginning."),
    "unit_days": problem("days_inverted", "关闭日期应晚于开业日期。", "A unit closes after it has opened."),
    "role_grant_days": problem("days_inverted", "结束日期应晚于开始日期。", "The end must come after the beginning."),
    "closing_two_people": problem(
        "same_person", "提出与批准须为两个人。", "The one who proposes and the one who approves are two people."
    ),
    "closing_one_open": problem(
        "already_proposed", "该月份已有关账申请。", "A closing of this month was already proposed."
    ),
}
_GENERAL = problem("conflict", "与已有数据冲突。", "This conflicts with what is stored.")


def sentence_of(constraint: str | None) -> Problem:
    """Return what a broken constraint means to people."""
    return _SENTENCES.get(constraint or "", _GENERAL)
