"""Where the heading of a sheet is, and what each column means: long form, or wide form with one column a KPI."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.sheets.grid import Cell, Sheet, letters
from scoring.intake import words
from scoring.intake.catalogue import Choices
from scoring.intake.columns import as_text
from scoring.intake.names import KpiDirectory

LOOKED_AT = 30
DEEPEST = 3
_MONTH = re.compile(r"(20\d{2})\s*(?:年|[-/.])\s*(\d{1,2})\s*月?", re.ASCII)
_MONTH_ALONE = re.compile(r"(?<!\d)(\d{1,2})\s*月", re.ASCII)
_CODE = ("编码", "代码", "编号", "工号", "code", "id")
MONTHS = 12


FIGURES = (words.VALUE, words.NUMERATOR, words.DENOMINATOR, words.SAMPLE)


@dataclass(frozen=True, slots=True)
class Group:
    """The columns of one KPI in wide form, by role; always a value or a numerator."""

    kpi: int
    columns: Mapping[str, int]

    @property
    def first(self) -> int:
        return self.columns.get(words.VALUE, self.columns.get(words.NUMERATOR, min(self.columns.values())))


@dataclass(frozen=True, slots=True)
class Layout:
    """Roles by column (`words.UNIT` …), KPI groups (wide form only), the first row of data, the month of the title."""

    data: int
    roles: Mapping[int, str]
    groups: tuple[Group, ...]
    headings: tuple[str, ...]
    month: int | None = None

    @property
    def known(self) -> int:
        """Return how many columns are understood."""
        return len(self.roles) + sum(len(group.columns) for group in self.groups)

    def column(self, role: str) -> int | None:
        return next((column for column, found in self.roles.items() if found == role), None)

    @property
    def parents(self) -> tuple[int, ...]:
        return tuple(column for column, role in self.roles.items() if role == words.PARENT)


def layout_of(sheet: Sheet, kpis: KpiDirectory, choices: Choices, month: int | None) -> Layout | None:
    """Return the layout, or None when no heading is found in the first rows."""
    if sheet.headed:
        return _read(sheet, sheet.head(sheet.headed), sheet.headed, kpis, choices)
    head = sheet.head(LOOKED_AT)
    told = any(place[0] == sheet.name for place in choices.columns)
    naming = [told or any(_names_units(cell) for cell in row) for row in head]
    best: tuple[tuple[int, int, int], Layout] | None = None
    for top in range(len(head)):
        for depth in range(1, min(DEEPEST, len(head) - top) + 1):
            if not any(naming[top : top + depth]):
                continue
            found = _read(sheet, head[top : top + depth], top + depth, kpis, choices)
            if found is None:
                continue
            score = (found.known, -depth, -top)
            if best is None or score > best[0]:
                best = (score, found)
    if best is None:
        return None
    found = best[1]
    return Layout(found.data, found.roles, found.groups, found.headings, title_month(sheet, head[: found.data], month))


def _names_units(cell: Cell) -> bool:
    return isinstance(cell, str) and words.role_of(cell) == words.UNIT


def _read(
    sheet: Sheet, rows: Sequence[Sequence[Cell]], data: int, kpis: KpiDirectory, choices: Choices
) -> Layout | None:
    meanings: list[tuple[str | None, int | None]] = []
    headings = []
    for column in range(sheet.width):
        texts = _distinct([as_text(row[column]).strip() for row in rows])
        headings.append(" ".join(texts))
        chosen = choices.columns.get((sheet.name, letters(column)))
        meanings.append(_chosen(chosen, kpis) if chosen else _meaning(texts, kpis))
    roles = {column: role for column, (role, place) in enumerate(meanings) if role and place is None}
    roles = _one_unit(roles, headings)
    if words.UNIT not in roles.values():
        return None
    if words.KPI in roles.values():
        return (
            Layout(data, roles, (), tuple(headings)) if {words.VALUE, words.NUMERATOR} & set(roles.values()) else None
        )
    groups, taken = _groups(meanings)
    rest = {column: role for column, role in roles.items() if column not in taken}
    return Layout(data, rest, groups, tuple(headings)) if groups else None


def _groups(meanings: Sequence[tuple[str | None, int | None]]) -> tuple[tuple[Group, ...], set[int]]:
    """Return the KPI groups: columns under a KPI's heading, and figures right of a KPI's column until the next one."""
    groups: list[tuple[int, dict[str, int]]] = []
    for column, (role, place) in enumerate(meanings):
        figure = role if role in FIGURES else words.VALUE
        if place is not None and (not groups or groups[-1][0] != place or figure in groups[-1][1]):
            groups.append((place, {}))
        if place is not None or (groups and role in FIGURES):
            groups[-1][1].setdefault(figure, column)
    full = tuple(Group(place, columns) for place, columns in groups if {words.VALUE, words.NUMERATOR} & set(columns))
    return full, {column for group in full for column in group.columns.values()}


def _meaning(texts: Sequence[str], kpis: KpiDirectory) -> tuple[str | None, int | None]:
    """Return a column's role and KPI from the lines of its heading, the lowest line first, then from all together."""
    role: str | None = None
    for text in (*reversed(texts), " ".join(texts), "".join(texts)):
        named, figure = _split(text)
        match = kpis.find(named) if named else None
        role = role or figure
        if match and match.place >= 0:
            return role if role in FIGURES else None, match.place
        role = role or words.role_of(text)
    return role, None


def _split(text: str) -> tuple[str, str | None]:
    """Return a heading without the figure at its end, and that figure: one line such as `KPI 分子` in a CSV."""
    parts = text.split()
    for count in (1, 2):
        role = words.role_of(" ".join(parts[-count:])) if len(parts) > count else None
        if role in FIGURES:
            return " ".join(parts[:-count]), role
    return text, None


def _chosen(chosen: str, kpis: KpiDirectory) -> tuple[str | None, int | None]:
    if chosen.startswith("kpi:"):
        place = kpis.find(chosen.removeprefix("kpi:")).place
        return (None, place) if place >= 0 else (None, None)
    return (chosen if chosen in words.HEADINGS.values() else None), None


def _one_unit(roles: dict[int, str], headings: Sequence[str]) -> dict[int, str]:
    """Return the roles with one unit column: that of codes, else the last one; those before it name what is above."""
    units = [column for column, role in roles.items() if role == words.UNIT]
    if len(units) < 2:  # noqa: PLR2004 - one or none needs no choice
        return roles
    coded = [column for column in units if words.plain(headings[column]).endswith(_CODE)]
    unit = coded[0] if coded else units[-1]
    return {column: words.PARENT if role == words.UNIT and column != unit else role for column, role in roles.items()}


def title_month(sheet: Sheet, rows: Sequence[Sequence[Cell]], month: int | None) -> int | None:
    """Return the month that the title above the heading, or the sheet's name, tells; None when none or several."""
    texts = [cell for row in rows for cell in row if isinstance(cell, str)]
    for text in (*texts, sheet.name):
        found = _MONTH.search(unicodedata.normalize("NFKC", text))
        if found and 1 <= int(found[2]) <= MONTHS:
            return int(found[1]) * 100 + int(found[2])
    for text in (*texts[:1], sheet.name):
        found = _MONTH_ALONE.search(unicodedata.normalize("NFKC", text))
        if found and month and 1 <= int(found[1]) <= MONTHS:
            return month // 100 * 100 + int(found[1])
    return None


def _distinct(texts: Sequence[str]) -> list[str]:
    return [text for place, text in enumerate(texts) if text and text not in texts[:place]]
