"""A report as tables for people to open: units, awards, coaching, and a line a month."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

import msgspec

from core.language import Language, Text
from core.points import CENTS
from core.sheets.writing import Page, Value, csv_bytes, xlsx_bytes
from months.simulation.report import Report

MONTHS = Text(zh="逐月", en="Months")
UNITS = Text(zh="单位", en="Units")
AWARDS = Text(zh="奖项", en="Awards")
COACHING = Text(zh="帮扶", en="Coaching")
MONTH, KIND, CODE, NAME, GROUP = (
    Text(zh="月份", en="Month"), Text(zh="类别", en="Kind"), Text(zh="编码", en="Code"), Text(zh="名称", en="Name"),
    Text(zh="同类组", en="Peer group"),
)  # fmt: skip
TODAY, DRAFT, CHANGE = Text(zh="现行", en="Today"), Text(zh="草案", en="Draft"), Text(zh="变化", en="Change")
TOTAL, PLACE, PEER_PLACE = (
    Text(zh="总分", en="Total"),
    Text(zh="名次", en="Place"),
    Text(zh="组内名次", en="Place in group"),
)
WON, LOST = Text(zh="得奖", en="won"), Text(zh="失去", en="lost")
ON, OFF = Text(zh="新增", en="new"), Text(zh="不再", en="no longer")
POINTS, TRIGGERS = Text(zh="奖励积分", en="Reward points"), Text(zh="触发", en="Triggers")


class Names(msgspec.Struct, frozen=True):
    """What things are called: units by month (code and name), kinds, peer groups by kind, awards and triggers by code."""

    units: Mapping[int, Mapping[int, tuple[str, Text]]]
    kinds: Mapping[str, Text]
    groups: Mapping[tuple[str, str], Text]
    awards: Mapping[str, Text]
    triggers: Mapping[str, Text]
    tried: Text = DRAFT
    """What stands beside today: a draft of the rules, or the month after a change."""

    def unit(self, month: int, unit: int) -> tuple[str, Text]:
        """Return code and name of a unit."""
        return self.units.get(month, {}).get(unit) or (str(unit), Text(zh=str(unit), en=str(unit)))


def workbook(report: Report, names: Names, language: Language) -> bytes:
    """Return a workbook with a sheet for each table."""
    tables = ((MONTHS, month_rows), (UNITS, unit_rows), (AWARDS, award_rows), (COACHING, coaching_rows))
    return xlsx_bytes(
        [
            Page(name=name.read(language), rows=list(rows(report, names, language)), widths=(9, 12, 12, 26, 10))
            for name, rows in tables
        ]
    )


def csv_file(report: Report, names: Names, language: Language) -> bytes:
    """Return the table of units as CSV."""
    return csv_bytes(unit_rows(report, names, language))


def month_rows(report: Report, names: Names, language: Language) -> Iterator[list[Value]]:
    """Yield a line for each kind of each month: units that gain and lose, correlations."""
    words = (
        MONTH, KIND, Text(zh="升", en="Gain"), Text(zh="降", en="Lose"), Text(zh="不变", en="Same"),
        Text(zh="名次有变", en="Change place"), Text(zh="等级相关", en="Spearman"), Text(zh="肯德尔", en="Kendall"),
    )  # fmt: skip
    yield [word.read(language) for word in words]
    for month in report.months:
        for card in month.cards:
            pairs = [(a, b) for a, b in zip(card.old, card.new, strict=True) if a is not None and b is not None]
            moved = sum(a != b for a, b in zip(card.old_rank, card.new_rank, strict=True))
            counts = (sum(b > a for a, b in pairs), sum(b < a for a, b in pairs), sum(a == b for a, b in pairs))
            alike = (Decimal(one.text()) if one else None for one in (card.spearman, card.kendall))
            yield [month.month, _kind(names, card.card, language), *counts, moved, *alike]


def unit_rows(report: Report, names: Names, language: Language) -> Iterator[list[Value]]:
    """Yield a line for each unit of each month."""
    both = (
        f"{what.read(language)} {when.read(language)}"
        for what in (TOTAL, PLACE, PEER_PLACE)
        for when in (TODAY, names.tried)
    )
    old, new, *places = both
    yield [
        *(word.read(language) for word in (MONTH, KIND, CODE, NAME, GROUP)),
        old,
        new,
        CHANGE.read(language),
        *places,
    ]
    for month in report.months:
        for card in month.cards:
            columns = (card.old, card.new, card.old_rank, card.new_rank, card.old_peer, card.new_peer)
            for unit, group, before, after, *ranks in zip(card.units, card.group, *columns, strict=True):
                code, name = names.unit(month.month, unit)
                change = _points(after - before) if before is not None and after is not None else None
                kind, of = _kind(names, card.card, language), _group(names, card.card, card.groups[group], language)
                yield [
                    month.month,
                    kind,
                    code,
                    name.read(language),
                    of,
                    _points(before),
                    _points(after),
                    change,
                    *ranks,
                ]


def award_rows(report: Report, names: Names, language: Language) -> Iterator[list[Value]]:
    """Yield a line for each award that changes hands."""
    words = (MONTH, AWARDS, CODE, NAME, CHANGE, POINTS)
    yield [
        *(word.read(language) for word in words),
        *(f"{PEER_PLACE.read(language)} {one.read(language)}" for one in (TODAY, names.tried)),
    ]
    for month in report.months:
        for one in month.awards:
            code, name = names.unit(month.month, one.unit)
            award, what = names.awards.get(one.award), (WON if one.won else LOST).read(language)
            points = one.points if one.won else -one.points
            yield [
                month.month,
                award.read(language) if award else one.award,
                code,
                name.read(language),
                what,
                points,
                one.old_rank,
                one.new_rank,
            ]


def coaching_rows(report: Report, names: Names, language: Language) -> Iterator[list[Value]]:
    """Yield a line for each unit that would be helped anew or no longer."""
    yield [word.read(language) for word in (MONTH, CODE, NAME, CHANGE, TRIGGERS)]
    comma = "、" if language == "zh" else ", "
    for month in report.months:
        for one in month.coaching:
            code, name = names.unit(month.month, one.unit)
            fired = comma.join(
                names.triggers[code].read(language) if code in names.triggers else code for code in one.triggers
            )
            yield [month.month, code, name.read(language), (ON if one.on else OFF).read(language), fired]


def _points(cents: int | None) -> Value:
    return None if cents is None else Decimal(cents) / CENTS


def _kind(names: Names, code: str, language: Language) -> str:
    found = names.kinds.get(code)
    return found.read(language) if found else code


def _group(names: Names, kind: str, code: str, language: Language) -> str:
    found = names.groups.get((kind, code))
    return found.read(language) if found else code
