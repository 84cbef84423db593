"""Every domain package has the same parts: pure modules, models, queries, operations."""

import ast
from pathlib import Path

import pytest

from tests.tidy.source import DOMAIN, ROOT, files, none, tree

IMPURE = (
    "tortoise",
    "asyncpg",
    "litestar",
    "arq",
    "redis",
    "structlog",
    "core.log",
    "core.clock.now",
    "core.clock.today",
    "core.settings",
    "core.database",
)
SPEAKERS = ("models", "queries", "operations")
OTHERS_MODELS_ALLOWED = {"org.models"}


def _imports(path: Path) -> list[str]:
    names: list[str] = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return names


def _role(path: Path) -> str:
    return path.parts[1].removesuffix(".py")


@pytest.mark.parametrize("package", DOMAIN)
def test_a_package_has_its_models_queries_and_operations(package: str) -> None:
    parts = {_role(path) for path in files("*.py", package)}
    assert parts >= set(SPEAKERS)


@pytest.mark.parametrize("package", DOMAIN)
def test_pure_modules_know_no_table_clock_setting_or_log(package: str) -> None:
    impure = [
        f"{path} imports {name}"
        for path in files("*.py", package)
        if _role(path) not in SPEAKERS
        for name in _imports(path)
        if any(name == root or name.startswith(f"{root}.") for root in IMPURE)
    ]
    none(impure)


@pytest.mark.parametrize("package", DOMAIN)
def test_queries_never_import_operations(package: str) -> None:
    wrong = [
        f"{path} imports {name}"
        for path in files("*.py", package)
        if _role(path) == "queries"
        for name in _imports(path)
        if ".operations" in name
    ]
    none(wrong)


def test_models_are_imported_by_their_own_package_alone() -> None:
    wrong = [
        f"{path} imports {name}"
        for path in files("*.py")
        for name in _imports(path)
        if name.split(".")[1:2] == ["models"]
        and name.split(".")[0] in DOMAIN
        and name.split(".")[0] != path.parts[0]
        and name not in OTHERS_MODELS_ALLOWED
    ]
    none(wrong)


def test_the_tests_mirror_the_packages() -> None:
    missing = [
        package
        for package in (*DOMAIN, "core", "web", "api", "seeds", "ops")
        if not (ROOT / "tests" / package).is_dir()
    ]
    none(missing)
