"""What the editor of rules says."""

from collections.abc import Mapping

from core.language import Text

WORDS: Mapping[str, Text] = {
    "drafts": Text(zh="规则草案", en="Drafts of rules"),
    "card_tab": Text(zh="记分卡", en="Scorecards"),
    "weights_tab": Text(zh="权重表", en="Weights"),
    "text_tab": Text(zh="文本、试算与提交", en="Text, simulation, publication"),
    "subtitle": Text(zh="第 {revision} 次保存 · {who} · {when}", en="revision {revision} · {who} · {when}"),
    "card": Text(zh="记分卡", en="Scorecard"),
    "show": Text(zh="查看", en="Show"),
    "tree": Text(zh="这张卡由什么组成", en="What the card is made of"),
    "checks": Text(zh="检查", en="Checks"),
    "no_findings": Text(zh="没有发现问题。", en="Nothing was found."),
    "found": Text(
        zh="{errors} 处必须改，{warnings} 处请留意，{notes} 条说明",
        en="{errors} to mend, {warnings} to look at, {notes} notes",
    ),
    "unreadable": Text(
        zh="文本暂时读不成规则，请先在文本页改好下列各处。",
        en="The text cannot be read as rules yet; mend these places on the text page first.",
    ),
    "choose": Text(
        zh="在左边选一个指标或节点，这里就能改它的规则。",
        en="Choose a KPI or a node on the left to change its rule here.",
    ),
    "method": Text(zh="计分方法", en="Method"),
    "direction": Text(zh="方向", en="Direction"),
    "higher": Text(zh="越高越好", en="more is better"),
    "lower": Text(zh="越低越好", en="less is better"),
    "missing": Text(zh="没有数据时", en="Without data"),
    "weight": Text(zh="在这张卡上的权重", en="Weight on this card"),
    "params": Text(zh="规则", en="The rule"),
    "more": Text(zh="上下限与规模", en="Bounds and sizes"),
    "default": Text(zh="不填即 {value}", en="left empty: {value}"),
    "usual": Text(zh="不填（{value}）", en="left empty ({value})"),
    "none": Text(zh="（不填）", en="(left empty)"),
    "yes": Text(zh="是", en="yes"),
    "no": Text(zh="否", en="no"),
    "required": Text(zh="必填", en="needed"),
    "save": Text(zh="保存到草案", en="Save to the draft"),
    "redraw": Text(zh="重画曲线", en="Draw again"),
    "preview": Text(zh="这条规则给出的得分", en="What this rule gives"),
    "units_on": Text(
        zh="{month}的 {count} 个单位：{full} 个达到 100 分，{low} 个低于 60 分，平均 {mean} 分。",
        en="{count} units of {month}: {full} reach 100, {low} stay below 60, {mean} on average.",
    ),
    "units_none": Text(
        zh="最近一个月没有单位有这个指标的数值。", en="No unit has a value of this KPI in the latest month."
    ),
    "no_line": Text(
        zh="这个方法拿单位互相比较，所以没有曲线，只有各单位的点。",
        en="This method compares units with each other, so there is no curve, only the units' points.",
    ),
    "no_points": Text(
        zh="这个方法还需要别的数（例如上月的数值），这里画不出来；请用试算看效果。",
        en="This method needs more than the value (such as last month's), so nothing can be drawn here; use a simulation.",
    ),
    "chart": Text(
        zh="得分随数值变化的曲线，上面的点是各单位。{tally}",
        en="The curve from value to score, with the units as points. {tally}",
    ),
    "value_axis": Text(zh="数值", en="value"),
    "node": Text(zh="节点", en="Node"),
    "op": Text(zh="怎么合并", en="What it does"),
    "children": Text(zh="组成与权重", en="Children and weights"),
    "child_hint": Text(zh="清空权重即移出这个节点。", en="Empty a weight to take the child out."),
    "add_child": Text(zh="加入指标或节点（代码）", en="Add a KPI or node (code)"),
    "child_weight": Text(zh="它的权重", en="Its weight"),
    "in_text": Text(
        zh="计分方法与参数在规则书文本里写（[trees] 中这个节点的 method、params）。",
        en="Its method and parameters are written in the text of the rule book (method and params of this node under [trees]).",
    ),
    "numbers": Text(zh="数值", en="Numbers"),
    "weights_title": Text(zh="过程 × 单位类别的权重", en="Weights: process × kind of unit"),
    "weights_hint": Text(
        zh="填上数字即把指标加入那张卡，清空即移出；每列合计应为 100。",
        en="A number puts the KPI on that card, emptying takes it off; every column should add up to 100.",
    ),
    "process": Text(zh="过程 / 指标", en="Process / KPI"),
    "sum": Text(zh="合计", en="Sum"),
    "weight_of": Text(zh="{kpi} 在“{kind}”卡上的权重", en="Weight of {kpi} on the card of {kind}"),
    "no_cards": Text(zh="这份草案还没有记分卡。", en="This draft has no scorecard yet."),
    "saved": Text(zh="已保存", en="Saved"),
    "read_only": Text(zh="您可以看，不能改。", en="You may look, not change."),
    "error": Text(zh="必须改", en="to mend"),
    "warning": Text(zh="请留意", en="look at"),
    "note": Text(zh="说明", en="note"),
    "line": Text(zh="第 {row} 行", en="line {row}"),
    "of_kpi": Text(zh="{code} · {method}", en="{code} · {method}"),
    "back": Text(zh="回到这张卡", en="Back to the card"),
}

