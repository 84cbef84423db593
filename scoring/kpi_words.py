"""What else holds of one KPI in plain words: its value, its size, its samples, its window, what stands in for it."""

from collections.abc import Iterator, Mapping, Sequence

from core.language import Text
from core.points import exact, said_text
from scoring.book_parts import Kpi
from scoring.number_words import rounding

MISSING = {
    "zero": Text(zh="缺数据按零分", en="missing data counts as zero"),
    "group_worst": Text(zh="缺数据按同类组最低分", en="missing data counts as the lowest score of the group"),
    "hold_last": Text(zh="缺数据沿用上月得分", en="missing data keeps last month's score"),
    "group_mean": Text(zh="缺数据按同类组平均分", en="missing data counts as the mean of the group"),
    "not_scored": Text(zh="缺数据则不参加排名", en="without data the unit is not ranked"),
}
SIZES = {
    "customers": Text(zh="客户数", en="customers"),
    "traffic": Text(zh="客流量", en="traffic"),
    "calendar_days": Text(zh="日历天数", en="calendar days"),
    "working_days": Text(zh="工作天数", en="working days"),
}


def circumstances(kpi: Kpi, kind: str) -> Iterator[Text]:
    """Yield the sentences that follow the rule of a KPI."""
    yield from _value(kpi)
    yield from _least(kpi, kind)
    if kpi.shrink:
        times = said_text(kpi.shrink)
        yield Text(
            zh=f"小样本向同类组平均值收缩（相当于再加{times}个平均样本）",
            en=f"small samples lean on the peer mean (as if by {times} more average samples)",
        )
    if kpi.window_of(kind) == "rolling3":
        yield Text(zh="按最近三个月合并计算", en="three months are pooled")
    if kpi.missing in MISSING:
        yield MISSING[kpi.missing]
    rounded = rounding(kpi.round)
    if rounded:
        yield rounded


def _value(kpi: Kpi) -> Iterator[Text]:
    least = kpi.params.get("trim_from")
    if kpi.aggregation == "trimmed_mean" and least is not None:
        yield Text(
            zh=f"数值为评分的平均，满{least}个评分去掉一个最高和一个最低",
            en=f"the value is the mean rating, from {least} on without one highest and one lowest",
        )
    given = kpi.params.get("exposure") or ()
    for row in given if isinstance(given, Sequence) else (given,):
        if isinstance(row, Mapping) and {"of", "reference"} <= set(row):
            size, name = said_text(exact(str(row["reference"]))), str(row["of"])
            of = SIZES.get(name, Text(zh=name, en=name))
            yield Text(zh=f"按{of.zh}折算到{size}", en=f"brought to the size of {size} {of.en}")


def _least(kpi: Kpi, kind: str) -> Iterator[Text]:
    sample, under = kpi.least_sample(kind), kpi.least_denominator(kind)
    if sample:
        yield Text(zh=f"有效样本少于{sample}不计分", en=f"fewer than {sample} valid samples are not scored")
    if under:
        least = said_text(under)
        yield Text(zh=f"分母小于{least}不计分", en=f"a denominator below {least} is not scored")
