"""Snapshots of some months turned into what the review looks at."""

from collections.abc import Collection, Mapping, Sequence

import msgspec

from coaching.diagnosis import main_item
from coaching.review import Member
from leaderboards.flags import BARRED, PROTECTED
from leaderboards.month_board import MonthBoard, Standing
from scoring.losses import CardLine, CardLosses
from scoring.packing import PackedLine, UnitLines
from scoring.rulebook import RuleBook
from scoring.statuses import NOT_APPLICABLE

Lines = Mapping[int, Sequence[PackedLine]]
MANY = 64
"""From so many units on, lines are looked at as columns."""


class Month(msgspec.Struct, frozen=True, kw_only=True):
    """One month as it was ranked: the board, its stored lines by unit, and the rule book it was scored by."""

    board: MonthBoard
    lines: Lines
    book: RuleBook
    main_items: dict[int, str | None] = msgspec.field(default_factory=dict)
    """The main lost items by unit, as far as they were asked for; they follow from the rest."""


def members(
    card: str,
    months: Sequence[Month],
    codes: Mapping[int, str],
    *,
    diagnosed: bool = True,
    only: Collection[int] | None = None,
) -> list[Member]:
    """Return the units of a card with their history; months are newest first and the newest is the one reviewed.

    `codes` names KPIs by number. A gap between the months is a month without a board: the caller ends the list there.
    Who only asks whom the triggers catch, and not on what, leaves out the losses where no trigger looks at them. With
    `only` the others are left out.
    """
    newest = months[0]
    wanted = (
        _reviewed(card, newest) if only is None else [one for one in _reviewed(card, newest) if one.unit_id in only]
    )
    if not diagnosed:
        repeats = newest.book.coaching.rule_of(card).repeat_months
        counting = _counters(card, months[:repeats], wanted, codes) if repeats <= len(months) else []
        _find_main_items([one.unit_id for one in wanted], months, counting, codes)
        return [_undiagnosed(standing, months, counting, codes) for standing in wanted]
    return _whole(wanted, card, months, codes)


def medians(card: str, month: Month, lines: UnitLines, codes: Mapping[int, str]) -> dict[str, dict[str, int]]:
    """Return by peer group the median score of each KPI in cents, from the lines as they are stored."""
    from scoring.line_columns import medians as medians_of  # numpy is imported late: this module is also read by pages

    groups: dict[str, list[bytes]] = {}
    for one in _reviewed(card, month):
        groups.setdefault(one.group, []).append(lines.packed.get(one.unit_id, b""))
    return {group: {codes[kpi]: score for kpi, score in medians_of(packed).items()} for group, packed in groups.items()}


def _reviewed(card: str, month: Month) -> list[Standing]:
    return [one for one in month.board.by_card.get(card, ()) if one.rank is not None or one.flags & BARRED]


def _whole(wanted: Sequence[Standing], card: str, months: Sequence[Month], codes: Mapping[int, str]) -> list[Member]:
    counted = _counters(card, months, wanted, codes)
    return [_member(standing, months, counted, codes) for standing in wanted]


def _counters(
    card: str, months: Sequence[Month], wanted: Sequence[Standing], codes: Mapping[int, str]
) -> list[CardLosses]:
    """Return what counts the losses of each month, prepared for the units that are wanted."""
    found = [CardLosses(month.book, card, month.board.detail.theme) for month in months]
    for losses, month in zip(found, months, strict=True):
        losses.learn(card_lines(month.lines.get(one.unit_id, ()), codes) for one in wanted)
    return found


def _member(
    standing: Standing, months: Sequence[Month], counted: Sequence[CardLosses], codes: Mapping[int, str]
) -> Member:
    unit = standing.unit_id
    lines = [card_lines(month.lines.get(unit, ()), codes) for month in months]
    losses = [losses.of(found) for losses, found in zip(counted, lines, strict=True)]
    processes = zip(months[0].board.detail.processes, standing.processes, strict=True)
    return Member(
        unit_id=unit,
        group=standing.group,
        totals=tuple(_total(month.board.by_unit.get(unit)) for month in months),
        variances=_variances(unit, months),
        place=standing.peer_rank,
        barred=bool(standing.flags & BARRED),
        protected=standing.status == PROTECTED,
        classes={one.code: one.step for one in months[0].board.classes_of(standing)},
        processes={code: score for code, score in processes if score is not None},
        scores={line.kpi: line.score for line in lines[0] if line.counted},
        losses=losses[0],
        earlier_items=tuple(main_item(found) for found in losses[1:]),
    )


def _undiagnosed(
    standing: Standing, months: Sequence[Month], counting: Sequence[CardLosses], codes: Mapping[int, str]
) -> Member:
    """Return what the triggers look at: of losses only which item was the main one, as many months back as they ask."""
    items: list[str | None] = []
    for month, losses in zip(months, counting, strict=False):
        items.append(_main_item(standing.unit_id, month, losses, codes))
        if items[-1] != items[0] or items[0] is None:
            break  # nothing is repeated, whatever the months before say
    processes = zip(months[0].board.detail.processes, standing.processes, strict=True)
    return Member(
        unit_id=standing.unit_id,
        group=standing.group,
        totals=tuple(_total(month.board.by_unit.get(standing.unit_id)) for month in months),
        variances=_variances(standing.unit_id, months),
        place=standing.peer_rank,
        barred=bool(standing.flags & BARRED),
        protected=standing.status == PROTECTED,
        classes={one.code: one.step for one in months[0].board.classes_of(standing)},
        processes={code: score for code, score in processes if score is not None},
        newest_item=items[0] if items else None,
        earlier_items=tuple(items[1:]),
    )


def _find_main_items(
    units: Sequence[int], months: Sequence[Month], counting: Sequence[CardLosses], codes: Mapping[int, str]
) -> None:
    """Work the main items out of many units at once, as far back as they stay the same; a few are asked for one by one."""
    left = units
    for month, losses in zip(months, counting, strict=False):
        if len(left) < MANY or not losses.by_pattern or not isinstance(month.lines, UnitLines):
            return
        from scoring.line_columns import main_items  # numpy is imported late: this module is also read by pages

        packed = {unit: month.lines.packed.get(unit, b"") for unit in left if unit not in month.main_items}
        month.main_items.update(main_items(packed, losses, codes))
        newest = months[0].main_items
        left = [unit for unit in left if newest[unit] is not None and month.main_items[unit] == newest[unit]]


def _main_item(unit: int, month: Month, losses: CardLosses, codes: Mapping[int, str]) -> str | None:
    if unit not in month.main_items:
        month.main_items[unit] = losses.main_item(card_lines(month.lines.get(unit, ()), codes))
    return month.main_items[unit]


def card_lines(lines: Sequence[PackedLine], codes: Mapping[int, str]) -> list[CardLine]:
    """Return stored lines by the code of their KPI."""
    return [
        CardLine(
            kpi=codes[line.kpi_id],
            score=line.score,
            counted=line.counted,
            applicable=line.status != NOT_APPLICABLE,
            points=line.points,
        )
        for line in lines
    ]


def _variances(unit: int, months: Sequence[Month]) -> tuple[int, ...]:
    """Return how much chance stands in the totals; nothing where no rule looks at it."""
    if not any(rule.beyond_noise for rule in months[0].book.coaching.rules.values()):
        return ()
    known = (month.board.ranges.get(unit) for month in months)
    return tuple(found.variance if found else 0 for found in known)


def _total(standing: Standing | None) -> int | None:
    return standing.total if standing is not None and standing.ranked else None
