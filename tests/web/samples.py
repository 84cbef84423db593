# ruff: noqa: FBT003 - a filled view is a long row of values, flags among them
"""One filled view of every page: what the templates are drawn from in tests that need no database."""

from datetime import UTC, date, datetime
from decimal import Decimal

from markupsafe import Markup

from core import language as languages
from tests.web import (
    samples_appeals,
    samples_drafts,
    samples_explained,
    samples_fair,
    samples_ledger,
    samples_life,
    samples_lookback,
    samples_plans,
)
from web.charts.curve import Anchor, Mark
from web.charts.strips import Weight
from web.charts.waterfall import Ends, Step
from web.pages.fragments import Cells
from web.render import fragment
from web.views import account, board, department, home, intake, month, unit
from web.views.shell import Check, Choice, Crumb, Fact, Link, Live, Page, Pager, Said, Tile

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
PROCESSES = ("网络质量", "新业务", "促销活动", "资费", "话费信息", "缴费", "营业厅服务", "热线服务", "电子渠道", "客户经理服务",
             "投诉处理", "积分与客户关怀", "服务宣传与口碑")  # fmt: skip
SCORES = tuple(
    Decimal(score)
    for score in [
        "86.61",
        "96.80",
        "99.00",
        "80.20",
        "90.20",
        "92.30",
        "81.60",
        "77.80",
        "84.60",
        "97.40",
        "92.60",
        "84.60",
        "89.20",
    ]
)
HISTORY = (Decimal("88.10"), Decimal("87.20"), Decimal("89.94"), Decimal("90.10"), Decimal("89.02"), Decimal("91.33"))
CRUMBS = (Crumb("排行榜", "/boards"), Crumb("望潮分公司", "/units/2"), Crumb("听澜路营业厅"))
MONTHS = (Choice("202611", "2026年11月", chosen=True), Choice("202610", "2026年10月"))


def page(language: str = "zh", theme: str = "light", path: str = "/") -> Page:
    """Return the frame of an organiser."""
    nav = (
        Link("首页", "/", "house", current=path == "/"),
        Link("排行榜", "/boards", "trophy", current=path.startswith("/boards")),
        Link("我的记分卡", "/units/7", "store"),
        Link("服务月", "/months", "calendar-days"),
        Link("奖项", "/awards", "award"),
    )
    more = (Link("数据入库", "/intake", "database"), Link("帮扶", "/coaching", "heart-handshake"))
    return Page(language=language, theme=theme, csrf="c" * 64, path=path, viewer="陈渡", viewer_unit="听澜路营业厅", demo=True,  # type: ignore[arg-type]  # the tests name the two languages
                nav=nav, more=more, tabs=nav[:3], said=Said("已入库 1,214 行。"))  # fmt: skip


PLACE = home.MyPlace("听澜路营业厅", "B 类营业厅", "/units/7", 9, 42, False, Decimal("92.78"), 3, True, HISTORY,
                     home.Gap(8, Decimal("0.31"), 70, "其他厅不变时,补上这一项可到第 6 名。"))  # fmt: skip
ROWS = tuple(
    board.Row(n, n == 4, (None, 0, 2, -1)[n % 4], f"第{n}营业厅", f"/units/{n}", "望潮分公司", n == 9,
              tuple(zip(PROCESSES, SCORES, strict=True)), HISTORY, Decimal("97.55") - n, 97 - n * 2, cells_about="最弱:热线服务 77.80",
              hidden=n > 10)
    for n in range(1, 13)
)  # fmt: skip
SHARES = tuple(unit.Bar(name, f"{score}", int(score), "", "/x") for name, score in zip(PROCESSES, SCORES, strict=True))
LOSSES = (Step("营业厅服务", Decimal("-2.8"), "−2.80", "loss most"), Step("热线服务", Decimal("-1.8"), "−1.80", "loss"),
          Step("资费", Decimal("-1.6"), "−1.60", "loss"), Step("其余 10 项", Decimal("-2.1"), "−2.10", "rest"),
          Step("超额", Decimal("0.78"), "+0.78", "gain"))  # fmt: skip
ENDS = Ends(Decimal(100), "满分", "100.00", "总分", "92.48")
LINE = unit.Line(
    "STO08",
    "平均等候时长",
    "6.30 分钟",
    "6.00",
    "1,203",
    Decimal("97.00"),
    "8.00",
    Decimal("7.7600"),
    Decimal("0.24"),
    "",
    "",
    "/x",
)
TILES = (Tile("名次", "9", "/ 42", "比上月", 3), Tile("总分", "92.78", "", "同类平均 90.11"),
         Tile("覆盖率", "98.8", "%", "≥ 60% 参加排名"), Tile("近 6 个月", "91.33", history=HISTORY))  # fmt: skip

