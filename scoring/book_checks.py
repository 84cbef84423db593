"""Rule checks beyond form: errors stop a rule book from being stored, warnings ask, notes inform."""

import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from msgspec import structs

from core.errors import Grade, Invalid, Place, Problem
from core.language import Text
from core.period import MONTHS_A_YEAR, is_month
from core.points import said_text
from scoring.book_causes import share_problems
from scoring.book_params import unknown_parameters, wrong_parameters
from scoring.book_parts import Kpi
from scoring.book_text import hidden
from scoring.checks.fairness import CHECKS as FAIRNESS
from scoring.curves import Curve, band_curve, falls_in_hole, linear_curve
from scoring.params import Params
from scoring.ranges import range_problems
from scoring.rulebook import RuleBook, parsed

FULL = Decimal(100)
PER_CENT = Text(zh="权重按百分点写：0.6 写 60。", en="Weights are in per cent: for 0.6 write 60.")
_YEAR_MONTH = re.compile(r"(20\d\d)\D(\d\d)\D?", re.ASCII)
CLIFF = Fraction(20)
"""A jump of so many points at one border is called a cliff."""
STEEP = Fraction(50)
"""A cliff of so many is warned of."""


def checked(book: RuleBook) -> tuple[Problem, ...]:
    """Return everything found, errors first."""
    found = [problem for check in CHECKS for problem in check(book)]
    return tuple(sorted(found, key=lambda problem: ("error", "warning", "note").index(problem.grade)))


def sound(text: str, source: str = "rulebook.toml") -> RuleBook:
    """Return the rule book of a document; Invalid with every error of form or of sense."""
    book = parsed(text, source)
    errors = [*hidden(text), *(problem for problem in checked(book) if problem.grade == "error")]
    if errors:
        raise Invalid(
            *(structs.replace(error, place=structs.replace(_place(error), source=source)) for error in errors)
        )
    return book


def _place(found: Problem) -> Place:
    return found.place or Place()


def _bands(book: RuleBook) -> Iterator[Problem]:
    for kpi in book.kpis.values():
        if kpi.method == "band":
            place = Place(path=f"kpis.{kpi.code}.params.bands")
            curve = _read(kpi)
            if curve and falls_in_hole(curve):
                yield _problem("no_band", place, "各档之间有空隙。", "The bands leave a gap.")
            if curve and _overlap(kpi):
                yield _problem("band_overlap", place, "有两档重叠。", "Two bands overlap.")


def _overlap(kpi: Kpi) -> bool:
    rows = [Params(row) for row in kpi.params.get("bands", ())]
    ends = [((row.has("lo"), row.maybe("lo") or Fraction(0)), row.maybe("hi")) for row in rows]
    ordered = sorted(ends, key=lambda end: end[0])
    return any(high is None or not low[0] or high > low[1] for (_, high), (low, _) in pairwise(ordered))


def _cliffs(book: RuleBook) -> Iterator[Problem]:
    for kpi in book.kpis.values():
        curve = _read(kpi)
        if curve:
            for edge, lines in zip(curve.edges, pairwise(curve.lines), strict=True):
                left, right = (line.slope * edge.value + line.offset for line in lines)
                if abs(right - left) >= CLIFF:
                    at, jump = said_text(edge.value), said_text(abs(right - left))
                    place = Place(path=f"kpis.{kpi.code}.params")
                    zh = f"“{kpi.name.zh}”在{at}处得分一下跳{jump}分。"
                    en = f"“{kpi.name.en}” jumps by {jump} at {at}."
                    grade: Grade = "warning" if abs(right - left) >= STEEP else "note"
                    yield Problem(code="cliff", sentence=Text(zh=zh, en=en), place=place, grade=grade)


def _read(kpi: Kpi) -> Curve | None:
    read = {"band": band_curve, "linear": linear_curve}.get(kpi.method)
    try:
        return read(Params({"direction": kpi.direction, **kpi.params})) if read else None
    except Invalid:
        return None


def _sums(book: RuleBook) -> Iterator[Problem]:
    for kind, card in book.scorecards.items():
        if card and sum(card.values()) != FULL:
            total = said_text(sum(card.values(), Decimal(0)))
            zh, en = f"权重合计为{total}，不是100。", f"The weights add up to {total}, not 100."
            found = _problem("weights_not_100", Place(path=f"scorecards.{kind}"), zh, en)
            yield structs.replace(found, hint=PER_CENT) if sum(card.values()) == 1 else found
        yield from (
            _problem(
                "weight_not_positive",
                Place(path=f"scorecards.{kind}.{code}"),
                "权重必须大于零。",
                "A weight must be above zero.",
            )
            for code, weight in card.items()
            if weight <= 0
        )
    for process, shares in book.responsibility.items():
        if sum(shares.values()) != FULL:
            total = said_text(sum(shares.values(), Decimal(0)))
            zh, en = f"各部门份额合计为{total}，不是100。", f"The shares add up to {total}, not 100."
            yield _problem("shares_not_100", Place(path=f"responsibility.{process}"), zh, en)


