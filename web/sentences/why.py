"""What is said on the page that takes one line apart."""

from core.language import Text

WORDS: dict[str, Text] = {
    "boards": Text(zh="排行榜", en="Boards"),
    "title": Text(zh="{name}，为什么少了 {lost} 分", en="{name}: why {lost} points were lost"),
    "title_full": Text(zh="{name}，没有失分", en="{name}: no points were lost"),
    "title_shareless": Text(zh="{name}，得分 {score}", en="{name}: a score of {score}"),
    "title_none": Text(zh="{name}，为什么没有计分", en="{name}: why it was not scored"),
    "title_extra": Text(zh="{name}，得分 {score}", en="{name}: a score of {score}"),
    "fact": Text(zh="事实", en="Facts"),
    "value": Text(zh="值", en="Value"),
    "counted": Text(zh="计分值", en="Counted value"),
    "measured": Text(zh="实测值 {value}", en="measured {value}"),
    "measured_say": Text(
        zh="实测值 {ratio} = {measured}，小样本向同类均值收缩，计分值 {value}",
        en="Measured {ratio} = {measured}; a small sample leans on its peers, so {value} counts. It",
    ),
    "shrunk": Text(zh="小样本向同类均值收缩", en="small samples lean on the peers"),
    "sample": Text(zh="样本", en="Sample"),
    "score": Text(zh="得分", en="Score"),
    "weight": Text(zh="权重", en="Weight"),
    "points": Text(zh="得分点", en="Points"),
    "lost": Text(zh="失分", en="Lost points"),
    "target": Text(zh="目标 {target}", en="target {target}"),
    "no_target": Text(zh="没有目标值", en="no target value"),
    "enough": Text(zh="≥ 最小样本 {least}，计分", en="at least {least}: scored"),
    "few": Text(zh="不足 {least}，不计分", en="fewer than {least}: not scored"),
    "no_least": Text(zh="没有最小样本要求", en="no minimum asked for"),
    "method": Text(zh="{method}，满分 {full}", en="{method}, full marks {full}"),
    "alone": Text(zh="{method}", en="{method}"),
    "moved": Text(zh="原权重 {before}", en="{before} before"),
    "same": Text(zh="没有移动", en="not moved"),
    "of_formula": Text(zh="由公式决定，没有原权重", en="as its formula has it, with none before"),
    "points_how": Text(zh="权重 × 得分 ÷ 100", en="weight × score ÷ 100"),
    "lost_how": Text(zh="权重 ×（{full} − 得分）÷ 100", en="weight × ({full} − score) ÷ 100"),
    "verdict": Text(
        zh="{value}，得分 {score}，权重 {weight}，因此少得 {lost} 分。",
        en="{value} scores {score}; with a weight of {weight} this costs {lost} points.",
    ),
    "verdict_full": Text(
        zh="{value}，得分 {score}，这一项没有失分。", en="{value} scores {score}; nothing is lost here."
    ),
    "verdict_shareless": Text(
        zh="{value}，得分 {score}。总分由公式、取最低等得出，这一项不占固定份额；每一步见得分单。",
        en="{value} scores {score}. The total comes of formulas, lowest and the like, where this KPI has no share of "
        "its own; the receipt tells every step.",
    ),
    "verdict_extra": Text(
        zh="{value}，得分 {score}。它不在记分卡之内，按规则另行计入总分。",
        en="{value} scores {score}. It stands beside the card and enters the total by a rule of its own.",
    ),
    "verdict_goal": Text(zh="达到 {goal}，可多得 {gain} 分。", en="Reaching {goal} brings {gain} more."),
    "mark": Text(zh="{value} → {score}", en="{value} → {score}"),
    "lack": Text(zh="少 {lack}", en="{lack} short"),
    "higher": Text(zh="更高 = 更好", en="higher is better"),
    "lower": Text(zh="更低 = 更好", en="lower is better"),
    "hint": Text(zh="蓝点是本单位", en="the blue dot is this unit"),
    "curve": Text(zh="从 {value} 得 {score} 分；锚点：{anchors}", en="{value} scores {score}; anchors: {anchors}"),
    "weights": Text(zh="同一过程各指标的权重，移动前后", en="weights of the process before and after"),
    "beside": Text(zh="不占记分卡权重", en="no weight in the scorecard"),
    "beside_say": Text(
        zh="它不占记分卡的权重，按规则另行计入总分。",
        en="It has no weight in the scorecard; the rules count it in the total on its own.",
    ),
    "unmoved": Text(
        zh="同一过程的指标都已计分，权重没有在指标之间移动。",
        en="Every KPI of the process was scored; no weight moved between them.",
    ),
    "moved_say": Text(
        zh="{names}没有计分，它们的权重按比例移给了其余指标。",
        en="{names} were not scored; their weight moved to the others in proportion.",
    ),
    "gone_in_tree": Text(
        zh="{names}没有计分；总分分层计算，由上一层按其规则处理，见得分单。",
        en="{names} were not scored; the total is built in layers, and the layer above goes on as its rule says: see the receipt.",
    ),
    "whole_tree": Text(
        zh="指标都已计分；总分分层计算，每一层见得分单。",
        en="Every KPI was scored; the total is built in layers, each of which stands in the receipt.",
    ),
    "theme_say": Text(
        zh="本月主题加倍的指标占了更大份额。", en="KPIs doubled by the theme of the month take a larger share."
    ),
    "found": Text(zh="共 {n} 条，合计 {num} ÷ {den}", en="{n} facts, {num} ÷ {den} in all"),
    "more": Text(zh="这里列出前 {shown} 条，共 {n} 条。", en="The first {shown} of {n} are listed."),
    "others": Text(
        zh="这里列出 {shown} 条，共 {n} 条；其余属于其他单位，只计入合计。",
        en="{shown} of {n} are listed; the others belong to other units and only stand in the sum.",
    ),
    "ratings": Text(
        zh="{n} 份评分只以平均数显示，不逐条列出。", en="The {n} ratings are shown only as their mean, not one by one."
    ),
    "corrected": Text(zh="第 {n} 次更正：{why}", en="correction {n}: {why}"),
    "code": Text(zh="编码", en="Code"),
    "formula": Text(zh="口径", en="Formula"),
    "source": Text(zh="来源", en="Source"),
    "frequency": Text(zh="频次", en="How often"),
    "window": Text(zh="取数时段", en="Days pooled"),
    "lead": Text(zh="牵头部门", en="Lead department"),
    "span": Text(zh="{first} – {last}", en="{first} – {last}"),
}
