"""Filled views of the pages about single units of a month."""

from web.views.changes import ChangeLine
from web.views.exceptions import AdjustmentView, ExceptionsView, ExclusionView
from web.views.rule_check import Finding, RuleCheckView
from web.views.shell import Choice, Crumb

EXCEPTIONS = ExceptionsView(
    202611, "2026年11月 · 在排名之前生效", (Crumb("服务月", "/months"), Crumb("2026年11月", "/months/202611"), Crumb("排除与加减分")),
    (ChangeLine("排除：搬迁", "/changes/7", "排除", "2026年11月", "预览，尚未生效", "blue", "CS-0007 · 唐弋 于 11月3日 提出"),),
    (
        ExclusionView(1, "听澜路营业厅", "S034", "/units/34", "不参评", "火灾后停业整修", "等待第二人决定", "warn", "苏岚 于 11月3日 提议"),
        ExclusionView(2, "晴岚桥营业厅", "S035", "/units/35", "不计入统计", "系统割接", "生效", "blue", "苏岚 于 11月3日 提议", may_lift=True),
        ExclusionView(3, "拾光里营业厅", "S036", "/units/36", "都不", "搬迁", "等待第二人决定", "warn", "唐弋 于 11月3日 提议"),
    ),
    (AdjustmentView("听澜路营业厅", "S034", "/units/34", "+1.50", "见义勇为", "通报 41 号", "苏岚 于 11月5日 批准"),),
    (Choice("award", "不参评"), Choice("both", "都不")), ("没有编码为“X”的单位。",), may_propose=True, may_adjust=True,
)  # fmt: skip
RULE_CHECK = RuleCheckView(
    "规则检查", "规则书 · 连同2026年10月及之前的数据", (Crumb("分数怎么算", "/rules"), Crumb("规则检查")), (Choice("202610", "2026年10月"),),
    (
        Finding("caution", "“微笑达标率”占权重60%，几乎一项定全局。", "", "scorecards.storefront.STO03", "请斟酌", "warn"),
        Finding("plain", "按最近一个月的样本，“营业厅”有97%的单位能排名。", "看过三个月。", "scorecards.storefront", "说明", ""),
    ), draft="3",
)  # fmt: skip
PAGES = {"exceptions.html": EXCEPTIONS, "rule_check.html": RULE_CHECK}
