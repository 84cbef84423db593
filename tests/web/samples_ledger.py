# ruff: noqa: FBT003 - a filled view is a long row of values, flags among them
"""Filled views of the pages about losses that are passed on."""

from typing import Any

from web.views import ledger
from web.views.shell import Choice, Crumb, Link
from web.views.unit import Bar, Whose


def words(*keys: str) -> dict[str, str]:
    """Name each word of a page by its key."""
    return {key: key for key in keys}


MONTHS = (Choice("202611", "2026年11月", chosen=True), Choice("202610", "2026年10月"))
CRUMBS = (Crumb("支撑部门", "/departments"), Crumb("网络部"))
SAID = ledger.Spoken("“家里没信号”", "石渡分公司 · 10月3日")
ANSWER = ledger.Spoken("异议：11 件是终端设置（数据：工单 1–11）", "顾微 · 11月3日 15:32")
LINES = tuple(
    ledger.LossLine(
        number, "NET06", cause, "网络类万名投诉量", "网络质量 · 按过程分摊", "0.204", 80, (SAID,), state, tone, answers, True,
        "/departments/5/losses/NET06",
    )
    for number, (cause, state, tone, answers) in enumerate(
        (("", "过期未答", "warn", ()), ("no_signal", "有异议", "blue", (ANSWER, ANSWER))), start=1
    )
)  # fmt: skip
DEPARTMENT = ledger.DepartmentLossesView(
    "网络部", "传递来的失分 · 2026年11月", True, CRUMBS, MONTHS, 202611, "/departments/5/losses/answers", "我们的过程让各分公司少得 1.54 分。",
    "11月6日前答复", "1 条过期未答", "先治“室内覆盖达标率”。", "取最大的一项。", LINES, "2 条合计 0.4080 分。", "异议本身不改分。",
    words("lines", "lines_hint", "cure_title", "accept", "accept_do", "contest", "contest_do", "what", "until", "reason", "data",
          "facts", "again"), "2026-11-04", "提出异议要写明理由。",
)  # fmt: skip
CITY = ledger.CityLossesView(
    "全市失分账", "2026年11月", True, MONTHS, ("失分", "条数", "已认领", "有异议", "待答复", "过期未答"),
    (ledger.CityRow("网络部", "/departments/5/losses", "1.5439", 100, ("12", "4", "1", "0"), "7"), ledger.CityRow("财务部", "", "0.0903", 6, ("0", "0", "0", "0"), "")),
    "各行合计 1.6342 分。", "11月6日前答复", words("department"),
)  # fmt: skip
WHOSE = Whose(
    (("own", "4.02"), ("other", "2.32")), "自己能改 4.02 分", (("own", "自己能改", "4.02"), ("other", "由其他部门改进", "2.32")),
    "失分 6.34 分里，2.32 分由别处造成。", (Bar("渠道管理中心", "1.58", 100, "other", "", "别处造成 1.07 · 支撑 0.51"),), "/units/7/losses",
    words("whose_title", "whose_hint", "whose_more", "whose_note"),
)  # fmt: skip
WHOSE_ROW = ledger.WhoseRow("渠道管理中心", "按指标分摊 · 别处造成", "1.0705", "已认领", "good", ANSWER)
UNIT = ledger.UnitLossesView(
    "听雨路营业厅", "失分是谁的 · 2026年11月", True, CRUMBS, MONTHS, WHOSE,
    (ledger.WhoseKpi("促销人员规范达标率", "营业厅服务", "1.7841", 100, (WHOSE_ROW, ledger.WhoseRow("市场部", "支撑", "0.7136", "", "", None)), "/x", True),),
    "份额不改变得分。", "各行合计 1.7841。", words("department", "points", "state", "lines", "drill"),
)  # fmt: skip
DRILL = ledger.DrillView(
    "星湾分公司", "营业厅服务满意度 · 失分 0.2175", CRUMBS,
    (ledger.DrillRow("听雨路营业厅", "营业厅", "8.48", "7.7%", "0.0460", 100, "/x"), ledger.DrillRow("记在本级的数据", "", "–", "–", "0.0000", 0, "")),
    "−0.0347", "结构与抵消", "0.2175", "差额单列。", Link("看这一项怎么算", "/x"), words("drill", "part", "value", "exposure", "points", "sum"),
)  # fmt: skip
LINE = ledger.LineFactsView(
    "网络类万名投诉量", "网络部 · 2026年11月", CRUMBS,
    (ledger.FactsTable("各分公司", "满分值 4", ("分公司", "数值"), (("石渡分公司", "4.97"),), (0,)),), "口径：件数÷客户数。", {},
)  # fmt: skip

PAGES: dict[str, Any] = {
    "department_losses.html": DEPARTMENT,
    "city_losses.html": CITY,
    "unit_losses.html": UNIT,
    "loss_drill.html": DRILL,
    "loss_line.html": LINE,
}
