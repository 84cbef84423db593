"""Random formulas: columns, single units and a slow plain reading of the same tree agree to the last digit."""

import math
import re
from collections.abc import Callable
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.points import rounded_fraction
from scoring.columns import of_fractions
from scoring.formula.reading import read

NAMES = ("a", "b", "c")
Tree = tuple[Any, ...]
"""(operation, parts…), a leaf being ("number", text) or ("name", name)."""

POWERS = ("-1", "2", "0.5", "1/3", "1.81", "-0.25")
"""Exponents as written: each is an operation."""

leaves = st.one_of(
    st.decimals(min_value=0, max_value=1000, places=2).map(lambda number: ("number", str(number))),
    st.sampled_from(NAMES).map(lambda name: ("name", name)),
    st.just(("missing", "missing")),
)


numbers: st.SearchStrategy[Tree] = st.deferred(
    lambda: st.one_of(
        leaves,
        st.tuples(st.sampled_from(("+", "-", "*", "/")), numbers, numbers),
        st.tuples(st.sampled_from(("negative", "abs", "floor", "ceil", "round", "ln", "exp", *POWERS)), numbers),
        st.tuples(st.sampled_from(("min", "max", "coalesce", "clip")), numbers, numbers, numbers),
        st.tuples(st.just("if"), truths, numbers, numbers),
    )
)
truths: st.SearchStrategy[Tree] = st.deferred(
    lambda: st.one_of(
        st.tuples(st.sampled_from(("<", "<=", ">", ">=", "==", "!=")), numbers, numbers),
        st.tuples(st.just("<<="), numbers, numbers, numbers),
        st.sampled_from((("truth", "true"), ("truth", "false"))),
        st.tuples(st.sampled_from(("and", "or")), truths, truths),
        st.tuples(st.just("not"), truths),
        st.tuples(st.just("known"), numbers),
    )
)
values = st.one_of(
    st.none(),
    st.fractions(min_value=-100, max_value=100, max_denominator=50),
    st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(-5, 2), Fraction(2**61 - 1, 3), Fraction(-1, 2**61 - 1)]),
)
rows = st.lists(st.tuples(values, values, values), min_size=1, max_size=5)


def written(tree: Tree) -> str:
    op, *parts = tree
    if op in {"number", "missing", "name", "truth"}:
        return str(parts[0])
    inner = [written(part) for part in parts]
    if op == "if":
        return f"({inner[1]} if {inner[0]} else {inner[2]})"
    if op == "<<=":
        return f"({inner[0]} < {inner[1]} <= {inner[2]})"
    if op in {"negative", "not"}:
        return f"({'-' if op == 'negative' else 'not '}{inner[0]})"
    if op == "round" or op in POWERS:
        return f"round({inner[0]}, 1)" if op == "round" else f"power({inner[0]}, {op})"
    if op in {"min", "max", "coalesce", "clip", "abs", "floor", "ceil", "known", "ln", "exp"}:
        return f"{op}({', '.join(inner)})"
    return f"({inner[0]} {op} {inner[1]})"


def plainly(tree: Tree, unit: dict[str, Fraction | None]) -> Any:
    """Return the value of a tree by the book, None where missing."""
    op, *parts = tree
    if op == "number":
        return Fraction(parts[0])
    if op == "missing":
        return None
    if op == "truth":
        return parts[0] == "true"
    if op == "name":
        return unit[parts[0]]
    found = [plainly(part, unit) for part in parts]
    if op in LENIENT:
        return LENIENT[op](*found)
    return None if None in found or (op == "/" and found[1] == 0) else STRICT[op](*found)


def rounded_12(exactly: Decimal) -> Fraction:
    """Return a number of hundreds of digits with twelve decimals."""
    return Fraction(rounded_fraction(Fraction(exactly), 12), 10**12)


def powered(exponent: Fraction, base: Fraction) -> Fraction | None:
    """Return a power by comparing whole numbers alone: the nearest n with n^q close to x^p."""
    if base == 0 and exponent < 0:
        return None
    if exponent.denominator == 1:
        return Fraction(base**exponent.numerator)
    if base <= 0:
        return None if base < 0 else Fraction(0)
    least, most = 0, 1
    wanted, root = base**exponent.numerator, exponent.denominator
    reached = lambda twice: Fraction(twice, 2 * 10**12) ** root <= wanted  # noqa: E731 a bound in halves of the last decimal
    while reached(2 * most - 1):
        least, most = most, 2 * most
    while most - least > 1:
        middle = (least + most) // 2
        least, most = (middle, most) if reached(2 * middle - 1) else (least, middle)
    return Fraction(least, 10**12)


def logarithm(base: Fraction) -> Fraction | None:
    if base <= 0:
        return None
    with localcontext(prec=400):
        return rounded_12(Decimal(base.numerator).ln() - Decimal(base.denominator).ln())


