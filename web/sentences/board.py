"""What is said on boards."""

from core.language import Text

WORDS: dict[str, Text] = {
    "total": Text(zh="总分", en="Total"),
    "title": Text(zh="{theme}", en="{theme}"),
    "groups": Text(zh="全部同类组", en="all peer groups"),
    "group": Text(zh="同类组", en="Peer group"),
    "measure": Text(zh="比什么", en="Measure"),
    "month": Text(zh="月份", en="Month"),
    "span": Text(zh="时段", en="Span"),
    "this_month": Text(zh="本月", en="this month"),
    "season": Text(zh="本年累计", en="year to date"),
    "subtitle": Text(zh="{month} · {kind} {n} · 更新于 {when}", en="{month} · {kind}: {n} · updated {when}"),
    "ties": Text(zh="并列规则：{ties}。", en="Ties: {ties}."),
    "chain": Text(
        zh="总分相同时依次比较：{chain}；仍相同则并列。",
        en="Equal totals are compared by {chain}; what is still equal is tied.",
    ),
    "hidden": Text(
        zh="第 {rank} 名起为后段，名称只对本单位和上级公开。",
        en="From place {rank} down names are told only to the unit itself and its managers.",
    ),
    "ranges": Text(
        zh="名次下方的小字是按背后的样本可能的真实名次（把握{sure}）；两个单位的总分差没有大过抽样误差，就分不出高下。",
        en="The small numbers under a place are the places it may truly be, given the samples ({sure} sure); two totals closer than chance explains cannot be told apart.",
    ),
    "alike": Text(
        zh="本月第 1 至第 {worst} 名与榜首分不出高下。",
        en="This month places 1 to {worst} cannot be told apart from the first.",
    ),
    "carried": Text(
        zh="刚有新数据，变动后的范围正在计算。", en="Data have just come in; the new ranges are being worked out."
    ),
    "frozen": Text(zh="已冻结，公布前不变", en="Frozen until published"),
    "frozen_inside": Text(zh="对外已冻结", en="Frozen for the public"),
    "days": Text(zh="还剩 {n} 天", en="{n} days left"),
    "none": Text(
        zh="还没有榜单：事实入库并计分后出现。",
        en="There is no board yet: it appears when facts have come in and been scored.",
    ),
}
