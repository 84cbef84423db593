"""Lines of a card for the eye: values with their unit, states in words, losses in order."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from core.language import Text, current
from leaderboards.card_views import CardLine
from leaderboards.queries.cards import Card
from web import show

STATES: dict[str, tuple[Text, str]] = {
    "missing": (Text(zh="缺数据，不计分", en="no data, not scored"), "warn"),
    "insufficient_sample": (Text(zh="样本不足，不计分", en="too few samples, not scored"), "warn"),
    "insufficient_group": (Text(zh="同类太少，不计分", en="too few peers, not scored"), "warn"),
    "no_baseline": (Text(zh="没有上月基数", en="no month before"), "warn"),
    "not_applicable": (Text(zh="不适用", en="does not apply"), ""),
}
POLICIES: dict[str, Text] = {
    "zero": Text(zh="缺数据，按零分计", en="no data, counts as nought"),
    "group_worst": Text(zh="缺数据，按同类最低分计", en="no data, counts as the lowest of the peers"),
    "hold_last": Text(zh="缺数据，沿用上月得分", en="no data, last month's score stands"),
    "group_mean": Text(zh="缺数据，按同类平均分计", en="no data, counts as the mean of the peers"),
}
BESIDE = Text(zh="卡外展示", en="shown beside the card")
DASH = "–"
_ASIDE = re.compile("[(（]")
"""Where the name of a unit goes on to say its scale, as in 分（10分制）."""
ROUNDED_APART = Text(
    zh="各项分别四舍五入，与合计相差 {rest}。",
    en="Each part is rounded for itself; together they differ from the sum by {rest}.",
)


def with_unit(value: str | None, unit_name: Text) -> str:
    """Return a number with its unit, a dash when there is none."""
    if value is None:
        return DASH
    number = show.plain(value, 2)
    unit = unit_name.read(current())
    return f"{number}%" if unit == "%" else f"{number} {_ASIDE.split(unit)[0]}".strip()


def shareless(line: CardLine) -> bool:
    """Tell whether a line was scored and yet carries no part of the total of its own: a formula or the like took it."""
    return line.score is not None and not line.extra and Decimal(line.weight) > 0 and not Decimal(line.weight_after)


def weight_moved(line: CardLine) -> bool:
    """Tell whether a weight that the rules have written is another than the one that counted."""
    return line.on_paper and Decimal(line.weight) != Decimal(line.weight_after)


def value_of(line: CardLine) -> str:
    """Return the value of a line; what was not scored for want of data has none."""
    return DASH if line.status in {"missing", "not_applicable"} else with_unit(line.value, line.unit_name)


def state_of(line: CardLine) -> tuple[str, str]:
    """Return what is unusual about a line, and its tone; two empty texts for an ordinary one."""
    if line.status in STATES:
        words, tone = STATES[line.status]
        return (POLICIES.get(line.policy) or words).read(current()), tone
    return (BESIDE.read(current()), "") if line.extra else ("", "")


def losers(lines: Sequence[CardLine]) -> list[CardLine]:
    """Return the lines of the card that lost points, most first."""
    lost = [line for line in lines if not line.extra and Decimal(line.lost) > 0]
    return sorted(lost, key=lambda line: -Decimal(line.lost))


def points_of(card: Card) -> Decimal:
    """Return the sum of the points of the card's lines."""
    return sum((Decimal(line.points) for line in card.lines if not line.extra), Decimal(0))


def number(value: Decimal | str, places: int = 2) -> str:
    """Return a number for the eye in the reader's language."""
    return show.number(Decimal(value), places, current())


def rounded_apart(parts: Iterable[Decimal], whole: Decimal) -> str:
    """Return what is said where parts, each rounded for the eye, miss their rounded sum; empty where they close."""
    rest = show.rounded(whole, 2) - sum(show.rounded(part, 2) for part in parts)
    return ROUNDED_APART.format(rest=number(abs(rest))).read(current()) if rest else ""


def why_href(unit_id: int, kpi: str, month: int) -> str:
    """Return the address of the page that takes one line apart."""
    return f"/units/{unit_id}/kpis/{kpi}?month={month}"


def score_of(line: CardLine) -> str:
    """Return the score of a line for the eye, a dash without one."""
    return DASH if line.score is None else show.minus(line.score)


def lost_text(line: CardLine) -> str:
    """Return what a line lost with its minus, nought without one."""
    return f"−{line.lost}" if Decimal(line.lost) else line.lost
