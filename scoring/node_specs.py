"""What each operation of a node does: declared once in node_specs.toml, read by the reference and the plain words."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import msgspec

from core.language import Text
from scoring.book_trees import OWN_FIELDS


class NodeExample(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The node as written, the values of its children by unit (empty = missing), what it makes of them."""

    node: dict[str, Any]
    children: dict[str, tuple[str, ...]]
    values: tuple[str, ...]


class NodeSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One operation: what it does, the fields it alone reads, one worked example."""

    code: str
    meaning: Text
    fields: tuple[str, ...]
    example: NodeExample


@cache
def operations() -> Mapping[str, NodeSpec]:
    """Return every operation by its code, in the order of the reference."""
    document = tomllib.loads(resources.files("scoring").joinpath("node_specs.toml").read_text(encoding="utf-8"))
    return {
        code: NodeSpec(
            code=code,
            meaning=Text(zh=given["zh"], en=given["en"]),
            fields=OWN_FIELDS.get(code, ()),
            example=msgspec.convert(given["example"], NodeExample),
        )
        for code, given in document.items()
    }
