"""What a rule book alone shows of unfairness, while it is being written."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, pairwise

from core.errors import Invalid, Problem
from core.language import Text
from core.points import said_text
from scoring.book_parts import Kpi
from scoring.checks.coverage import always_helped
from scoring.checks.deciding import paper_weights
from scoring.checks.findings import card_path, finding
from scoring.curves import linear_curve
from scoring.params import Params
from scoring.rulebook import RuleBook

DECIDES = Fraction(50)
"""With more than so many per cent of a card's weight one KPI decides it."""
RELATIVE = frozenset({"rank", "percentile", "zscore"})
"""Methods whose scores stay the same when everybody does better."""
FEW = 2
"""On a card of so few KPIs one of them has half the weight anyway."""


def same_facts(book: RuleBook) -> Iterator[Problem]:
    """Two KPIs in one total that are scored on the same facts count them twice."""
    for kind in book.cards():
        for one, other in combinations(book.card_kpis(kind), 2):
            if book.kpis[one].facts == book.kpis[other].facts:
                yield finding(
                    "same_facts", card_path(book, kind, other), "warning",
                    _two(book, one, other, "“{one}”和“{other}”用同一批事实，同一件事算了两次。",
                         "“{one}” and “{other}” are scored on the same facts: one thing counts twice."),
                    Text(zh="让其中一个只在卡外展示，或合成一项。", en="Show one of them beside the card only, or make them one."),
                )  # fmt: skip


def read_otherwise(book: RuleBook) -> Iterator[Problem]:
    """Facts that a KPI reads of another are added up by its own aggregation: sums of what the other takes means of are rarely meant."""
    for kpi in book.kpis.values():
        source = book.kpis.get(kpi.reads or "")
        if source and kpi.aggregation == "sum" != source.aggregation:
            yield finding(
                "read_otherwise", f"kpis.{kpi.code}.reads", "warning",
                Text(zh="“{one}”读取“{other}”的事实，但按合计（sum）取值；“{other}”按 {how} 取值。",
                     en="“{one}” reads the facts of “{other}” and takes their sum; “{other}” itself is a {how}.",
                ).format(one=kpi.name, other=source.name, how=source.aggregation),
                Text(zh=f'本意相同时写上 aggregation = "{source.aggregation}"；其他字段也不沿用。',
                     en=f'If the same value is meant, write aggregation = "{source.aggregation}"; no other field is taken over either.'),
            )  # fmt: skip


def likely_same(book: RuleBook) -> Iterator[Problem]:
    """Two KPIs of one source with the same formula, or counting the same kinds of event, may be one thing."""
    for kind in book.cards():
        for one, other in combinations(book.card_kpis(kind), 2):
            left, right = book.kpis[one], book.kpis[other]
            if (
                left.facts != right.facts
                and left.source == right.source
                and (_formula(left, right) or _items(left, right))
            ):
                yield finding(
                    "maybe_same_facts", card_path(book, kind, other), "warning",
                    _two(book, one, other, "“{one}”和“{other}”来源与口径相同，可能同一件事算了两次。",
                         "“{one}” and “{other}” have one source and one formula: perhaps one thing counts twice."),
                )  # fmt: skip


def _formula(left: Kpi, right: Kpi) -> bool:
    return left.formula == right.formula and bool(left.formula.zh.strip())


def _items(left: Kpi, right: Kpi) -> bool:
    return bool(left.items.keys() & right.items.keys())


def one_decides(book: RuleBook) -> Iterator[Problem]:
    """A KPI with half of the weight of a card leaves the others little to say."""
    for kind in book.cards():
        weights = paper_weights(book, kind)
        for code, weight in weights.items():
            if len(weights) > FEW and weight > DECIDES:
                yield finding(
                    "one_kpi_decides", card_path(book, kind, code), "warning",
                    Text(zh="“{name}”占权重{weight}%，几乎一项定全局。", en="“{name}” holds {weight}% of the weight: it all but decides the card.")
                    .format(name=book.kpis[code].name, weight=said_text(weight, 1)),
                )  # fmt: skip


def hidden_progress(book: RuleBook) -> Iterator[Problem]:
    """Where everybody is compared with everybody, scores stay the same though all have improved."""
    for kind in book.cards():
        weights = paper_weights(book, kind)
        relative = [code for code in weights if _compares(book.kpis[code])]
        share = sum((weights[code] for code in relative), Fraction(0))
        if relative:
            names = Text(
                zh="、".join(book.kpis[code].name.zh for code in relative),
                en=", ".join(book.kpis[code].name.en for code in relative),
            )
            yield finding(
                "hides_progress", card_path(book, kind, relative[0]), "warning" if share >= DECIDES else "note",
                Text(zh="{names}按相互比较计分（权重{share}%）：大家都进步时，得分看不出来。",
                     en="Scored by comparison: {names} ({share}% of the weight). When everybody improves, no score shows it.")
                .format(names=names, share=said_text(share, 1)),
                Text(zh="改用固定目标，或给出冻结的均值与标准差。", en="Use a fixed target, or a frozen mean and deviation."),
            )  # fmt: skip


