"""Changing single places of a rule book's text: every other byte stays as it was written, remarks included."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import InlineTable, Item, Table
from tomlkit.toml_document import TOMLDocument

from core.errors import Invalid, Place, problem

Path = tuple[str, ...]


class Change(msgspec.Struct, frozen=True):
    """One place and what is to stand there: text, whole number, truth, list, table; None takes the place out."""

    path: Path
    value: Any = None


def edited(text: str, changes: Iterable[Change]) -> str:
    """Return the text with the changes made; tables on the way that are not there are added.

    Invalid is raised when the text is no TOML, or when something on the way is no table.
    """
    document = _document(text)
    for change in changes:
        _put(document, change)
    return tomlkit.dumps(document)


def differences(path: Path, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Return the changes that make one table into another, name by name."""
    changed = [
        Change((*path, name), after.get(name)) for name in before if _listed(before[name]) != _listed(after.get(name))
    ]
    return [*changed, *(Change((*path, name), value) for name, value in after.items() if name not in before)]


def _document(text: str) -> TOMLDocument:
    try:
        return tomlkit.parse(text)
    except TOMLKitError as error:
        zh, en = (
            f"文本还不是有效的 TOML，请先在文本页改好：{error}",
            f"The text is not valid TOML yet; mend it first: {error}",
        )
        raise Invalid(problem("not_toml", zh, en)) from None


def _put(document: TOMLDocument, change: Change) -> None:
    table: Any = document
    inline = False
    for depth, name in enumerate(change.path[:-1]):
        if name not in table:
            if change.value is None:
                return
            table[name] = tomlkit.inline_table() if inline else tomlkit.table()
        table = table[name]
        inline = inline or isinstance(table, InlineTable)
        if not isinstance(table, Mapping):
            raise _no_table(change.path[: depth + 1])
    last = change.path[-1]
    if change.value is None:
        table.pop(last, None)
    elif last not in table or _plain(table[last]) != _listed(change.value):
        table[last] = _item(change.value)


def _plain(value: object) -> object:
    return value.unwrap() if isinstance(value, Item | Table) else value


def _listed(value: object) -> object:
    """Return a value with lists for tuples, as a document has them."""
    if isinstance(value, Mapping):
        return {name: _listed(part) for name, part in value.items()}
    return [_listed(part) for part in value] if isinstance(value, list | tuple) else value


def _item(value: object) -> Any:  # noqa: ANN401 a TOML item of any kind
    """Return a value as it is written on one line."""
    if isinstance(value, Mapping):
        table = tomlkit.inline_table()
        for name, part in value.items():
            table[name] = _item(part)
        return table
    if isinstance(value, list | tuple):
        array = tomlkit.array()
        for part in value:
            array.append(_item(part))
        return array
    return tomlkit.item(value)


def written(value: object) -> str:
    """Return a value as it is written in a document, on one line."""
    return str(_item(value).as_string())


def _no_table(path: Path) -> Invalid:
    place = Place(path=".".join(path))
    return Invalid(
        problem(
            "not_a_table", "这里不是表，不能在其下修改。", "This is no table, nothing can be changed below it.", place
        )
    )
