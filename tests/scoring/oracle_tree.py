"""A tree worked out a second time, written apart from the engine: one unit at a time, plain fractions, plain recursion."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
    localcontext,
)
from fractions import Fraction
from typing import Any

OFF = "does not apply"
"""Stands among the leaves of a unit for a KPI that leaves its card."""


@dataclass(frozen=True)
class Seen:
    """What a parent sees of a child."""

    value: Fraction | None
    own: bool
    applies: bool


@dataclass
class Oracle:
    """A tree as plain tables; `leaves` are unit by unit, value, None or OFF."""

    nodes: Mapping[str, Mapping[str, Any]]
    leaves: Sequence[Mapping[str, Any]]
    group: Sequence[int]
    held: Mapping[str, Sequence[Fraction | None]] = field(default_factory=dict)
    formulas: Mapping[str, Callable[[Mapping[str, Fraction | None]], Fraction | None]] = field(default_factory=dict)
    known: dict[tuple[str, int], Seen] = field(default_factory=dict)

    def seen(self, code: str, unit: int) -> Seen:
        """Return a KPI or a node of one unit."""
        if (code, unit) not in self.known:
            self.known[code, unit] = self._node(code, unit) if code in self.nodes else self._leaf(code, unit)
        return self.known[code, unit]

    def _leaf(self, code: str, unit: int) -> Seen:
        value = self.leaves[unit][code]
        if value == OFF:
            return Seen(None, own=False, applies=False)
        return Seen(value, own=value is not None, applies=True)

    def entering(self, code: str, unit: int) -> dict[str, Fraction | None]:
        """Return what enters a node: values of its children, stand-ins included."""
        node = self.nodes[code]
        return {child: self._or_stand_in(node, child, unit) for child in node["children"]}

    def _or_stand_in(self, node: Mapping[str, Any], child: str, unit: int) -> Fraction | None:
        seen = self.seen(child, unit)
        if seen.value is not None or not seen.applies:
            return seen.value
        policy = node.get("missing", "leave_out")
        if policy == "zero":
            return Fraction(0)
        if policy == "value":
            return Fraction(node["missing_value"])
        if policy == "hold_last":
            return self.held.get(child, [None] * len(self.leaves))[unit]
        peers = [self.seen(child, other) for other in range(len(self.leaves)) if self.group[other] == self.group[unit]]
        own = [peer.value for peer in peers if peer.own and peer.value is not None]
        if policy in {"group_worst", "group_mean"} and own:
            return min(own) if policy == "group_worst" else sum(own, Fraction(0)) / len(own)
        return None

    def _node(self, code: str, unit: int) -> Seen:
        node = self.nodes[code]
        children = [self.seen(child, unit) for child in node["children"]]
        applies = any(child.applies for child in children)
        own = sum(child.own and child.applies and child.value is not None for child in children)
        lacking = any(child.applies and child.value is None for child in children)
        refused = own < node.get("min_scored", 1) or (node.get("missing") == "not_scored" and lacking)
        raw = None if refused or not applies else self.raw(code, unit)
        return Seen(None if raw is None else finished(node, raw), own=own > 0, applies=applies)

    def raw(self, code: str, unit: int) -> Fraction | None:
        """Return what the operation of a node gives, before it is finished."""
        node = self.nodes[code]
        entering = self.entering(code, unit)
        if node["op"] == "formula":
            return self.formulas[code](entering)
        there = [(child, value) for child, value in entering.items() if value is not None]
        if node["op"] == "count":
            return Fraction(sum(inside(node, value) for _, value in there))
        if not there:
            return None
        return OPS[node["op"]](node, [(Fraction(node["children"][child]), value) for child, value in there])


def inside(node: Mapping[str, Any], value: Fraction) -> bool:
    low, high = node.get("at_least"), node.get("below")
    return (low is None or value >= Fraction(low)) and (high is None or value < Fraction(high))


Pairs = Sequence[tuple[Fraction, Fraction]]


def mean(_: Any, pairs: Pairs) -> Fraction:
    return sum((weight * value for weight, value in pairs), Fraction(0)) / sum(weight for weight, _ in pairs)


def total(_: Any, pairs: Pairs) -> Fraction:
    return sum((weight * value for weight, value in pairs), Fraction(0))


def median(_: Any, pairs: Pairs) -> Fraction:
    values = sorted(value for _, value in pairs)
    half = len(values) // 2
    return values[half] if len(values) % 2 else (values[half - 1] + values[half]) / 2


def best(node: Mapping[str, Any], pairs: Pairs) -> Fraction | None:
    count = len(pairs) - node["drop"] if node.get("drop") is not None else min(node["n"], len(pairs))
    if count <= 0:
        return None
    ordered = sorted((value for _, value in pairs), reverse=not node.get("worst"))
    cut = ordered[count - 1]
    level = [weight for weight, value in pairs if value == cut]
    sure = [(weight, value) for weight, value in pairs if value in ordered[:count] and value != cut]
    share = Fraction(count - len(sure), len(level))
    taken = [*sure, *((weight * share, cut) for weight in level)]
    return total(node, taken) if node.get("of") == "sum" else mean(node, taken)


def product(node: Mapping[str, Any], pairs: Pairs) -> Fraction:
    scale = Fraction(node.get("scale") or 1)
    result = scale
    for _, value in pairs:
        result *= value / scale
    return result


def variance(node: Mapping[str, Any], pairs: Pairs) -> Fraction | None:
    middle, whole = mean(node, pairs), sum(weight for weight, _ in pairs)
    spread = sum((weight * (value - middle) ** 2 for weight, value in pairs), Fraction(0)) / whole
    if not node.get("sample"):
        return spread
    return spread * len(pairs) / (len(pairs) - 1) if len(pairs) > 1 else None


OPS: Mapping[str, Callable[[Mapping[str, Any], Pairs], Fraction | None]] = {
    "weighted_mean": mean,
    "mean": mean,
    "sum": total,
    "min": lambda _, pairs: min(value for _, value in pairs),
    "max": lambda _, pairs: max(value for _, value in pairs),
    "median": median,
    "best": best,
    "product": product,
    "variance": variance,
}


def finished(node: Mapping[str, Any], raw: Fraction) -> Fraction:
    value = raw * Fraction(node.get("factor") or 1) + Fraction(node.get("offset") or 0)
    if node.get("floor") is not None:
        value = max(value, Fraction(node["floor"]))
    if node.get("cap") is not None:
        value = min(value, Fraction(node["cap"]))
    return rounded(value, node["round"]) if node.get("round") else value


DECIMAL_MODES = {
    "half_away": ROUND_HALF_UP,
    "half_even": ROUND_HALF_EVEN,
    "up": ROUND_UP,
    "down": ROUND_DOWN,
    "floor": ROUND_FLOOR,
    "ceil": ROUND_CEILING,
}


def rounded(value: Fraction, how: Mapping[str, Any]) -> Fraction:
    """Return a value rounded with the decimal module; the two one-sided halves are the halves of each sign."""
    step = Fraction(how["step"]) if how.get("step") is not None else Fraction(1, 10 ** how["places"])
    mode = how.get("mode", "half_away")
    if mode == "half_up":
        mode = ROUND_HALF_UP if value >= 0 else ROUND_HALF_DOWN
    elif mode == "half_down":
        mode = ROUND_HALF_DOWN if value >= 0 else ROUND_HALF_UP
    else:
        mode = DECIMAL_MODES[mode]
    steps = value / step
    # A quotient that does not end is told from a half by its own remainder, so that no digit is cut unseen.
    whole, rest = divmod(abs(steps), 1)
    near = (
        Decimal(1) / 4
        if 0 < rest < Fraction(1, 2)
        else Decimal(3) / 4
        if rest > Fraction(1, 2)
        else Decimal(rest.numerator) / 2
    )
    with localcontext() as context:
        context.prec = 400
        number = Decimal(whole.numerator) + near
        number = -number if steps < 0 else number
        return int(number.quantize(Decimal(1), rounding=mode)) * step
