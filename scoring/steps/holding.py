"""Which parameters hold for one unit, and which written rows made them differ from those of the KPI."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.language import Text
from scoring.book_parts import Kpi, Target
from scoring.columns import Column
from scoring.parameters import Facts, at_unit
from scoring.rulebook import RuleBook
from scoring.sheet import Sheet
from scoring.steps.telling import Step


@dataclass(frozen=True)
class Holding:
    """The parameters that hold for a unit, and the step that tells where they come from; none where nothing differs."""

    params: Mapping[str, Any]
    steps: tuple[Step, ...]


def holding(book: RuleBook, kpi: Kpi, sheet: Sheet, values: Column, at: tuple[str, int]) -> Holding:
    """Return what holds for a unit, given as card and place."""
    card, unit = at
    base = {"direction": kpi.direction, **kpi.params}
    targets = book.targets_of(kpi.code)
    found = at_unit(kpi, card, targets, Facts(values, sheet, sheet.constants.get(kpi.code, {})), unit)
    if found is None or found == base:
        return Holding(base if found is None else found, ())
    changed = [name for name in found if found[name] != base.get(name)]
    rows = [
        number for number, row in enumerate(book.targets, 1) if row.kpi == kpi.code and _fits(row, card, sheet, unit)
    ]
    where = ", ".join(f"[[targets]] {number}" for number in rows)
    values_told = ", ".join(f"{name} = {_told(found[name])}" for name in changed)
    note = Text(
        zh=f"由 {where} 规定" if where else "由本月的数据或本行的数算出",
        en=f"set by {where}" if where else "told by the data of the month or by the row",
    )
    name = Text(zh="适用的参数", en="Parameters that hold")
    return Holding(found, (Step(code="parameters", name=name, figures="", result=values_told, note=note),))


def _fits(row: Target, card: str, sheet: Sheet, unit: int) -> bool:
    if row.kind not in {None, card} or (row.months and str(sheet.month) not in {str(month) for month in row.months}):
        return False
    if row.unit is not None and (not sheet.units or sheet.units[unit] != row.unit):
        return False
    return row.group is None or (bool(sheet.own_groups) and sheet.own_groups[unit] == row.group)


def _told(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name} = {_told(part)}" for name, part in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_told(part) for part in value) + "]"
    return str(value)