def exponential(exponent: Fraction) -> Fraction | None:
    """Return a power of e by its series, in fractions of many digits."""
    if exponent > 100:
        return None
    scale, term, total, number = 10**200, 10**200, 0, 0
    held = min(abs(exponent), Fraction(100))
    while term:
        total, number = total + term, number + 1
        term = term * held.numerator // (held.denominator * number)
    found = Fraction(total, scale)
    return Fraction(rounded_fraction(found if exponent >= 0 else 1 / found, 12), 10**12)


Truth: TypeAlias = bool | None


def both(one: Truth, other: Truth) -> Truth:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def less(a: Fraction | None, b: Fraction | None) -> bool | None:
    return None if a is None or b is None else a < b


def contrary(truth: Truth) -> Truth:
    return None if truth is None else not truth


LENIENT: dict[str, Callable[..., Any]] = {
    "if": lambda test, yes, no: None if test is None else yes if test else no,
    "coalesce": lambda *found: next((value for value in found if value is not None), None),
    "and": both,
    "or": lambda one, other: contrary(both(contrary(one), contrary(other))),
    "not": contrary,
    "known": lambda value: value is not None,
    "<<=": lambda a, b, c: both(less(a, b), contrary(less(c, b))),
}
STRICT: dict[str, Callable[..., Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "negative": lambda a: -a,
    "abs": abs,
    "floor": math.floor,
    "ceil": math.ceil,
    "round": lambda a: Fraction(rounded_fraction(a, 1), 10),
    "ln": logarithm,
    "exp": exponential,
    **{text: partial(powered, Fraction(text)) for text in POWERS},
    "min": min,
    "max": max,
    "clip": lambda x, low, high: min(max(x, low), high),
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def factors(tree: Tree) -> int:
    op, *parts = tree
    if op in {"number", "missing", "truth"}:
        return 0
    if op == "name":
        return 1
    inner = [factors(part) for part in parts]
    if op in POWERS:
        return inner[0] * math.ceil(abs(Fraction(op)))
    return sum(inner) if op in {"*", "/"} else max(inner)


def depth(tree: Tree) -> int:
    return 1 + max((depth(part) for part in tree[1:] if isinstance(part, tuple)), default=0)


def readable(tree: Tree) -> bool:
    """Tell whether the language takes so long and so deep a formula at all."""
    text = written(tree)
    shallow = depth(tree) < 20 and text.count("(") < 40
    return shallow and len(text) < 2000 and factors(tree) <= 12 and not re.search(r"/ 0\.?0*\)", text)


@given(numbers.filter(readable), rows)
def test_columns_single_units_and_a_plain_reading_agree(
    tree: Tree, units: list[tuple[Fraction | None, Fraction | None, Fraction | None]]
) -> None:
    formula = read(written(tree), dict.fromkeys(NAMES, "number"))
    given_units = [dict(zip(NAMES, unit, strict=True)) for unit in units]
    columns = {name: of_fractions([unit[name] for unit in given_units]) for name in NAMES}
    found = formula.over(columns, len(units))
    expected = [plainly(tree, unit) for unit in given_units]
    assert [formula.at(unit) for unit in given_units] == expected
    assert [found.at(at) for at in range(len(units))] == expected
    assert np.all(np.asarray(found.den) > 0)
    assert all(formula.steps(unit)[-1].value == wanted for unit, wanted in zip(given_units, expected, strict=True)
               if formula.names and formula.steps(unit))  # fmt: skip


@given(numbers.filter(readable), st.permutations(range(4)))
def test_the_order_of_units_does_not_matter(tree: Tree, order: list[int]) -> None:
    formula = read(written(tree), dict.fromkeys(NAMES, "number"))
    numbers = [Fraction(1, 3), None, Fraction(-7), Fraction(2**60)]
    straight = formula.over(dict.fromkeys(NAMES, of_fractions(numbers)), 4)
    mixed = formula.over(dict.fromkeys(NAMES, of_fractions([numbers[at] for at in order])), 4)
    assert [mixed.at(at) for at in range(4)] == [straight.at(at) for at in order]


rising = st.sampled_from(
    [
        "a * 2 + 1",
        "min(a, b) + max(a, c)",
        "clip(a, b, 50)",
        "round(a, 1) + floor(a)",
        "ceil(a / 3)",
        "60 if a < 10 else 80 if a < 20 else 100",
        "coalesce(a, 0) - 1",
        "-(b - a)",
        "power(abs(a) + a, 1.81) + exp(a / 50) + ln(101 + a)",
    ]
)
plain_values = st.fractions(min_value=-100, max_value=100, max_denominator=50)


@given(rising, plain_values, plain_values, plain_values)
def test_what_only_rises_with_a_name_never_falls(text: str, low: Fraction, high: Fraction, other: Fraction) -> None:
    formula = read(text, dict.fromkeys(NAMES, "number"))
    column = of_fractions(sorted((low, high)))
    found = formula.over({"a": column, "b": of_fractions([other] * 2), "c": of_fractions([other] * 2)}, 2)
    first, then = found.at(0), found.at(1)
    assert first is not None
    assert then is not None
    assert first <= then
