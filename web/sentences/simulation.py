"""What is said about a trial: how far it is, and what it found."""

from core.language import Text

WORDS: dict[str, Text] = {
    "trial": Text(zh="试算", en="Trial"),
    "title": Text(zh="{name} 试算", en="Trial of {name}"),
    "subtitle": Text(
        zh="第 {revision} 稿，对照现行第 {version} 版 · {months} · {who} 于 {when}",
        en="revision {revision} against version {version} of today · {months} · {who}, {when}",
    ),
    "months_from_to": Text(zh="{first}至{last}，共 {n} 个月", en="{first} to {last}, {n} months"),
    "waiting": Text(zh="排队中，马上开始。", en="Waiting; it starts in a moment."),
    "working": Text(zh="已算完 {done} / {steps} 个月。", en="{done} of {steps} months are done."),
    "leave": Text(
        zh="可以离开本页，稍后从草案页回来看；榜单和结果都不受影响。",
        en="You may leave this page and come back from the draft; no board and no result is touched.",
    ),
    "cancel": Text(zh="取消试算", en="Cancel the trial"),
    "refresh": Text(zh="刷新", en="Refresh"),
    "failed": Text(zh="试算没有完成：{reason}", en="The trial did not end well: {reason}"),
    "cancelled": Text(zh="试算已取消，没有结果。", en="The trial was cancelled; there is no result."),
    "draft": Text(zh="看草案", en="See the draft"),
    "workbook": Text(zh="XLSX 工作簿", en="XLSX workbook"),
    "csv": Text(zh="CSV 单位表", en="CSV of units"),
    "all_months": Text(zh="全部 {n} 个月", en="all {n} months"),
    "everybody": Text(zh="全部", en="everybody"),
    "month": Text(zh="月份", en="Month"),
    "kind": Text(zh="类别", en="Kind"),
    "group": Text(zh="同类组", en="Peer group"),
    "show": Text(zh="显示", en="Show"),
    "says_totals": Text(
        zh="{kind}：{gain} 个总分上升，{lose} 个下降，{same} 个不变；平均 {old} → {new}。",
        en="{kind}: {gain} totals rise, {lose} fall, {same} stay; the mean goes from {old} to {new}.",
    ),
    "says_dropped_kinds": Text(
        zh="注意：按这份草案，{kinds}没有任何单位得到总分，也就没有名次和奖项。",
        en="Mind: under this draft no unit of these kinds has a total, and so neither places nor awards: {kinds}.",
    ),
    "says_dropped": Text(
        zh="{kind}：{n} 个现在有总分，按草案没有。", en="{kind}: {n} have a total today and none under the draft."
    ),
    "comma": Text(zh="、", en=", "),
    "says_places": Text(
        zh="{moved} / {ranked} 个名次有变；变动最大的是{name}，{before} → {after} 名。",
        en="{moved} of {ranked} places change; {name} moves furthest, from {before} to {after}.",
    ),
    "says_no_places": Text(zh="名次全都不变。", en="Not one place changes."),
    "says_alike": Text(
        zh="与现行名次的相关：斯皮尔曼 ρ = {rho}，肯德尔 τ = {tau}（1 为完全相同）。",
        en="Likeness to the places of today: Spearman ρ = {rho}, Kendall τ = {tau} (1 is the same order).",
    ),
    "says_awards": Text(
        zh="其中新得奖 {won} 个，失去奖项 {lost} 个；全部类别的奖励积分 {old} → {new}。",
        en="Awards won among them: {won}, lost: {lost}; reward points of all kinds go from {old} to {new}.",
    ),
    "says_no_awards": Text(
        zh="其中没有奖项得失；全部类别的奖励积分 {old} → {new}。",
        en="None of them wins or loses an award; reward points of all kinds go from {old} to {new}.",
    ),
    "says_coaching": Text(
        zh="其中 {on} 个会新进入帮扶，{off} 个不再进入。",
        en="Helped anew among them: {on}; no longer: {off}.",
    ),
    "says_nothing": Text(
        zh="这份草案在这些月份里什么也没有改变。", en="In these months the draft changes nothing at all."
    ),
    "figure_moved": Text(zh="名次有变", en="Places that change"),
    "figure_alike": Text(zh="与现行名次的相关", en="Likeness to today"),
    "figure_awards": Text(zh="奖项得失", en="Awards won and lost"),
    "figure_coaching": Text(zh="帮扶进出", en="Help begun and ended"),
    "figure_points": Text(zh="奖励积分", en="Reward points"),
    "of": Text(zh="/ {n}", en="of {n}"),
    "rank_correlation": Text(zh="等级相关，1 为完全一致", en="rank correlation; 1 is the same order"),
    "by_month": Text(zh="见下方逐月表", en="month by month below"),
    "points_before": Text(zh="{old} → {new}", en="{old} → {new}"),
    "climbs": Text(zh="谁升谁降", en="Who rises, who falls"),
    "climbs_about": Text(zh="前 {n} 名；灰线为名次变动不超过 1", en="the first {n}; grey moves by one place at most"),
    "one_month": Text(zh="名次图按单月显示，这里是{month}。", en="Places are drawn for one month: {month}."),
    "today": Text(zh="现行规则", en="Today's rules"),
    "proposed": Text(zh="草案", en="Draft"),
    "below": Text(zh="前 {n} 名以外", en="beyond the first {n}"),
    "lies": Text(zh="总分分布", en="How totals lie"),
    "lies_key_old": Text(zh="虚线为现行", en="dashed: today"),
    "lies_key_new": Text(zh="色块为草案", en="bars: draft"),
    "against": Text(zh="名次对照", en="Place against place"),
    "across": Text(zh="现行名次 →", en="place today →"),
    "down": Text(zh="↓ 草案名次", en="↓ place in the draft"),
    "far": Text(zh="橙点：变动最大的几个", en="orange: those that move furthest"),
    "movers": Text(zh="变化最大的单位", en="The largest changes"),
    "unit": Text(zh="单位", en="Unit"),
    "places": Text(zh="名次", en="Place"),
    "totals": Text(zh="总分", en="Total"),
    "change": Text(zh="变化", en="Change"),
    "awards": Text(zh="奖项得失", en="Awards won and lost"),
    "award": Text(zh="奖项", en="Award"),
    "won": Text(zh="得奖", en="won"),
    "lost": Text(zh="失去", en="lost"),
    "points": Text(zh="奖励积分", en="Reward points"),
    "no_awards": Text(zh="没有奖项换人。", en="No award changes hands."),
    "coaching": Text(zh="帮扶进出", en="Help begun and ended"),
    "on": Text(zh="新进入", en="new"),
    "off": Text(zh="不再进入", en="no longer"),
    "triggers": Text(zh="触发", en="Triggers"),
    "no_coaching": Text(zh="没有变化。", en="Nothing changes."),
    "monthly": Text(zh="逐月", en="Month by month"),
    "gain": Text(zh="升", en="Rise"),
    "lose": Text(zh="降", en="Fall"),
    "more": Text(zh="还有 {n} 行，见导出的表。", en="{n} more rows are in the export."),
    "nobody": Text(zh="这个范围里没有单位。", en="There is no unit in this selection."),
    "about_slope": Text(
        zh="前 {n} 名在现行规则和草案下的名次", en="The first {n} places under today's rules and under the draft"
    ),
    "about_lies": Text(
        zh="总分从 {low} 到 {high}，每柱 {width} 分", en="Totals from {low} to {high}, {width} points a bar"
    ),
    "about_against": Text(zh="{n} 个单位的现行名次与草案名次", en="{n} units: place today against place in the draft"),
    "where": Text(zh="{month} · {kind}", en="{month} · {kind}"),
}
