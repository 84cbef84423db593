"""What a department may say to a loss passed on to it: it takes it on, or objects with a reason and figures."""

from datetime import date, timedelta
from typing import Protocol

import msgspec

from core.errors import Invalid, problem

LONGEST = 1_000
LONGEST_PROMISE = timedelta(days=366)


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer to one line: accepted, with what is done and by when, or contested with a reason and figures."""

    kpi: str
    cause: str = ""
    accepted: bool
    reason: str = ""
    figures: str = ""
    done_by: date | None = None


class Said(Protocol):
    """An answer as it is stored."""

    @property
    def accepted(self) -> bool:
        """Tell whether the line was taken on."""

    @property
    def reason(self) -> str | None:
        """Return what was said."""

    @property
    def figures(self) -> str | None:
        """Return the data behind an objection."""

    @property
    def done_by(self) -> date | None:
        """Return the day promised."""


def checked_answer(answer: Answer, today: date) -> Answer:
    """Return the answer without blanks around its texts; Invalid when it is too long, too thin, or promises the past."""
    found = msgspec.structs.replace(answer, reason=answer.reason.strip(), figures=answer.figures.strip())
    if max(len(found.reason), len(found.figures)) > LONGEST:
        raise Invalid(problem("too_long", f"每项最多 {LONGEST} 字。", f"At most {LONGEST} characters each."))
    if not found.accepted and not (found.reason and found.figures):
        zh = "提出异议要写明理由，并给出数据或凭据。"
        raise Invalid(problem("objection_without_data", zh, "An objection needs a reason and figures or evidence."))
    if found.done_by is not None and not (found.accepted and today <= found.done_by <= today + LONGEST_PROMISE):
        zh = "完成日期只随认领填写，从今天起一年之内。"
        en = "A date goes with taking the line on, from today and within a year."
        raise Invalid(problem("bad_promise", zh, en))
    return found


def same_answer(answer: Answer, last: Said) -> bool:
    """Tell whether an answer says what the last one said."""
    return (answer.accepted, answer.reason or None, answer.figures or None, answer.done_by) == (
        last.accepted, last.reason, last.figures, last.done_by,
    )  # fmt: skip
