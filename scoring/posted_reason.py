"""The reason of a difference that a restated month posts: kept in both languages on one line, read in one."""

import re

from core.language import Language, Text

_BOTH = re.compile(r"(?P<zh>[^：]+重述差额：(?P<title>.+)) / (?P<en>Restatement of .+?: (?P=title))", re.DOTALL)


def posted_reason(month: Text, title: str) -> str:
    """Return what stands beside each difference: the month that was restated and the title of the change."""
    return f"{month.zh}重述差额：{title} / Restatement of {month.en}: {title}"


def reason_in(reason: str, language: Language) -> str:
    """Return a reason as a reader of one language reads it; what people wrote themselves stays as it is."""
    both = _BOTH.fullmatch(reason)
    return both[language] if both else reason
