"""Filled views of contests and of the pages that look back."""

from decimal import Decimal

from web.views import contests, lookback
from web.views.shell import Choice, Crumb, Link, Pager, Tile

CRUMBS = (Crumb("比赛", "/contests"), Crumb("营业厅对决"))
STANDING = contests.StandingView(
    (
        contests.DuelView(
            contests.SideView("听澜路营业厅", "S034", "97.48", "/units/34", own=True, won=True),
            contests.SideView("晴岚桥营业厅", "S035", "96.02"), "听澜路营业厅领先 1.46 分", "good",
        ),
        contests.DuelView(contests.SideView("归雁桥营业厅", "S036", ""), contests.SideView("安澜里营业厅", "S037", ""), "目前打平"),
    ),
    (
        contests.TableView("甲级", (
            contests.LineView("1", "听澜路营业厅", "S034", "97.48", "升级", "good", "/units/34", own=True),
            contests.LineView("–", "未具名", "", "–", "降级", "bad", hidden=True),
        ), "末位部分不在这里列出。"),
    ),
    (contests.TeamView("望潮分公司", "平均 88.80，目标 88.00", "13 个成员", "已达到", "good", Decimal(100), own=True),),
)  # fmt: skip
CARD = contests.ContestCard("营业厅对决", "一对一对决", "/contests/3", "进行中", "blue", "12 场对决", STANDING)
OTHER = contests.ContestCard("三级联赛", "分级联赛", "/contests/4", "已结束", "good", "24 个单位参加")
MONTHS = (Choice("202611", "2026年11月", chosen=True),)
CONTESTS = contests.ContestsView("比赛", "2026年11月", MONTHS, (CARD,), (OTHER,), "", (Link("淘汰赛", "/contests/new?kind=elimination&month=202612"),), "新的一项")  # fmt: skip
CONTEST = contests.ContestView(
    3, "营业厅对决", "一对一对决 · 2026年11月", CRUMBS, "进行中", "blue", "负方请奶茶", ("两两对决。", "没有名次不等于零分。"), "苏岚 拟定",
    "现在的形势", STANDING,
    (contests.RoundView("第 1 轮", "截至11月10日", "已结算", "good", STANDING, newest=False),
     contests.RoundView("第 2 轮", "以公布的结果为准", "未到", "", None)),
    ("比赛要由两个不同的人发布。",), "", may_announce=True, edit_href="/contests/3/edit", may_cancel=True, export_href="/contests/3/export", taking_part=(("甲", "听雨路营业厅"), ("", "望舒街营业厅")),
)  # fmt: skip
CONTEST_FORM = contests.ContestFormView(
    "新的比赛：一对一对决", CRUMBS, "/contests?month=202612&kind=head_to_head", "head_to_head", "2026年12月。保存为草稿。",
    (contests.FieldView("name_zh", "名称（中文）", "对决", error="请写 1 到 60 个字。"),
     contests.FieldView("card", "榜单", choices=(Choice("storefront", "营业厅"),), hint="都在这张榜上。"),
     contests.FieldView("pairs", "对决", "S001 S002", "每行一对。", 8), contests.FieldView("on", "截止日", kind="date")),
    ("pairs: 不是一对。",),
)  # fmt: skip
SEASON = lookback.SeasonView(
    "赛季", "2026 年至 11 月", (("kind", "类型", (Choice("branch", "分公司", chosen=True),)),), ("06", "07*"),
    (lookback.SeasonRow("1", "岚墟分公司", "B08", "99.05", (lookback.SeasonCell("1", "100.81"), lookback.SeasonCell("–")), "/units/8/history", own=True),
     lookback.SeasonRow("2", "未具名", "", "–", (lookback.SeasonCell("–"), lookback.SeasonCell("–")), tied=True, hidden=True)),
    "各月总分的平均。", "带 * 的月份还没有公布。", Pager(1, 2, 60, "", "/season?after=1.50"), "/season/export",
)  # fmt: skip
HISTORY = lookback.HistoryView(
    "听澜路营业厅 · 历史", "S034 · 共 2 个月", CRUMBS, (Tile("最好名次", "1", "/ 42", "2026年10月"),), (Decimal("96.1"), Decimal("97.48")), "各月总分",
    (lookback.HistoryLine("2026年10月", "/units/34?month=202610", "资费透明月", "97.48", "3 / 150", "1 / 42", "优秀", 2, ("优秀服务窗口",), "1 级帮扶", ("第 2 版：更正",), provisional=True),),
    coaching=True, export_href="/units/34/history/export", weak_href="/weak-points?unit=34",
)  # fmt: skip
WEAK = lookback.WeakView(
    "短板热图", "2026年6月–10月", CRUMBS, (Choice("branch", "分公司", chosen=True), Choice("storefront", "营业厅")), "单位", ("网络质量", "资费"),
    (lookback.HeatRow("石渡分公司", "B09", (lookback.HeatCell("67.6", 1, "▼5", "网络质量 平均 67.60"), lookback.HeatCell("–", 0, "", "资费 没有得分")), "/weak-points?unit=9"),),
    ((1, "低于 72"), (5, "95 及以上")), "▼n 表示最弱 n 个月。", Pager(1, 1, 60, "", "/weak-points?first=40"), "/weak-points/export",
)  # fmt: skip
LINE = lookback.FameLine(
    "岚墟分公司", "B08", "优秀服务管理", "5 次", "5", "2026-06 2026-07", "/units/8/history", "标杆，自 2026年8月"
)
HALL = lookback.HallView("光荣榜", "5 个已公布的月份", (Choice("", "全部奖项", chosen=True), Choice("window", "优秀服务窗口")), (LINE,), (LINE,), "连续三个月。", "/hall-of-fame/export")  # fmt: skip
EFFECT_LINE = lookback.EffectLine(
    "对比同一单位的 45 个非主题指标", "+0.67", "−1.29 至 +2.63", "12", "看不出成效", "", "剩 40%"
)
EFFECT = lookback.EffectView(
    "主题成效", "2026年7月", CRUMBS, (), (lookback.CardEffectView("分公司", "主题指标：掉话率", "看不出成效。", (EFFECT_LINE,), (EFFECT_LINE,), "1 个月后剩下不到一半。"),),
    ("每个单位自己比自己。",), (), "/months/202607/effect/export",
)  # fmt: skip
PAGES = {
    "contests.html": CONTESTS, "contest.html": CONTEST, "contest_form.html": CONTEST_FORM, "season.html": SEASON, "history.html": HISTORY,
    "weak_points.html": WEAK, "hall_of_fame.html": HALL, "effect.html": EFFECT,
}  # fmt: skip
