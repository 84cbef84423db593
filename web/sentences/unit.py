"""What is said on a unit's page."""

from core.language import Text

WORDS: dict[str, Text] = {
    "boards": Text(zh="排行榜", en="Boards"),
    "rank": Text(zh="同类组名次", en="Place in the peer group"),
    "overall": Text(zh="全榜第 {rank} / {of} 名", en="overall {rank} of {of}"),
    "no_rank": Text(zh="不参加排名", en="not ranked"),
    "total": Text(zh="总分", en="Total"),
    "grade": Text(zh="等级：{grade}", en="grade: {grade}"),
    "lost": Text(zh="失分", en="Lost points"),
    "main": Text(zh="{n} 项占八成", en="four fifths of it in KPIs: {n}"),
    "coverage": Text(zh="数据覆盖率", en="Data coverage"),
    "least": Text(zh="≥ {least}% 参加排名", en="{least}% is needed to be ranked"),
    "full": Text(zh="满分", en="Full marks"),
    "sum": Text(zh="记分卡", en="Card"),
    "over": Text(zh="超额", en="Above target"),
    "peers": Text(zh="同类组中位数", en="median of the peer group"),
    "finding": Text(zh="{names}占全部失分的 {share}%。", en="{names} make up {share}% of all points lost."),
    "nothing_lost": Text(zh="没有失分。", en="No points were lost."),
    "by_formula": Text(
        zh="总分由公式、取最低等得出，有的指标不占固定份额；每一步见得分单。",
        en="The total comes of formulas, lowest and the like, where a KPI has no share of its own; "
        "the receipt tells every step.",
    ),
    "no_card": Text(zh="这个单位本月没有记分卡。", en="This unit has no card in this month."),
    "no_lines": Text(
        zh="本月不为这里单独计分：没有可计分的指标。", en="Nothing is scored here this month: no KPI of a card applies."
    ),
    "no_month": Text(zh="还没有计过分的月份。", en="No month has been scored yet."),
    "rounding": Text(
        zh="得分点合计 {sum}，四舍五入为 {total} 分。", en="The points add up to {sum}, rounded to {total}."
    ),
    "rest": Text(
        zh="得分点合计 {sum}，封顶、取位与公式等 {rest}，卡片得分 {total} 分。",
        en="The points add up to {sum}; limits, roundings and formulas add {rest}; the card comes to {total}.",
    ),
    "adjusted": Text(zh="加减分 {points}：{reason}。", en="Adjustment {points}: {reason}."),
    "activity": Text(
        zh="主题活动“{name}”有效 {count} 次{held}：{points}。", en="Activity “{name}”, {count} valid{held}: {points}."
    ),
    "held": Text(zh="（封顶 {cap} 分）", en=" (held at {cap})"),
    "red_line": Text(zh="红线 {name}（{day}）：{reason}。", en="Red line {name} ({day}): {reason}."),
    "stop": Text(zh="。", en="."),
    "settled": Text(zh="加减之后总分 {total}。", en="After this the total is {total}."),
    "measured": Text(zh="实测 {value}", en="measured {value}"),
    "radar": Text(zh="各过程得分：{list}", en="process scores: {list}"),
    "start": Text(zh="失分之前", en="Before losses"),
    "held_down": Text(zh="封顶与公式等", en="Limits, formulas"),
    "waterfall": Text(zh="从满分 {full} 到记分卡 {sum}：{list}", en="from {full} down to {sum}: {list}"),
    "waterfall_open": Text(zh="失分之后记分卡 {sum}：{list}", en="after these losses {sum}: {list}"),
    "from_full": Text(
        zh="从 {full} 分按权重扣减，纵轴不从 0 起", en="from {full}, weighted; the axis does not begin at 0"
    ),
    "from_start": Text(zh="按权重扣减，纵轴不从 0 起", en="weighted; the axis does not begin at 0"),
    "of_full": Text(zh="满分 100", en="full marks 100"),
    "coaching": Text(zh="帮扶计划", en="Coaching plan"),
    "board": Text(zh="看榜", en="See the board"),
    "history": Text(zh="历史", en="History"),
    "receipt": Text(zh="得分单", en="Receipt"),
}
