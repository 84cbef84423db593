"""Believable facts of one month, in columns, by source; the same bytes for the same seed number on any machine."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

import numpy as np

from core.period import days_in, first_day, shifted
from core.points import FACT_SCALE
from seeds import draw
from seeds.draw import MILLION, THOUSAND, Wholes
from seeds.flows import Flow, Missing, Odd, Story, flows
from seeds.quality import Month, People, quality
from seeds.slots import Slots, slots
from seeds.units import Company

DAYS_A_WEEK = 7
VALUE = 10_000
"""Values, noises and bounds of the flows are integers of 1/10,000."""
PERCENT = 100
RARE = 8 * MILLION
RARE_TRIES = 12


class Facts(NamedTuple):
    """Facts of one source: codes once, then columns; numerators and denominators in 1/FACT_SCALE, days as ordinals."""

    source: str
    kpis: tuple[str, ...]
    items: tuple[str, ...]
    kpi: Wholes
    unit: Wholes
    item: Wholes
    day: Wholes
    span: Wholes
    num: Wholes
    den: Wholes
    sample: Wholes


class Part(NamedTuple):
    """The rows of one flow."""

    flow: Flow
    unit: Wholes
    item: Wholes
    day: Wholes
    span: Wholes
    num: Wholes
    den: Wholes


def facts(company: Company, month: Month, story: Story, *, running: bool = False) -> tuple[Facts, ...]:
    """Return the month's facts, one set for each source; in the running month those that are late are left out."""
    people = People(company)
    parts: list[Part] = []
    for flow in flows():
        part = _part(people, flow, month, story, parts)
        if running:
            part = _odd(_arrived(part, people, month, story.missing), people, story.odd)
        parts.append(part)
    ordered = sorted(parts, key=lambda part: part.flow.source)
    return tuple(
        _joined(source, list(group), people) for source, group in groupby(ordered, key=lambda part: part.flow.source)
    )


def lead_in(company: Company, first_month: int, months: int, story: Story) -> tuple[Facts, ...]:
    """Return what sparse visits found in the months before the first, so that rolling windows are full from the start."""
    people = People(company)
    found: list[Part] = []
    for back in range(months, 0, -1):
        month = shifted(first_month, -back)
        through = date.fromordinal(first_day(month).toordinal() + days_in(month) - 1)
        about = Month(month, -back, through, frozenset())
        found.extend(_part(people, flow, about, story, ()) for flow in flows() if flow.when == "visit")
    ordered = sorted(found, key=lambda part: part.flow.source)
    return tuple(
        _joined(source, list(group), people) for source, group in groupby(ordered, key=lambda part: part.flow.source)
    )