HOME = home.HomeView(
    "陈渡,今天先看这里", "听澜路营业厅 · 厅经理 · 11月22日", TILES,
    home.NextAction("低价值业务分流率还差 7.6 个百分点到目标,先从这里补。", "本月 52.4%,目标 60%。", "/x", "看这一项怎么算", "+1.38",
                    "达到目标时总分可多得"),
    PLACE, "/units/7/since", home.LossCard(Decimal("8.00"), (home.Loss("神秘顾客暗访得分", Decimal("1.60"), 100, "loss4", "/x", "86.4 分"),
                                     home.Loss("平均等候时长", Decimal("1.20"), 75, "loss3"),
                                     home.Loss("其余 5 项", Decimal("1.74"), 80, "other")),
                         "满分 100 − 失分 8.00 + 超额 0.78 = 总分 92.78"),
    (home.Duty(date(2026, 11, 24), "帮扶计划 · 第 3 步 检查", "服务主管来厅复查", "逾期会升级", "/coaching/1", "看计划"),),
    home.Roster("我管的营业厅", "分低的在前", (home.RosterRow("临澜营业厅", "/units/3", 39, Decimal("78.20"), -3, HISTORY, "最弱:暗访得分"),),
                "/boards"),
    (home.Shortcut("database", "数据入库", "今天 3 批", "/intake"),),
)  # fmt: skip
BAR_CELLS = Cells(has_cells=True)
BAR = board.BoardBar(
    (Link("营业厅", "/boards?kind=storefront", current=True), Link("分公司", "/x")),
    (("peer", "同类组", (Choice("", "全部同类组", chosen=True), Choice("B", "B 类"))), ("month", "月份", MONTHS)), "storefront", "",
)  # fmt: skip
PODIUM = board.BoardPodium(
    tuple(
        board.PodiumStep(n, f"第{n}营业厅", f"/units/{n}", "望潮分公司", Decimal("97.55") - n, n - 2) for n in (2, 1, 3)
    )
)


def board_view() -> board.BoardView:
    """Return a board whose pieces are drawn in the language chosen."""
    rows = [fragment("_board_row.html", row=row, view=BAR_CELLS) for row in ROWS]
    return board.BoardView(
        title="微笑服务月", subtitle="2026年11月 · 150 家营业厅", provisional=True, measure="总分",
        bar_html=Markup(fragment("_board_bar.html", view=BAR)), kind="storefront",  # noqa: S704 - drawn by our own template
        podium_html=Markup(fragment("_podium.html", view=PODIUM)), place_html=Markup(fragment("_place_card.html", place=PLACE, measure="", worst="失分最多:神秘顾客暗访得分,1.60 分。")),  # noqa: S704 - drawn by our own template
        rows_html=Markup("".join(rows)),  # noqa: S704 - drawn by our own template
        neighbours_html=Markup("".join(rows[7:10])), pager=Pager(1, 12, 150, "", "/boards?page=2"),  # noqa: S704 - drawn by our own template
        ties="并列按 1-2-2-4 计;先比本月主题得分。", hidden_note="后三分之一不公开。", unranked_note="3 家样本不足。", month_note="还剩 8 天",
        has_cells=True, export_href="/exports", live=Live(202611, "7"),
    )  # fmt: skip


