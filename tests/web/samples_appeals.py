"""Filled views of appeals: the list, the form, one before its decision."""

from web.pages.appeals.parts import words
from web.views import appeals
from web.views.shell import Choice, Crumb, Fact, Link

CRUMBS = (Crumb("申诉", "/appeals"), Crumb("AP-0004"))
LINE = (Fact("目前的记录", "8.57 分钟"), Fact("得分", "70.00"))
LIST = appeals.AppealsView(
    words=words(),
    tabs=(Link("全部", "/appeals", current=True), Link("审理中", "/appeals?state=under_review")),
    heading="待裁定",
    rows=(
        appeals.AppealItem(
            "/appeals/4", "听澜路营业厅 · WAIT", "AP-0004", "审理中", "blue", "11月24日 前答复", late=True
        ),
    ),
    share="已裁定 5 件，成立 40%",
    asked=(appeals.AppealItem("/appeals/5/opinion", "星湾分公司 · NET01", "AP-0005", "已提交", "warn", "前说明意见"),),
)
NEW = appeals.FilingView(
    words=words(),
    crumbs=CRUMBS,
    about="平均等候时长 · 听澜路营业厅",
    line=LINE,
    month=202611,
    unit=7,
    kpi="WAIT",
    grounds=(Choice("data_error", "数据错误"),),
    typed={},
    until="申诉期到 12月3日 止。",
    open=True,
    problems=("请写明理由。",),
)
ONE = appeals.AppealView(
    words=words(),
    crumbs=CRUMBS,
    id=4,
    title="听澜路营业厅 · 平均等候时长",
    about="WAIT · 2026年11月",
    state="审理中",
    tone="blue",
    late="11月24日 前答复",
    why_href="/units/7/kpis/WAIT",
    recorded="8.57",
    claimed="5.83",
    now=LINE,
    told="叫号系统中断。",
    facts=(Fact("11月19日", "分子 3 · 分母 7"),),
    files=(appeals.FileItem("明细.xlsx", "/appeals/4/evidence/1", "林悦 · 11月20日"),),
    clock=(Fact("现在由谁办", "竞赛组织者"),),
    steps=(appeals.StepItem("已提交", "11月20日 · 林悦", ""), appeals.StepItem("审理中", "11月21日", "")),
    stage="under_review",
    may_withdraw=True,
    may_add=True,
    remedies=(Choice("correction", "更正数据"),),
    opinion=appeals.OpinionPart(name="数据有误", told="网络部 · 顾微 · 11月22日", text="漏了三个基站。"),
    typed={"decision": "upheld"},
    reason="与明细相符。",
    change=Link("变更集 CS-0149", "/changes/149", "git-compare"),
)
OPINION = appeals.OpinionView(
    words=words(),
    crumbs=CRUMBS,
    id=4,
    title="听澜路营业厅 · 平均等候时长",
    about="WAIT · 2026年11月",
    state="审理中",
    tone="blue",
    facts=(Fact("提出时的记录", "8.57"), Fact("主张的数值", "5.83")),
    told="叫号系统中断。",
    files=ONE.files,
    until="11月23日 前说明意见",
    open=True,
    typed={"stand": "opinion_wrong"},
    problems=("请写明理由。",),
)
PAGES = {
    "appeals.html": LIST,
    "appeal_new.html": NEW,
    "appeal.html": ONE,
    "appeal_opinion.html": OPINION,
}
