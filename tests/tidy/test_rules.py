"""Exact numbers, one clock, data instead of names, suppressions with a reason."""

import ast
import csv
import re
from pathlib import Path

import pytest

from tests.tidy.source import PACKAGES, ROOT, calls, files, none, text, tree

EXACT = ("core", "org", "scoring", "leaderboards", "coaching", "rewards", "months")
CLOCK = Path("core/clock.py")
CLOCKS = re.compile(r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|time\.time|time_ns)$")
SUPPRESSION = re.compile(r"# (?:noqa|type: ignore)(?P<codes>: [A-Z]+\d+(?:, ?[A-Z]+\d+)*|\[[a-z, -]+\])?(?P<reason>.*)")
REASON_LETTERS = 6
SCHEME_WORDS = re.compile(r"star.?rating|value.based.purchasing|\bhvbp\b|\bmedicare\b|formula.?1|\bf1_", re.IGNORECASE)
RULE_FILES = ("*.py", "*.html", "*.js")


def test_nothing_is_rounded_by_python() -> None:
    rounded = [f"{path}:{line}" for path in files("*.py", *EXACT) for name, line in calls(path) if name == "round"]
    none(rounded)


def test_no_float_stands_near_the_points() -> None:
    floats = [
        f"{path}:{node.lineno} {node.value}"
        for path in files("*.py", "scoring", "leaderboards", "rewards", "months")
        if path.parts[0] == "scoring"
        or path.parts[1] not in {"queries", "operations"}  # these wait and cache by the second
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, float)
    ]
    none(floats)


def test_only_the_clock_file_knows_what_time_it_is() -> None:
    found = [
        f"{path}:{line} {name}"
        for path in files("*.py")
        if path != CLOCK
        for name, line in calls(path)
        if CLOCKS.search(name)
    ]
    none(found)


def _names_of_the_domain() -> set[str]:
    """Return the names and codes of KPIs that the seeded company's data hold."""
    tables = [path for path in files("*.csv", "seeds") if path.name.startswith("kpi")]
    shared = ROOT.parent / "shared" / "domain" / "kpis.csv"
    tables += [shared] if shared.exists() else []
    names: set[str] = set()
    for table in tables:
        with (ROOT / table).open(encoding="utf-8-sig") as rows:
            for row in csv.DictReader(rows):
                names |= {
                    value
                    for key, value in row.items()
                    if key in {"code", "id", "kpi", "name_zh", "name_en", "zh", "en"} and value
                }
    return {name for name in names if len(name) > 3 or not name.isascii()}


def test_no_kpi_is_named_in_the_code() -> None:
    names = _names_of_the_domain()
    if not names:
        pytest.skip("the table of KPIs is not here")
    literals = [
        f"{path}:{node.lineno} {node.value!r}"
        for path in files("*.py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in names
    ]
    none(literals)


def test_no_foreign_scheme_is_named_outside_the_tests() -> None:
    named = [
        f"{path}: {match[0]}"
        for pattern in (*RULE_FILES, "*.toml", "*.csv")
        for path in files(pattern)
        for match in SCHEME_WORDS.finditer(text(path))
    ]
    none(named)


def test_every_suppression_names_its_code_and_its_reason() -> None:
    bare = [
        f"{path}:{number}"
        for path in (*files("*.py"), *files("*.py", "tests"))
        for number, line in enumerate(text(path).splitlines(), 1)
        for found in SUPPRESSION.finditer(line)
        if not found["reason"].strip(" -#")[REASON_LETTERS:]
    ]
    none(bare)


def test_no_unfinished_mark_is_left() -> None:
    mark = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX|HA" + r"CK)\b|raise NotImplemented")
    left = [
        f"{path}: {match[0]}"
        for pattern in RULE_FILES
        for path in files(pattern)
        for match in mark.finditer(text(path))
    ]
    none(left)


def test_every_package_begins_with_one_sentence_and_imports_nothing() -> None:
    for path in files("__init__.py"):
        body = tree(path).body
        assert len(body) == 1, f"{path} holds more than its sentence"
        assert ast.get_docstring(tree(path)), f"{path} lacks its sentence"


def test_every_python_folder_is_a_package() -> None:
    folders = {path.parent for path in files("*.py", *PACKAGES)}
    assert [str(folder) for folder in sorted(folders) if not (ROOT / folder / "__init__.py").exists()] == []