def _compares(kpi: Kpi) -> bool:
    frozen = kpi.method == "zscore" and kpi.params.get("mean") is not None
    return kpi.method in RELATIVE and not frozen


def unbounded(book: RuleBook) -> Iterator[Problem]:
    """More of something brings more points without end."""
    for kpi in book.kpis.values():
        bonus = kpi.params.get("bonus")
        for name, row in bonus.items() if isinstance(bonus, dict) else ():
            if isinstance(row, dict) and row.get("cap") is None and _uncapped(kpi):
                words = Text(
                    zh="“{name}”的加分没有封顶，会变成拼数量。",
                    en="What “{name}” brings has no cap: it becomes a race for numbers.",
                )
                path = f"kpis.{kpi.code}.params.bonus.{name}"
                yield finding("bonus_without_cap", path, "warning", words.format(name=kpi.name))
    for code, theme in book.themes.items():
        for name, activity in theme.activities.items():
            if activity.points > 0 and activity.cap is None:
                words = Text(
                    zh="活动“{name}”的分数没有封顶，会变成拼数量。",
                    en="The points of “{name}” have no cap: it becomes a race for numbers.",
                )
                path = f"themes.{code}.activities.{name}"
                yield finding("bonus_without_cap", path, "warning", words.format(name=activity.name))


def ungated(book: RuleBook) -> Iterator[Problem]:
    """A count without a cap stands in a process in which nothing looks at quality."""
    for kind in book.cards():
        codes = book.card_kpis(kind)
        for code in codes:
            kpi = book.kpis[code]
            beside = [book.kpis[other] for other in codes if other != code and book.kpis[other].process == kpi.process]
            if _counts(kpi) and _uncapped(kpi) and not any(other.aggregation != "sum" for other in beside):
                words = Text(
                    zh="“{name}”数量越多分越高，没有封顶，同一过程里也没有看质量的指标。",
                    en="“{name}” pays for numbers without a cap, and nothing in its process looks at quality.",
                )
                yield finding(
                    "count_without_quality", card_path(book, kind, code), "warning", words.format(name=kpi.name)
                )


def _counts(kpi: Kpi) -> bool:
    """Tell whether a KPI is a count of which more is better."""
    return kpi.aggregation == "sum" and kpi.direction == "higher" and (bool(kpi.items) or kpi.unit == "count")


def _uncapped(kpi: Kpi) -> bool:
    return kpi.params.get("cap") == "none"


def flat_stretches(book: RuleBook) -> Iterator[Problem]:
    """Between two anchors with the same score effort brings nothing."""
    for kpi in book.kpis.values():
        for low, high in _flat(kpi):
            words = Text(
                zh="“{name}”从{low}到{high}得分不变，这一段努力没有回报。",
                en="“{name}” scores the same from {low} to {high}: effort brings nothing there.",
            )
            yield finding("dead_zone", f"kpis.{kpi.code}.params", "warning", words.format(name=kpi.name, low=said_text(low), high=said_text(high)))  # fmt: skip


def _flat(kpi: Kpi) -> Iterator[tuple[Fraction, Fraction]]:
    if kpi.method != "linear":
        return
    try:
        curve = linear_curve(Params({"direction": kpi.direction, **kpi.params}))
    except Invalid:
        return
    for (low, high), line in zip(pairwise(curve.edges), curve.lines[1:-1], strict=True):
        if line.slope == 0:
            yield low.value, high.value


def untold_spread(book: RuleBook) -> Iterator[Problem]:
    """Of means of answers nobody says how far answers lie apart: then their chance is taken at its widest."""
    names = [kpi.name for kpi in book.kpis.values() if _widest(kpi)]
    if names:
        words = Text(
            zh="{names}没有写明单个评价的标准差（spread），名次区间会偏宽。",
            en="{names} do not tell the spread of single answers; the ranges of places will be rather wide.",
        )
        listed = Text(zh="、".join(name.zh for name in names), en=", ".join(name.en for name in names))
        yield finding("spread_not_told", "kpis", "note", words.format(names=listed))


def _widest(kpi: Kpi) -> bool:
    mean = kpi.aggregation in {"sample_mean", "weighted_mean", "trimmed_mean"}
    return kpi.sampled and mean and kpi.noise == "auto" and kpi.spread is None and not kpi.shrink


def _two(book: RuleBook, one: str, other: str, zh: str, en: str) -> Text:
    return Text(zh=zh, en=en).format(one=book.kpis[one].name, other=book.kpis[other].name)


CHECKS = (
    same_facts,
    read_otherwise,
    likely_same,
    one_decides,
    hidden_progress,
    unbounded,
    ungated,
    flat_stretches,
    untold_spread,
    always_helped,
)
