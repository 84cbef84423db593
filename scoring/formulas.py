"""The method that people write themselves: a formula over the value, its parts, and constants (公式法)."""

from collections.abc import Mapping
from fractions import Fraction

import numpy as np

from core.points import FACT_SCALE
from scoring.columns import Column, constant, scaled, whole
from scoring.formula.reading import read
from scoring.formula.syntax import Kind
from scoring.inputs import Inputs, Outcome, Rule
from scoring.params import Params

NAMES = ("value", "num", "den", "sample", "previous")


def formula(params: Params) -> Rule:
    """The result of a formula over value, num, den, sample, previous and the names in `constants` (公式法).

    A constant is a number, or `{ column = … }`: what stands in each row.
    """
    text = params.given.get("formula")
    if not isinstance(text, str):
        raise params.refusal("missing_parameter", "formula", "缺少公式", "the formula is missing")
    given = params.within("constants", params.table("constants"))
    for name in given.given:
        if name in NAMES:
            raise given.refusal("name_taken", name, "这个名称已有含义", "this name has a meaning already")
    columns = {
        name: str(told["column"])
        for name, told in given.given.items()
        if isinstance(told, Mapping) and "column" in told
    }
    numbers = {name: given.number(name) for name in given.given if name not in columns}
    names: dict[str, Kind] = dict.fromkeys((*NAMES, *given.given), "number")
    law = read(text, names, f"{params.path}.formula")
    return lambda inputs: Outcome(_told(law.over(_columns(inputs, numbers, columns), len(inputs.value)), inputs))


def _told(scores: Column, inputs: Inputs) -> Column:
    """Return the scores of units that were measured at all, if only with a denominator of zero."""
    known = scores.known & (inputs.value if inputs.num is None else inputs.num).known
    return Column(np.where(known, scores.num, 0), np.where(known, scores.den, 1), known)


def _columns(inputs: Inputs, numbers: Mapping[str, Fraction], columns: Mapping[str, str]) -> dict[str, Column]:
    size = len(inputs.value)
    found = {name: constant(number, size) for name, number in numbers.items()}
    found |= {name: inputs.constants[column] for name, column in columns.items() if column in inputs.constants}
    micro = Fraction(1, FACT_SCALE)
    parts = {"num": inputs.num, "den": inputs.den}
    found |= {name: scaled(part, micro) for name, part in parts.items() if part is not None}
    if inputs.previous is not None:
        found["previous"] = inputs.previous
    if inputs.sample is not None:
        measured = inputs.value if inputs.num is None else inputs.num
        found["sample"] = whole(inputs.sample, measured.known)
    return found | {"value": inputs.value}