def _finer_shares(book: RuleBook) -> Iterator[Problem]:
    return share_problems(book.responsibility_kpis, book.causes)


def _leads(book: RuleBook) -> Iterator[Problem]:
    for code, process in book.processes.items():
        shares = book.responsibility.get(code)
        if shares and process.lead and shares.get(process.lead, 0) < max(shares.values()):
            zh, en = "牵头部门的份额不是最大的。", "The lead department does not hold the largest share."
            yield Problem(
                code="lead_not_largest",
                sentence=Text(zh=zh, en=en),
                place=Place(path=f"responsibility.{code}"),
                grade="warning",
            )


def _themes(book: RuleBook) -> Iterator[Problem]:
    """Each kind with a card should have a doubled KPI or an activity in every theme."""
    for code, theme in book.themes.items():
        active = {kind for activity in theme.activities.values() for kind in activity.kinds}
        for kind in book.cards():
            card = book.card_kpis(kind)
            if book.kinds[kind].ranked and kind not in active and not set(card) & set(theme.doubled):
                name = book.kinds[kind].name
                zh, en = (
                    f"本主题对“{name.zh}”没有加倍指标，也没有活动。",
                    f"This theme doubles nothing of “{name.en}” and gives it no activity.",
                )
                yield Problem(
                    code="theme_without_effect",
                    sentence=Text(zh=zh, en=en),
                    place=Place(path=f"themes.{code}"),
                    grade="note",
                )


def _months(book: RuleBook) -> Iterator[Problem]:
    """Refuse months that no calendar has; periods of files are text and may be called anything."""
    for at, target in enumerate(book.targets):
        for month in target.months:
            yield from _period(month, Place(path=f"targets[{at}].months"))
    by_year = [(f"months.{month}", month) for month in book.months]
    by_year += [(f"themes.{code}.month", theme.month) for code, theme in book.themes.items()]
    for path, month in by_year:
        if not 1 <= month <= MONTHS_A_YEAR:
            said = f"{month} 不是月份：一月到十二月写作 1 到 12。", f"{month} is no month: write 1 to 12."
            yield _problem("no_month", Place(path=path), *said)


def _kinds(book: RuleBook) -> Iterator[Problem]:
    """Refuse a number for a kind that there is not: it would hold for nobody, and nobody would notice."""
    there = ", ".join([*book.kinds, "default"])
    for kpi in book.kpis.values():
        for field in ("min_sample", "min_denominator", "window"):
            for kind in sorted(getattr(kpi, field).keys() - {*book.kinds, "default"}):
                zh, en = f"没有“{kind}”。这里可写：{there}。", f"There is no “{kind}”. There are {there}."
                yield _problem("unknown_kind", Place(path=f"kpis.{kpi.code}.{field}.{kind}"), zh, en)


def _award_shares(book: RuleBook) -> Iterator[Problem]:
    """Refuse a share of a group that is larger than the group."""
    for code, award in book.awards.items():
        for name in ("share", "improvement_share"):
            share = getattr(award, name)
            if share is not None and not 0 <= share <= 1:
                zh, en = "比例应在 0 与 1 之间；30% 写 0.30。", "A share lies between 0 and 1; 30 per cent is 0.30."
                yield _problem("not_a_share", Place(path=f"awards.{code}.{name}"), zh, en)


def _period(month: int | str, place: Place) -> Iterator[Problem]:
    if isinstance(month, int):
        if not is_month(month):
            zh = f"{month} 不是月份：写作 202611 这样的年月，文件里的时期写成文字。"
            en = f"{month} is no month: write it like 202611, and periods of files as text."
            yield _problem("no_month", place, zh, en)
    elif found := _YEAR_MONTH.fullmatch(month):
        meant = found[1] + found[2]
        if is_month(int(meant)):
            zh = f"“{month}”只对时期也叫这个名字的文件生效；服务月请写 {meant}。"
            en = f"“{month}” holds only for files whose period is called the same; write a service month as {meant}."
            yield structs.replace(_problem("month_as_text", place, zh, en), grade="note")
        else:
            zh = f"没有 {month} 这个月份，月份写成 202611 这样。"
            yield _problem("no_month", place, zh, f"There is no month {month}; write it like 202611.")


def _problem(code: str, place: Place, zh: str, en: str) -> Problem:
    return Problem(code=code, sentence=Text(zh=zh, en=en), place=place)


CHECKS = (
    unknown_parameters,
    wrong_parameters,
    range_problems,
    _bands,
    _sums,
    _finer_shares,
    _leads,
    _cliffs,
    _themes,
    _months,
    _kinds,
    _award_shares,
    *FAIRNESS,
)
