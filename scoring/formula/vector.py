"""All units through a formula at once: exact columns, int64 while bounds prove that nothing overflows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, reduce

import numpy as np

from scoring.columns import (
    Bools,
    Column,
    Ints,
    both_fitted,
    chosen,
    constant,
    difference,
    is_wide,
    of_fractions,
    reduced,
    roomy,
    rounded_to,
    scaled,
    sign_against,
)
from scoring.formula import roots
from scoring.formula.normal import phi
from scoring.formula.syntax import Node


@dataclass(frozen=True)
class Truths:
    """A condition over units: false where unknown."""

    yes: Bools
    known: Bools


@dataclass(frozen=True)
class Run:
    """One formula over so many units."""

    columns: Mapping[str, Column]
    size: int

    def number(self, node: Node) -> Column:
        """Return the column of a node that is a number."""
        if node.op in _WHOLE:
            return _WHOLE[node.op](self, node)
        parts = [self.number(part) for part in node.parts]
        return slim(_BY_PARTS[node.op](parts, node))

    def truth(self, node: Node) -> Truths:
        """Return the column of a node that is a condition."""
        return _TRUTHS[node.op](self, node)

    def nothing(self) -> Column:
        zeros, ones = np.zeros(self.size, dtype=np.int64), np.ones(self.size, dtype=np.int64)
        return Column(zeros, ones, np.zeros(self.size, dtype=bool))

    def named(self, node: Node) -> Column:
        column = self.columns.get(node.name)
        return self.nothing() if column is None else column


def slim(column: Column) -> Column:
    """Return numbers that have grown out of int64 in lowest terms, back in int64 where they fit."""
    return reduced(column) if is_wide(column) else column


def plus(left: Column, right: Column) -> Column:
    """Return left + right, unknown where either is."""
    return minus(left, Column(-right.num, right.den, right.known))


def minus(left: Column, right: Column) -> Column:
    """Return left - right, unknown where either is; over one common denominator it stays."""
    if np.array_equal(left.den, right.den):
        a, b = roomy(left, lambda num, _: 2 * num), roomy(right, lambda num, _: 2 * num)
        if a is left and b is right:
            return _sure(left.num - right.num, left.den, left.known & right.known)
    return difference(left, right)


def times(left: Column, right: Column) -> Column:
    """Return left × right, unknown where either is."""
    a, b = both_fitted(left, right, lambda an, ad, bn, bd: max(an * bn, ad * bd))
    return _sure(a.num * b.num, a.den * b.den, left.known & right.known)


def divided(left: Column, right: Column) -> Column:
    """Return left ÷ right, unknown where either is or where right is zero."""
    a, b = both_fitted(left, right, lambda an, ad, bn, bd: max(an * bd, ad * bn))
    sign = np.where(b.num < 0, -1, 1)
    return _sure(a.num * b.den * sign, a.den * b.num * sign, left.known & right.known & (right.num != 0))


def _sure(num: Ints, den: Ints, known: Bools) -> Column:
    sure = np.asarray(known, dtype=bool)
    return Column(num=np.where(sure, num, 0), den=np.where(sure, den, 1), known=sure)


def smaller(left: Column, right: Column) -> Column:
    """Return the lesser of two, unknown where either is."""
    return _known_in_both(chosen(np.asarray(minus(left, right).num <= 0, dtype=bool), left, right), left, right)


def larger(left: Column, right: Column) -> Column:
    """Return the greater of two, unknown where either is."""
    return _known_in_both(chosen(np.asarray(minus(left, right).num >= 0, dtype=bool), left, right), left, right)


def _known_in_both(result: Column, left: Column, right: Column) -> Column:
    return _sure(result.num, result.den, left.known & right.known)


def _product(parts: list[Column], node: Node) -> Column:
    left, right = node.parts
    if left.op == "number":
        return scaled(parts[1], left.number)
    return scaled(parts[0], right.number) if right.op == "number" else times(parts[0], parts[1])


def _quotient(parts: list[Column], node: Node) -> Column:
    by = node.parts[1]
    return scaled(parts[0], 1 / by.number) if by.op == "number" else divided(parts[0], parts[1])


def _rounded(parts: list[Column], node: Node) -> Column:
    whole = rounded_to(parts[0], node.places)
    known = parts[0].known
    return _sure(whole, np.full(len(known), 10**node.places, dtype=np.int64), known)


def _whole(num: Ints, like: Column) -> Column:
    return _sure(num, np.ones(len(like), dtype=np.int64), like.known)


def _if(run: Run, node: Node) -> Column:
    test = run.truth(node.parts[0])
    found = chosen(test.yes, run.number(node.parts[1]), run.number(node.parts[2]))
    return slim(_sure(found.num, found.den, found.known & test.known))


def _coalesce(run: Run, node: Node) -> Column:
    parts = [run.number(part) for part in node.parts]
    return slim(reduce(lambda first, then: chosen(first.known, first, then), parts))


def _one_by_one(column: Column, law: Callable[[Fraction], Fraction | None]) -> Column:
    """Return what a law gives for each value, asked once for equal ones; unknown where it gives nothing."""
    asked = cache(law)
    values = (column.at(unit) for unit in range(len(column)))
    return of_fractions([None if value is None else asked(value) for value in values])


def _power(parts: list[Column], node: Node) -> Column:
    exponent = node.number
    if exponent.denominator == 1 and exponent > 0:
        return reduce(lambda raised, _: slim(times(raised, parts[0])), range(exponent.numerator - 1), parts[0])
    return _one_by_one(parts[0], lambda value: roots.power(value, exponent))


_WHOLE: Mapping[str, Callable[[Run, Node], Column]] = {
    "number": lambda run, node: constant(node.number, run.size),
    "missing": lambda run, _: run.nothing(),
    "name": Run.named,
    "if": _if,
    "coalesce": _coalesce,
}
_BY_PARTS: Mapping[str, Callable[[list[Column], Node], Column]] = {
    "negative": lambda x, _: Column(-x[0].num, x[0].den, x[0].known),
    "+": lambda x, _: plus(x[0], x[1]),
    "-": lambda x, _: minus(x[0], x[1]),
    "*": _product,
    "/": _quotient,
    "min": lambda x, _: reduce(smaller, x),
    "max": lambda x, _: reduce(larger, x),
    "abs": lambda x, _: Column(abs(x[0].num), x[0].den, x[0].known),
    "clip": lambda x, _: smaller(larger(x[0], x[1]), x[2]),
    "round": _rounded,
    "floor": lambda x, _: _whole(x[0].num // x[0].den, x[0]),
    "ceil": lambda x, _: _whole(-(-x[0].num // x[0].den), x[0]),
    "power": _power,
    "ln": lambda x, _: _one_by_one(x[0], roots.ln),
    "exp": lambda x, _: _one_by_one(x[0], roots.exp),
    "phi": lambda x, _: _one_by_one(x[0], phi),
}


def all_of(parts: list[Truths]) -> Truths:
    """Return false where one is false whatever is missing, else unknown where one is, else true."""
    refuted = reduce(np.logical_or, [part.known & ~part.yes for part in parts])
    known = refuted | reduce(np.logical_and, [part.known for part in parts])
    return Truths(yes=known & ~refuted, known=known)


def turned(part: Truths) -> Truths:
    """Return the contrary, unknown where it was."""
    return Truths(yes=part.known & ~part.yes, known=part.known)


def _compare(run: Run, node: Node) -> Truths:
    columns = [run.number(part) for part in node.parts]
    found = []
    for at, sign in enumerate(node.signs):
        left, right = columns[at], columns[at + 1]
        fixed = node.parts[at + 1]
        apart = sign_against(left, fixed.number) if fixed.op == "number" else minus(left, right).num
        known = left.known & right.known
        found.append(Truths(known & np.asarray(SIGNS[sign](apart), dtype=bool), known))
    return all_of(found)


def _known(run: Run, node: Node) -> Truths:
    return Truths(run.number(node.parts[0]).known, np.ones(run.size, dtype=bool))


def _truth_named(run: Run, node: Node) -> Truths:
    column = run.named(node)
    return Truths(column.known & np.asarray(column.num != 0, dtype=bool), column.known)


def _truth_if(run: Run, node: Node) -> Truths:
    test, yes, no = (run.truth(part) for part in node.parts)
    known = test.known & np.where(test.yes, yes.known, no.known)
    return Truths(known & np.where(test.yes, yes.yes, no.yes), known)


SIGNS: Mapping[str, Callable[[Ints], Ints]] = {
    "<": lambda apart: apart < 0,
    "<=": lambda apart: apart <= 0,
    ">": lambda apart: apart > 0,
    ">=": lambda apart: apart >= 0,
    "==": lambda apart: apart == 0,
    "!=": lambda apart: apart != 0,
}
_TRUTHS: Mapping[str, Callable[[Run, Node], Truths]] = {
    "truth": lambda run, node: Truths(np.full(run.size, bool(node.value)), np.ones(run.size, dtype=bool)),
    "name": _truth_named,
    "compare": _compare,
    "known": _known,
    "and": lambda run, node: all_of([run.truth(part) for part in node.parts]),
    "or": lambda run, node: turned(all_of([turned(run.truth(part)) for part in node.parts])),
    "not": lambda run, node: turned(run.truth(node.parts[0])),
    "if": _truth_if,
}


def as_numbers(truths: Truths) -> Column:
    """Return a condition as 1 and 0."""
    return _sure(truths.yes.astype(np.int64), np.ones(len(truths.yes), dtype=np.int64), truths.known)
