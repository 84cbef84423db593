"""Whole numbers that stand in an address, as people and machines really write them."""

from collections.abc import Container

from core.period import is_month

LONGEST = 9
"""Digits that fit the numbers of the database."""


def whole(text: str | None) -> int | None:
    """Return a plain whole number from nought up, None for anything else; foreign digits and endless rows are no number."""
    if text is None or not (text.isascii() and text.isdigit() and len(text) <= LONGEST):
        return None
    return int(text)


def one_of(text: str | None, known: Container[int]) -> int | None:
    """Return a number that stands among the known ones, None for any other."""
    number = whole(text)
    return number if number is not None and number in known else None


def month_key(text: str | None) -> int | None:
    """Return a month such as 202611, None for what is no month of this millennium."""
    number = whole(text)
    return number if number is not None and is_month(number) else None
