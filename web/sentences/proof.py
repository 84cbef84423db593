"""What is said of a sealed month and of its checks."""

from core.language import Text

TITLE = Text(zh="核对封存", en="Check the seal")
WORDS: dict[str, Text] = {
    "title": Text(zh="核对 {month} 的封存", en="Check the seal of {month}"),
    "subtitle": Text(
        zh="由保存的事实按当时的规则与机构重新计算，与封存的结果逐项比对。",
        en="Computed again from the stored facts by the rules and the organisation of the time, and compared item by item.",
    ),
    "open": Text(
        zh="这个月还没有关账。关账时由整个结果算出摘要，当日公开；此后任何人都能核对。",
        en="This month is not closed yet. At the closing the digest of the whole result is made and public; anybody can check it.",
    ),
    "version": Text(zh="第 {version} 版", en="Version {version}"),
    "closing": Text(zh="关账于 {when}", en="closed on {when}"),
    "restatement": Text(zh="重述于 {when}", en="restated on {when}"),
    "holds": Text(zh="现行", en="holds"),
    "published_one": Text(zh="公布的版本", en="the published version"),
    "restated": Text(zh="重述", en="restatement"),
    "reopened": Text(zh="已重新打开", en="reopened"),
    "equal": Text(zh="一致", en="equal"),
    "not_equal": Text(zh="不一致", en="not equal"),
    "unchecked": Text(zh="尚未核对", en="not checked yet"),
    "checked": Text(
        zh="{when} 核对：{facts} 条事实，{units} 个单位，{lines} 个得分项。",
        en="Checked on {when}: {facts} facts, {units} units, {lines} lines.",
    ),
    "checked_only": Text(zh="{when} 核对。", en="Checked on {when}."),
    "found": Text(zh="重算的摘要：{digest}", en="Digest computed: {digest}"),
    "differences": Text(zh="不一致之处（{n}）", en="Where not ({n})"),
    "more": Text(zh="另有 {n} 处。", en="And {n} more."),
    "asked": Text(zh="组织者已看到不一致之处。", en="The organisers see where."),
    "again": Text(zh="现在重新核对", en="Check again now"),
    "working": Text(zh="正在核对，完成后自动显示。", en="Being checked; the outcome appears by itself."),
    "take": Text(zh="下载核对包", en="Download the bundle"),
    "offline": Text(zh="自己核对", en="Check it yourself"),
    "offline_about": Text(
        zh="核对包含事实、规则、机构与结果，人员与单位只有编码，没有姓名。在没有数据库的电脑上执行：",
        en="The bundle holds facts, rules, organisation and results; people and units by code, never by name. On a machine without the database run:",
    ),
    "ask": Text(zh="核对包可向组织者或审计索取。", en="Ask the organisers or the auditors for the bundle."),
    "document": Text(
        zh="包内 document.json 的 SHA-256 就是摘要。",
        en="The SHA-256 of document.json inside is the digest.",
    ),
}
