"""The parameters of a method as fields of a form, and the sent fields as parameters again."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from core.errors import Invalid, Place, problem
from core.language import Text
from core.points import exact
from scoring.book_editing import written
from scoring.method_specs import Param

SPARE_ROWS = 2
"""Empty rows at the end of a list, for what is added."""
MOST_ROWS = 60
PAIR = ("value", "score", "onward")
"""Columns of a list of pairs; the third one makes a jump."""
KEY = "code"
FLAGS = ("true", "false")
LISTS = frozenset({"pairs", "rows", "tables", "numbers", "table"})


class Cell(msgspec.Struct, frozen=True):
    """One field inside a row."""

    name: str
    column: str
    value: str


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One parameter on a form: a text, a choice, or rows of cells."""

    name: str
    param: str
    label: Text
    kind: str
    required: bool = False
    default: str = ""
    unit: str = ""
    value: str = ""
    choices: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()


def fields_of(params: Sequence[Param], given: Mapping[str, Any], prefix: str = "p") -> tuple[Field, ...]:
    """Return the fields of some parameters, filled with what is given."""
    return tuple(_field(param, given.get(param.name), prefix) for param in params)


def given_of(
    params: Sequence[Param], sent: Mapping[str, str], before: Mapping[str, Any], prefix: str = "p"
) -> dict[str, Any]:
    """Return the parameters that a form says; what means the same as before stays as it was written.

    Parameters for which the form has no field stay. Invalid names the field that cannot be read.
    """
    found = {name: value for name, value in before.items() if name not in {param.name for param in params}}
    for param in params:
        value = _given(param, sent, before.get(param.name), f"{prefix}.{param.name}")
        if value is not None:
            found[param.name] = value
    order = [*before, *(name for name in found if name not in before)]
    return {name: found[name] for name in order if name in found}


def _field(param: Param, value: object, prefix: str) -> Field:
    name = f"{prefix}.{param.name}"
    columns = _columns(param)
    rows = tuple(_rows(param, value, name, columns)) if param.type in LISTS else ()
    return Field(
        name=name,
        param=param.name,
        label=Text(zh=param.zh, en=param.en),
        kind="rows" if rows else "choice" if param.type in {"choice", "flag"} else "text",
        required=param.required,
        default=param.default or "",
        unit=param.unit,
        value="" if rows else told(value),
        choices=FLAGS if param.type == "flag" else param.choices,
        columns=columns,
        rows=rows,
    )


def _columns(param: Param) -> tuple[str, ...]:
    inner = tuple(one.name for one in param.inner)
    keyed = (KEY, *(inner or ("value",)))
    return {"pairs": PAIR, "rows": inner, "tables": keyed, "numbers": keyed, "table": inner or ("value",)}.get(
        param.type, ()
    )


def _rows(param: Param, value: object, name: str, columns: Sequence[str]) -> Iterator[tuple[Cell, ...]]:
    filled = list(_values(param, value, columns))
    spare = [[""] * len(columns)] * (
        0 if param.type == "table" and filled else 1 if param.type == "table" else SPARE_ROWS
    )
    for number, row in enumerate([*filled, *spare]):
        yield tuple(Cell(f"{name}.{number}.{column}", column, cell) for column, cell in zip(columns, row, strict=True))


def _values(param: Param, value: object, columns: Sequence[str]) -> Iterator[list[str]]:
    """Yield the cells of every row that is there."""
    if param.type == "pairs" and isinstance(value, Sequence):
        for pair in value:
            cells = [told(part) for part in pair] if isinstance(pair, Sequence) else [told(pair)]
            yield [*cells[: len(PAIR)], *[""] * (len(PAIR) - len(cells))]
    elif param.type in {"tables", "numbers"} and isinstance(value, Mapping):
        for code, held in value.items():
            row = held if isinstance(held, Mapping) else {"value": held}
            yield [code, *(told(row.get(column)) for column in columns[1:])]
    elif value is not None:
        tables = [value] if isinstance(value, Mapping) else value
        for table in tables if isinstance(tables, Sequence) else ():
            yield [told(table.get(column)) for column in columns]


def told(value: object) -> str:
    """Return a value as it stands in a field: texts and numbers bare, everything else as in the document."""
    if value is None:
        return ""
    return value if isinstance(value, str) else written(value)


def _given(param: Param, sent: Mapping[str, str], before: object, name: str) -> object:
    if param.type not in LISTS:
        return _value(sent.get(name, ""), param, before, name)
    columns = _columns(param)
    texts = [[sent.get(f"{name}.{number}.{column}", "").strip() for column in columns] for number in range(MOST_ROWS)]
    rows = [row for row in texts if any(row)]
    if not rows:
        return None
    found = _gathered(param, rows, columns, name)
    return before if _same(before, found) else found


def _gathered(param: Param, rows: Sequence[Sequence[str]], columns: Sequence[str], name: str) -> object:
    kinds = {one.name: one for one in param.inner}

    def cell(column: str, text: str) -> object:
        return _value(text, kinds.get(column), None, f"{name}.{column}")

    if param.type == "pairs":
        return [[cell("", text) for text in row if text] for row in rows]
    tables = [{column: cell(column, text) for column, text in zip(columns, row, strict=True) if text} for row in rows]
    if param.type == "numbers" or (param.type == "tables" and not param.inner):
        return {str(table.get(KEY, "")): table.get("value") for table in tables}
    if param.type == "tables":
        return {str(table.pop(KEY, "")): table for table in tables}
    return tables[0] if param.type == "table" else tables


def _value(text: str, param: Param | None, before: object, name: str) -> object:
    text = text.strip()
    if not text:
        return None
    if text[0] in "{[":
        return _inline(text, name)
    if param is not None and param.type == "flag":
        return text == "true"
    if param is not None and param.type == "count" and text.isascii() and text.isdigit():
        return int(text)
    return before if _same(before, text) else text


def _inline(text: str, name: str) -> object:
    """Return a table or list that was written as in the document."""
    try:
        return tomllib.loads(f"x = {text}")["x"]
    except tomllib.TOMLDecodeError as error:
        zh, en = f"“{text}”不是有效的 TOML 值：{error}", f"“{text}” is not a valid TOML value: {error}"
        raise Invalid(problem("not_toml", zh, en, Place(path=name))) from None


def _same(before: object, after: object) -> bool:
    """Tell whether two values mean the same: 60 and "60", a list and a tuple of them."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return list(before) == list(after) and all(_same(before[name], after[name]) for name in before)
    if isinstance(before, list | tuple) and isinstance(after, list | tuple):
        return len(before) == len(after) and all(map(_same, before, after))
    if before is None or isinstance(before, bool) or isinstance(after, bool):
        return before is after
    try:
        return exact(before) == exact(after)  # type: ignore[arg-type]  # what is no number is refused, and compared as it stands
    except (ValueError, TypeError):
        return before == after
