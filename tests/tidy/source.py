"""Our own source, found and parsed once for all the rules."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("core", "org", "scoring", "leaderboards", "coaching", "rewards", "months", "seeds", "web", "api", "ops")
DOMAIN = ("org", "scoring", "leaderboards", "coaching", "rewards", "months")
OUTSIDE = ("vendor", "migrations", "__pycache__")


@cache
def files(pattern: str, *roots: str) -> tuple[Path, ...]:
    """Return the files of a pattern under the named packages (default: all), relative to the project."""
    found = (path for root in roots or PACKAGES for path in (ROOT / root).rglob(pattern) if path.is_file())
    return tuple(
        sorted(path.relative_to(ROOT) for path in found if not set(path.relative_to(ROOT).parts) & set(OUTSIDE))
    )


@cache
def text(path: Path) -> str:
    """Return the text of a file."""
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def tree(path: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(text(path), str(path))


def calls(path: Path) -> list[tuple[str, int]]:
    """Return each called name with its line: `round`, `datetime.now`, `os.environ.get`."""
    return [(ast.unparse(node.func), node.lineno) for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]


def none(found: list[str]) -> None:
    """Fail with one line for each thing found."""
    assert not found, "\n" + "\n".join(found)