UNIT = unit.UnitView(
    "听澜路营业厅", "望潮分公司 · 2026年11月 · 微笑服务月", True, CRUMBS, (("B 类", ""),), MONTHS, TILES,
    tuple((name, score, Decimal(88)) for name, score in zip(PROCESSES, SCORES, strict=True)), "13 个过程得分", "热线服务", SHARES, ENDS, LOSSES,
    "失分前三项占全部失分的 51%。", "失分去向", (unit.Group("营业厅服务", Decimal("91.20"), Decimal("80.2563"), Decimal("7.74"), (LINE,)),),
    "得分点合计 92.7812,四舍五入为总分 92.78。", (Link("B 组", "/units/8"),), (Link("帮扶计划", "/coaching/1", "heart-handshake"),), "同类平均",
)  # fmt: skip
WHY = unit.WhyView(
    "室内覆盖达标率,为什么少了 0.79 分", "NET02 · 石渡分公司 · 2026年11月", True, CRUMBS,
    tuple(unit.RailStep(label, value, detail, small) for label, value, detail, small in (
        ("事实", "183", "合格 ÷ 测试点数", "/ 196"), ("值", "93.37%", "目标 95.50%", ""), ("样本", "196", "≥ 50,计分", ""),
        ("得分", "75.63", "插值法", ""), ("权重", "3.2609", "重分配后", "3.00 →"), ("得分点", "2.4662", "权重 × 得分 ÷ 100", ""),
        ("失分", "−0.7947", "权重 × (100 − 得分) ÷ 100", ""))),
    "196 个测试点有 13 个不合格,少得 0.79 分。", ((Decimal(90), Decimal(40)), (Decimal(92), Decimal(60)), (Decimal("95.5"), Decimal(100)), (Decimal(98), Decimal(120)), (Decimal(99), Decimal(120))),
    (Anchor(Decimal(92), Decimal(60), "基准 92% → 60"), Anchor(Decimal("95.5"), Decimal(100), "目标 95.5% → 100"), Anchor(Decimal(98), Decimal(120), "挑战 98% → 120")),
    Mark(Decimal("93.3673"), Decimal("75.63"), "石渡 93.37% → 75.63", "少 24.37"), "更高 = 更好", "室内覆盖达标率", False, "从值到得分的曲线", "蓝点是本单位",
    (Weight("满意度", Decimal("4.5"), Decimal("4.8913"), False), Weight("室内覆盖", Decimal(3), Decimal("3.2609"), True), Weight("语音", Decimal("1.2"), None, False)),
    "权重移动前后", "NET05 样本不足,它的权重按比例移给其余 6 项。",
    (unit.CalcLine("得分", "60 + (93.3673 − 92) ÷ 3.5 × 40", "75.63"), unit.CalcLine("失分", "3.2609 × 24.37 ÷ 100", "−0.7947", True)),
    "目标 95.5% 得 100 分,低于 92% 继续扣。", (Fact("来源", "路测与CQT"),),
    (unit.FactRow("石渡分公司", date(2026, 11, 5), "183", "196", "196", "路测与CQT", "#1186", "/intake/batches/1186", NOON, ""),), "1 条事实",
)  # fmt: skip
LEDGER = department.LedgerRow("石渡分公司", "/units/2", (("0.357", 3), ("0.043", 1)), "0.400")
DEPARTMENT = department.DepartmentView(
    "网络部", "牵头网络质量 · 2026年11月", True, CRUMBS, MONTHS, Decimal("83.82"), Decimal("1.62"), "第 3 / 7 名",
    (unit.Bar("过程成效", "78.04", 78, detail="50%"), unit.Bar("支撑任务", "93.00", 93, detail="30%")),
    (department.Share("网络质量", "牵头", "70", Decimal("77.76"), Decimal("3.6")), department.Share("新业务", "配合", "10", Decimal("85.19"), None)),
    Ends(Decimal("82.20"), "上月", "82.20", "本月", "83.82"), (Step("网络质量", Decimal("1.46"), "↑1.46", "gain"), Step("任务", Decimal("-0.12"), "↓0.12", "drop")),
    "网络质量提高 3.6 分,换来 +1.46。", "本月变化", (unit.Bar("网络质量", "+0.40", 100, detail="15 × 70%"),), (("网络质量", "份额 70%"), ("新业务", "份额 10%")),
    (LEDGER,), LEDGER, "横向、纵向相加都等于 0.400。", (unit.Bar("网络质量满意度", "−0.714", 100, "loss4", detail="网络质量"),), (Link("市场部", "/departments/5"),),
)  # fmt: skip
MONTHS_PAGE = month.MonthsView((month.MonthRow("2026年11月", "微笑服务月", "/months/202611", "进行中", "blue", ""),),
                               (Choice("SMILE", "微笑服务月"),), (Choice("202612", "2026年12月"),), "/plans")  # fmt: skip
