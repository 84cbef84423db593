"""The rule book in plain words, for the people it is about, in both languages."""

from collections.abc import Iterable, Iterator

import msgspec

from core.language import LANGUAGES, Text
from core.points import exact, said_text
from scoring.book_parts import Kpi, Theme
from scoring.book_terms import Award, Bar
from scoring.kpi_words import circumstances
from scoring.method_words import listed, rule_words
from scoring.result_words import BREAKERS, TIES, breaker_words, class_bar, class_words, season_words
from scoring.rulebook import RuleBook
from scoring.theme_words import all_themes, theme_words
from scoring.total_words import blend_words, department_words, duty_words, group_words
from scoring.tree_words import target_words, tree_words

__all__ = ["BREAKERS", "TIES", "Section", "award_words", "kpi_words", "read", "sentences"]


THEME, THEMES = Text(zh="本月主题", en="Theme of the month"), Text(zh="各月主题", en="Themes of the year")
DUTIES = Text(zh="失分传给哪些部门", en="Which departments answer for a loss")


class Section(msgspec.Struct, frozen=True):
    """A heading with its sentences."""

    title: Text
    lines: tuple[Text, ...]


def sentences(
    book: RuleBook, theme: str | None = None, kind: str | None = None, *, themes: bool = False
) -> tuple[Section, ...]:
    """Return the rules as sections; with a kind, only the card and the awards of that kind are told.

    `themes` tells those of all months: two versions may differ in nothing else.
    """
    month = book.themes.get(theme) if theme else None
    sections = (
        Section(
            Text(zh="宗旨与公平", en="Purpose and fairness"), tuple(filter(_said, (book.purpose, *book.fair_play)))
        ),
        *([Section(THEME, tuple(theme_words(book, month)))] if month else []),
        *([Section(THEMES, tuple(all_themes(book)))] if themes else []),
        _composition(book, kind),
        *(_card(book, code, month) for code in book.cards() if kind in {None, code}),
        *(_beside(book, code) for code in book.extras if kind in {None, code}),
        _boards(book, kind),
        _seasons(book, kind),
        _classes(book, kind),
        _awards(book, kind),
        _red_lines(book),
        Section(DUTIES, tuple(duty_words(book))),
        Section(Text(zh="帮扶", en="Help"), tuple(_coaching(book))),
    )
    return tuple(section for section in sections if section.lines)


def _said(line: Text) -> bool:
    return bool(line.zh or line.en)


def kpi_words(kpi: Kpi, kind: str) -> Text:
    """Return one KPI of a card: where it comes from, how it is scored, when it counts."""
    rule, further = rule_words(kpi), list(circumstances(kpi, kind))
    zh = [*filter(None, [kpi.formula.zh]), rule.zh.rstrip("。"), *(one.zh for one in further)]
    en = [*filter(None, [kpi.formula.en]), _within(rule.en.rstrip(".")), *(one.en for one in further)]
    return Text(zh=f"{kpi.name.zh}：{'；'.join(zh)}。", en=f"{kpi.name.en}: {'; '.join(en)}.")


def _within(words: str) -> str:
    """Return words as they stand within a sentence: without the capital of a beginning; that of a name such as KPI stays."""
    return words[:1].lower() + words[1:] if words[1:2].islower() else words


def _composition(book: RuleBook, kind: str | None) -> Section:
    terms = book.composition
    flat, trees = (any(kind in {None, code} for code in cards) for cards in (book.scorecards, book.trees))
    share, most = said_text(exact(terms.coverage_min) * 100), said_text(terms.adjustment_max)
    lines = [
        *(_flat(book) if flat else ()),
        *(_trees(book) if trees else ()),
        *blend_words(book, kind),
        *department_words(book, kind),
        *([_covered(share)] if terms.coverage_min else ()),
        *([_chance(said_text(terms.certainty))] if any(kpi.sampled for kpi in book.kpis.values()) else ()),
        Text(zh=f"加减分每月合计不超过±{most}分。", en=f"Adjustments are at most ±{most} points a month."),
    ]
    grades = [(said_text(grade.at_least), grade.name) for grade in terms.grades]
    if grades:
        zh, en = ([f"≥ {least} {name.read(one)}" for least, name in grades] for one in LANGUAGES)
        lines.append(Text(zh=f"等级：{'，'.join(zh)}。", en=f"Grades: {', '.join(en)}."))
    return Section(Text(zh="总分怎么来", en="How a total comes about"), tuple(lines))


def _covered(share: str) -> Text:
    return Text(zh=f"能计分的权重不足{share}%不排名。", en=f"Under {share} % of weight scored there is no place.")


def _chance(times: str) -> Text:
    return Text(
        zh=f"总分来自抽样：两个单位的差不到标准误的{times}倍，就分不出高下，名次旁注明可能的真实名次。",
        en=f"Totals rest on samples: two units closer than {times} standard errors cannot be told apart; beside a place stand the places it may truly be.",
    )


