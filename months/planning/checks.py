"""What speaks against announcing a plan: every reason, those that stop it first."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

import msgspec

from core.errors import Grade, Place, Problem
from core.language import Text
from core.points import CENTS, exact, plain_text, said_cents
from core.workdays import Calendar
from months.planning.budget import prizes
from months.planning.dates import date_problems
from months.planning.making import competing
from months.planning.plan import Plan, PlannedActivity
from months.planning.sanity import sanity_problems
from scoring.book_parts import Activity
from scoring.rulebook import RuleBook

GRADES: tuple[Grade, ...] = ("error", "warning", "note")
MOST_MULTIPLIER = 10
LONGEST_CODE, LONGEST_TITLE, LONGEST_TEXT = 24, 120, 4_000
MOST_POINTS = 20
"""No activity moves a total further, either way."""


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan is checked against: its month, the rules in effect, working days, units by code and by group."""

    month: int
    book: RuleBook
    calendar: Calendar
    units: Mapping[str, str]
    """Kind by code of a unit."""
    names: Mapping[str, Text] = {}
    """Names by code of a unit."""
    populations: Mapping[str, Mapping[str, int]]
    """How many compete, by kind and peer group."""


def announcement_problems(plan: Plan, around: Surroundings) -> tuple[Problem, ...]:
    """Return every reason against announcing a month as planned, errors first."""
    insane = sanity_problems(plan)
    if insane:
        return insane
    checks = (_texts, _participants, _effect, _doubling, _activities, _awards, _budget)
    found = [one for check in checks for one in check(plan, around)]
    found += date_problems(plan, around.month, around.calendar)
    return tuple(sorted(found, key=lambda one: GRADES.index(one.grade)))


def without_effect(plan: Plan, book: RuleBook) -> tuple[str, ...]:
    """Return the participating kinds for which the month neither doubles a KPI nor has an activity."""
    active = {kind for activity in plan.activities for kind in activity.kinds}
    doubled = set(plan.doubled)
    departments = book.department.kind
    return tuple(
        kind
        for kind in plan.kinds
        if kind not in active
        and not doubled & {code for code, weight in book.weights_of(kind).items() if weight > 0}
        and not (kind == departments and kind not in book.cards() and doubled & _answered_for(book))
    )


def _answered_for(book: RuleBook) -> set[str]:
    """Return the KPIs of processes for which departments answer: a theme that doubles one doubles their weight there."""
    return {code for code, kpi in book.kpis.items() if book.responsibility.get(kpi.process)}


def _texts(plan: Plan, _around: Surroundings) -> Iterator[Problem]:
    for name, words, needed in (
        ("title", plan.title, True),
        ("about", plan.about, False),
        ("peers", plan.peers, False),
    ):
        missing = [one for one in (words.zh, words.en) if not one.strip()]
        if missing and (needed or len(missing) == 1):
            yield found("two_languages", name, "中文和英文都要写。", "Write it in Chinese and in English.")
        longest = LONGEST_TITLE if name == "title" else LONGEST_TEXT
        if max(len(words.zh), len(words.en)) > longest:
            yield found("too_long", name, f"最多 {longest} 字。", f"At most {longest} characters.")


def _participants(plan: Plan, around: Surroundings) -> Iterator[Problem]:
    known = competing(around.book)
    if not plan.kinds:
        yield found("nobody_takes_part", "kinds", "没有选参加的单位类型。", "No kind of unit takes part.")
    for kind in plan.kinds:
        if kind not in known:
            yield found("unknown_kind", "kinds", f"没有“{kind}”这类单位。", f"No kind “{kind}” has places.")
    for code in plan.left_out:
        if code not in around.units:
            yield found(
                "unknown_unit",
                "left_out",
                f"没有编码或名称为“{code}”的单位。",
                f"There is no unit with the code or name “{code}”.",
            )


def _effect(plan: Plan, around: Surroundings) -> Iterator[Problem]:
    for kind in without_effect(plan, around.book):
        if kind in around.book.kinds:
            name = around.book.kinds[kind].name
            zh = "本月对“{name}”既没有加倍指标，也没有活动：请加倍一项它的指标，或让它参加一项活动。"
            en = "The month neither doubles a KPI of “{name}” nor has an activity for it: double one of its KPIs, or ask it to an activity."
            sentence = Text(zh=zh, en=en).format(name=name)
            yield Problem(code="kind_without_theme", sentence=sentence, place=Place(path=f"kinds.{kind}"))


def _doubling(plan: Plan, around: Surroundings) -> Iterator[Problem]:
    for code in plan.doubled:
        if code not in around.book.kpis:
            yield found("unknown_kpi", "doubled", f"没有指标“{code}”。", f"There is no KPI “{code}”.")
    if not 1 < plan.multiplier <= MOST_MULTIPLIER and plan.doubled:
        zh, en = (
            f"倍数应大于 1，不超过 {MOST_MULTIPLIER}。",
            f"The factor must be above 1 and at most {MOST_MULTIPLIER}.",
        )
        yield found("bad_multiplier", "multiplier", zh, en)


def _activities(plan: Plan, around: Surroundings) -> Iterator[Problem]:
    codes = [one.code for one in plan.activities]
    for place, one in enumerate(plan.activities):
        at = f"activities.{one.code or place + 1}"
        if one.code in codes[:place]:
            yield found("twice", at, f"活动“{one.code}”写了两次。", f"The activity “{one.code}” stands twice.")
        yield from _activity(one, at, plan, around)