MONTH = month.MonthView(
    "2026年11月", "微笑服务月", CRUMBS, 202611, "规则书第 1 版", "进行中",
    samples_life.LINE,
    ("营业厅服务满意度",), ("每有效点赞加 0.05 分,封顶 5 分。",), (("怎么算总分", ("总分等于各项得分点之和。",)),),
    (month.Reason("period", "11月还没有结束。", "12月1日起可以关账。", False), month.Reason("sources", "缺 2 个来源。", "", True)),
    month.Proposal("许澜", NOON, "来源停机", ("缺 2 个来源。",), True), True, True, True, True, True, True, True, "许澜取消。", "请写明理由。", ("提议人不能批准。", "谈话还没有记录。"), "31fa" * 16, "关账于 12月4日。",
    "有 3 条迟到的事实等待重述。", (Fact("单位", "1,512"),), (Link("排行榜", "/boards", "trophy"),),
    samples_life.ANNOUNCEMENT, samples_life.BRANCHES, (Choice("4", "云帆分公司"),), talks_href="/coaching?month=202611",
    closers=("许澜", "白书"), reasons_title="关账前还缺什么", against={"propose": ("有2件申诉没有裁定。",), "publish": ("申诉没有裁定。", "谈话没有记录。")})  # fmt: skip
AWARDS = month.AwardsView(
    "优秀服务奖 · 2026年10月", "按规则书自动评出", CRUMBS, MONTHS,
    (month.AwardGroup("优秀服务窗口", "B 类", "每组前 2 名", (month.Winner("听澜路营业厅", "/units/7", "望潮分公司", 1, "95.31", "组内第 1"),)),
     month.AwardGroup("进步奖", "", "进步最大", ())), "", (Choice("7", "听澜路营业厅", chosen=True),), "听澜路营业厅",
    (("优秀服务窗口", (Check("覆盖率 ≥ 80%", "98.8%", "ok"), Check("名次 ≤ 2", "第 9 名", "no"))),), (Link("导出", "/exports", "download"),),
)  # fmt: skip
EXPORT = month.ExportView(
    "导出结果",
    CRUMBS,
    MONTHS,
    "2026年10月",
    "31fa" * 16,
    (("XLSX 工作簿", "名次、奖项、记分卡", "/exports/202610.xlsx"),),
    "",
)
RULES = month.RulesView(
    "分数怎么算",
    "规则书第 1 版",
    MONTHS,
    (("总分", ("总分等于得分点之和。",)),),
    "ab" * 32,
    (Fact("第 1 版", "2026-06"),),
)
COACHING_LIST = month.CoachingListView(
    (month.CoachingRow("枫林里营业厅", "金穗分公司", "/coaching/1", "2026年10月", "二级", "同类组后 10%", "检查", "11月24日"),), MONTHS,
    "只有本单位、上级和组织者看得到。", "")  # fmt: skip
COACHING = month.CoachingView(
    1, "枫林里营业厅", "/units/9", "金穗分公司 · 2026年10月", CRUMBS, "二级帮扶", "第 3 步 检查", "11月30日前完成",
    tuple(month.PlanStep(n, name, f"11月{n * 5}日", "", state, n == 3) for n, (name, state) in enumerate(
        (("培训", "done"), ("辅导", "done"), ("检查", "now"), ("考核", "ahead"), ("奖优罚劣", "ahead")), start=1)),
    (Check("同类组后 10%", "C 类取末 5 家", "caution", "触发"), Check("连续下降", "在误差以内", "plain", "未触发")), "总分 67.15,第 51 / 53 名。",
    (month.LossRow("营业厅服务满意度", Decimal("10.8"), 100, "loss5", "/x"),), "前三项占全部失分的 70%。", Decimal("33.1"), (Fact("教练", "周禾"),), True, "2026-11-20")  # fmt: skip
INTAKE = intake.UploadView(
    (intake.BatchRow(1186, "路测与CQT.xlsx", "网络部 石岚", "/intake/batches/1186", "3,204 行", "已入库", "good", NOON),), Pager(1, 1, 1),
    (intake.TemplateFile("第三方满意度调查", "13 项指标", "/intake/templates/survey.xlsx"),), 20, "", (Link("10月数据.xlsx", "/intake/uploads/3"),),
    (Choice("", "按列识别", chosen=True),), MONTHS)  # fmt: skip
