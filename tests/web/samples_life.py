"""Filled views of the life of a month: the line of its stages, the host's page, the public notice."""

from datetime import UTC, datetime

from web.views import life, month
from web.views.notices import NoticeGroup, NoticeItem, NoticesView
from web.views.shell import Choice, Crumb, Fact

NOON = datetime(2026, 12, 10, 4, tzinfo=UTC)
CRUMBS = (Crumb("服务月", "/months"), Crumb("2026年11月"))
LINE = life.LifeLine(
    stages=(
        life.LifeStage("发布", "10月29日", "done", ("none", "none", "all", "none")),
        life.LifeStage("进行", "11月1–30日", "now", ("all", "all", "all", "none")),
        life.LifeStage("冻结", "", "ahead", ("frozen", "all", "all", "none")),
    ),
    readers=("公开榜单", "本单位得分", "组织者", "主持人（奖项）"),
)
ANNOUNCEMENT = month.Announcement(by="许澜", at=NOON, mine=True)
BRANCHES = (
    life.Branch(id=2, name="望潮分公司", said="未关账", tone="", may_approve=False, may_open=False),
    life.Branch(id=3, name="石渡分公司", said="许澜已提请", tone="warn", may_approve=True, may_open=True),
)
SECOND = life.RevealLine(
    unit_id=7, name="听澜路营业厅", under="望潮分公司", place=2, value="95.31", reason="组内第 2", revealed=True
)
FIRST = life.RevealLine(
    unit_id=8, name="枫林里营业厅", under="金穗分公司", place=1, value="96.02", reason="组内第 1", revealed=False
)
REVEAL = life.RevealView(
    title="揭晓 · 2026年11月",
    subtitle="颁奖时间 12月9日 15:00",
    crumbs=CRUMBS,
    key=202611,
    groups=(life.RevealGroup("window", "优秀服务窗口", "B 类", (SECOND, FIRST), revealed=False),),
    done=1,
    total=2,
    following=FIRST,
    following_award="window",
    following_name="优秀服务窗口 · B 类",
    empty="",
    error="请写明取消的理由。",
    against=("还有1件申诉没有裁定。",),
)
OBJECTED = life.Objected(
    id=4, said="吴桐于 12月8日提出", text="人数口径不对", tone="warn", state="待裁定", reason="", may_decide=True
)
DECIDED = life.Objected(
    id=5, said="12月8日提出", text="", tone="", state="异议不成立", reason="已复核", may_decide=False
)
NOTICE = life.NoticeView(
    title="公示 · 2026年11月",
    crumbs=CRUMBS,
    key=202611,
    until=NOON,
    over=False,
    said="公示到 12月10日。",
    facts=(Fact("公示奖项", "2"), Fact("异议", "2")),
    lines=(
        life.NoticeLine(
            "优秀服务窗口 · B 类",
            "window",
            "听澜路营业厅",
            7,
            "望潮分公司",
            1,
            "95.31",
            "3,000 元",
            "暂缓兑现",
            "warn",
            (OBJECTED, DECIDED),
        ),
    ),
    choices=(Choice("window:7", "优秀服务窗口 · 听澜路营业厅"),),
    may_object=True,
    empty="",
    error="请写明理由。",
    text="",
)
TOLD = NoticesView(
    groups=(
        NoticeGroup("今天", (NoticeItem(12, "您对等候时长的申诉成立。", NOON, unread=True, icon="scale"),)),
        NoticeGroup("2026年11月", (NoticeItem(11, "变更已生效：加分", NOON, unread=False),)),
    ),
    unread=True,
    through=12,
    older="/notices?before=11",
)
PAGES = {"reveal.html": REVEAL, "notice.html": NOTICE, "notices.html": TOLD}