POLICIES: Mapping[str, Text] = {
    "reweight": Text(zh="不计，权重移给同过程的其他指标", en="left out, its weight moves inside the process"),
    "leave_out": Text(zh="不计，权重移给其他组成", en="left out, its weight moves to the others"),
    "zero": Text(zh="按 0 分", en="counts as 0"),
    "group_worst": Text(zh="按同类组最低分", en="the worst of the peer group"),
    "group_mean": Text(zh="按同类组平均分", en="the mean of the peer group"),
    "hold_last": Text(zh="沿用上期得分", en="the last period's score"),
    "not_scored": Text(zh="不计分、不排名", en="not scored, not ranked"),
    "value": Text(zh="按一个固定值", en="a fixed value"),
}

FIELDS: Mapping[str, Text] = {
    "min_scored": Text(zh="至少几个组成有分", en="Least children with a score"),
    "n": Text(zh="取最好的几个", en="How many of the best"),
    "drop": Text(zh="去掉最差的几个", en="How many of the worst to drop"),
    "missing_value": Text(zh="没有时的固定值", en="The fixed value when missing"),
    "factor": Text(zh="乘以", en="Times"),
    "offset": Text(zh="再加", en="Plus"),
    "cap": Text(zh="上限", en="Cap"),
    "floor": Text(zh="下限", en="Floor"),
    "formula": Text(zh="公式", en="Formula"),
}

OPS: Mapping[str, Text] = {
    "weighted_mean": Text(zh="加权平均", en="weighted mean"),
    "sum": Text(zh="求和", en="sum"),
    "mean": Text(zh="平均", en="mean"),
    "min": Text(zh="取最低", en="the lowest"),
    "max": Text(zh="取最高", en="the highest"),
    "median": Text(zh="中位数", en="median"),
    "count": Text(zh="计数", en="count"),
    "best": Text(zh="取最好的几个", en="the best few"),
    "product": Text(zh="连乘", en="product"),
    "variance": Text(zh="方差", en="variance"),
    "formula": Text(zh="公式", en="formula"),
    "method": Text(zh="按计分方法", en="by a method"),
}

COLUMNS: Mapping[str, Text] = {
    "value": Text(zh="数值", en="value"),
    "score": Text(zh="得分", en="score"),
    "onward": Text(zh="由此起的得分", en="score from here on"),
    "lo": Text(zh="下界", en="from"),
    "hi": Text(zh="上界", en="to"),
    "k": Text(zh="目标的倍数", en="times the target"),
    "code": Text(zh="代码", en="code"),
    "points": Text(zh="每个的分", en="points each"),
    "cap": Text(zh="上限", en="cap"),
    "grade": Text(zh="等级", en="grade"),
    "of": Text(zh="哪个规模", en="which size"),
    "reference": Text(zh="参照规模", en="reference size"),
}
"""What the columns of a list are called; others go by their name in the document."""

CHOICES: Mapping[str, Text] = {
    "true": Text(zh="是", en="yes"),
    "false": Text(zh="否", en="no"),
    "extend": Text(zh="按同一斜率延伸", en="the line goes on"),
    "clamp": Text(zh="保留其得分", en="its score is kept"),
    "zero": Text(zh="零分", en="zero"),
    "reciprocal": Text(zh="目标÷数值", en="target ÷ value"),
    "mirror": Text(zh="2−数值÷目标", en="2 − value ÷ target"),
    "error": Text(zh="拒绝", en="refused"),
    "binary": Text(zh="达到零即满分", en="full marks for zero"),
    "gap": Text(zh="按差距", en="by the gap"),
    "events": Text(zh="按事件", en="by events"),
    "full": Text(zh="整档", en="full steps only"),
    "started": Text(zh="不满一档按一档", en="each started step"),
    "prorata": Text(zh="按比例", en="in proportion"),
    "linear": Text(zh="均匀分布", en="evenly"),
    "step": Text(zh="每名次一档", en="a step for each place"),
    "table": Text(zh="按积分表", en="by a table of places"),
    "mid": Text(zh="取中间", en="the middle"),
    "min": Text(zh="取最好名次", en="the best place"),
    "group": Text(zh="与同类组比", en="with the peer group"),
    "all": Text(zh="与全部比", en="with all of the kind"),
    "points": Text(zh="按差值", en="as a difference"),
    "relative": Text(zh="按百分比", en="in per cent"),
    "headroom": Text(zh="按剩余空间的百分比", en="in per cent of the way left"),
    "mean_then_linear": Text(zh="先平均再换算", en="the mean, then the line"),
}
"""What may be chosen for a parameter; others, such as signs of comparison, are told as they are written."""
