"""What is said on the completeness matrix."""

from core.language import Text

WORDS: dict[str, Text] = {
    "title": Text(zh="{month}数据齐备情况", en="Completeness of {month}"),
    "subtitle": Text(zh="指标 × {kind} · 更新到此刻", en="KPI × {kind} · as of now"),
    "month": Text(zh="月份", en="Month"),
    "card": Text(zh="单位类型", en="Kind of unit"),
    "items": Text(zh="{n} 项", en="{n} KPIs"),
    "cell": Text(zh="{kpi}，{unit}：{state}", en="{kpi}, {unit}: {state}"),
    "cell_few": Text(zh="{kpi}，{unit}：样本 {sample}，至少 {least}", en="{kpi}, {unit}: {sample} samples of {least}"),
    "part": Text(zh="{process}，{unit}：{there} / {all} 项已到", en="{process}, {unit}: {there} of {all} there"),
    "strip": Text(zh="共 {total} 格：{list}", en="{total} cells: {list}"),
    "source": Text(zh="{day} 前应到 · 已到 {there}，未到 {gap}", en="due by {day} · {there} there, {gap} not"),
    "if_not": Text(
        zh="到关账仍不够时，{kpi} 不计分，它的权重 {weight} 先移给同一过程的其他指标；覆盖率低于 {least}% 的单位不参加排名。",
        en="If it is still short at the closing, {kpi} is not scored and its weight of {weight} moves to the others of its process; a unit under {least}% coverage is not ranked.",
    ),
    "least": Text(zh="最小样本", en="Minimum sample"),
    "has": Text(zh="现有样本", en="Samples so far"),
    "from": Text(zh="来源", en="Source"),
    "how": Text(zh="口径", en="Formula"),
    "state": Text(zh="状态", en="State"),
}
