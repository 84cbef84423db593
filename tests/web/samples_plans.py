"""Filled views of plans and activities: a year, a month's form with its checks, the rules of a month, records to check."""

from web.sentences import activities as told_activities
from web.sentences import plans as told_plans
from web.views import activities, plans
from web.views.shell import Choice, Crumb, Link

CRUMBS = (Crumb("服务月", "/months"), Crumb("2026年12月"))
WORDS = {name: words.zh for name, words in told_plans.WORDS.items()}
WEEKS = ((plans.DayCell("", "blank"), plans.DayCell("1", "work"), plans.DayCell("2", "holiday"), plans.DayCell("3", "made_up")),)  # fmt: skip
CARD = plans.MonthCard(
    key=202612, name="2026年12月", theme="客户关怀月", state="待批准", tone="warn", told="加倍 9 项 · 活动 1 项 · 预算 44,800",
    working="23 个工作日", moved=("1日 元旦",), weeks=WEEKS, checks="3 处要改", checks_tone="bad", href="/months/202612/plan",
    action="修改计划",
)  # fmt: skip
SEASON = plans.SeasonView(
    year=2026, title="2026 年服务月计划", subtitle="一年十二个主题月", years=(Link("2026", "/plans/2026", "", current=True),),
    months=(CARD, plans.MonthCard(key=202601, name="2026年1月", state="已过", weeks=WEEKS)), free="还有 1 个月没有计划。",
    from_last_year=True, may_plan=True, note="没有计划可以照抄。", words=WORDS | {"days_known": ""},
)  # fmt: skip
CHECKS = plans.ChecksView(
    rows=(plans.CheckRow("本月对“营业员”既没有加倍指标，也没有活动。", "bad", "kinds"), plans.CheckRow("颁奖那天不是工作日。", "warn"),
          plans.CheckRow("冻结那天不是工作日。", "")),
    tally="1 处要改才能发布。", tone="bad", budget="各奖项需要 44,800 积分，预算 50,000。", sections=(("日程", ("申诉受理到 1月6日 为止。",)),),
    words=WORDS,
)  # fmt: skip
VERSION = plans.VersionRow("第 1 版", "11月27日起有效，苏岚提请，何青批准", "颁奖会改到 8 日。")
KINDS = (Choice("clerk", "营业员", chosen=True), Choice("team", "营业班组"))
PLAN = plans.PlanView(
    month=202612, name="2026年12月", subtitle="第 2 版 · 苏岚保存于 11月20日", crumbs=CRUMBS, state="已发布", tone="blue", revision=3,
    problems=("别人刚刚保存过这份计划。",),
    values={
        "title_zh": "客户关怀月", "title_en": "Customer care", "about_zh": "", "about_en": "", "peers_zh": "", "peers_en": "",
        "left_out": "S099", "multiplier": "2", "budget": "50000", "freeze_at": "2026-12-29T18:00", "cut_off_at": "",
        "appeals_on": "2027-01-06", "ceremony_at": "", "notice_days": "3",
    },
    themes=(Choice("TEN", "客户关怀月", chosen=True),), kinds=KINDS,
    doubled=(("忠诚度", (plans.KpiBox("LOY01", "净推荐值", chosen=True), plans.KpiBox("LOY02", "离网率", chosen=False))),),
    modes=(Choice("renormalise", "按比例缩小", chosen=True),),
    activities=(
        plans.ActivityForm(number=0, code="ten", name_zh="感谢客户", name_en="Thank-you", kinds=KINDS, points="0.1", cap="5",
                           evidence=True, checkers=(Choice("manager", "上级管理者", chosen=True),), open=True, title="感谢客户"),
        plans.ActivityForm(number=1, kinds=KINDS, title="再加一项活动"),
    ),
    awards=(plans.AwardForm(code="star", name="服务明星", given=True, groups=(("A", "A 类", "3"),), share="1", points="300",
                            prize_zh="证书", prize_en="A certificate"),),
    cut_offs=((0, (Choice("", "（无）"), Choice("LOY01", "净推荐值", chosen=True)), "2027-01-02T12:00"),),
    sources=(Choice("202611", "2026年11月"),), checks=CHECKS, versions=(VERSION,), waiting="苏岚提请，等待另一个人批准。",
    may_save=True, may_propose=True, may_approve=True, may_withdraw=True, may_discard=True, changes=True, sheet=CARD, words=WORDS,
)  # fmt: skip
RULES = plans.MonthRulesView(
    title="客户关怀月", subtitle="2026年12月 · 全体参加者可见", crumbs=CRUMBS, sections=(("谁参加", ("参加排名：营业员。",)),),
    rules=(("总分怎么来", ("总分等于各项得分点之和。",)),), versions=(VERSION,),
    links=(Link("主题活动", "/months/202612/activities", "flag"),), words=WORDS,
)  # fmt: skip
WAITING = activities.RecordView(
    id=7, unit="周禾", code="P-zhouhe", activity="感谢客户", told="12月4日 · 3 次 · 周禾登记", note="回访三位老客户", evidence="照片.jpg",
    evidence_href="/activities/7/evidence", state="待审核", tone="warn", decided="", may_check=True,
)  # fmt: skip
VALID = activities.RecordView(
    id=6, unit="周禾", code="P-zhouhe", activity="感谢客户", told="12月3日 · 1 次 · 周禾登记", note="", evidence="", evidence_href="",
    state="有效", tone="good", decided="林悦 12月3日 审核", may_revoke=True,
)  # fmt: skip
ACTIVITIES = activities.ActivitiesView(
    month=202612, title="主题活动", subtitle="2026年12月 · 客户关怀月", crumbs=CRUMBS, months=(Choice("202612", "2026年12月", chosen=True),),
    unit="周禾",
    own=(activities.OwnActivity(name="感谢客户", told="每次 0.1 分 · 封顶 5 分 · 1 次有效", points="0.10", share=2, of="/ 5 分", waiting="3 次待审核"),),
    activities=(Choice("ten", "感谢客户"), Choice("likes", "客户点赞")), units=(Choice("7", "周禾"), Choice("8", "听雨路一班")), first="2026-12-01",
    last="2026-12-05", may_record=True, why_not="", evidence=True, problems=("请选择日期。",),
    typed={"on": "2026-12-04", "count": "2", "note": "回访"}, waiting=(WAITING,), records=(VALID,),
    words={name: words.zh for name, words in told_activities.WORDS.items()},
)  # fmt: skip
PAGES = {"plans.html": SEASON, "plan.html": PLAN, "month_rules.html": RULES, "activities.html": ACTIVITIES}
