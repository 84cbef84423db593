"""What a formula is made of: a tree of few kinds of nodes, each knowing where in the text it stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Kind = Literal["number", "truth"]

COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
FUNCTIONS: dict[str, tuple[int, int]] = {
    "min": (2, 60),
    "max": (2, 60),
    "abs": (1, 1),
    "clip": (3, 3),
    "round": (1, 2),
    "floor": (1, 1),
    "ceil": (1, 1),
    "power": (2, 2),
    "ln": (1, 1),
    "exp": (1, 1),
    "phi": (1, 1),
    "coalesce": (2, 60),
    "known": (1, 1),
}
"""Name of each function with the least and the largest number of its arguments."""


@dataclass(frozen=True, slots=True)
class Node:
    """One operation over its parts.

    `op` is number, missing, truth, name, negative, + - * /, compare, and, or, not, if (condition, yes, no) or a function;
    `value` holds what stands in the text: a number, a truth, a name, the signs of a chain of comparisons, places, or an exponent.
    """

    op: str
    kind: Kind
    start: int
    end: int
    parts: tuple["Node", ...] = ()
    value: Fraction | bool | str | int | tuple[str, ...] | None = None
    factors: int = 0
    """How many names are multiplied with one another at most."""

    def each(self) -> Iterator["Node"]:
        """Return this node and all below it, in the order of the text."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.parts))

    @property
    def number(self) -> Fraction:
        assert isinstance(self.value, Fraction)  # noqa: S101 true by construction: op is number
        return self.value

    @property
    def name(self) -> str:
        assert isinstance(self.value, str)  # noqa: S101 true by construction: op is name
        return self.value

    @property
    def signs(self) -> tuple[str, ...]:
        assert isinstance(self.value, tuple)  # noqa: S101 true by construction: op is compare
        return self.value

    @property
    def places(self) -> int:
        return self.value if isinstance(self.value, int) else 0
