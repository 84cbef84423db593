"""From the weight written down to the points: what the theme, a missing neighbour and the score made of it."""

from fractions import Fraction

from core.language import Text
from core.points import decimal_text, exact, plain_text
from scoring.method_words import listed
from scoring.rulebook import RuleBook
from scoring.scored import Scored
from scoring.statuses import NOT_APPLICABLE
from scoring.steps.telling import Step, ratio, shown, step, told

FULL = 100


def weighing(book: RuleBook, scored: Scored, row: int, unit: int, theme: str | None) -> list[Step]:
    """Return the weight before and after, the points and the lost points of one line; none for a line beside the card."""
    if row >= len(scored.kpis) - scored.extras or not scored.counted[row, unit]:
        return []
    after = Fraction(int(scored.weight_num[row, unit]), int(scored.weight_den[row, unit]))
    score = Fraction(int(scored.scores[row, unit]), 10**scored.places)
    weight = _weight(book, scored, row, unit, theme, after)
    points, lost = (decimal_text(int(column[row, unit]), 4) for column in (scored.points, scored.lost))
    if scored.shares:
        return [weight, *_of_tree(scored, row, unit, points)]
    return [
        weight,
        step("points", "得分点", "Points", f"{ratio(after)} × {told(score)} ÷ 100", points, _four()),
        step("lost", "失分", "Lost points", _lost(after, score), lost, _four()),
    ]


def _four() -> Text:
    return Text(zh="保留 4 位小数，四舍五入", en="four decimals, halves away from zero")


def _lost(after: Fraction, score: Fraction) -> str:
    return (
        f"{ratio(after)} × max(100 − {told(score)}, 0) ÷ 100"
        if score > FULL
        else f"{ratio(after)} × (100 − {told(score)}) ÷ 100"
    )


def _of_tree(scored: Scored, row: int, unit: int, points: str) -> list[Step]:
    """Return the points of a leaf of a tree: its exact share of the total times its exact score."""
    share, leaf = scored.shares[row].at(unit), scored.leaves[row].at(unit)
    if share is None or leaf is None:
        return []
    note = Text(zh="在总分里的确切份额 × 得分", en="exact share of the total × score")
    return [step("points", "得分点", "Points", f"{ratio(share)} × {ratio(leaf)}", points, note)]


def _weight(book: RuleBook, scored: Scored, row: int, unit: int, theme: str | None, after: Fraction) -> Step:
    """Return how the weight came about: times its theme, moved inside its process, then across processes."""
    card = book.scorecards.get(scored.card, {})
    code = scored.kpis[row]
    name = Text(zh="权重", en="Weight")
    if scored.shares or code not in card:
        return Step(code="weight", name=name, figures=ratio(after), result=plain_text(after, 4))
    times = _multipliers(book, scored, theme)
    used = {kpi: exact(card[kpi]) * times[kpi] for kpi in card}
    own, whole, counted, total = _shares(book, scored, unit, used, code)
    if not counted or not total or own * whole * FULL / (counted * total) != after:
        return Step(code="weight", name=name, figures=ratio(after), result=plain_text(after, 4))
    figures = told(exact(card[code]))
    if times[code] != 1:
        figures += f" × {told(times[code])}"
    if counted != whole:
        figures += f" × {told(whole)} ÷ {told(counted)}"
    if total != FULL:
        figures += f" × 100 ÷ {told(total)}"
    note = _why(book, scored, unit, moved=after != exact(card[code]), theme=theme)
    return Step(
        code="weight",
        name=name,
        figures=figures,
        result=shown(after) if "÷" not in ratio(after) else plain_text(after, 4),
        note=note,
    )


def _multipliers(book: RuleBook, scored: Scored, theme: str | None) -> dict[str, Fraction]:
    chosen = book.themes.get(theme or "")
    moving = chosen is not None and chosen.mode != "bonus"
    return {
        code: exact(chosen.multiplier) if chosen and moving and code in chosen.doubled else Fraction(1)
        for code in scored.kpis
    }


def _shares(
    book: RuleBook, scored: Scored, unit: int, used: dict[str, Fraction], code: str
) -> tuple[Fraction, Fraction, Fraction, Fraction]:
    """Return the used weight of the line, what its process has in all and scored, and what all scored processes have."""
    whole: dict[str, Fraction] = {}
    counted: dict[str, Fraction] = {}
    for row, kpi in enumerate(scored.kpis):
        if kpi in used:
            process = book.kpis[kpi].process
            applies = int(scored.statuses[row, unit]) != NOT_APPLICABLE
            whole[process] = whole.get(process, Fraction(0)) + used[kpi] * applies
            counted[process] = counted.get(process, Fraction(0)) + used[kpi] * bool(scored.counted[row, unit])
    total = sum((share for process, share in whole.items() if counted[process]), Fraction(0))
    own = book.kpis[code].process
    return used[code], whole[own], counted[own], total


def _why(book: RuleBook, scored: Scored, unit: int, *, moved: bool, theme: str | None) -> Text:
    """Return why a weight is not what the card says."""
    if not moved:
        return Text(zh="没有移动", en="not moved")
    kept = len(scored.kpis) - scored.extras
    gone = [book.kpis[code].name for row, code in enumerate(scored.kpis[:kept]) if not scored.counted[row, unit]]
    chosen = book.themes.get(theme or "")
    reasons = []
    if chosen is not None and chosen.mode != "bonus" and any(code in chosen.doubled for code in scored.kpis[:kept]):
        times = plain_text(chosen.multiplier)
        reasons.append(
            Text(
                zh=f"本月主题的指标权重乘以 {times}，合计仍为 100",
                en=f"the KPIs of the theme weigh {times} times, the sum stays 100",
            )
        )
    if gone:
        names = listed(gone)
        reasons.append(
            Text(
                zh=f"{names.zh}没有计分，权重移给其余指标",
                en=f"{names.en} not scored, their weight moved to the others",
            )
        )
    return Text(zh="；".join(one.zh for one in reasons), en="; ".join(one.en for one in reasons))