def _activity(one: PlannedActivity, at: str, plan: Plan, around: Surroundings) -> Iterator[Problem]:
    if not (one.code.isascii() and one.code.replace("_", "").isalnum() and len(one.code) <= LONGEST_CODE):
        yield found("bad_code", at, "代码只用字母、数字和下划线。", "A code has letters, digits and underscores only.")
    if not (one.name.zh.strip() and one.name.en.strip()):
        yield found("two_languages", at, "中文和英文都要写。", "Write it in Chinese and in English.")
    yield from _who(one, at, plan, around.book)
    yield from _worth(one, at)
    usual = around.book.themes[plan.theme].activities.get(one.code) if plan.theme in around.book.themes else None
    if usual and one.name == usual.name and any(_named_before(usual.name, *pair) for pair in _moved(one, usual)):
        zh, en = "分值改了，名称里还是原来的数。", "Its points were changed, its name still says the former ones."
        yield found("name_says_otherwise", at, zh, en, "warning")


def _who(one: PlannedActivity, at: str, plan: Plan, book: RuleBook) -> Iterator[Problem]:
    for kind in one.kinds:
        if kind not in book.kinds:
            yield found("unknown_kind", at, f"没有“{kind}”这类单位。", f"There is no kind “{kind}”.")
    if not one.kinds:
        yield found("activity_for_nobody", at, "没有选由谁参加。", "Nobody is asked to do it.")
    elif not set(one.kinds) & set(plan.kinds):
        zh, en = "参加这项活动的单位本月都不参赛。", "None of those asked takes part in the month."
        yield found("activity_for_nobody", at, zh, en)


def _worth(one: PlannedActivity, at: str) -> Iterator[Problem]:
    if not (_whole_cents(one.points) and _whole_cents(one.cap or Decimal(0))):
        yield found("finer_than_cents", at, "分值最多两位小数。", "Points have two decimals at most.")
    if max(abs(one.points), abs(one.cap or Decimal(0))) > MOST_POINTS:
        yield found("too_many_points", at, f"分值不超过 {MOST_POINTS}。", f"At most {MOST_POINTS} points.")
    if one.points > 0 and (one.cap is None or one.cap <= 0):
        zh, en = "加分的活动要有封顶，否则会变成拼数量。", "Give its points a cap, or it becomes a race for numbers."
        yield found("no_cap", at, zh, en)
    if one.cap is not None and 0 < one.cap < abs(one.points):
        zh, en = "封顶低于一次的分值。", "The cap is below the points of a single record."
        yield found("cap_below_one", at, zh, en, "warning")


def _moved(one: PlannedActivity, usual: Activity) -> Iterator[tuple[Decimal | None, Decimal | None]]:
    """Yield what an activity brought and may bring by its theme, each beside what the plan says."""
    yield usual.points, one.points
    yield usual.cap, one.cap


def _named_before(name: Text, before: Decimal | None, after: Decimal | None) -> bool:
    return bool(before) and before != after and plain_text(abs(before or Decimal(0))) in name.zh


def _whole_cents(value: Decimal) -> bool:
    return (exact(value) * CENTS).denominator == 1


def _awards(plan: Plan, around: Surroundings) -> Iterator[Problem]:
    if not plan.awards:
        yield found("no_awards", "awards", "本月没有奖项。", "The month has no awards.", "warning")
    for one in plan.awards:
        at, terms = f"awards.{one.code}", around.book.awards.get(one.code)
        if terms is None:
            yield found("unknown_award", at, f"规则里没有奖项“{one.code}”。", f"The rules have no award “{one.code}”.")
            continue
        if one.points < 0 or any(number < 0 for number in one.count.values()):
            yield found("below_zero", at, "名额和积分不能小于零。", "Quotas and points cannot be below zero.")
        if not set(terms.kinds) & set(plan.kinds):
            words = Text(zh="“{name}”的对象本月都不参赛。", en="Nobody whom “{name}” is for takes part.")
            yield Problem(
                code="award_for_nobody", sentence=words.format(name=terms.name), place=Place(path=at), grade="warning"
            )
        if one.points != terms.points and one.prize == terms.prize and _names(terms.points, one.prize):
            words = Text(
                zh="“{name}”的积分改了，奖励文字里还是 {points}。",
                en="The points of “{name}” were changed, its prize still says {points}.",
            )
            sentence = words.format(name=terms.name, points=terms.points)
            yield Problem(code="prize_says_otherwise", sentence=sentence, place=Place(path=at), grade="warning")


def _names(points: int, prize: Text) -> bool:
    return bool(points) and str(points) in prize.zh


def _budget(plan: Plan, around: Surroundings) -> Iterator[Problem]:
    needed = prizes(plan, around.book, around.populations)
    if plan.budget is None and needed:
        zh, en = (
            f"没有奖励预算；各奖项需要 {needed:,} 积分。",
            f"There is no budget; the prizes need {needed:,} reward points.",
        )
        yield found("no_budget", "budget", zh, en)
    elif plan.budget is not None and plan.budget < needed:
        zh = f"奖励预算 {plan.budget:,} 积分不够，各奖项需要 {needed:,} 积分。"
        en = f"The budget of {plan.budget:,} reward points is too small: the prizes need {needed:,}."
        yield found("budget_too_small", "budget", zh, en)


def found(code: str, path: str, zh: str, en: str, grade: Grade = "error") -> Problem:
    """Return a finding at a place of the plan."""
    return Problem(code=code, sentence=Text(zh=zh, en=en), place=Place(path=path), grade=grade)


def points_text(value: Decimal) -> str:
    """Return points as people read them, with two decimals."""
    return said_cents(int(exact(value) * CENTS))
