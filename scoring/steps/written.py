"""The formula that a rule book writes itself, operation by operation."""

from collections.abc import Mapping
from fractions import Fraction

from core.language import Text
from scoring.formula.reading import read
from scoring.formula.scalar import Value
from scoring.formula.syntax import Kind
from scoring.steps.telling import At, Step, Worked, exactly, shown, step

NAMES = ("value", "num", "den", "sample", "previous")


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
    inner = tuple(
        Step(code="formula", name=Text(zh=one.text, en=one.text), figures=one.text, result=_told(one.value))
        for one in law.steps(values)[:-1]
    )
    last = step("formula", "按公式得分", "By the formula", law.text, result, law.words())
    return Worked((*inner, last), result)


def _constant(at: At, given: object) -> Fraction | None:
    if isinstance(given, Mapping):
        return at.constants.get(str(given.get("column")))
    return exactly(given)


def _told(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "–" if value is None else shown(value)