def _part(people: People, flow: Flow, month: Month, story: Story, before: Sequence[Part]) -> Part:
    """Return the facts of one flow."""
    units = people.of_kind(flow.at)
    when = _open(slots(flow, units, people.company.seed, month.month, month.through), people.opened[units])
    level = quality(people, units, flow, month, story.effect)
    value = (flow.middle + flow.trend * month.number + flow.swing * level // THOUSAND)[when.place]
    unit = units[when.place]
    chance = draw.keys(draw.key(people.company.seed, "fact", flow.kpi, flow.item, flow.at), unit, when.day)
    if flow.how == "rating":
        return _ratings(people, flow, Slots(unit, when.day, when.span), value, chance)
    tries = (
        _counted(people, unit, when, before, flow.by)
        if _is_kpi(flow.by, before)
        else _tries(people, flow, unit, when, chance, month.month)
    )
    num, den = _measured(flow, value, tries, chance)
    keep = den > 0
    columns = (column[keep] for column in (unit, np.zeros_like(unit), when.day, when.span, num, den))
    return Part(flow, *columns)


def _open(when: Slots, opened: Wholes) -> Slots:
    keep = when.day >= opened[when.place]
    return Slots(*(column[keep] for column in when))


def _is_kpi(by: str, before: Sequence[Part]) -> bool:
    return any(part.flow.kpi == by for part in before)


def _tries(people: People, flow: Flow, unit: Wholes, when: Slots, chance: draw.Keys, month: int) -> Wholes:
    """Return calls, answers, checks or customers behind each fact."""
    if flow.how == "rate":
        return people.exposure[unit] * when.span // days_in(month)
    if flow.how == "count":
        return np.ones_like(unit)
    scale = {"customers": people.exposure, "traffic": people.traffic}.get(flow.by)
    tries = np.full_like(unit, flow.tries) if scale is None else flow.tries * scale[unit] // THOUSAND
    if flow.when == "duty":
        return 1 + draw.below(draw.keys(1, chance.astype(np.int64)), 2 * tries - 1)
    if flow.when == "weekly":
        tries = tries * when.span // DAYS_A_WEEK
    if flow.when in ("daily", "weekly"):
        tries = tries * (850 + draw.below(draw.keys(2, chance.astype(np.int64)), 300)) // THOUSAND
    return np.maximum(tries, 1)


def _counted(people: People, unit: Wholes, when: Slots, before: Sequence[Part], kpi: str) -> Wholes:
    """Return the answers that another KPI's facts of the people below each unit hold in the same days."""
    totals = np.zeros(len(unit), dtype=np.int64)
    for part in before:
        if part.flow.kpi == kpi:
            for first in np.unique(when.day):
                rows = when.day == first
                within = (part.day >= first) & (part.day < first + when.span[rows][0])
                found = np.zeros(len(people.parent), dtype=np.int64)
                np.add.at(found, people.parent[people.parent[part.unit[within]]], part.den[within] // FACT_SCALE)
                totals[rows] += found[unit[rows]]
    return totals


def _measured(flow: Flow, value: Wholes, tries: Wholes, chance: draw.Keys) -> tuple[Wholes, Wholes]:
    """Return numerators and denominators in 1/FACT_SCALE from values in 1/10,000."""
    match flow.how:
        case "share" | "percent":
            won = draw.hits(chance, tries, np.clip(value, 0, MILLION))
            num = won if flow.how == "share" else won * PERCENT
        case "mean":
            spread = draw.root(tries * MILLION) * flow.noise // THOUSAND
            total = (tries * value + spread * draw.normal(chance) // THOUSAND + VALUE // 2) // VALUE
            num = np.clip(total, -(-tries * (flow.low or 0) // VALUE), _most(flow, tries, total))
        case "rate":
            num = _events(chance, np.maximum(value, 0) * tries // 100)
        case _:
            size = 1 + draw.below(draw.keys(3, chance.astype(np.int64)), max(flow.noise // VALUE, 1))
            num = _events(chance, np.maximum(value, 0) * 100) * size
    return num * FACT_SCALE, tries * FACT_SCALE


def _most(flow: Flow, tries: Wholes, total: Wholes) -> Wholes:
    return total if flow.high is None else tries * flow.high // VALUE


def _events(chance: draw.Keys, expected: Wholes) -> Wholes:
    """Return numbers of events; expectations in millionths."""
    rare = draw.hits(chance, np.full_like(expected, RARE_TRIES), np.minimum(expected // RARE_TRIES, MILLION))
    many = (expected + draw.root(expected) * draw.normal(chance) + MILLION // 2) // MILLION
    return np.where(expected < RARE, rare, np.maximum(many, 0))


def _ratings(people: People, flow: Flow, when: Slots, value: Wholes, chance: draw.Keys) -> Part:
    """Return one rating of each unit by each branch; the rater is the item, its number that of the branch."""
    raters = people.of_kind("branch")
    unit, day, span, middle = (np.repeat(column, len(raters)) for column in (when.place, when.day, when.span, value))
    rater = np.tile(raters, len(when.place))
    rating = (
        middle
        + flow.noise * draw.normal(draw.keys(4, np.repeat(chance.astype(np.int64), len(raters)), rater)) // THOUSAND
    )
    tenth = VALUE // 10
    num = np.clip(rating // tenth * tenth, flow.low or 0, flow.high or 10 * VALUE)
    return Part(flow, unit, rater, day, span, num * (FACT_SCALE // VALUE), np.full_like(num, FACT_SCALE))


def _arrived(part: Part, people: People, month: Month, missing: Sequence[Missing]) -> Part:
    """Return the facts without those that are late."""
    first = first_day(month.month).toordinal()
    keep = np.ones(len(part.unit), dtype=bool)
    for late in missing:
        if late.kpi == part.flow.kpi:
            keep &= ~(people.below(late.below)[part.unit] & (part.day >= first + late.from_day - 1))
    return Part(part.flow, *(column[keep] for column in part[1:]))


def _odd(part: Part, people: People, odd: Sequence[Odd]) -> Part:
    """Return the facts with those changed of whom the story tells something odd."""
    num = part.num
    for one in odd:
        if (one.kpi, one.kind) == (part.flow.kpi, part.flow.at):
            units = people.of_kind(one.kind)
            num = np.where(part.unit == units[one.number % len(units)], one.value * part.den, num)
    return part._replace(num=num)


def _joined(source: str, parts: Sequence[Part], people: People) -> Facts:
    """Return the flows of one source as one set of columns; item 0 means none."""
    kpis = tuple(dict.fromkeys(part.flow.kpi for part in parts))
    items = ("", *dict.fromkeys(item for part in parts for item in _item_codes(part, people)))
    place = {code: number for number, code in enumerate(items)}
    numbers = [np.array([place[code] for code in _item_codes(part, people)], dtype=np.int64) for part in parts]
    return Facts(
        source, kpis, items,
        kpi=np.concatenate([np.full(len(part.unit), kpis.index(part.flow.kpi), dtype=np.int64) for part in parts]),
        unit=np.concatenate([part.unit for part in parts]),
        item=np.concatenate([_items(part, codes) for part, codes in zip(parts, numbers, strict=True)]),
        day=np.concatenate([part.day for part in parts]),
        span=np.concatenate([part.span for part in parts]),
        num=np.concatenate([part.num for part in parts]),
        den=np.concatenate([part.den for part in parts]),
        sample=np.concatenate([part.den for part in parts]) // FACT_SCALE,
    )  # fmt: skip


def _item_codes(part: Part, people: People) -> Iterator[str]:
    """Yield the codes of a flow's items: its raters, its kind of event, or none."""
    if part.flow.how == "rating":
        yield from (people.company.units[number].code for number in np.unique(part.item).tolist())
    else:
        yield part.flow.item


def _items(part: Part, codes: Wholes) -> Wholes:
    """Return the item column: the n-th distinct rater of the flow has the n-th code."""
    if part.flow.how != "rating" or not len(part.item):
        return np.full(len(part.unit), codes[0] if len(codes) else 0, dtype=np.int64)
    return codes[np.unique(part.item, return_inverse=True)[1]]
