"""One line of one unit, from the sums of its facts to the points it brings: the steps the engine really took."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from core.language import Text
from core.points import FACT_SCALE, decimal_text, exact
from scoring.aggregation import parts
from scoring.book_parts import Kpi
from scoring.columns import Column, Sums
from scoring.exposure import times_of
from scoring.factors import factor
from scoring.grid import Grid
from scoring.leaf import COUNTED_BY_EVENT
from scoring.methods import RELATIVE
from scoring.params import Params
from scoring.rulebook import RuleBook
from scoring.scored import CENT_PLACES, Scored
from scoring.sheet import Sheet
from scoring.shrinkage import peer_means
from scoring.statuses import POLICIES, SCORED
from scoring.steps.closing import limits, rounding
from scoring.steps.holding import holding
from scoring.steps.methods import worked
from scoring.steps.telling import At, Step, ratio, shown, step, told
from scoring.steps.weights import weighing

STATUS_WORDS = {
    1: Text(zh="没有数据，不计分", en="no data: not scored"),
    2: Text(zh="样本不足，不计分", en="too few samples: not scored"),
    3: Text(zh="同类太少，不计分", en="too few peers: not scored"),
    4: Text(zh="没有上月基数，不计分", en="no month before: not scored"),
    5: Text(zh="不适用于本单位", en="does not apply to this unit"),
}
POLICY_WORDS = {
    "zero": Text(zh="按零分计入", en="counts as nought"),
    "group_worst": Text(zh="按同类最低分计入", en="counts as the lowest score of the group"),
    "hold_last": Text(zh="沿用上月得分", en="last month's score stands"),
    "group_mean": Text(zh="按同类平均分计入", en="counts as the mean score of the group"),
    "not_scored": Text(zh="缺它不参加排名", en="without it there is no place"),
}

MOVED = Text(zh="权重移给其余指标", en="its weight moves to the others")
LEFT_TO_NODES = Text(zh="由上一层按其规则处理", en="the step above it goes on as its rule says")


@dataclass(frozen=True)
class Table:
    """What a card was scored from and what came out, for all units of a kind; `params` gives what holds for one unit."""

    book: RuleBook
    card: str
    theme: str | None
    sheet: Sheet
    scored: Scored

    def kpi(self, row: int) -> Kpi:
        """Return the KPI of a row."""
        return self.book.kpis[self.scored.kpis[row]]


def line_steps(table: Table, row: int, unit: int) -> tuple[Step, ...]:
    """Return the steps of one KPI at one unit, under the parameters that hold for it."""
    status = int(table.scored.statuses[row, unit])
    found = [*_measured(table, row, unit)]
    if status == SCORED:
        given = holding(table.book, table.kpi(row), table.sheet, table.scored.values[row], (table.card, unit))
        found += [*given.steps, *_scored(table, row, unit, given.params)]
    else:
        found.append(_unscored(table, row, unit, status))
    return (*found, *weighing(table.book, table.scored, row, unit, table.theme))


def sums_of(table: Table, kpi: Kpi) -> Sums | None:
    """Return the facts a KPI is scored on: its own, or those it reads."""
    return table.sheet.sums.get(kpi.code) or table.sheet.sums.get(kpi.facts)


def _measured(table: Table, row: int, unit: int) -> list[Step]:
    kpi, found = table.kpi(row), sums_of(table, table.kpi(row))
    if found is None or not found.known[unit]:
        return []
    num, den = (Fraction(int(column[unit]), FACT_SCALE) for column in (found.num, found.den))
    least = kpi.least_sample(table.card)
    steps = [_facts(kpi, num, den, int(found.sample[unit]))]
    if (one := _value(table, row, unit, (num, den))) is not None:
        steps.append(one)
    if least:
        enough = int(found.sample[unit]) >= least
        sign = "≥" if enough else "<"
        result = Text(zh="够", en="enough") if enough else Text(zh="不足", en="too few")
        steps.append(
            Step(
                code="sample",
                name=Text(zh="有效样本", en="Valid sample"),
                figures=f"{int(found.sample[unit])} {sign} {least}",
                result=str(int(found.sample[unit])),
                note=result,
            )
        )
    return [*steps, *_drawn(table, row, unit, (num, den))]


def _facts(kpi: Kpi, num: Fraction, den: Fraction, sample: int) -> Step:
    figures = told(num) if kpi.aggregation == "sum" else f"{told(num)} / {told(den)}"
    zh = f"{kpi.formula.zh}；有效样本 {sample}" if sample else kpi.formula.zh
    en = f"{kpi.formula.en}; valid sample {sample}" if sample else kpi.formula.en
    return step("facts", "事实合计", "Facts added up", figures, figures, Text(zh=zh, en=en))


def _value(table: Table, row: int, unit: int, sums: tuple[Fraction, Fraction]) -> Step | None:
    """Return how the sums become the measured value; None where nothing is divided."""
    kpi, measured = table.kpi(row), table.scored.measured[row].at(unit)
    num, den = sums
    times = factor(kpi.aggregation)
    if kpi.aggregation == "sum" or measured is None:
        return None
    if not den:
        return None
    own = num / den * times
    figures = f"{told(num)} ÷ {told(den)}" + ("" if times == 1 else f" × {told(times)}")
    return step("value", "实测值", "Measured value", figures, own)


def _times(table: Table, row: int, unit: int) -> Fraction | None:
    """Return what a unit's size or the length of the month multiplies by; None where nothing is scaled."""
    times = times_of(Params(table.kpi(row).params), table.sheet)
    return None if times is None else times.at(unit)


