"""Powers, logarithms and exponentials: correctly rounded to twelve decimals, whole powers exact."""

from collections.abc import Callable
from decimal import Context, Decimal
from fractions import Fraction

from core.points import rounded_fraction

PLACES = 12
"""Decimals of what is no fraction: roots, logarithms, exponentials; a half goes away from zero."""
MOST_EXPONENT = 12
FINEST_EXPONENT = 1000
"""Exponents are fractions of at most this denominator."""
MOST_EXPONENTIAL = 100
"""The exponential of more than this is missing."""
GUARD = 12
"""So many more digits are reckoned with than are doubted: errors of single steps are far smaller."""
FIRST_DIGITS = 40

Found = tuple[Decimal, int]
"""A value reckoned with so many digits, and the power of ten that its error stays below."""


def power(base: Fraction, exponent: Fraction) -> Fraction | None:
    """Return base to the exponent: exact for whole exponents, else correctly rounded; None where there is none."""
    if base == 0 and exponent < 0:
        return None
    if exponent.denominator == 1:
        return Fraction(base**exponent.numerator)
    if base <= 0:
        return Fraction(0) if base == 0 else None

    def tried(digits: int) -> Found:
        context = Context(prec=digits)
        ln = _logarithm(base, context)
        turned = context.divide(context.multiply(ln, exponent.numerator), Decimal(exponent.denominator))
        return _exponential(turned, context)

    return surely_rounded(tried, lambda middle: middle**exponent.denominator == base**exponent.numerator)


def ln(base: Fraction) -> Fraction | None:
    """Return the natural logarithm, correctly rounded; None of what is not above zero."""
    if base <= 0:
        return None

    def tried(digits: int) -> Found:
        found = _logarithm(base, Context(prec=digits))
        return found, max(found.adjusted(), 0) - digits + GUARD

    return surely_rounded(tried, never_halfway)


def exp(exponent: Fraction) -> Fraction | None:
    """Return e to the exponent, correctly rounded; None above MOST_EXPONENTIAL."""
    if exponent > MOST_EXPONENTIAL:
        return None
    held = max(exponent, Fraction(-MOST_EXPONENTIAL))  # far below the last decimal either way

    def tried(digits: int) -> Found:
        context = Context(prec=digits)
        return _exponential(context.divide(Decimal(held.numerator), Decimal(held.denominator)), context)

    return surely_rounded(tried, never_halfway)


def never_halfway(_: Fraction) -> bool:
    """Tell that a result is never half-way: logarithms and exponentials of fractions but 0 and 1 are no fractions."""
    return False


def _logarithm(base: Fraction, context: Context) -> Decimal:
    return context.ln(context.divide(Decimal(base.numerator), Decimal(base.denominator)))


def _exponential(exponent: Decimal, context: Context) -> Found:
    found = context.exp(exponent)
    return found, found.adjusted() + max(exponent.adjusted(), 0) - context.prec + GUARD


def surely_rounded(tried: Callable[[int], Found], halfway: Callable[[Fraction], bool]) -> Fraction:
    """Return a value rounded to PLACES, reckoned with more and more digits until no doubt is left."""
    digits = FIRST_DIGITS
    while True:
        value, error = tried(digits)
        middle, doubt = Fraction(value), Fraction(10) ** error
        low, high = (rounded_fraction(bound, PLACES) for bound in (middle - doubt, middle + doubt))
        if low == high:
            return Fraction(low, 10**PLACES)
        between = Fraction(low + high, 2 * 10**PLACES)
        if high == low + 1 and halfway(between):
            return Fraction(rounded_fraction(between, PLACES), 10**PLACES)
        digits *= 2
