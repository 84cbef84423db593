"""What makes a total and a place beside the card, in plain words: blends, departments, peer groups, whose a loss is."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from core.language import Text
from core.points import exact, said_text
from scoring.book_parts import UnitKind
from scoring.book_terms import Measure
from scoring.method_words import listed
from scoring.rulebook import RuleBook

CARD = Text(zh="自己的记分卡", en="the own card")


def blend_words(book: RuleBook, kind: str | None) -> Iterator[Text]:
    """Yield of what the totals of those kinds are mixed that are not ranked by their card alone."""
    for measure in book.measures.values():
        if kind is None or kind in measure.kinds:
            yield _blend(book, measure)


def _blend(book: RuleBook, measure: Measure) -> Text:
    kinds = listed([book.kinds[one].name for one in measure.kinds])
    parts = [(_source(book, part.source), said_text(exact(part.weight) * 100)) for part in measure.parts]
    zh, en = (" + ".join(f"{name.read(one)} × {share}%" for name, share in parts) for one in ("zh", "en"))
    return Text(
        zh=f"{kinds.zh}的总分（{measure.name.zh}）= {zh}；缺少的部分，由其余部分按比例补足。",
        en=f"Total of {kinds.en} ({measure.name.en}) = {en}; where a part is missing the others take its share.",
    )


def _source(book: RuleBook, source: str) -> Text:
    what, _, code = source.partition(":")
    if what == "parent":
        name = book.kinds[code].name
        return Text(zh=f"所属{name.zh}的总分", en=f"the total of its {name.en.lower()}")
    if what == "process":
        name = book.processes[code].name
        return Text(zh=f"“{name.zh}”的得分", en=f"the score of “{name.en}”")
    return CARD


def department_words(book: RuleBook, kind: str | None) -> Iterator[Text]:
    """Yield how the total of a support department comes about; nothing where the rule book has none."""
    rules = book.department
    if rules.kind not in book.kinds or not book.departments or kind not in {None, rules.kind}:
        return
    name = book.kinds[rules.kind].name
    outcome, tasks, internal = (said_text(exact(one) * 100) for one in (rules.outcome, rules.tasks, rules.internal))
    work, rating = (_kpi(book, code) for code in (rules.tasks_kpi, rules.internal_kpi))
    yield Text(
        zh=f"{name.zh}的总分 = 过程结果 × {outcome}% + 任务完成{work.zh} × {tasks}% + 内部评分{rating.zh} × {internal}%；"
        "过程结果是所担各过程的全市得分，按过程权重 × 本部门份额加权。",
        en=f"Total of {name.en} = outcome of its processes × {outcome}% + tasks{work.en} × {tasks}% + internal rating{rating.en} × {internal}%; "
        "the outcome is the city's score in its processes, by weight of the process × share of the department.",
    )
    if rules.improvement:
        part, per = said_text(exact(rules.improvement) * 100), said_text(rules.growth_per)
        yield Text(
            zh=f"从第二个月起，过程结果的{part}%看提升：与上月持平得80分，每提高1分加{per}分。",
            en=f"From the second month on {part}% of the outcome is growth: 80 for standing still, {per} more for each point gained on the month before.",
        )
    if rules.bonus_kpis:
        names, most = listed([book.kpis[code].name for code in rules.bonus_kpis]), said_text(rules.bonus_max)
        yield Text(
            zh=f"{names.zh}另行加减分，合计不超过±{most}分。",
            en=f"{names.en} add or take up to {most} points together.",
        )
    if rules.correct_raters_from:
        least = rules.correct_raters_from
        yield Text(
            zh=f"给{least}个及以上部门评分的人，内部评分按其宽严校正。",
            en=f"Internal ratings are corrected for severity where somebody rates {least} departments or more.",
        )


def _kpi(book: RuleBook, code: str) -> Text:
    if code not in book.kpis:
        return Text(zh="", en="")
    return Text(zh=f"（{book.kpis[code].name.zh}）", en=f" ({book.kpis[code].name.en})")


def group_words(book: RuleBook, kind: str | None) -> Iterator[Text]:
    """Yield the peer groups of every kind that is ranked, when they are merged, and how long a new unit is protected."""
    shown = [one for code, one in book.kinds.items() if one.ranked and kind in {None, code}]
    for one in shown:
        yield from _groups(one)
    for months in sorted({one.protection_months for one in shown} - {0}):
        names = listed([one.name for one in shown if one.protection_months == months])
        yield Text(
            zh=f"新单位前{months}个整月受保护，计分，不排名：{names.zh}。",
            en=f"New units are protected for {months} whole month(s), scored without a place: {names.en}.",
        )


def _groups(kind: UnitKind) -> Iterator[Text]:
    name, ranked = kind.name, [group.name for group in kind.groups if not group.shown_only]
    if len(ranked) > 1:
        groups = listed(ranked)
        yield Text(
            zh=f"{name.zh}的同类组：{groups.zh}；不足{kind.merge_under}个单位的组并入相邻的组。",
            en=f"Peer groups of “{name.en}”: {groups.en}; a group of fewer than {kind.merge_under} joins its neighbour.",
        )
    for group in kind.groups:
        if group.shown_only:
            yield Text(
                zh=f"{name.zh}中“{group.name.zh}”只计分展示，不排名。",
                en=f"Of “{name.en}”, “{group.name.en}” is scored and shown without places.",
            )


def duty_words(book: RuleBook) -> Iterator[Text]:
    """Yield which departments answer for the losses of a process, of single KPIs, and of causes that are known."""
    for code, shares in book.responsibility.items():
        yield _duty(book, book.processes[code].name, shares)
    for code, shares in book.responsibility_kpis.items():
        yield _duty(book, book.kpis[code].name, shares)
    for cause in book.causes.values():
        yield _duty(book, Text(zh=f"原因“{cause.name.zh}”", en=f"Cause “{cause.name.en}”"), cause.shares)


def _duty(book: RuleBook, of: Text, shares: Mapping[str, Decimal]) -> Text:
    names = [(book.departments[one].name if one in book.departments else Text(zh=one, en=one), said_text(share)) for one, share in shares.items()]  # fmt: skip
    told = listed([Text(zh=f"{name.zh}{share}%", en=f"{name.en} {share}%") for name, share in names])
    return Text(zh=f"{of.zh}：{told.zh}。", en=f"{of.en}: {told.en}.")