def _flat(book: RuleBook) -> Iterator[Text]:
    scores, totals = book.composition.score_places, book.composition.total_places
    yield Text(
        zh=f"指标得分保留{scores}位小数，得分点=权重×得分÷100保留4位，总分为得分点之和保留{totals}位；一律四舍五入。",
        en=f"KPI scores keep {scores} decimals; points are weight × score ÷ 100 with 4; the total is their sum with {totals}; halves are rounded away from zero.",
    )
    yield Text(
        zh="缺少的指标，权重先在本过程内、再在各过程间调整。",
        en="The weight of a missing KPI moves inside its process first, then across processes.",
    )


def _trees(book: RuleBook) -> Iterator[Text]:
    scores = book.composition.score_places
    yield Text(
        zh=f"按层计算的总分：指标得分保留{scores}位小数（另有说明的除外），其上各层只在写明处舍入。",
        en=f"Totals built in layers: KPI scores keep {scores} decimals unless told otherwise; above them there is rounding only where it is told.",
    )


def _card(book: RuleBook, kind: str, theme: Theme | None) -> Section:
    name, tree = book.kinds[kind].name, kind in book.trees
    lines = list(tree_words(book, kind)) if tree else []
    weights = book.scorecards.get(kind, {})
    for code in book.card_kpis(kind):
        words, star = kpi_words(book.kpis[code], kind), "★" if theme and code in theme.doubled else ""
        share = said_text(weights[code]) if code in weights else ""
        head = Text(zh=f"权重{share} ", en=f"Weight {share} ") if share else Text(zh="", en="")
        lines.append(Text(zh=f"{star}{head.zh}{words.zh}", en=f"{star}{head.en}{words.en}"))
    lines.extend(target_words(book, kind))
    return Section(Text(zh=f"记分卡：{name.zh}", en=f"Scorecard: {name.en}"), tuple(lines))


def _beside(book: RuleBook, kind: str) -> Section:
    """Return the KPIs that are scored and shown beside the card; their weights count inside their process."""
    name, lines = book.kinds[kind].name, []
    for code, weight in book.extras[kind].items():
        words, share = kpi_words(book.kpis[code], kind), said_text(weight)
        lines.append(Text(zh=f"权重{share} {words.zh}", en=f"Weight {share} {words.en}"))
    return Section(
        Text(zh=f"卡外展示，不进卡内总分：{name.zh}", en=f"Beside the card, outside its sum: {name.en}"), tuple(lines)
    )


def _boards(book: RuleBook, kind: str | None) -> Section:
    lines = list(group_words(book, kind))
    for code, board in book.boards.items():
        if kind not in {None, code}:
            continue
        chain, ties = listed([breaker_words(book, code, breaker) for breaker in board.breakers]), TIES[board.ties]
        lines.append(
            Text(
                zh=f"{board.name.zh}：按同类组总分排名，{ties.zh}；总分相同依次比较{chain.zh}。",
                en=f"{board.name.en}: by total within the peer group, {ties.en}; equal totals are compared by {chain.en}.",
            )
        )
    return Section(Text(zh="排名", en="Places"), tuple(lines))


def _seasons(book: RuleBook, kind: str | None) -> Section:
    shown = [season for season in book.seasons.values() if kind in {None, season.kind}]
    words = [(season.name, season_words(book, season)) for season in shown]
    lines = [Text(zh=f"{name.zh}：{said.zh}", en=f"{name.en}: {said.en}") for name, said in words]
    return Section(Text(zh="赛季", en="Seasons"), tuple(lines))


def _classes(book: RuleBook, kind: str | None) -> Section:
    shown = [rule for rule in book.classes.values() if kind in {None, rule.kind}]
    return Section(Text(zh="分档", en="Classes"), tuple(class_words(book, rule) for rule in shown))


def _awards(book: RuleBook, kind: str | None) -> Section:
    shown = [award for award in book.awards.values() if kind is None or kind in award.kinds]
    return Section(Text(zh="奖项", en="Awards"), tuple(award_words(book, award) for award in shown))


def award_words(book: RuleBook, award: Award) -> Text:
    """Return for whom an award is, by what rule, and what bars from it."""
    kinds = listed([book.kinds[kind].name for kind in award.kinds])
    how = _at_most(book, award, _quota(book, award))
    bars = listed([_bar(book, bar) for bar in award.bars])
    sure = Text(zh="分不出高下的获奖者会注明。", en=" Winners who cannot be told apart are named as such.")
    more = sure if award.certain else Text(zh="", en="")
    return Text(
        zh=f"{award.name.zh}（{kinds.zh}）：{how.zh}。以下情形不得奖：{bars.zh}。奖励：{award.prize.zh}。{more.zh}",
        en=f"{award.name.en} ({kinds.en}): {how.en}. Barred by: {bars.en}. Prize: {award.prize.en}.{more.en}",
    )


