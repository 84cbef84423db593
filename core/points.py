"""Exact numbers: fixed point in integers, rounded half away from zero (四舍五入) and nowhere silently."""

import re
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias, overload

if TYPE_CHECKING:  # pages write numbers too, and must not wait for numpy
    import numpy as np
    from numpy.typing import NDArray

FACT_SCALE = 1_000_000
"""Numerators and denominators of facts are integers of 1/1,000,000."""
CENTS = 100
"""Scores and totals are integers of 1/100."""
POINTS = 10_000
"""Points of a line are integers of 1/10,000."""
MOST_DIGITS = 30

Ints: TypeAlias = "NDArray[np.int64] | NDArray[np.object_]"
_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)


@overload
def rounded(numerators: int, denominators: int) -> int: ...
@overload
def rounded(numerators: Ints, denominators: "Ints | int") -> Ints: ...
def rounded(numerators: "int | Ints", denominators: "int | Ints") -> "int | Ints":
    """Return numerators / denominators as whole numbers, a half going away from zero; denominators are positive."""
    if isinstance(numerators, int) and isinstance(denominators, int):
        whole = (2 * abs(numerators) + denominators) // (2 * denominators)
        return int(whole if numerators >= 0 else -whole)
    import numpy as np

    tops, bottoms = np.asarray(numerators), _one_if_all_the_same(denominators)
    if not tops.size or tops.min() >= 0:
        wholes: Ints = (2 * tops + bottoms) // (2 * bottoms)
        return wholes
    wholes = (2 * np.abs(tops) + bottoms) // (2 * bottoms)
    return np.where(tops < 0, -wholes, wholes)


def _one_if_all_the_same(numbers: "int | Ints") -> "int | Ints":
    """Return one number for many that are equal: dividing by one is several times as fast."""
    if isinstance(numbers, int) or not numbers.size or numbers.dtype == object:
        return numbers
    first = int(numbers.flat[0])
    return first if int(numbers.min()) == first == int(numbers.max()) else numbers


def rounded_fraction(value: Fraction, places: int) -> int:
    """Return a fraction as an integer of 10^-places, a half going away from zero."""
    scale: int = 10**places
    return int(rounded(value.numerator * scale, value.denominator))


def exact(text: str | int | Decimal | Fraction) -> Fraction:
    """Return the exact value of a decimal number; ValueError for NaN, infinities, and more than 30 digits."""
    if isinstance(text, Fraction):
        return text
    return Fraction(decimal(text))


def decimal(text: str | int | Decimal) -> Decimal:
    """Return a finite decimal of at most 30 digits either side of the point; ValueError for anything else."""
    if isinstance(text, (bool, float)):
        raise ValueError(f"not an exact number: {text!r}")  # noqa: TRY004 one refusal for all that is no number
    if isinstance(text, str) and not _DECIMAL.fullmatch(text.strip()):
        raise ValueError(f"not a decimal number: {text!r}")
    value = Decimal(text.strip()) if isinstance(text, str) else Decimal(text)
    exponent = value.as_tuple().exponent
    if not value.is_finite() or value.adjusted() > MOST_DIGITS or int(exponent) < -MOST_DIGITS:
        raise ValueError(f"not a number of at most {MOST_DIGITS} digits: {text!r}")
    return value


def fixed(text: str | int | Decimal | Fraction, places: int) -> int:
    """Return a decimal as an integer of 10^-places; ValueError when it has more places than that."""
    scale: int = 10**places
    scaled: Fraction = exact(text) * scale
    if scaled.denominator != 1:
        raise ValueError(f"more than {places} decimal places: {text!r}")
    return scaled.numerator


def decimal_text(value: int, places: int) -> str:
    """Return an integer of 10^-places as text: 8406 with 2 places is 84.06."""
    if places == 0:
        return str(value)
    sign = "-" if value < 0 else ""
    whole, part = divmod(abs(int(value)), 10**places)
    return f"{sign}{whole}.{part:0{places}d}"


def cents_text(value: int) -> str:
    """Return cents as text with two decimals."""
    return decimal_text(value, 2)


def fraction_text(value: Fraction, places: int) -> str:
    """Return a fraction rounded half away from zero to so many decimals."""
    return decimal_text(rounded_fraction(value, places), places)


def plain_text(value: Fraction | Decimal, most_places: int = 6) -> str:
    """Return the shortest decimal text, without trailing zeros, rounded at most_places."""
    text = fraction_text(Fraction(value), most_places)
    return text.rstrip("0").rstrip(".") if "." in text else text


def said_text(value: Fraction | Decimal, most_places: int = 6) -> str:
    """Return the same for a sentence: with a real minus sign, as every number that people read has."""
    return plain_text(value, most_places).replace("-", "−")


def said_cents(value: int) -> str:
    """Return cents for a sentence: two decimals and a real minus sign."""
    return cents_text(value).replace("-", "−")
