"""A plan in plain words, for those who take part: theme, who, activities, dates, prizes."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from core.clock import SHANGHAI
from core.language import Text
from core.points import plain_text
from months.dates import Dates
from months.planning.making import competing
from months.planning.plan import Plan, PlannedAward
from scoring.method_words import listed
from scoring.plain_words import Section
from scoring.rulebook import RuleBook
from scoring.theme_words import MODES, activity_words

MOMENT = timedelta(microseconds=1)
NO_NAMES: Mapping[str, Text] = {}
OTHERS = Text(zh="其他组", en="other groups")


def plan_words(plan: Plan, book: RuleBook, held: Dates, names: Mapping[str, Text] = NO_NAMES) -> tuple[Section, ...]:
    """Return what a month is to be as sections of sentences; `held` are its dates with the defaults filled in, `names` those of units by code."""
    sections = (
        Section(Text(zh="本月主题", en="Theme of the month"), tuple(_theme(plan, book))),
        Section(Text(zh="谁参加", en="Who takes part"), tuple(_who(plan, book, names))),
        Section(Text(zh="主题活动", en="Activities"), tuple(activity_words(book, one) for one in plan.activities)),
        Section(Text(zh="日程", en="Dates"), tuple(_dates(plan, held))),
        Section(Text(zh="奖励", en="Prizes"), tuple(_prizes(plan, book))),
    )
    return tuple(section for section in sections if section.lines)


def _theme(plan: Plan, book: RuleBook) -> Iterator[Text]:
    yield Text(zh=f"{plan.title.zh}。", en=f"{plan.title.en}.")
    if plan.about.zh or plan.about.en:
        yield plan.about
    doubled = listed([book.kpis[code].name for code in plan.doubled if code in book.kpis])
    times, mode = plain_text(plan.multiplier), MODES[plan.mode]
    if plan.doubled:
        yield Text(
            zh=f"下列指标权重乘以{times}，{mode.zh}：{doubled.zh}。",
            en=f"The weight of these KPIs is multiplied by {times}, {mode.en}: {doubled.en}.",
        )


def _who(plan: Plan, book: RuleBook, names: Mapping[str, Text]) -> Iterator[Text]:
    kinds = listed([book.kinds[code].name for code in plan.kinds if code in book.kinds])
    yield Text(zh=f"参加排名：{kinds.zh}。", en=f"Ranked are: {kinds.en}.")
    others = [book.kinds[code].name for code in competing(book) if code not in plan.kinds]
    if others:
        out = listed(others)
        yield Text(zh=f"本月只计分、不排名：{out.zh}。", en=f"Scored without places this month: {out.en}.")
    if plan.left_out:
        units = listed([names.get(code, Text(zh=code, en=code)) for code in plan.left_out])
        yield Text(zh=f"本月不参加的单位：{units.zh}。", en=f"Units that do not take part: {units.en}.")
    if plan.peers.zh or plan.peers.en:
        yield plan.peers


def _dates(plan: Plan, held: Dates) -> Iterator[Text]:
    if held.freeze_at is not None:
        yield _at("{when} 起冻结：公开榜停在这一刻，自己的得分仍可见。", "From {when} the public board stands still; one's own score stays visible.", held.freeze_at)  # fmt: skip
    yield _at("迟到数据收到 {when} 为止。", "Late data are taken in until {when}.", held.cut_off_at)
    for code, at in sorted(plan.kpi_cut_offs.items()):
        yield _at(f"{code} 的数据收到 {{when}} 为止。", f"Data of {code} are taken in until {{when}}.", at)
    last = held.appeals_until - MOMENT
    yield _at("申诉受理到 {day} 为止。", "Appeals are heard until {day}.", last)
    if held.ceremony_at is not None:
        yield _at(
            "{when} 颁奖，奖项在会上逐项揭晓。", "On {when} the awards are revealed one by one.", held.ceremony_at
        )
    yield Text(
        zh=f"结果公示 {held.notice_days} 个工作日，之后兑现奖励。",
        en=f"The result is shown publicly for {held.notice_days} working days before anything is paid.",
    )


def _prizes(plan: Plan, book: RuleBook) -> Iterator[Text]:
    for one in plan.awards:
        if one.code in book.awards:
            name, quota = book.awards[one.code].name, _quota(one, book)
            yield Text(
                zh=f"{name.zh}：{quota.zh}；每名奖励积分 {one.points:,}{f'；{one.prize.zh}' if one.prize.zh else ''}。",
                en=f"{name.en}: {quota.en}; {one.points:,} reward points each{f'; {one.prize.en}' if one.prize.en else ''}.",
            )
    if plan.budget:
        yield Text(
            zh=f"本月奖励预算 {plan.budget:,} 积分。", en=f"The month's prize budget is {plan.budget:,} reward points."
        )


def _quota(one: PlannedAward, book: RuleBook) -> Text:
    """Return how many win an award: a share of each group, or so many of each."""
    if one.share is not None:
        share = plain_text(one.share * 100)
        return Text(zh=f"每个同类组的 {share}%", en=f"{share}% of each peer group")
    names = {group.code: group.name for kind in book.awards[one.code].kinds for group in book.kinds[kind].groups}
    told = [(names.get(code, OTHERS), count) for code, count in one.count.items() if count]
    if len(told) == 1 and len(one.count) == 1:
        return Text(zh=f"{told[0][1]} 名", en=f"places: {told[0][1]}")
    told_each = [Text(zh=f"{name.zh} {count} 名", en=f"{name.en}: {count}") for name, count in told]
    return listed(told_each) if told else Text(zh="没有名额", en="no places")


def _at(zh: str, en: str, at: datetime) -> Text:
    """Return a sentence with a moment on the clock of Shanghai."""
    local = at.astimezone(SHANGHAI)
    day_zh, day_en = f"{local.month}月{local.day}日", f"{local.day} {local:%B}"
    clock = f"{local:%H:%M}"
    return Text(zh=zh.format(when=f"{day_zh} {clock}", day=day_zh), en=en.format(when=f"{day_en}, {clock}", day=day_en))
