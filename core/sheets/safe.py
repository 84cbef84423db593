"""The one function that every exported cell passes: text stays text, whatever a spreadsheet program makes of it."""

import re

ACTIVE = "=+-@\t\r\n＝＋－＠"
"""What makes a spreadsheet program take a text for a formula, half and full width."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
LONGEST = 32_767


def safe_text(text: str) -> str:
    """Return a text that no spreadsheet program computes: an apostrophe goes before one that begins actively."""
    clean = _CONTROL.sub("", text)[: LONGEST - 1]
    begin = clean.lstrip(" \u00a0\u3000\ufeff'")
    return f"'{clean}" if begin.startswith(tuple(ACTIVE)) or clean.startswith(tuple(ACTIVE)) else clean
