"""What each scoring method may be told: parameters with type, default and meaning, declared once in method_specs.toml.

Unknown parameters are refused by it, the JSON Schema and the reference in docs are made of it.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from importlib import resources
from typing import Any, Literal

import msgspec

from core.errors import Place, Problem
from core.language import Text

Type = Literal[
    "number", "count", "text", "flag", "choice", "formula", "pairs", "rows", "tables", "table", "numbers", "bound"
]


class Param(msgspec.Struct, frozen=True, kw_only=True):
    """One parameter; `inner` are the parameters of each row or table inside it."""

    name: str
    type: Type
    zh: str
    en: str
    required: bool = False
    default: str | None = None
    unit: str = ""
    choices: tuple[str, ...] = ()
    inner: tuple["Param", ...] = ()


class Example(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Units of one group in, scores out; an empty score is none."""

    params: dict[str, Any]
    values: tuple[str, ...]
    scores: tuple[str, ...]
    items: dict[str, tuple[str, ...]] = {}
    previous: tuple[str, ...] = ()
    sample: tuple[int, ...] = ()


class MethodSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One method: what it is called, what it does, what it may be told, one worked example."""

    code: str
    name: Text
    meaning: Text
    params: tuple[Param, ...]
    example: Example


@cache
def methods() -> Mapping[str, MethodSpec]:
    """Return every method by its code, in the order of the reference."""
    document = _document()
    return {code: _method(code, given, document) for code, given in document["methods"].items()}


@cache
def common() -> tuple[Param, ...]:
    """Return the parameters that every method may be told."""
    document = _document()
    return tuple(_param(name, given, document) for name, given in document["common"].items())


@cache
def _document() -> dict[str, Any]:
    return tomllib.loads(resources.files("scoring").joinpath("method_specs.toml").read_text(encoding="utf-8"))


def _method(code: str, given: Mapping[str, Any], document: Mapping[str, Any]) -> MethodSpec:
    params = tuple(_param(name, param, document) for name, param in given.get("params", {}).items())
    example = msgspec.convert(given["example"], Example)
    return MethodSpec(
        code=code, name=Text(**given["name"]), meaning=Text(**given["meaning"]), params=params, example=example
    )


def _param(name: str, given: Mapping[str, Any], document: Mapping[str, Any]) -> Param:
    found = dict(given)
    if "same_as" in found:
        method, other = found.pop("same_as").split(".")
        found = {**document["methods"][method]["params"][other], **found}
    inner = tuple(_param(part, one, document) for part, one in found.pop("inner", {}).items())
    return msgspec.convert({**found, "name": name, "inner": inner}, Param, strict=True)


def strangers(method: str, given: Mapping[str, Any], path: str, *, node: bool = False) -> Iterator[Problem]:
    """Yield a problem for every name in the parameters that the method does not know, with the nearest it does.

    In a `node` the bounds, sizes and raters of a KPI mean nothing: the node has a cap and a floor of its own.
    """
    spec = methods().get(method)
    if spec is not None:
        beside = tuple(param for param in common() if not node or param.name == "direction")
        yield from _strangers((*spec.params, *beside), given, path)


def _strangers(known: Sequence[Param], given: Mapping[str, Any], path: str) -> Iterator[Problem]:
    by_name = {param.name: param for param in known}
    for name, value in given.items():
        param = by_name.get(name)
        if param is None:
            yield unknown(name, list(by_name), f"{path}.{name}")
        elif param.inner:
            for at, table in _tables(param, value):
                yield from _strangers(param.inner, table, f"{path}.{name}{at}")


def _tables(param: Param, value: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield where in the path, and the table, of all tables inside a parameter; what is none is for the method to refuse."""
    found: Sequence[tuple[str, object]]
    if param.type == "rows" and isinstance(value, Sequence):
        found = [(f"[{number}]", row) for number, row in enumerate(value)]
    elif param.type == "tables" and isinstance(value, Mapping):
        found = [(f".{name}", table) for name, table in value.items()]
    else:
        found = [("", value)]
    yield from ((at, table) for at, table in found if isinstance(table, Mapping))


def unknown(name: str, known: Sequence[str], path: str) -> Problem:
    """Return the problem of a name that means nothing here, with the nearest that does."""
    near = get_close_matches(name, known, n=1)
    listed = ", ".join(known)
    hint = (
        Text(zh=f"最接近的是 {near[0]}。", en=f"The nearest is {near[0]}.")
        if near
        else Text(zh=f"有 {listed}。", en=f"There are {listed}.")
        if known
        else None
    )
    sentence = Text(zh=f"没有参数“{name}”。", en=f"There is no parameter “{name}”.")
    return Problem(code="unknown_parameter", sentence=sentence, place=Place(path=path), hint=hint)
