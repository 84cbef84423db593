# ruff: noqa: FBT003 - a filled view is a long row of values, flags among them
"""Filled views of the pages of drafts."""

from web.charts.compare import Mover, Sides, histogram, scatter, slope
from web.pages.drafts import parts, trying
from web.views import drafts, simulation
from web.views.shell import Check, Choice, Crumb, Fact, Link

CRUMBS = (Crumb("分数怎么算", "/rules"), Crumb("规则草案", "/drafts"), Crumb("等候改插值"))
LINE = drafts.DraftLine("等候改插值", "/drafts/1", "起于 第 1 版 · 何青 存于 11月22日", "第 2 稿")
MONTHS = (Choice("", "全部 6 个月", chosen=True), Choice("202610", "2026年10月"))
VERSIONS = (Choice("v1", "第 1 版"), Choice("d1", "草案 等候改插值", chosen=True))
DIFFERENCE = drafts.DifferenceRow("权重", "营业厅 · 平均等候时长", "", "8", "14")
MOVERS = [
    Mover("听澜路营业厅", 2, 1, "97.11", "97.79"), Mover("石榴街营业厅", 1, 4, "98.02", "95.10"),
    Mover("江畔路营业厅", None, 3, "91.00", "96.40"), Mover("望潮营业厅", 3, None, "95.20", "90.11"),
]  # fmt: skip


def _drafts() -> drafts.DraftsView:
    return drafts.DraftsView(
        parts.words(), CRUMBS[:2], (LINE,), (LINE,), (drafts.DraftLine("第 1 版", "/rules/differences?to=v1", "一直以来"),),
        (Choice("1", "第 1 版"),), True, "文件不是 UTF-8 编码（第 3 行）。",
    )  # fmt: skip


def _draft() -> drafts.DraftView:
    return drafts.DraftView(
        parts.words(), CRUMBS, parts.faces(1, "text_tab"), 1, "等候改插值", "第 2 稿 · 何青", 'code = "x"\n', 1, 2,
        (Check("在4处得分一下跳20分。", "第 1413 行 · kpis.STO08.params", "caution"),), "必须改 0", "还有 3 条。", True,
        "/drafts/1/data-checks", (drafts.MonthBox("202611", "2026年11月", False, "进行中"), drafts.MonthBox("202610", "2026年10月", True)),
        (LINE,), (Choice("202612", "2026年12月"),), (LINE,), (Link("导出", "/drafts/1/file", "file-down"),), True,
        "何青在 11-22 09:00 已另存为第 2 稿。", "仍然覆盖第 2 稿", "请选择月份。", "这个月已发布。", "理由",
    )  # fmt: skip


def _proposal() -> drafts.ProposalView:
    return drafts.ProposalView(
        parts.words(), CRUMBS, 1, "等候改插值", "2026年12月起生效", "等待批准", "warn", (Fact("从哪个月起", "2026年12月"),),
        "暗访只有5次", "权重待议", "与第 1 版相比", (DIFFERENCE,), "只显示前 200 处。", (Check("断崖", "", "plain"),), (LINE,),
        (Link("看草案", "/drafts/1", "pencil"),), "批准，从 2026年12月起生效", True, True, True, "须由另一个人批准。",
    )  # fmt: skip


def _report() -> simulation.ReportView:
    sides = Sides("现行规则", "草案", "前 13 名以外")
    change = simulation.ChangeRow("听澜路营业厅", "/units/7", "S001", "7 → 5", 2, "95.78 → 97.79", "+2.01", "up")
    award = simulation.AwardRow("优秀服务窗口", "听澜路营业厅", "/units/7", "S001", True, "7 → 5", "+1,000")
    lost = simulation.AwardRow("优秀服务窗口", "石榴街营业厅", "/units/8", "S002", False, "5 → 7", "−1,000")
    help_ = simulation.CoachingRow("石榴街营业厅", "/units/8", "S002", True, "同类组末位")
    month = simulation.MonthLine(
        "2026年10月", "/simulations/1?month=202610", 73, 77, 135, "0.946", "0.810", "+2 / −2", "+1 / −0", "41,700"
    )
    return simulation.ReportView(
        trying.words(), CRUMBS, 1, "等候改插值 试算", "第 1 稿，对照第 1 版", (Link("CSV", "/simulations/1/files/csv", "file-text"),),
        MONTHS, (Choice("storefront", "营业厅"),), (Choice("", "全部"), Choice("B", "B类")), ("营业厅：73 个总分上升。",),
        (simulation.Figure("名次有变", "121", "/ 150"),), slope(MOVERS, sides, "名次", cut=2), slope(MOVERS, sides, "名次", width=380), "前 13 名", "",
        histogram(70, 5, (1, 4, 2), (0, 5, 2), "总分"), scatter([(1, 2, "甲"), (2, 1, "乙"), (3, 3, "丙")], ("现行", "草案"), "名次"),
        (change,), "还有 3 行。", (award, lost), "", (help_,), "", (month,),
    )  # fmt: skip


def _trial() -> simulation.ProgressView:
    return simulation.ProgressView(
        trying.words(),
        CRUMBS,
        1,
        "等候改插值 试算",
        "第 1 稿",
        "已算完 2 / 6 个月。",
        2,
        6,
        "/simulations/1/progress",
        True,
        False,
        (),
    )


def _differences() -> drafts.DifferencesView:
    return drafts.DifferencesView(
        parts.words(),
        CRUMBS,
        VERSIONS,
        VERSIONS,
        "1 处不同。",
        (DIFFERENCE,),
        "",
        (Link("逐句对照", "/rules/compare", "book-open"),),
    )


PAGES = {
    "drafts.html": _drafts, "draft.html": _draft, "proposal.html": _proposal, "report.html": _report, "trial.html": _trial,
    "rules_differences.html": _differences,
}  # fmt: skip
"""Made when they are asked for, in the language of that moment."""
