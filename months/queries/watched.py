"""What those who watch the data have to say before a month is closed: soft reasons, waived in writing."""

from core.errors import Problem
from core.language import Text
from months.queries.complete import unsigned
from months.queries.watching import not_looked_at


async def soft_problems(month: int) -> tuple[Problem, ...]:
    """Return the soft reasons: processes neither signed nor waived, findings about odd facts not judged."""
    return tuple(one for one in (await _unsigned(month), await _findings(month)) if one is not None)


async def _unsigned(month: int) -> Problem | None:
    names = (await unsigned(month)).values()
    if not names:
        return None
    told = Text(zh="、".join(name.zh for name in names), en=", ".join(name.en for name in names))
    zh, en = "{n} 个过程的数据还没有签认：{names}。", "{n} processes are not signed for: {names}."
    return Problem(code="not_signed", sentence=Text(zh=zh, en=en).format(n=len(names), names=told), grade="warning")


async def _findings(month: int) -> Problem | None:
    number = await not_looked_at(month)
    if not number:
        return None
    zh, en = "{n} 条异常数据还没有人查看。", "{n} findings about odd facts have not been looked at."
    return Problem(code="findings_open", sentence=Text(zh=zh, en=en).format(n=number), grade="warning")
