"""What is wrong with a contest: every field, why, and what would be right."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from core.errors import Place, Problem
from core.language import Text
from core.period import month_name, month_of
from months.contests.spec import TOTAL, Elimination, HeadToHead, League, Spec, TeamGoal, days_of, units_of

FEWEST = 2
MOST_NAMED = 5


class Said(NamedTuple):
    """How people call units and boards: codes by number, names by kind."""

    codes: Mapping[int, str]
    cards: Mapping[str, Text]

    def units(self, numbers: Sequence[int]) -> str:
        """Return the first few units by their codes."""
        return ", ".join(self.codes.get(one, f"#{one}") for one in numbers[:MOST_NAMED])

    def card(self, code: str) -> Text:
        """Return what a kind of unit is called."""
        return self.cards.get(code, Text(zh=code, en=code))


NUMBERS = Said({}, {})


def problems(
    spec: Spec, *, month: int, kinds: Mapping[int, str], measures: Collection[str], said: Said = NUMBERS
) -> tuple[Problem, ...]:
    """Return every problem; `kinds` is the kind of each unit of the month, `measures` what its boards are ranked by."""
    return (
        *_shape(spec, said),
        *_days(days_of(spec), month),
        *_units(spec, kinds, said),
        *_measure(spec.measure, measures),
    )


def _shape(spec: Spec, said: Said) -> Iterator[Problem]:
    if isinstance(spec, HeadToHead):
        yield from _duels(spec)
    elif isinstance(spec, TeamGoal):
        yield from _groups("teams", [team.units for team in spec.teams], said, fewest=1)
    elif isinstance(spec, League):
        yield from _league(spec, said)
    elif isinstance(spec, Elimination):
        yield from _elimination(spec, said)
    elif len(set(spec.units)) < FEWEST:
        yield _few("units")


def _duels(spec: HeadToHead) -> Iterator[Problem]:
    if not spec.pairs:
        yield _said("pairs", "no_pairs", "还没有对决。请至少写一对单位。", "There is no duel. Write at least one pair.")
    for at, duel in enumerate(spec.pairs):
        if duel.left == duel.right:
            zh, en = "单位不能和自己对决。请换一个对手。", "A unit cannot meet itself. Choose another opponent."
            yield _said(f"pairs.{at}", "against_itself", zh, en)
    twice = Counter(frozenset((duel.left, duel.right)) for duel in spec.pairs)
    if any(times > 1 for times in twice.values()):
        zh, en = "同一对单位写了两次。请只留一次。", "A pair stands twice. Keep it once."
        yield _said("pairs", "pair_twice", zh, en)


def _groups(field: str, groups: list[tuple[int, ...]], said: Said, *, fewest: int) -> Iterator[Problem]:
    if len(groups) < fewest:
        zh, en = "至少要有 {n} 组。", "At least {n} groups are needed."
        yield _said(field, "too_few_groups", zh, en, n=fewest)
    for at, units in enumerate(groups):
        if len(set(units)) < FEWEST:
            yield _few(f"{field}.{at}.units")
    yield from _once(field, [unit for units in groups for unit in units], said)


def _league(spec: League, said: Said) -> Iterator[Problem]:
    yield from _groups("divisions", [one.units for one in spec.divisions], said, fewest=FEWEST)
    inner = spec.divisions[1:-1]
    least = min((len(one.units) for one in spec.divisions), default=0)
    roomy = min((len(one.units) // 2 for one in inner), default=least)
    most = min(least, roomy)
    if spec.divisions and spec.moves > max(most, 1):
        zh = "升降名额 {n} 超过最小级别能容纳的数。请不超过 {most}。"
        en = "{n} places up and down are more than the smallest class holds. Write at most {most}."
        yield _said("moves", "too_many_moves", zh, en, n=spec.moves, most=max(most, 1))


def _elimination(spec: Elimination, said: Said) -> Iterator[Problem]:
    units = set(spec.units)
    if len(units) < FEWEST:
        yield _few("units")
    yield from _once("units", list(spec.units), said)
    leaving = sum(one.leave for one in spec.rounds)
    if not spec.rounds:
        yield _said("rounds", "no_rounds", "还没有轮次。请至少写一轮。", "There is no round. Write at least one.")
    elif leaving >= len(units):
        zh = "各轮共淘汰 {leave} 个，参加的只有 {n} 个。请让合计小于 {n}。"
        en = "The rounds send {leave} away, and only {n} take part. Let the sum stay below {n}."
        yield _said("rounds", "nobody_left", zh, en, leave=leaving, n=len(units))


def _once(field: str, units: list[int], said: Said) -> Iterator[Problem]:
    twice = sorted(unit for unit, times in Counter(units).items() if times > 1)
    if twice:
        zh, en = "有单位写了两次：{units}。请只留一次。", "Units stand twice: {units}. Keep each once."
        yield _said(field, "unit_twice", zh, en, units=said.units(twice))


def _days(days: tuple[date | None, ...], month: int) -> Iterator[Problem]:
    for at, day in enumerate(days):
        if day is not None and month_of(day) != month:
            zh = "{day} 不在这个月里。请写{month}的日期。"
            en = "{day} is not in this month. Write a day of {month}."
            yield _said(f"days.{at}", "day_outside", zh, en, day=day.isoformat(), month=month_name(month))
    told = [day for day in days if day is not None]
    if not days or told != sorted(set(told)) or None in days[:-1]:
        zh = "日期要由早到晚、各不相同；不写日期的一轮只能是最后一轮。"
        en = "Days go from early to late, each once; a round without a day can only be the last."
        yield _said("days", "days_out_of_order", zh, en)


def _units(spec: Spec, kinds: Mapping[int, str], said: Said) -> Iterator[Problem]:
    units = dict.fromkeys(units_of(spec))
    strangers = [unit for unit in units if unit not in kinds]
    if strangers:
        zh, en = "这个月没有这些单位：{units}。请核对编码。", "The month has no such units: {units}. Check the codes."
        yield _said("units", "no_such_unit", zh, en, units=said.units(strangers))
    others = [unit for unit in units if unit in kinds and kinds[unit] != spec.card]
    if others:
        zh = "这些单位不在“{card}”榜上：{units}。请换榜单，或只写这一类单位。"
        en = "These units do not stand on the board “{card}”: {units}. Choose their board, or units of that kind alone."
        yield _said("units", "other_kind", zh, en, units=said.units(others), card=said.card(spec.card))


def _measure(measure: str, measures: Collection[str]) -> Iterator[Problem]:
    if measure != TOTAL and measure not in measures:
        zh = "没有“{name}”这个榜单指标。请用 total 或过程编码：{known}。"
        en = "No board is ranked by “{name}”. Use total or the code of a process: {known}."
        yield _said("measure", "no_such_measure", zh, en, name=measure, known=", ".join(measures))


def _few(field: str) -> Problem:
    return _said(field, "too_few_units", "至少要有两个单位。", "At least two units are needed.")


def _said(field: str, code: str, zh: str, en: str, **values: object) -> Problem:
    return Problem(code=code, sentence=Text(zh=zh, en=en).format(**values), place=Place(path=field))
