"""The JSON Schema of rule books, made of the structs that read them and of what the methods declare."""

import types
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec

from core.language import Text
from scoring.book_words import words
from scoring.method_specs import Param, common, methods
from scoring.rulebook import RuleBook

Schema = dict[str, Any]
DRAFT = "https://json-schema.org/draft/2020-12/schema"
NUMBER = {
    "description": 'An exact number: a whole number, or a decimal as text such as "0.60". Floats are refused.',
    "anyOf": [
        {"type": "integer"},
        {"type": "string", "pattern": r"^\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?\s*$"},
    ],
}
TEXT = {
    "description": "A pair in both languages.",
    "type": "object",
    "properties": {"zh": {"type": "string"}, "en": {"type": "string"}},
    "required": ["zh", "en"],
    "additionalProperties": False,
}
TOLD = {
    "description": "A number of a method: exact, or from the row of the file, or from the population of the period.",
    "anyOf": [
        {"$ref": "#/$defs/Number"},
        {
            "type": "object",
            "properties": {"column": {"type": "string"}},
            "required": ["column"],
            "additionalProperties": False,
        },
        {
            "type": "object",
            "properties": {
                "population": {"enum": ["mean", "median", "min", "max", "quantile", "count", "sum", "squares"]},
                "share": {"$ref": "#/$defs/Number"},
                "definition": {"enum": ["nearest_rank", "inclusive", "exclusive", "averaged"]},
                "scope": {"enum": ["group", "all"]},
                "times": {"$ref": "#/$defs/Number"},
            },
            "required": ["population"],
            "additionalProperties": False,
        },
    ],
}  # fmt: skip
METHOD_FIELDS = {"Kpi": True, "Node": False}
"""Structs whose `params` belong to their `method`, and whether they must have one."""


def schema() -> Schema:
    """Return the JSON Schema (2020-12) of a whole rule book."""
    builder = _Builder()
    top = builder.struct(RuleBook, coded=False)
    return {
        "$schema": DRAFT,
        "title": "Shifen rule book",
        **builder.defs.pop(top["$ref"].rsplit("/", 1)[1]),
        "$defs": {"Number": NUMBER, "Text": TEXT, "Told": TOLD, **_all_params(), **dict(sorted(builder.defs.items()))},
    }


class _Builder:
    """Collects the definitions of all structs that are met."""

    def __init__(self) -> None:
        self.defs: dict[str, Schema] = {}

    def struct(self, kind: type[msgspec.Struct], *, coded: bool) -> Schema:
        """Return a reference to a struct; `coded` ones have their code as the key of the table around them."""
        name = kind.__name__
        if name not in self.defs:
            self.defs[name] = {}
            fields = [field for field in msgspec.structs.fields(kind) if not (coded and field.name == "code")]
            said = words(kind)
            properties = {
                field.encode_name: {**self.of(field.type), **_described(said.get(field.encode_name), field)}
                for field in fields
            }
            self.defs[name] = {
                "description": (kind.__doc__ or "").strip().partition("\n")[0],
                "type": "object",
                "properties": properties,
                "required": [field.encode_name for field in fields if field.required],
                "additionalProperties": False,
            }
            if name in METHOD_FIELDS:
                self.defs[name]["allOf"] = _by_method(needed=METHOD_FIELDS[name])
        return {"$ref": f"#/$defs/{name}"}

    def of(self, wanted: Any) -> Schema:  # noqa: ANN401 any annotation of a struct
        """Return the schema of a declared type."""
        origin, inside = get_origin(wanted), get_args(wanted)
        if origin is Annotated:
            name = {"type": "string"}
            shorter: Schema = {"type": "array", "items": name, "uniqueItems": True} if inside[1] == "list" else name
            return {"anyOf": [self.of(inside[0]), shorter]}
        if origin in {types.UnionType, Union}:
            kinds = [self.of(arg) for arg in inside if arg is not type(None)]
            return kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
        if origin is tuple:
            return {"type": "array", "items": self.of(inside[0])}
        if origin is dict:
            return self._dict(*inside)
        if origin is Literal:
            return {"enum": list(inside)}
        return self._scalar(wanted)

    def _dict(self, key: Any, wanted: Any) -> Schema:  # noqa: ANN401 any annotation, as in `of`
        named = isinstance(wanted, type) and issubclass(wanted, msgspec.Struct) and wanted is not Text
        held = self.struct(wanted, coded=True) if named else self.of(wanted)
        numbered = {"propertyNames": {"pattern": "^[0-9]+$"}} if key is int else {}
        return {"type": "object", "additionalProperties": held, **numbered}

    def _scalar(self, wanted: Any) -> Schema:  # noqa: ANN401 any annotation, as in `of`
        if wanted is Any:
            return {}
        if wanted is Text:
            return {"$ref": "#/$defs/Text"}
        if wanted is Decimal:
            return {"$ref": "#/$defs/Number"}
        if isinstance(wanted, type) and issubclass(wanted, msgspec.Struct):
            return self.struct(wanted, coded=False)
        return {"type": {str: "string", int: "integer", bool: "boolean"}[wanted]}


def _described(said: str | None, field: msgspec.structs.FieldInfo) -> Schema:
    found: Schema = {"description": said} if said else {}
    default = field.default
    if default is not msgspec.NODEFAULT and isinstance(default, (str, int, bool, Decimal)) and default != "":
        found["default"] = str(default) if isinstance(default, Decimal) else default
    return found


def _by_method(*, needed: bool) -> list[Schema]:
    known: Schema = {"properties": {"method": {"enum": [*methods(), *([] if needed else [""])]}}}
    return [
        known,
        *(
            {
                "if": {"properties": {"method": {"const": code}}, "required": ["method"]},
                "then": {"properties": {"params": {"$ref": f"#/$defs/params of {code}"}}},
            }
            for code in methods()
        ),
    ]


def _all_params() -> dict[str, Schema]:
    """Return the parameters of every method; none is required here, for targets may bring it."""
    return {f"params of {code}": _params((*spec.params, *common()), ()) for code, spec in methods().items()}


def _params(known: Sequence[Param], required: Sequence[str]) -> Schema:
    return {
        "type": "object",
        "properties": {param.name: _param(param) for param in known},
        "additionalProperties": False,
        **({"required": list(required)} if required else {}),
    }


def _param(param: Param) -> Schema:
    found: Schema = {"description": param.en, **_typed(param)}
    return {**found, "default": param.default} if param.default is not None else found


def _typed(param: Param) -> Schema:
    if param.inner:
        table = _params(param.inner, [one.name for one in param.inner if one.required])
        several: Mapping[str, Schema] = {
            "rows": {"anyOf": [{"type": "array", "items": table}, table]},
            "tables": {"type": "object", "additionalProperties": table},
        }
        return several.get(param.type, table)
    told = {"$ref": "#/$defs/Told"}
    plain: Mapping[str, Schema] = {
        "choice": {"enum": list(param.choices)},
        "pairs": {"type": "array", "items": {"type": "array", "items": told, "minItems": 2, "maxItems": 3}},
        "numbers": {"type": "object", "additionalProperties": told},
        "bound": {"anyOf": [told, {"const": "none"}]},
        "formula": {"type": "string", "maxLength": 2000},
        "flag": {"type": "boolean"},
        "text": {"type": ["string", "integer"]},
    }
    return plain.get(param.type, told)
