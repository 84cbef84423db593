# ruff: noqa: FBT003 - a filled view is a long row of values, flags among them
"""Filled views of the pages that explain."""

from decimal import Decimal

from web.views import explained
from web.views.shell import Check, Choice, Crumb, Fact, Link, Live, Tile

CRUMBS = (Crumb("排行榜", "/boards"), Crumb("听澜路营业厅", "/units/7"), Crumb("得分单"))
MONTHS = (Choice("202611", "2026年11月", chosen=True),)
STEPS = (
    explained.StepLine("实测值", "24 ÷ 30 × 100", "80", ""),
    explained.StepLine("按值得分", "60 + (80 − 80) ÷ (90 − 80) × (100 − 60)", "60", "在 80（60 分）与 90（100 分）的直线上"),
    explained.StepLine("失分", "5 × (100 − 60) ÷ 100", "−2.0000", "保留 4 位小数", "lost"),
)  # fmt: skip
ROW = explained.ReceiptRow(
    "STO03", "微笑服务达标率", "24 ÷ 30", "80%", "81.91%", "67.63", "5.00 → 4.8077", "3.2514", "1.5563",
    "60 + (81.91 − 80) ÷ 10 × 40 = 67.63", "#78 #81", "", STEPS, (Fact("批次 #78 · crm.csv", "5 条事实，11月22日 12:00 收到"),),
)  # fmt: skip
UNSCORED = explained.ReceiptRow(
    "STO09", "促销人员规范达标率", "–", "–", "", "–", "5.00 → 0.0000", "0.0000", "0.0000", "", "", "缺数据，不计分", (), (),
)  # fmt: skip
RECEIPT = explained.ReceiptView(
    "听澜路营业厅 得分单", "S034 · 营业厅 · 2026年11月", True, CRUMBS, MONTHS, (Link("数据（JSON）", "/api/v1/units/7/receipt", "file-down"),),
    (Fact("总分", "92.78"), Fact("同类组名次", "第 9 / 42 名")), (ROW, UNSCORED), STEPS, STEPS[:1], "6eec33f95f3c72867ec92e3c9057f4ea" * 2,
    "本月已封存。", "事实在这张快照之后有变化。",
)  # fmt: skip
GAIN = explained.GainRow(
    "“满意度”接下来若有 13 位客户十分满意（10 分），升到 8.63 分",
    Decimal("0.77"),
    67,
    "月底前约还有 86 份",
    "做法：关注客户演练",
    "/x",
    "到第 35 名",
)
OUTCOME = explained.OutcomeView(
    "93.55", "92.78", Decimal("0.77"), "第 8 / 42 名", "其他单位不变时", (explained.ChangedLine("满意度", "82.10", "88.40", Decimal("0.95")),)
)  # fmt: skip
SLIDER = explained.SliderRow("v.STO01", "营业厅服务满意度", "8.55", "8.55", "8", "10", "0.02", "分", "现在 8.55 分")
OUTLOOK = explained.OutlookView(
    "听澜路营业厅，怎么提分", "2026年11月", True, CRUMBS, MONTHS, (Link("看记分卡", "/units/7", "layers"),),
    (Tile("总分", "92.78"), Tile("同类组名次", "9", "/ 42")), (GAIN,), (GAIN,), "最值得先做：满意度。", 7, "202611", (SLIDER,), OUTCOME,
    (("优秀服务窗口", (Check("第9名，名额5个。", "看失分最多的指标。", "no"),)),), "", Live(202611, "7"),
    (explained.SliderGroup("先试最能提分的", (SLIDER,), folded=False),),
)  # fmt: skip
COMPARED = explained.ComparedView(
    "两版规则对照", "微笑服务月", CRUMBS, MONTHS, MONTHS, "新增 1 句，删去 1 句，改动 1 句。",
    (("奖项", "新增 1 · 删去 1 · 改动 1", (
        explained.SentenceView("changed", "改动", (("覆盖率低于", True), ("60%", False)), (("覆盖率低于", True), ("70%", False))),
        explained.SentenceView("added", "新增", (), (("进步奖每组一名。", True),)),
        explained.SentenceView("removed", "删去", (("进步奖每组两名。", True),), ()),
    )),),
)  # fmt: skip
PAGES: dict[str, object] = {"receipt.html": RECEIPT, "outlook.html": OUTLOOK, "rules_compared.html": COMPARED}
