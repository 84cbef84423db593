"""What is said on a department's page."""

from core.language import Text

WORDS: dict[str, Text] = {
    "departments": Text(zh="支撑部门", en="Departments"),
    "leads": Text(zh="牵头{names}", en="leads {names}"),
    "supports": Text(zh="配合{names}", en="supports {names}"),
    "supports_many": Text(zh="配合 {n} 个过程", en="supports {n} processes"),
    "place": Text(zh="同类组第 {rank} / {of} 名", en="place {rank} of {of} in its group"),
    "unranked": Text(zh="本月不排名", en="not ranked this month"),
    "lead": Text(zh="牵头", en="lead"),
    "support": Text(zh="配合", en="support"),
    "share": Text(zh="份额 {share}%", en="share {share}%"),
    "weight": Text(zh="权重 {weight} × {share}%", en="weight {weight} × {share}%"),
    "before": Text(zh="上月", en="Last month"),
    "now": Text(zh="本月", en="This month"),
    "other": Text(zh="提升、任务与评分", en="Growth, tasks and rating"),
    "bridge": Text(zh="{name}{change} 分，带来 {effect}。", en="{name} moved by {change}, which brought {effect}."),
    "bridge_rest": Text(
        zh="变化主要来自提升、任务与评分：{effect}。",
        en="Most of the change came from growth, tasks and rating: {effect}.",
    ),
    "no_bridge": Text(zh="没有上月可比。", en="There is no month before to compare with."),
    "bridge_about": Text(zh="从上月 {before} 到本月 {now}：{list}", en="from {before} last month to {now}: {list}"),
    "all": Text(zh="全部分公司", en="All branches"),
    "rest": Text(zh="其余 {n} 家", en="{n} others"),
    "closing": Text(
        zh="单位：部门总分。各过程合计让本部门少得 {lost} 分，其中分公司部分 {branches} 分，其余在全市级指标。",
        en="In points of the department's total. The processes cost {lost} in all: {branches} in the branches, the rest in company-wide KPIs.",
    ),
}
