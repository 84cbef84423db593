"""The conditions of an award, each answering with its fact and what to do when it is not met."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

import msgspec

from core.language import Text
from core.points import fixed, said_cents
from rewards.entrants import Entrant, Gate
from scoring.result_words import class_bar
from scoring.rulebook import Award, Bar, RuleBook

COVERAGE_PLACES = 4


class Terms(msgspec.Struct, frozen=True):
    """One award with the rule book that names its processes and KPIs and sets the least coverage.

    `named` are the units that were named for an award by hand, the first named first, each with the reason.
    """

    award: Award
    book: RuleBook
    named: Mapping[int, str] = msgspec.field(default_factory=dict)


def failed(terms: Terms, one: Entrant) -> tuple[Gate, ...]:
    """Return every condition that a unit does not meet, whatever its place."""
    return tuple(gate for check in CHECKS for gate in check(terms, one))


def meets_all(terms: Terms, one: Entrant) -> bool:
    """Tell whether a unit meets every condition; the first that it fails is enough to say no."""
    return not any(True for check in CHECKS for _ in check(terms, one))


def _outside(_: Terms, one: Entrant) -> Iterator[Gate]:
    if one.external:
        yield _gate(
            "external",
            ("公司以外的单位，只显示，不评奖。", "A unit outside the company is shown and never awarded."),
            ("无需处理。", "Nothing to do."),
        )
    if one.hors_concours:
        yield _gate(
            "hors_concours",
            ("参与计分和展示，不参评。", "Scored and shown, but not competing for awards."),
            ("由组织者决定是否参评。", "The organisers decide who competes."),
        )


def _excluded(_: Terms, one: Entrant) -> Iterator[Gate]:
    if one.excluded:
        yield _gate(
            "excluded",
            ("经两人批准，本月不参评。", "Left out of the award this month, as two people have decided."),
            ("原因见单位页，下月自动恢复参评。", "The unit's page tells the reason; next month it competes again."),
        )


def _new(_: Terms, one: Entrant) -> Iterator[Gate]:
    if one.protected:
        yield _gate(
            "protected",
            ("新单位，仍在保护期，不排名。", "A new unit in its protection period is not ranked."),
            ("保护期过后自动参评。", "It competes as soon as the period has passed."),
        )


def _coverage(terms: Terms, one: Entrant) -> Iterator[Gate]:
    wanted = [terms.book.composition.coverage_min, *(bar.at_least or 0 for bar in _bars(terms, "coverage"))]
    least = fixed(max(Decimal(share) for share in wanted), COVERAGE_PLACES)
    if one.coverage < least:
        yield _gate(
            "coverage",
            ("覆盖率{has}%，低于{least}%。", "Coverage is {has}%, below {least}%."),
            ("补齐缺失指标的数据。", "Have the missing KPIs delivered."),
            has=said_cents(one.coverage),
            least=said_cents(least),
        )


def _unranked(terms: Terms, one: Entrant) -> Iterator[Gate]:
    if one.value is None and terms.award.rule == "improved":
        yield _gate(
            "no_basis",
            ("上个月没有总分，无法比较。", "There is no total of the month before to compare with."),
            ("连续两个月有总分即可参评。", "Two months in a row with a total are enough."),
        )
    elif one.value is None or one.rank is None:
        yield _gate(
            "not_ranked",
            ("本月没有名次。", "The unit has no place this month."),
            ("看记分卡上缺了哪些指标。", "See on the scorecard which KPIs are missing."),
        )


def _red_lines(terms: Terms, one: Entrant) -> Iterator[Gate]:
    if one.barred and _bars(terms, "red_line"):
        yield _gate(
            "red_line",
            ("本月有已核实的红线事件。", "There is a verified red-line event this month."),
            ("整改并通过复查后，下月可参评。", "Mend the cause and pass the re-inspection; next month is open again."),
        )


def _total(terms: Terms, one: Entrant) -> Iterator[Gate]:
    for bar in _bars(terms, "minimum_total"):
        least = _cents(bar.at_least)
        if one.total is not None and one.total < least:
            yield _gate(
                "minimum_total",
                ("总分{has}，低于{least}。", "The total is {has}, below {least}."),
                ("总分再提高{gap}。", "Raise the total by {gap}."),
                has=said_cents(one.total),
                least=said_cents(least),
                gap=said_cents(least - one.total),
            )


def _processes(terms: Terms, one: Entrant) -> Iterator[Gate]:
    for bar in _bars(terms, "process_below"):
        least = _cents(bar.at_least)
        for code, score in one.processes.items():
            if score < least and bar.process in (None, code):
                yield _low_process(terms.book, code, score, least)


def _low_process(book: RuleBook, code: str, score: int, least: int) -> Gate:
    return _gate(
        "process_below",
        ("“{process}”{has}分，低于{least}分。", "“{process}” stands at {has}, below {least}."),
        ("先补“{process}”这块短板。", "Mend “{process}” first."),
        process=book.processes[code].name,
        has=said_cents(score),
        least=said_cents(least),
    )


def _kpis(terms: Terms, one: Entrant) -> Iterator[Gate]:
    for bar in _bars(terms, "kpi_below"):
        least, score = _cents(bar.at_least), one.kpis.get(bar.kpi or "")
        if bar.kpi is not None and score is not None and score < least:
            yield _gate(
                "kpi_below",
                ("“{kpi}”{has}分，低于{least}分。", "“{kpi}” stands at {has}, below {least}."),
                ("先补“{kpi}”。", "Mend “{kpi}” first."),
                kpi=terms.book.kpis[bar.kpi].name,
                has=said_cents(score),
                least=said_cents(least),
            )


def _classes(terms: Terms, one: Entrant) -> Iterator[Gate]:
    for bar in terms.award.bars:
        inside = one.classes.get(bar.class_code or "") == bar.step
        if (bar.code == "class" and inside) or (bar.code == "outside_class" and not inside):
            yield _gate(
                bar.code,
                ("{class}。", "{class}."),
                ("看分档的界限，争取进入更好的一档。", "See where the classes part, and reach a better one."),
                **{"class": class_bar(terms.book, bar)},
            )


def _samples(terms: Terms, one: Entrant) -> Iterator[Gate]:
    for bar in _bars(terms, "insufficient_sample"):
        short = one.short if bar.kpi is None else {bar.kpi: one.short[bar.kpi]} if bar.kpi in one.short else {}
        for code, sample in short.items():
            yield _gate(
                "insufficient_sample",
                ("“{kpi}”的有效样本不足：{n}个，至少{least}个。", "“{kpi}” has too few valid samples: {n} of {least}."),
                ("把有效样本做够，不要挑选客户。", "Collect enough valid samples, without choosing whom to ask."),
                kpi=terms.book.kpis[code].name,
                n=sample,
                least=terms.book.kpis[code].least_sample(one.kind),
            )


def _noise(terms: Terms, one: Entrant) -> Iterator[Gate]:
    if terms.award.rule == "improved" and one.value is not None and one.value < _cents(terms.award.at_least):
        yield _gate(
            "within_noise",
            (
                "扣除同类组变化后{has}分，不到{least}分，可能只是波动。",
                "Against its peers {has}; under {least} it may be chance.",
            ),
            ("连续改进，让变化大过波动。", "Keep improving until the change is larger than chance."),
            has=said_cents(one.value),
            least=said_cents(_cents(terms.award.at_least)),
        )


def behind(one: Entrant, quota: int, last: int | None) -> Gate:
    """Return the gate of a unit that meets every condition but stands behind the last winner, whose value is given."""
    gap = (last or 0) - (one.value or 0)
    return _gate(
        "behind",
        (
            "第{place}名，名额{quota}个，与最后一名获奖者相差{gap}分。",
            "Place {place}; {quota} to be given; {gap} behind the last winner.",
        ),
        ("看失分最多的指标，补上{gap}分。", "Begin with the KPI that loses most; {gap} are to be made up."),
        place=one.rank,
        quota=quota,
        gap=said_cents(gap),
    )


def crowded(terms: Terms, kind: str) -> Gate:
    """Return the gate of a unit whose own group above has its winners already."""
    return _gate(
        "crowded",
        (
            "每个{kind}最多{n}名，同一{kind}已有名次更高的获奖者。",
            "At most {n} in each {kind}, and it has a higher-placed winner.",
        ),
        ("名次最高的那位代表本组获奖。", "The one placed highest wins for all of them."),
        kind=terms.book.kinds[kind].name,
        n=terms.award.at_most[kind],
    )


def by_hand() -> Gate:
    """Return the gate of an award that no rule decides."""
    return _gate(
        "by_hand",
        (
            "由组织者评定并说明理由，本月没有评给本单位。",
            "The organisers decide it with a reason and did not choose this unit.",
        ),
        ("参加本月的主题活动。", "Take part in the activities of the month."),
    )


def all_given(quota: int) -> Gate:
    """Return the gate of a unit that was named when there were as many winners as there may be."""
    return _gate(
        "all_given",
        ("名额共{quota}个，已经评满。", "There are {quota} to be given in all, and no more is left."),
        ("先撤回一项评定，再评定别的单位。", "Take one naming back before naming another unit."),
        quota=quota,
    )


def not_certain() -> Gate:
    """Return the gate of a unit that stands among the winners, but not surely so."""
    return _gate(
        "uncertain",
        (
            "名次够了，但按背后的样本，与未获奖的第一名分不出高下。",
            "The place is good enough, but given the samples it cannot be told apart from the first without the award.",
        ),
        ("把有效样本做够，差距才看得出来。", "Collect enough valid samples, so that the difference can show."),
    )


def is_bar(terms: Terms, code: str) -> bool:
    """Tell whether an award has a bar of that kind."""
    return any(bar.code == code for bar in terms.award.bars)


def no_quota() -> Gate:
    """Return the gate of a group in which this award is not given."""
    return _gate(
        "no_quota",
        ("本组不设这个奖。", "This award is not given in this group."),
        ("看本组的其他奖项。", "See the other awards of the group."),
    )


def _bars(terms: Terms, code: str) -> list[Bar]:
    return [bar for bar in terms.award.bars if bar.code == code]


def _cents(value: Decimal | None) -> int:
    return fixed(value, 2) if value is not None else 0


def _gate(code: str, fact: tuple[str, str], advice: tuple[str, str], **values: object) -> Gate:
    return Gate(code=code, fact=Text(*fact).format(**values), advice=Text(*advice).format(**values))


Check = Callable[[Terms, Entrant], Iterator[Gate]]
CHECKS: tuple[Check, ...] = (
    _outside,
    _excluded,
    _new,
    _coverage,
    _unranked,
    _red_lines,
    _total,
    _processes,
    _kpis,
    _classes,
    _samples,
    _noise,
)
