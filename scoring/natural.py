"""Names of rounds and periods in the order people mean: 2 stands before 10, 2010/9 before 2010/10."""

import re

Key = tuple[tuple[int, int, str], ...]
_DIGITS = re.compile(r"(\d+)", re.ASCII)


def natural(name: str) -> Key:
    """Return what to sort a name by: runs of digits as numbers, everything else as text, the name itself last."""
    parts = [part for part in _DIGITS.split(name) if part]
    return (
        *((0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part) for part in parts),
        (2, 0, name),
    )
