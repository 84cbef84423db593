"""Which characters no text of a person holds: those that cannot be seen and change how what follows is read."""

import re

CONTROLS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
"""Control characters but tab and line ends, those that turn the direction of writing, and spaces of no width; inside of a
character class. U+200D is none of them: it joins the parts of an emoji."""
_UNSEEN = re.compile(f"[{CONTROLS}]")


def unseen(text: str) -> str:
    """Return the first such character of a text as its number, U+202E; empty where there is none."""
    found = _UNSEEN.search(text)
    return f"U+{ord(found[0]):04X}" if found else ""
