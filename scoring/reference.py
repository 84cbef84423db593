"""The parts of the reference of rule books that are made: tables of methods, operations of nodes, and fields.

They stand in docs/rulebook.md between marks `<!-- made: NAME -->` and `<!-- end: NAME -->`.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scoring.book_schema import schema
from scoring.method_specs import MethodSpec, Param, common, methods
from scoring.node_specs import NodeSpec, operations

MARKED = re.compile(r"(?P<open><!-- made: (?P<name>[\w ]+) -->\n).*?(?P<close><!-- end: (?P=name) -->)", re.DOTALL)


def filled(document: str) -> str:
    """Return the document with everything between its marks made anew; KeyError for a mark that names nothing."""
    return MARKED.sub(lambda found: f"{found['open']}{made(found['name'])}\n{found['close']}", document)


def schema_text() -> str:
    """Return the JSON Schema as it is shipped."""
    return json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"


def made(name: str) -> str:
    """Return one part by its name: methods, common parameters, nodes, or the struct of a table."""
    if name == "methods":
        return "\n".join(_method(spec) for spec in methods().values())
    if name == "common parameters":
        return "\n".join(_param_table(common()))
    if name == "nodes":
        return "\n".join(_operation(spec) for spec in operations().values())
    return "\n".join(_fields(name))


def _method(spec: MethodSpec) -> str:
    lines = [f"#### `{spec.code}` — {spec.name.en} ({spec.name.zh})", "", _sentence(spec.meaning.en), ""]
    lines += _param_table(spec.params)
    return "\n".join([*lines, "", *_method_example(spec), ""])


def _method_example(spec: MethodSpec) -> Iterator[str]:
    example = spec.example
    yield "```toml"
    yield f'method = "{spec.code}"'
    yield f"params = {inline(example.params)}"
    yield "```"
    given = [f"**{name}** {', '.join(values)}" for name, values in example.items.items()]
    given += [f"**previous** {', '.join(example.previous)}"] if example.previous else []
    given += [f"**sample** {', '.join(map(str, example.sample))}"] if example.sample else []
    beside = f"; {'; '.join(given)}" if given else ""
    scores = ", ".join(score or "no score" for score in example.scores)
    yield f"Values {', '.join(example.values)}{beside} → scores **{scores}**."


def _param_table(params: Sequence[Param]) -> Iterator[str]:
    yield "| parameter | type | default | meaning |"
    yield "|---|---|---|---|"
    for param in params:
        yield from _param_rows(param, "")


def _param_rows(param: Param, within: str) -> Iterator[str]:
    default = "**needed**" if param.required else "—" if param.default is None else f"`{param.default}`"
    kind = " ".join(f"`{choice}`" for choice in param.choices) or param.type
    unit = f" ({param.unit})" if param.unit else ""
    yield f"| `{within}{param.name}` | {kind}{unit} | {default} | {param.en} |"
    step = {"rows": "[].", "tables": ".*.", "table": "."}.get(param.type, ".")
    for inner in param.inner:
        yield from _param_rows(inner, f"{within}{param.name}{step}")


def _operation(spec: NodeSpec) -> str:
    example = spec.example
    own = f" Own fields: {', '.join(f'`{name}`' for name in spec.fields)}." if spec.fields else ""
    given = "; ".join(
        f"{child} {', '.join(value or 'missing' for value in values)}" for child, values in example.children.items()
    )
    lines = [f"#### `{spec.code}`", "", f"{_sentence(spec.meaning.en)}{own}", "", "```toml", f'op = "{spec.code}"']
    lines += [f"{name} = {inline(value)}" for name, value in example.node.items()]
    return "\n".join([*lines, "```", f"{given} → **{', '.join(example.values)}**.", ""])


def _fields(struct: str) -> Iterator[str]:
    whole = schema()
    given = whole if struct == "RuleBook" else whole["$defs"][struct]
    yield "| field | type | default | meaning |"
    yield "|---|---|---|---|"
    for name, field in given["properties"].items():
        default = (
            "**needed**" if name in given["required"] else f"`{_word(field['default'])}`" if "default" in field else "—"
        )
        yield f"| `{name}` | {_kind(field)} | {default} | {field.get('description', '')} |"


def _kind(field: Mapping[str, Any]) -> str:
    """Return a type of the schema in a few words."""
    if "$ref" in field:
        name = str(field["$ref"]).rpartition("/")[2]
        return {"Number": "number", "Text": "pair"}.get(name, name)
    if "enum" in field:
        return " ".join(f"`{word}`" for word in field["enum"])
    if "anyOf" in field:
        return " or ".join(dict.fromkeys(_kind(part) for part in field["anyOf"]))
    if field.get("type") == "array":
        return f"list of {_kind(field['items'])}"
    if field.get("type") == "object":
        held = field.get("additionalProperties")
        return f"name → {_kind(held)}" if held else "table"
    return _PLAIN.get(str(field.get("type", "")), "any")


_PLAIN = {"string": "text", "integer": "whole number", "boolean": "true/false"}


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def inline(value: Any) -> str:  # noqa: ANN401 any TOML value
    """Return a value as TOML on one line."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(name)} = {inline(part)}" for name, part in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(inline(part) for part in value) + "]"
    return _word(value) if isinstance(value, (bool, int)) else json.dumps(value, ensure_ascii=False)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name, ensure_ascii=False)
