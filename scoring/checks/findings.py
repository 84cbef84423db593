"""How the checks of fairness tell what they find."""

from core.errors import Grade, Place, Problem
from core.language import Text
from scoring.rulebook import RuleBook

PER_CENT = 100


def finding(code: str, path: str, grade: Grade, words: Text, hint: Text | None = None) -> Problem:
    """Return one finding at a path of the rule book."""
    return Problem(code=code, sentence=words, place=Place(path=path), grade=grade, hint=hint)


def card_path(book: RuleBook, kind: str, kpi: str = "") -> str:
    """Return where the card of a kind stands in the document."""
    table = "trees" if kind in book.trees else "scorecards"
    return f"{table}.{kind}.{kpi}" if kpi and table == "scorecards" else f"{table}.{kind}"


def share_text(part: int, whole: int) -> str:
    """Return a share in whole per cent, cut."""
    return str(part * PER_CENT // whole) if whole else "0"
