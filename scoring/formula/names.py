"""Names in formulas: written as they are where they can be, with `_` for other characters, or in backquotes."""

import keyword
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from scoring.formula.syntax import FUNCTIONS

WORDS = frozenset({"and", "or", "not", "if", "else", "true", "false"})
LONGEST = 80
_OTHER = re.compile(r"\W")


def identifier(code: str) -> str:
    """Return the bare name by which a formula may call a code: HAI-1 is HAI_1, 30-day is _30_day, min is min_."""
    plain = _OTHER.sub("_", code)
    if not plain or plain[0].isdigit():
        plain = f"_{plain}"
    return f"{plain}_" if plain in WORDS or plain in FUNCTIONS or keyword.iskeyword(plain) else plain


def by_identifier(codes: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Return bare name → the codes it may mean; a code that is a name itself means nothing else."""
    found: dict[str, list[str]] = {}
    known = list(codes)
    for code in known:
        found.setdefault(identifier(code), []).append(code)
    return {name: (name,) if name in known else tuple(codes) for name, codes in found.items()}


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most like another, None where none is or the name is absurdly long."""
    if len(name) > LONGEST:
        return None
    near = get_close_matches(name, list(known), n=1)
    return near[0] if near else None
