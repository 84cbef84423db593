"""Names of accounts: whatever a statement yields of them is in the reader's language."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

from tests.tidy.source import PACKAGES, files, none, text, tree

NAME = re.compile(r"\b\w+\.display_name\b")
BOTH = re.compile(r"\b\w+\.name_en\b")
KEEPS_BOTH = "org"
"""Rows of accounts are read there with both names."""


FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def _bare(path: Path) -> Iterator[str]:
    """Yield where a statement that yields names is used without `named(...)`; variables made of it are followed."""
    module = tree(path)
    constants = _grown([node for node in module.body if not isinstance(node, FUNCTIONS)], frozenset())
    for function in (node for node in ast.walk(module) if isinstance(node, FUNCTIONS)):
        carriers = _grown([function], constants)
        yield from (f"{path}:{node.lineno}" for node in _outside(function) if _carries(node, carriers))


def _grown(nodes: list[ast.stmt], known: frozenset[str]) -> frozenset[str]:
    while (more := known | frozenset().union(*(_carried(node, known) for node in nodes))) != known:
        known = more
    return known


def _carried(root: ast.AST, carriers: frozenset[str]) -> frozenset[str]:
    return frozenset(
        target.id
        for node in ast.walk(root)
        if _makes_text(node) and any(_carries(part, carriers) for part in _outside(node.value))
        for target in node.targets
        if isinstance(target, ast.Name)
    )


def _carries(node: ast.AST, carriers: frozenset[str]) -> TypeGuard[ast.expr]:
    if isinstance(node, ast.Name):
        return isinstance(node.ctx, ast.Load) and node.id in carriers
    said = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
    return bool(NAME.search(said)) and not BOTH.search(said)


def _makes_text(node: ast.AST) -> TypeGuard[ast.Assign]:
    return isinstance(node, ast.Assign) and not any(isinstance(part, ast.Await) for part in ast.walk(node.value))


def _outside(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and its parts, but nothing that `named(...)` takes, nor what a variable is made of."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "named":
        return
    yield node
    for part in ast.iter_child_nodes(node):
        if not _makes_text(part):
            yield from _outside(part)


def test_every_name_of_an_account_is_asked_for_in_the_readers_language() -> None:
    places = [path for path in files("*.py", *PACKAGES) if path.parts[0] not in {KEEPS_BOTH, "seeds"}]
    none([found for path in places if NAME.search(text(path)) for found in _bare(path)])