PREVIEW = intake.PreviewView(
    3, "10月数据.xlsx", "许澜 16:32 上传", CRUMBS, 1260, 1214, 38, 8, 26, "50 个单位 · 6 项指标",
    (intake.Issue("B5", "检查", 21, "听兰路 营业厅", "没有这家营业厅", "名册里无此名", "听澜路营业厅", (Choice("S1", "听澜路营业厅"),), "S1"),
     intake.Issue("B117", "检查", 14, "鹤坳旗舰店", "没有这家营业厅", "像简称", "", (Choice("S2", "鹤坳中心"), Choice("S3", "鹤坳二店")))),
    (intake.Issue("D5", "检查", 12, "0.972", "同列其他值是百分数", "", "97.2 %", cause="fraction.D5.检查"),), (("B 营业厅", "单位名称"), ("G 备注", "")), ("合计行已跳过。",), 2,
    ("11月仍开放,暂定总分会重算。", "11 个已有值被更正。", "整批可撤回。"), "", "更正要写原因。",
)  # fmt: skip
BATCH = intake.BatchView(
    1186,
    "批次 #1186",
    "路测与CQT.xlsx",
    CRUMBS,
    "已入库",
    "good",
    "入库 3,204 行。",
    (Fact("行数", "3,204"),),
    9,
    "/x",
    True,
    "",
    "",
)
COMPLETENESS = intake.CompletenessView(
    "11月数据齐备情况", "指标 × 分公司", (("month", "月份", MONTHS),), Decimal("97.1"),
    (("there", "到", "已到", 566), ("late", "迟", "迟报", 5), ("few", "少", "样本不足", 12), ("missing", "缺", "缺", 5)), 588,
    (("there", 566), ("late", 5), ("few", 12), ("missing", 5)), "566 格已到", (("东屏", "/x"), ("石渡", "")),
    (intake.MatrixRow("网络质量", "7 项", True, (intake.StateCell("there", "到", "全到"), intake.StateCell("few", "6/7", "6/7 项"))),
     intake.MatrixRow("语音质量优良率", "", False, (intake.StateCell("there", "到", "已到", "/x"), intake.StateCell("few", "38", "38,少于 50", "/x")))),
    ("100", "98.8"), "到关账仍不够时不计分,权重移给其余 6 项。", "语音质量优良率 · 石渡", (Fact("还差", "12 个样本"),), (Check("路测与CQT", "已到", "ok"),), None,
)  # fmt: skip
SIGN_IN = account.SignInView("", "用户名或密码不对。", "/", (("周禾", "营业员 · 听澜路营业厅", "zhou.he", "…"),))
ACCOUNT = account.AccountView(
    "陈渡", "chen.du", "听澜路营业厅", (Fact("厅经理", "听澜路营业厅"),), True, {"current": "当前密码不对。"},
    (account.SessionRow("Firefox · Linux", NOON, NOON, True),), (account.TokenRow(1, "报表", "查看", NOON, "有效", True),), True,
    (Choice("see_board", "查看排行榜"),), "shf_x")  # fmt: skip
PEOPLE = account.PeopleView((account.AccountRow(1, "陈渡", "chen.du", "听澜路营业厅", ((1, "厅经理 · 听澜路营业厅"),), "可登录", True),), "", Pager(1, 1, 1),
                            (Choice("hr", "人力资源"),), {}, "初始-密码-42")  # fmt: skip
UNITS = account.UnitsView((account.UnitRow("S001", "听澜路营业厅", "营业厅", "望潮分公司", "B", "12,000", "营业中", "/units/7"),), "",
                          (Choice("", "全部类型", chosen=True),), None, (Fact("营业厅", "150"),), True, ())  # fmt: skip
ERROR = account.ErrorView(404, "没有这个页面", ("没有这个单位,或您无权查看。",), "", Link("回首页", "/"))

PAGES = {
    "home.html": HOME, "board.html": PODIUM, "unit.html": UNIT, "why.html": WHY, "department.html": DEPARTMENT, "months.html": MONTHS_PAGE,
    "month.html": MONTH, "awards.html": AWARDS, "export.html": EXPORT, "rules.html": RULES, "coaching_list.html": COACHING_LIST,
    "coaching.html": COACHING, "intake.html": INTAKE, "preview.html": PREVIEW, "batch.html": BATCH, "completeness.html": COMPLETENESS,
    "sign_in.html": SIGN_IN, "account.html": ACCOUNT, "people.html": PEOPLE, "units.html": UNITS, "error.html": ERROR,
}  # fmt: skip
PAGES |= samples_appeals.PAGES
PAGES |= samples_explained.PAGES
PAGES |= samples_fair.PAGES
PAGES |= samples_ledger.PAGES
PAGES |= samples_life.PAGES
PAGES |= samples_lookback.PAGES
PAGES |= samples_plans.PAGES
PAGES |= samples_drafts.PAGES


def view(name: str, language: str = "zh") -> object:
    """Return the filled view of a page, its pieces drawn in a language."""
    languages.choose("en" if language == "en" else "zh")
    try:
        found = PAGES[name]
        return board_view() if name == "board.html" else found() if callable(found) else found
    finally:
        languages.choose("zh")
