"""The standard normal distribution function: correctly rounded to as many decimals as roots and logarithms."""

from decimal import Context, Decimal
from fractions import Fraction

from scoring.formula.roots import GUARD, Found, never_halfway, surely_rounded

FAR = 8
"""Beyond so many deviations the twelfth decimal is that of 0 and 1."""


def phi(value: Fraction) -> Fraction:
    """Return the share of a standard normal population that lies below a value; exactly one half at nought."""
    if abs(value) > FAR:
        return Fraction(int(value > 0))

    def tried(digits: int) -> Found:
        context = Context(prec=digits)
        beyond = _from_the_middle(context.divide(Decimal(value.numerator), Decimal(value.denominator)), context)
        return context.add(Decimal("0.5"), beyond), GUARD - digits

    return surely_rounded(tried, never_halfway)


def _from_the_middle(value: Decimal, context: Context) -> Decimal:
    """Return density × (x + x³/3 + x⁵/15 + …): all parts have the sign of x, so that nothing is lost between them."""
    square = context.multiply(value, value)
    total, part, odd = Decimal(0), value, 1
    while part and part.adjusted() > total.adjusted() - context.prec:
        total = context.add(total, part)
        odd += 2
        part = context.divide(context.multiply(part, square), Decimal(odd))
    width = context.sqrt(context.multiply(Decimal(2), _pi(context)))
    return context.divide(context.multiply(total, context.exp(context.divide(-square, Decimal(2)))), width)


def _pi(context: Context) -> Decimal:
    """Return π by 16 arctan(1/5) - 4 arctan(1/239)."""
    return context.subtract(
        context.multiply(Decimal(16), _arctan_of_part(5, context)),
        context.multiply(Decimal(4), _arctan_of_part(239, context)),
    )


def _arctan_of_part(whole: int, context: Context) -> Decimal:
    power, total, odd = context.divide(Decimal(1), Decimal(whole)), Decimal(0), 1
    while power.adjusted() > -context.prec:
        part = context.divide(power, Decimal(odd))
        total = context.add(total, part if odd % 4 == 1 else -part)
        power, odd = context.divide(power, Decimal(whole * whole)), odd + 2
    return total
