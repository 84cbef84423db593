"""What is said of exclusions and adjustments."""

from core.language import Text, current
from months.queries.exclusions import ExclusionRow

TITLE = Text(zh="排除与加减分", en="Exclusions and adjustments")
WHATS: dict[str, Text] = {
    "award": Text(zh="不参评（仍计入统计）", en="out of places and awards, counted in statistics"),
    "statistics": Text(zh="不计入统计（仍参评）", en="out of statistics, still ranked"),
    "both": Text(zh="不参评，也不计入统计", en="out of places, awards and statistics"),
}
LEFT_OUT = Text(
    zh="本月{what}：{reason}（{proposer}提议，{decider}批准）。",
    en="This month {what}: {reason} (proposed by {proposer}, approved by {decider}).",
)


def left_out(found: ExclusionRow | None) -> str:
    """Return in a sentence that a unit is left out, of what and why; nothing for one that is not."""
    if found is None:
        return ""
    words = {"what": WHATS[found.what], "reason": found.reason.rstrip("。.")}
    return LEFT_OUT.format(**words, proposer=found.proposer, decider=found.decider or "–").read(current())


WORDS: dict[str, Text] = {
    "waiting": Text(zh="等待第二人决定", en="waits for a second person"),
    "approved": Text(zh="生效", en="stands"),
    "rejected": Text(zh="未批准", en="rejected"),
    "withdrawn": Text(zh="已撤回", en="taken back"),
    "lifted": Text(zh="已解除", en="ended"),
    "proposed_by": Text(zh="{name} 于 {when} 提议", en="proposed by {name}, {when}"),
    "decided_by": Text(zh="{name} 于 {when} 决定", en="decided by {name}, {when}"),
    "lifted_by": Text(zh="{name} 于 {when} 解除：{why}", en="ended by {name}, {when}: {why}"),
    "adjusted_by": Text(zh="{name} 于 {when} 批准", en="approved by {name}, {when}"),
    "over": Text(
        zh="这个月已经取消，不能再排除单位。",
        en="The month is called off; no unit can be left out any more.",
    ),
    "no_unit": Text(zh="没有编码为“{code}”的单位。", en="There is no unit with the code “{code}”."),
    "no_what": Text(zh="请选择排除在什么之外。", en="Choose what the unit is left out of."),
    "no_points": Text(zh="加减分要写成数，例如 1.5 或 -2。", en="Points are a number such as 1.5 or -2."),
    "subtitle": Text(
        zh="在排名之前生效；每一项都要有原因，排除还要两个人。",
        en="They take effect before places are given; each needs a reason, an exclusion two people.",
    ),
}