def _by_event(kpi: Kpi) -> bool:
    return kpi.method in COUNTED_BY_EVENT or kpi.params.get("variant") == "events"


def _drawn(table: Table, row: int, unit: int, sums: tuple[Fraction, Fraction]) -> list[Step]:
    """Return how a small sample leans on its peers, and how the value is brought to one size; none where it counts as it is."""
    kpi, counted = table.kpi(row), table.scored.values[row].at(unit)
    measured, times = table.scored.measured[row].at(unit), _times(table, row, unit)
    if counted is None or measured is None:
        return []
    scales = times not in {None, Fraction(0)} and not _by_event(kpi)
    drawn = counted / times if scales and times else counted
    steps = [] if drawn == measured else [_leaning(table, row, unit, sums, drawn)]
    if scales and times:
        note = Text(zh="按规模或天数折算", en="brought to one size or length of month")
        steps.append(step("exposure", "折算值", "Scaled value", f"{told(drawn)} × {ratio(times)}", counted, note))
    return steps


def _leaning(table: Table, row: int, unit: int, sums: tuple[Fraction, Fraction], counted: Fraction) -> Step:
    kpi = table.kpi(row)
    name = Text(zh="计分值", en="Counted value")
    prior, answers = _prior(table, row, unit), exact(kpi.shrink or 0)
    factors, (num, den) = factor(kpi.aggregation), sums
    if prior is None or not den + answers or (num + answers * prior) / (den + answers) * factors != counted:
        note = Text(zh="小样本向同类均值收缩", en="a small sample leans on its peers")
        measured = table.scored.measured[row].at(unit) or counted
        return Step(code="shrinkage", name=name, figures=told(measured), result=shown(counted), note=note)
    figures = f"({told(num)} + {told(answers)} × {ratio(prior)}) ÷ ({told(den)} + {told(answers)})"
    figures += "" if factors == 1 else f" × {told(factors)}"
    note = Text(
        zh=f"小样本向同类均值收缩：再加 {told(answers)} 个同类平均样本（均值 {told(prior * factors)}）",
        en=f"a small sample leans on its peers: {told(answers)} more answers at their mean of {told(prior * factors)}",
    )
    return Step(code="shrinkage", name=name, figures=figures, result=shown(counted), note=note)


def _prior(table: Table, row: int, unit: int) -> Fraction | None:
    kpi, sums = table.kpi(row), sums_of(table, table.kpi(row))
    fixed = table.sheet.priors.get(kpi.code)
    if fixed is not None:
        return fixed
    if kpi.prior is not None:
        return exact(kpi.prior) / factor(kpi.aggregation)
    if sums is None:
        return None
    plain, counts = parts(sums, kpi.aggregation), table.sheet.population
    known = plain.known if counts is None else plain.known & counts
    means = peer_means(Column(plain.num, plain.den, known), table.sheet.group)
    return means[int(table.sheet.group[unit])]


