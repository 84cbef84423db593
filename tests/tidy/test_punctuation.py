"""Chinese sentences have Chinese signs: a comma of half the width between two characters reads like a slip."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.tidy.source import files, none, tree

HAN = r"[\u4e00-\u9fff]"
HALF_WIDTH = re.compile(rf"{HAN}[,;:!?]|[,;:!?]{HAN}")
AS_IT_IS_TYPED = re.compile(r"“[^”]*”|\[[^\]]*\]|\S+://\S+")
"""What somebody types: a form between quotation marks, a list of a rule book, an address."""
PATTERN = re.compile(r"\(\?:|\[[^\]]*\]\)")


def _slips(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and not PATTERN.search(node.value):
            found = HALF_WIDTH.search(AS_IT_IS_TYPED.sub("", node.value))
            if found:
                yield f"{path}:{node.lineno}: {found[0]}"


def test_chinese_sentences_have_chinese_signs() -> None:
    none([slip for path in files("*.py") for slip in _slips(path)])
