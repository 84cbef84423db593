"""A formula from its text: read and checked once, then run over columns, over one unit, or told in words.

    number: missing, + - * /, min max abs clip(x, low, high) round(x, places) floor ceil
    power(x, y) ln(x) exp(x), coalesce(first, then, …), a if c else b
    condition: < <= > >= == != (also chained), and or not, known(x), true false

What is missing stays missing: an operation with a missing operand is missing, and so is a division by zero and a choice
whose condition is missing. Some ask for less: `coalesce` takes its first operand that is there, `known(x)` says whether
x is there; `and` is false where one operand is false, `or` true where one is true, whatever else is missing; of
`a if c else b` only the branch taken counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from core.language import Text
from scoring.columns import Column, most
from scoring.formula.parser import Parser
from scoring.formula.refusals import refusal
from scoring.formula.scalar import Value, Values, value_of
from scoring.formula.syntax import Kind, Node
from scoring.formula.vector import Run, as_numbers
from scoring.formula.weights import Remembering, weights_of
from scoring.formula.wording import words_of

MOST_BITS = 4096
"""Longer exact results are refused: only formulas over formulas over formulas get there."""


@dataclass(frozen=True)
class Step:
    """One operation of a formula as written, and what it gave; None is missing."""

    text: str
    value: Value
    part: Node


@dataclass(frozen=True)
class Formula:
    """A formula that has been understood; `names` are the codes it uses, in the order of the text."""

    text: str
    tree: Node
    path: str = "formula"

    @property
    def kind(self) -> Kind:
        """Return whether it gives a number or a condition."""
        return self.tree.kind

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Return the codes it uses."""
        return tuple(dict.fromkeys(node.name for node in self.tree.each() if node.op == "name"))

    def over(self, columns: Mapping[str, Column], size: int) -> Column:
        """Return the exact value for every unit; a name without a column is missing; a condition gives 1 and 0.

        Invalid is raised where a result would need more than MOST_BITS binary digits.
        """
        return self._of(Run(columns, size))

    def weighed(self, columns: Mapping[str, Column], size: int) -> tuple[Column, dict[str, Column]]:
        """Return the same, and how much each name counts in it: value = Σ weight × name + rest."""
        run = Remembering(columns, size)
        return self._of(run), weights_of(self.tree, run)

    def _of(self, run: Run) -> Column:
        result = run.number(self.tree) if self.kind == "number" else as_numbers(run.truth(self.tree))
        if result.num.dtype == object and max(most(result.num), most(result.den)).bit_length() > MOST_BITS:
            raise _too_long(self.path)
        return result

    def at(self, values: Values) -> Fraction | None:
        """Return the exact value of one unit, None where missing; a condition gives 1 or 0."""
        found = value_of(self.tree, values)
        return None if found is None else Fraction(found)

    def steps(self, values: Values) -> tuple[Step, ...]:
        """Return every name and operation that led to the result, inner ones first, without branches not taken."""
        found: dict[str, Step] = {}
        self._walk(self.tree, values, found)
        return tuple(found.values())

    def _walk(self, node: Node, values: Values, found: dict[str, Step]) -> None:
        if node.op in {"number", "missing", "truth"} or (node.op == "negative" and node.parts[0].op == "number"):
            return
        for part in _taken(node, values):
            self._walk(part, values, found)
        text = self.text[node.start : node.end]
        found.setdefault(text, Step(text, value_of(node, values), node))

    def words(self, named: Mapping[str, Text] | None = None) -> Text:
        """Return the formula in plain words; `named` gives the names of codes."""
        return words_of(self.tree, named or {})


def read(text: str, names: Mapping[str, Kind], path: str = "formula", *, wanted: Kind | None = "number") -> Formula:
    """Return the formula of a text over the codes in `names`; Invalid names the column and what would be right.

    A code is written as it is, or with `_` for characters that a name cannot hold (`scoring.formula.names.identifier`),
    or in backquotes.
    """
    return Formula(text, Parser(text, names, path).whole(wanted), path)


def _taken(node: Node, values: Values) -> tuple[Node, ...]:
    if node.op != "if":
        return node.parts
    test = value_of(node.parts[0], values)
    return node.parts[:1] if test is None else (node.parts[0], node.parts[1 if test else 2])


def _too_long(path: str) -> Exception:
    right = ("请在中间一步四舍五入。", "Round on the way.")
    return refusal("too_long_number", (path, 0), "结果的位数太多", "the result has too many digits", right)
