"""What is said on the pages that explain."""

from core.language import Text

WORDS: dict[str, Text] = {
    "boards": Text(zh="排行榜", en="Boards"),
    "receipt": Text(zh="得分单", en="Receipt"),
    "receipt_of": Text(zh="{name} 得分单", en="Receipt of {name}"),
    "outlook": Text(zh="怎么提分", en="What lifts the score"),
    "outlook_of": Text(zh="{name}，怎么提分", en="{name}: what lifts the score"),
    "rules": Text(zh="分数怎么算", en="How points are counted"),
    "compare": Text(zh="两版规则对照", en="Two versions of the rules"),
    "version": Text(zh="第 {number} 版 · {day}", en="Version {number} · {day}"),
    "tally": Text(
        zh="新增 {added} 句，删去 {removed} 句，改动 {changed} 句。",
        en="{added} sentences added, {removed} removed, {changed} changed.",
    ),
    "section_tally": Text(
        zh="新增 {added} · 删去 {removed} · 改动 {changed}", en="added {added} · removed {removed} · changed {changed}"
    ),
    "no_change": Text(zh="两版规则的文字完全相同。", en="The two versions say the same, word by word."),
    "one_version": Text(
        zh="只有一版规则，还没有可对照的。", en="There is only one version, so nothing to compare it with."
    ),
    "added": Text(zh="新增", en="added"),
    "removed": Text(zh="删去", en="removed"),
    "changed": Text(zh="改动", en="changed"),
    "unit": Text(zh="单位", en="Unit"),
    "month": Text(zh="月份", en="Month"),
    "group": Text(zh="同类组", en="Peer group"),
    "theme": Text(zh="主题", en="Theme"),
    "total": Text(zh="总分", en="Total"),
    "try_first": Text(zh="先试最能提分的", en="What lifts most, first"),
    "card_total": Text(zh="记分卡", en="Card"),
    "place": Text(zh="同类组名次", en="Place in the peer group"),
    "place_of": Text(zh="第 {rank} / {of} 名", en="{rank} of {of}"),
    "no_place": Text(zh="不参加排名", en="not ranked"),
    "rule_book": Text(zh="规则指纹", en="Rules"),
    "snapshot": Text(zh="快照", en="Snapshot"),
    "snapshot_of": Text(zh="{n} 号，{at}", en="{n}, {at}"),
    "sealed_foot": Text(
        zh="本月已封存。结果文件的 SHA-256 就是上面的摘要，任何人可用导出的 JSON 重算核对。",
        en="The month is sealed. The digest above is the SHA-256 of its result; anybody can compute it again from the export.",
    ),
    "open_foot": Text(
        zh="暂定：本月尚未封存，数字会随新到的事实变化；按快照 {n} 计算。",
        en="Provisional: the month is not sealed and numbers move with new facts; counted from snapshot {n}.",
    ),
    "moved_on": Text(
        zh="事实在这张快照之后有变化，逐步算式等重算后再显示；下面的数字是快照里的。",
        en="Facts have moved on since this snapshot; the steps appear once it is counted again. The numbers below are the snapshot's.",
    ),
    "batch": Text(zh="批次 #{n}", en="Batch #{n}"),
    "batch_facts": Text(zh="{n} 条事实，{at} 收到", en="{n} facts, received {at}"),
    "facts_of": Text(zh="{n} 条", en="{n} facts"),
    "print": Text(zh="打印", en="Print"),
    "json": Text(zh="数据", en="Data"),
    "gap": Text(zh="离第 {rank} 名", en="To place {rank}"),
    "gap_none": Text(zh="前面没有公开的名次", en="no shown place ahead"),
    "days": Text(zh="本月还剩", en="Days left"),
    "days_unit": Text(zh="天", en="days"),
    "closed": Text(zh="已结束", en="over"),
    "finding": Text(
        zh="最值得先做：{sentence}，可多 {points} 分。", en="First of all: {sentence}, worth {points} points."
    ),
    "finding_kept": Text(
        zh="最值得先做：{sentence}，保住 {points} 分。", en="First of all: {sentence}, which keeps {points} points."
    ),
    "nothing_left": Text(
        zh="这个月已定，下面看每一项差多少，下个月从哪里补。",
        en="This month is settled; below is what each KPI lacks, for the next one.",
    ),
    "held": Text(
        zh="总分被红线或上限封住，本月各项做得再好也不变；下面是记分卡上的分数。",
        en="A red line or a limit holds the total where it is this month; below are points on the card.",
    ),
    "to_place": Text(zh="到第 {place} 名", en="to place {place}"),
    "keeps": Text(zh="保住", en="keeps"),
    "how": Text(zh="做法：{advice}", en="How: {advice}"),
    "slider_hint": Text(zh="现在 {value}，目标 {target}", en="now {value}, target {target}"),
    "slider_now": Text(zh="现在 {value}", en="now {value}"),
    "slider_none": Text(zh="本月没有数据", en="no data this month"),
    "would_be": Text(zh="第 {place} / {of} 名", en="place {place} of {of}"),
    "won": Text(zh="现在就会得奖", en="would be won as things stand"),
    "award_met": Text(zh="条件全部达到", en="every condition is met"),
    "awards_later": Text(zh="奖项在结果公布后显示。", en="Awards appear when the result is published."),
    "whole_card": Text(zh="看记分卡", en="See the card"),
}
