"""Small enough to read: files, functions, templates, styles, scripts."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.tidy.source import files, none, text, tree

FILE_LINES, TEST_FILE_LINES, FUNCTION_LINES = 400, 400, 60
TEMPLATE_LINES, STYLE_LINES, SCRIPT_LINES = 120, 200, 80
# The aims of the house; the limits above are what fails.
AIMED_FILE_LINES, FILES_OVER_AIM = 300, 5


def _lines(path: Path) -> int:
    return len(text(path).splitlines())


def _too_long(pattern: str, limit: int, *roots: str) -> list[str]:
    return [f"{path}: {_lines(path)} lines, at most {limit}" for path in files(pattern, *roots) if _lines(path) > limit]


def _functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_source_file_is_too_long_to_read() -> None:
    none(_too_long("*.py", FILE_LINES))


def test_no_test_file_is_too_long_to_read() -> None:
    none(_too_long("*.py", TEST_FILE_LINES, "tests"))


def test_few_source_files_are_longer_than_the_aim() -> None:
    over = [str(path) for path in files("*.py") if _lines(path) > AIMED_FILE_LINES]
    assert len(over) <= FILES_OVER_AIM, over


def test_no_function_is_too_long_to_understand() -> None:
    long = [
        f"{path}:{name} {size}" for path in files("*.py") for name, size in _functions(path) if size > FUNCTION_LINES
    ]
    none(long)


def test_templates_styles_and_scripts_stay_small() -> None:
    long = _too_long("*.html", TEMPLATE_LINES) + _too_long("*.css", STYLE_LINES) + _too_long("*.js", SCRIPT_LINES)
    none(long)
