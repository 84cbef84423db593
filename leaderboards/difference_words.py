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
        zh="同组比较的指标、由别的单位汇总的得分，随它们的数据变动",
        en="KPIs scored against others, and points made of other units, move with their data",
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
_ENTERED = Text(zh="进入第 {n} 名", en="now has place {n}")
_LEFT = Text(zh="不再有名次", en="has no place any more")
_NEVER = Text(zh="没有名次", en="no place")
_OWN = Text(zh="名次变化中，自己的分数 {n} 位", en="of the places, own total {n}")
_OTHERS = Text(zh="别的单位的变动 {n} 位", en="movement of others {n}")
_OTHERS_ALONE = Text(zh="名次变化来自别的单位的变动 {n} 位", en="the places come from the movement of others, {n}")


def signed(cents: int) -> str:
    """Return cents as points with their sign."""
    return f"{'+' if cents > 0 else ''}{cents_text(cents)}".replace("-", "\u2212")


def place_words(places: Places) -> Text:
    """Return in a few words how a place moved."""
    if places.before is None or places.after is None:
        return _one_sided(places)
    if places.before == places.after:
        return _SAME
    moved = places.before - places.after
    return (_UP if moved > 0 else _DOWN).format(n=abs(moved))


def _one_sided(places: Places) -> Text:
    """Return what is said where there was no place before, or is none now."""
    if places.after is not None:
        return _ENTERED.format(n=places.after)
    return _NEVER if places.before is None else _LEFT


def place_causes(places: Places) -> Text | None:
    """Return whose doing the movement of a place was; None where nothing moved."""
    told = [_OWN.format(n=_places(places.own))] if places.own else []
    if places.others:
        told.append((_OTHERS if told else _OTHERS_ALONE).format(n=_places(places.others)))
    if not told:
        return None
    return Text(zh="，".join(one.zh for one in told), en=", ".join(one.en for one in told))


def _places(count: int) -> str:
    return f"{count:+d}".replace("-", "\u2212")


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
