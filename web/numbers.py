"""Whole numbers that stand in an address, as people and machines really write them."""

from collections.abc import Container

LONGEST = 9
"""Digits that fit the numbers of the database."""
FIRST_MONTH, LAST_MONTH, MONTHS_A_YEAR = 200001, 299912, 12


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
    if number is None or not FIRST_MONTH <= number <= LAST_MONTH or not 1 <= number % 100 <= MONTHS_A_YEAR:
        return None
    return number
