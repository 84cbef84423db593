"""The formula that a rule book writes itself, operation by operation."""

from collections.abc import Mapping
from fractions import Fraction

from scoring.formula.reading import read
from scoring.formula.syntax import Kind
from scoring.formula_words import NAMES as KNOWN
from scoring.steps.said import figures_of, formula_steps
from scoring.steps.telling import At, Worked, exactly, step

NAMES = tuple(KNOWN)


def formula(at: At) -> Worked | None:
    """Return every operation of a formula that led to its result; None where nothing comes out."""
    given = at.given.get("constants") or {}
    values: dict[str, Fraction | None] = {**dict.fromkeys(NAMES), **at.parts, "value": at.value}
    values |= {name: _constant(at, told_as) for name, told_as in given.items()}
    names: dict[str, Kind] = dict.fromkeys((*NAMES, *given), "number")
    law = read(str(at.given["formula"]), names)
    result = law.at(values)
    if result is None:
        return None
    inner = formula_steps(law, values, KNOWN)
    last = step("formula", "按公式得分", "By the formula", figures_of(law, values), result, law.words(KNOWN))
    return Worked((*inner, last), result)


def _constant(at: At, given: object) -> Fraction | None:
    if isinstance(given, Mapping):
        return at.constants.get(str(given.get("column")))
    return exactly(given)
