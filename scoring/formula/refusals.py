"""Why a formula is refused: always the column, what is wrong, and what would be right."""

from core.errors import Invalid, Place, problem
from core.language import Text


def refusal(code: str, at: tuple[str, int], zh: str, en: str, right: tuple[str, str] | None = None) -> Invalid:
    """Return the error about a place in a formula: `at` is its path and the position in the text, from 0."""
    path, position = at
    column = position + 1
    hint = Text(zh=right[0], en=right[1]) if right else None
    place = Place(path=path, column=str(column))
    return Invalid(problem(f"formula_{code}", f"第{column}列：{zh}。", f"Column {column}: {en}.", place, hint))


def shown(text: str) -> str:
    """Return a piece of foreign text short enough for a sentence, without characters that cannot be seen."""
    seen = "".join(letter if letter.isprintable() else f"U+{ord(letter):04X}" for letter in text[:30])
    return f"{seen}…" if len(text) > len(seen) else seen
