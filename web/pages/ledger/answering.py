"""What a department answers to a line, as it is typed."""

from datetime import date

from core.errors import Invalid, problem
from leaderboards.answering import LONGEST, Answer
from web.forms import Form


def told_of(sent: Form, known: bool) -> Answer:  # noqa: FBT001 - whether the month of the form is one of those shown
    """Return the answer of a form; Invalid when it neither takes the line on nor contests it, or names no month."""
    answer = sent.text("answer", 8)
    if answer not in {"accept", "contest"} or not known:
        zh, en = "请选择认领或异议，并选择月份。", "Choose whether to take it on or to contest it, and the month."
        raise Invalid(problem("no_answer", zh, en))
    return Answer(
        kpi=sent.text("kpi", 64),
        cause=sent.text("cause", 48),
        accepted=answer == "accept",
        reason=sent.text("reason", LONGEST),
        figures=sent.text("figures", LONGEST),
        done_by=_day(sent.text("done_by", 10)),
    )


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(problem("bad_date", "日期写成 2026-11-30 这样。", "Write the date like 2026-11-30.")) from None
