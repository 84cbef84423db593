"""The causes of a change in words, and one sentence about a unit's day."""

from core.language import Text
from core.points import cents_text
from leaderboards.differences import Cause, Part, Places

CAUSES: dict[Cause, Text] = {
    Cause.FACTS: Text(zh="自己的新数据", en="own new data"),
    Cause.CORRECTIONS: Text(zh="更正与撤回", en="corrections"),
    Cause.OTHERS: Text(zh="别的单位的数据", en="data of others"),
    Cause.RULES: Text(zh="规则变更", en="rules"),
    Cause.ORGANISATION: Text(zh="组织调整", en="organisation"),
    Cause.DECISIONS: Text(zh="加减分、活动与裁定", en="adjustments, activities and decisions"),
    Cause.EARLIER: Text(zh="前几个月的结果", en="results of earlier months"),
    Cause.SEALED: Text(zh="关账后的修订", en="revisions after the closing"),
}
ABOUT: dict[Cause, Text] = {
    Cause.FACTS: Text(zh="自己和下级新到的数据", en="new data of the unit and of all beneath it"),
    Cause.CORRECTIONS: Text(
        zh="已有数据被更正、撤回或暂不计入", en="data that was there was corrected, withdrawn or set aside"
    ),
    Cause.OTHERS: Text(
        zh="按同组比较计分的指标随别人的数据变动", en="KPIs scored against others move with the data of others"
    ),
    Cause.RULES: Text(zh="这个月换了规则或主题", en="the rules or the theme of the month changed"),
    Cause.ORGANISATION: Text(zh="归属、分组或规模变了", en="places in the tree, peer groups or sizes changed"),
    Cause.DECISIONS: Text(zh="加减分、活动、红线、排除", en="adjustments, activities, red lines and exclusions"),
    Cause.EARLIER: Text(zh="滚动样本、进步与留用的上月得分", en="rolling samples, improvement and scores held over"),
    Cause.SEALED: Text(zh="封存的结果之后又有修订", en="the sealed result was revised"),
}
_UP = Text(zh="上升 {n} 位", en="up {n}")
_DOWN = Text(zh="下降 {n} 位", en="down {n}")
_SAME = Text(zh="名次不变", en="place unchanged")
_TOTAL = Text(zh="总分 {change}", en="Total {change}")
_NOTHING = Text(zh="没有变化", en="Nothing changed")
_HEAD = Text(zh="{sum}，{place}", en="{sum}, {place}")
_OTHERS_UP = Text(zh="别人下滑让你 {n} 位", en="others falling back gave {n}")
_OTHERS_DOWN = Text(zh="别人上升使你退 {n} 位", en="others rising took {n}")
_OWN = Text(zh="自己的分数 {n} 位", en="the own total {n}")


def signed(cents: int) -> str:
    """Return cents as points with their sign."""
    return f"{'+' if cents > 0 else ''}{cents_text(cents)}".replace("-", "\u2212")


def place_words(places: Places) -> Text:
    """Return in a few words how a place moved."""
    if places.before is None or places.after is None or places.before == places.after:
        return _SAME
    moved = places.before - places.after
    return (_UP if moved > 0 else _DOWN).format(n=abs(moved))


def place_causes(places: Places) -> Text | None:
    """Return whose doing the movement of a place was; None where nothing moved."""
    told = []
    if places.own:
        told.append(_OWN.format(n=f"{places.own:+d}".replace("-", "\u2212")))
    if places.others:
        told.append((_OTHERS_UP if places.others > 0 else _OTHERS_DOWN).format(n=abs(places.others)))
    if not told:
        return None
    return Text(zh="，".join(one.zh for one in told), en=", ".join(one.en for one in told))


def sentence(before: int | None, after: int | None, parts: tuple[Part, ...], places: Places) -> Text:
    """Return what changed and why in one sentence."""
    change = (after or 0) - (before or 0)
    if not change and not parts and places.before == places.after:
        return _NOTHING
    named = [(CAUSES[part.cause], signed(part.cents)) for part in parts]
    zh, en = (
        "，".join(f"{name.zh} {cents}" for name, cents in named),
        ", ".join(f"{name.en} {cents}" for name, cents in named),
    )
    total = _TOTAL.format(change=signed(change) if change else "±0")
    head = _HEAD.format(sum=total, place=place_words(places))
    return Text(zh=f"{head.zh}：{zh}。" if zh else f"{head.zh}。", en=f"{head.en}: {en}." if en else f"{head.en}.")
