"""Counts are brought to one size: what a large unit or a long month has more of is divided out again (domain 4.4)."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from scoring.columns import Column, constant, product
from scoring.params import Params
from scoring.sheet import Sheet


def reads_sizes(given: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the sizes that parameters ask for."""
    return tuple(str(row.get("of")) for row in _rows(given) if isinstance(row, Mapping))


def times_of(params: Params, sheet: Sheet) -> Column | None:
    """Return reference ÷ size of every unit, unknown where a size is; None where nothing is scaled.

    `exposure` is one such table, or a list of them whose quotients are multiplied.
    """
    times: Column | None = None
    for row in _rows(params.given):
        if not isinstance(row, Mapping):
            raise params.refusal("not_a_table", "exposure", "必须是表", "must be a table")
        reference = check(params.within("exposure", row))
        size = _sizes(sheet, str(row["of"]))
        known = size.known & (size.num > 0)
        num = np.where(known, size.den * reference.numerator, 0)
        one = Column(num, np.where(known, size.num * reference.denominator, 1), known)
        times = one if times is None else product(times, one)
    return times


def check(row: Params) -> Fraction:
    """Return the reference of one scaling; Invalid when it says none, or not of what."""
    reference = row.number("reference")
    if reference <= 0:
        raise row.refusal("bad_reference", "reference", "参照规模必须大于零", "the reference must be greater than zero")
    if not isinstance(row.given.get("of"), str):
        raise row.refusal("missing_parameter", "of", "缺少参数", "this parameter is missing")
    return reference


def checked(params: Params) -> None:
    """Refuse scalings that have no meaning."""
    for row in _rows(params.given):
        check(params.within("exposure", row if isinstance(row, Mapping) else {}))


def _rows(given: Mapping[str, Any]) -> Sequence[Any]:
    rows = given.get("exposure") or ()
    return rows if isinstance(rows, (list, tuple)) else (rows,)


def _sizes(sheet: Sheet, name: str) -> Column:
    found = sheet.exposures.get(name)
    if found is not None:
        return found
    size, days = len(sheet.group), sheet.days.get(name)
    if days is not None:
        return constant(Fraction(days), size)
    zeros = np.zeros(size, dtype=np.int64)
    return Column(zeros, zeros + 1, np.zeros(size, dtype=bool))
