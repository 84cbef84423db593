"""Units as a sheet: the columns, and rows read back with the place of every fault."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from core.errors import Place, Problem, problem
from core.language import Language, Text
from core.writing import unseen
from org.new_units import NewUnit
from org.organisation import Organisation, Unit

Cell = Any  # whatever a sheet holds: text, number, day, nothing
Value = str | int | date | bool | None

COLUMNS: dict[str, Text] = {
    "code": Text(zh="编码", en="code"),
    "name_zh": Text(zh="中文名", en="Chinese name"),
    "name_en": Text(zh="英文名", en="English name"),
    "kind": Text(zh="类型", en="kind"),
    "peer_group": Text(zh="同类组", en="peer group"),
    "parent": Text(zh="上级", en="parent"),
    "employer": Text(zh="派遣单位", en="employer"),
    "post": Text(zh="岗位", en="post"),
    "star": Text(zh="星级", en="star"),
    "size_class": Text(zh="规模", en="class"),
    "customers": Text(zh="客户数", en="customers"),
    "traffic": Text(zh="客流", en="traffic"),
    "hors_concours": Text(zh="不参赛", en="hors concours"),
    "opened_on": Text(zh="开业日期", en="opened on"),
    "closed_on": Text(zh="关闭日期", en="closed on"),
    "since": Text(zh="归属自", en="placed since"),
}
NEEDED = ("code", "name_zh", "name_en", "kind")
YES = frozenset({"1", "是", "yes", "true", "y"})
NO = frozenset({"", "0", "否", "no", "false", "n"})


def written(organisation: Organisation, language: Language) -> list[list[Value]]:
    """Return the heading and one row for each unit, parents before children as numbers go."""
    units = organisation.units
    rows = [[_cell(organisation, unit, name) for name in COLUMNS] for _, unit in sorted(units.items())]
    return [[title.read(language) for title in COLUMNS.values()], *rows]


def _cell(organisation: Organisation, unit: Unit, name: str) -> Value:
    if name in {"parent", "employer"}:
        above = organisation.unit(getattr(unit, f"{name}_id") or 0)
        return above.code if above else None
    value: Value = None if name == "since" else getattr(unit, name)
    return (1 if value else None) if isinstance(value, bool) else value


class Described(NamedTuple):
    """What a sheet says: units, every fault with row and column, and about which columns it says anything."""

    units: list[NewUnit]
    faults: list[Problem]
    columns: frozenset[str]


def read(rows: Sequence[Sequence[Cell]]) -> Described:
    """Return what a sheet with a heading says."""
    columns, found = _columns(rows[0] if rows else ())
    if found:
        return Described([], found, frozenset())
    units = []
    for number, row in enumerate(rows[1:], start=2):
        if any(cell not in (None, "") for cell in row):
            values, faults = _values(row, columns, number)
            found += faults
            units += [] if faults else [NewUnit(**values)]
    return Described(units, found, frozenset(columns))


def _columns(heading: Iterable[Cell]) -> tuple[dict[str, int], list[Problem]]:
    names = {text: name for name, title in COLUMNS.items() for text in (title.zh, title.en.lower(), name)}
    columns: dict[str, int] = {}
    for index, cell in enumerate(heading):
        name = names.get(str(cell or "").strip().lower())
        if name is not None:
            columns.setdefault(name, index)
    missing = [COLUMNS[name] for name in NEEDED if name not in columns]
    zh, en = "、".join(title.zh for title in missing), ", ".join(title.en for title in missing)
    return columns, [
        problem("no_column", f"缺少列：{zh}", f"Columns are missing: {en}", Place(row=1))
    ] if missing else []


def _values(row: Sequence[Cell], columns: dict[str, int], number: int) -> tuple[dict[str, Any], list[Problem]]:
    values, found = {}, []
    for name, index in columns.items():
        cell = row[index] if index < len(row) else None
        title, place = COLUMNS[name], Place(row=number, column=COLUMNS[name].zh)
        if sign := unseen(str(cell or "")):
            zh = f"{title.zh}含有看不见的字符（{sign}），请删去后重写。"
            en = f"{title.en} holds an invisible character ({sign}); write it without."
            found.append(problem("unseen_character", zh, en, place))
            continue
        try:
            value = _READERS.get(name, _text)(cell)
        except ValueError:
            zh, en = f"{title.zh}无法识别：{str(cell)[:40]}", f"{title.en} is not understood: {str(cell)[:40]}"
            found.append(problem("bad_cell", zh, en, place))
            continue
        if value is not None:
            values[name] = value
        elif name in NEEDED:
            found.append(problem("empty_cell", f"缺少{title.zh}", f"{title.en} is missing", place))
    return values, found


def _text(cell: Cell) -> str | None:
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell if cell is not None else "")
    return text.strip() or None


def _number(cell: Cell) -> int | None:
    text = _text(cell)
    if text is None:
        return None
    if not text.isascii() or len(text) > 18:  # noqa: PLR2004 - what fits eight bytes
        raise ValueError(text)
    return int(text)


def _day(cell: Cell) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    text = _text(cell) if not isinstance(cell, date) else cell.isoformat()
    return date.fromisoformat(text.replace("/", "-")) if text else None


def _yes(cell: Cell) -> bool:
    text = (_text(cell) or "").lower()
    if text not in YES | NO:
        raise ValueError(text)
    return text in YES


_READERS: dict[str, Callable[[Cell], Any]] = {
    "star": _number, "customers": _number, "traffic": _number, "hors_concours": _yes,
    "opened_on": _day, "closed_on": _day, "since": _day,
}  # fmt: skip
