"""The operations inside a formula as steps: in the names that people know, and in the figures put in."""

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction

from core.language import Text
from scoring.formula.reading import Formula
from scoring.formula.scalar import Value, value_of
from scoring.formula.syntax import Node
from scoring.formula.wording import words_of
from scoring.steps.telling import NOTHING, Step, shown, told

HELD, FAILED = Text(zh="成立", en="holds"), Text(zh="不成立", en="does not hold")
_SHOWN = {"<=": "≤", ">=": "≥", "==": "=", "!=": "≠", "*": "×", "/": "÷", "-": "−"}
_SIGNS = re.compile(r"<=|>=|==|!=|[*/-]")
Values = Mapping[str, Fraction | None]


def formula_steps(
    formula: Formula, values: Values, named: Mapping[str, Text], title: Text | None = None
) -> Iterator[Step]:
    """Yield every operation that led to the result but the last; called by `title`, or by what they do."""
    for one in formula.steps(values)[:-1]:
        if one.part.op == "name":  # its value stands in the steps that use it
            continue
        words, figures = words_of(one.part, named), figures_of(formula, values, one.part)
        if figures == outcome(one.value):  # nothing happens in it
            continue
        if isinstance(one.value, bool):
            held = HELD if one.value else FAILED
            words = Text(zh=f"{words.zh}：{held.zh}", en=f"{words.en}: {held.en}")
        yield Step(
            code="formula",
            name=title or words,
            figures=figures,
            result=outcome(one.value),
            note=words if title else NOTHING,
        )


def figures_of(formula: Formula, values: Values, part: Node | None = None) -> str:
    """Return a formula, or a part of it, with the values of its names put in; of a choice the branch that was taken."""
    whole = part or formula.tree
    found, at = [], whole.start
    for start, end, text in _put_in(formula, values, whole):
        found += [_pretty(formula.text[at:start]), text]
        at = end
    return "".join([*found, _pretty(formula.text[at : whole.end])])


def _put_in(formula: Formula, values: Values, node: Node) -> Iterator[tuple[int, int, str]]:
    """Yield from where to where other words stand, in the order of the text."""
    if node.op == "name":
        value = values.get(node.name)
        yield node.start, node.end, "–" if value is None else told(value)
    elif node.op == "if" and (test := value_of(node.parts[0], values)) is not None:
        taken = figures_of(formula, values, node.parts[1 if test else 2])
        bracketed = formula.text[node.start] == "(" and not (taken.startswith("(") or taken.isalnum())
        yield node.start, node.end, f"({taken})" if bracketed else taken
    else:
        for one in sorted(node.parts, key=lambda each: each.start):
            yield from _put_in(formula, values, one)


def outcome(value: Value) -> str:
    """Return what an operation gave: a number, a sign for a condition, a dash for nothing."""
    if isinstance(value, bool):
        return "✓" if value else "✗"
    return "–" if value is None else shown(value)


def _pretty(text: str) -> str:
    return _SIGNS.sub(lambda sign: _SHOWN[sign.group()], text)