def _scored(table: Table, row: int, unit: int, given: Mapping[str, Any]) -> list[Step]:
    kpi, scored = table.kpi(row), table.scored
    value = scored.values[row].at(unit)
    score = Fraction(int(scored.scores[row, unit]), 10**scored.places)
    if value is None:
        return [_plainly(score)]
    found = worked(kpi.method, _at(table, row, unit, value, given))
    text = _score_text(scored, row, unit)
    if found is None:
        return [_plainly(score, told(value))]
    held, steps = limits(kpi.method, given, found.raw)
    if abs(held - score) > _tolerance(kpi, scored.places):
        return [_plainly(score, told(value))]
    return [*found.steps, *steps, rounding(kpi, table.book, told(held), text)]


def _score_text(scored: Scored, row: int, unit: int) -> str:
    """Return a score with two decimals, and with more only as far as it has them: another KPI may be kept finer."""
    whole, _, rest = decimal_text(int(scored.scores[row, unit]), scored.places).partition(".")
    return f"{whole}.{rest.rstrip('0'):0<{CENT_PLACES}}"


def _tolerance(kpi: Kpi, places: int) -> Fraction:
    """Return how far rounding alone can move a score."""
    step_size = None if kpi.round in {None, "none"} else Grid.of(kpi.round).step  # type: ignore[arg-type]  # a rounding
    return max(Fraction(1, 10**places), step_size or Fraction(0))


def _plainly(score: Fraction, figures: str = "") -> Step:
    note = Text(zh="按本指标的规则", en="by the rule of this KPI")
    return step("method", "按值得分", "Value to score", figures, score, note)


def _at(table: Table, row: int, unit: int, value: Fraction, given: Mapping[str, Any]) -> At:
    kpi, sheet = table.kpi(row), table.sheet
    items = sheet.items.get(kpi.code) or sheet.items.get(kpi.facts) or {}
    previous = sheet.previous.get(kpi.code) or sheet.previous.get(kpi.facts)
    before = None if previous is None else parts(previous, kpi.aggregation).at(unit)
    constants = sheet.constants.get(kpi.code) or sheet.constants.get(kpi.facts) or {}
    fixed = {name: held for name, column in constants.items() if (held := column.at(unit)) is not None}
    sums, counts = sums_of(table, kpi), sheet.population
    earlier = None if before is None else before * factor(kpi.aggregation)
    return At(
        value=value,
        given=given,
        previous=earlier,
        items={code: Fraction(int(one.num[unit]), FACT_SCALE) for code, one in items.items() if one.known[unit]},
        constants=fixed,
        names={code: item.name for code, item in kpi.items.items()},
        peers=_peers(table, row, unit, given) if kpi.method in RELATIVE else (),
        counts=counts is None or bool(counts[unit]),
        times=_times(table, row, unit) if _by_event(kpi) else None,
        parts={"previous": earlier, **(_parts(sums, unit) if sums else {})},
    )


def _parts(sums: Sums, unit: int) -> dict[str, Fraction | None]:
    """Return what a formula may name of the facts."""
    return {
        "num": Fraction(int(sums.num[unit]), FACT_SCALE),
        "den": Fraction(int(sums.den[unit]), FACT_SCALE),
        "sample": Fraction(int(sums.sample[unit])),
    }


def _peers(table: Table, row: int, unit: int, given: Mapping[str, Any]) -> tuple[Fraction, ...]:
    """Return the counted values of everybody the unit is compared with, its own among them."""
    values, sheet = table.scored.values[row], table.sheet
    among = values.known.copy()
    if given.get("scope", "group") != "all":
        among &= sheet.group == sheet.group[unit]
    if sheet.population is not None:
        among &= sheet.population
    among[unit] = True
    return tuple(found for at in np.flatnonzero(among).tolist() if (found := values.at(at)) is not None)


def _unscored(table: Table, row: int, unit: int, status: int) -> Step:
    policy = POLICIES[int(table.scored.policies[row, unit])] if table.scored.policies[row, unit] else ""
    words = STATUS_WORDS[status]
    note = POLICY_WORDS.get(policy) or (LEFT_TO_NODES if table.card in table.book.trees else MOVED)
    counted = bool(table.scored.counted[row, unit])
    text = _score_text(table.scored, row, unit) if counted else "–"
    return Step(code="missing", name=words, figures="", result=text, note=note)