def _at_most(book: RuleBook, award: Award, how: Text) -> Text:
    if not award.at_most:
        return how
    limits = listed(
        [
            Text(zh=f"{book.kinds[kind].name.zh}{most}名", en=f"{most} in a {book.kinds[kind].name.en.lower()}")
            for kind, most in award.at_most.items()
        ]
    )
    return Text(zh=f"{how.zh}，每个{limits.zh}为限", en=f"{how.en}, at most {limits.en}")


def _quota(book: RuleBook, award: Award) -> Text:
    if award.rule == "by_hand":
        most = sum(award.count.values())
        return Text(zh=f"由组织者评定并说明理由，共{most}名", en=f"by the organisers, with a reason: {most} in all")
    if award.share is not None:
        share = said_text(exact(award.share) * 100)
        return Text(
            zh=f"每个同类组前{share}%，至少1名，并列都得",
            en=f"the first {share} % of each peer group, at least one, ties included",
        )
    counts = listed([_count(book, award, group, number) for group, number in award.count.items() if number])
    if award.rule == "improved":
        return Text(
            zh=f"扣除同类组变化后进步最大：{counts.zh}，并列都得",
            en=f"the largest improvement beyond its peers: {counts.en}, ties included",
        )
    return Text(zh=f"名次最前：{counts.zh}，并列都得", en=f"the first places: {counts.en}, ties included")


def _count(book: RuleBook, award: Award, group: str, number: int) -> Text:
    names = {peers.code: peers.name for kind in award.kinds for peers in book.kinds[kind].groups}
    other = Text(
        zh="其他组" if len(award.count) > 1 else "每组", en="other groups" if len(award.count) > 1 else "each group"
    )
    name = names.get(group, other)
    return Text(zh=f"{name.zh}{number}名", en=f"{name.en} {number}")


def _bar(book: RuleBook, bar: Bar) -> Text:
    if bar.code in {"class", "outside_class"}:
        return class_bar(book, bar)
    least = "" if bar.at_least is None else said_text(bar.at_least)
    kpi = book.kpis[bar.kpi].name if bar.kpi else Text(zh="", en="")
    process = book.processes[bar.process].name if bar.process else Text(zh="任一过程", en="any process")
    return {
        "red_line": Text(zh="红线事件", en="a red line"),
        "coverage": Text(zh="覆盖率不足", en="too little coverage"),
        "minimum_total": Text(zh=f"总分低于{least}", en=f"a total below {least}"),
        "process_below": Text(zh=f"{process.zh}低于{least}", en=f"{process.en} below {least}"),
        "insufficient_sample": Text(zh=f"{kpi.zh}样本不足", en=f"too few samples of {kpi.en}"),
        "kpi_below": Text(zh=f"{kpi.zh}得分低于{least}", en=f"a score of {kpi.en} below {least}"),
        "uncertain": Text(zh="名次可能只是波动", en="a place that may be chance"),
    }[bar.code]


def _red_lines(book: RuleBook) -> Section:
    lines = []
    for line in book.red_lines.values():
        effect = {
            "cap_total": Text(zh=f"总分封顶{said_text(line.cap_at)}", en=f"caps the total at {said_text(line.cap_at)}"),
            "deduct_total": Text(
                zh=f"每次扣{said_text(line.points)}分", en=f"takes {said_text(line.points)} each time"
            ),
            "zero_total": Text(zh="总分清零", en="sets the total to zero"),
            "none": Text(zh="不影响总分", en="leaves the total"),
        }[line.effect]
        bars = Text(zh="，取消评奖", en=" and bars from awards") if line.bars_awards else Text(zh="", en="")
        lines.append(Text(zh=f"{line.name.zh}：{effect.zh}{bars.zh}。", en=f"{line.name.en}: {effect.en}{bars.en}."))
    return Section(Text(zh="红线", en="Red lines"), tuple(lines))


def _coaching(book: RuleBook) -> Iterator[Text]:
    for trigger in book.coaching.triggers.values():
        yield Text(zh=f"{trigger.name.zh}：{trigger.rule.zh}", en=f"{trigger.name.en}: {trigger.rule.en}")
    if any(rule.beyond_noise for rule in book.coaching.rules.values()):
        yield Text(
            zh="末位和下降都要大过抽样误差才算。",
            en="To be at the bottom, or to decline, a unit must be so by more than chance explains.",
        )


def read(sections: Iterable[Section]) -> Iterator[str]:
    """Return the sections as lines in the reader's language."""
    for section in sections:
        yield str(section.title)
        yield from (str(line) for line in section.lines)
