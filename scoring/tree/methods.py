"""Methods in nodes: the value of the one child is scored among the units of the kind."""

from collections.abc import Sequence

from core.errors import Invalid
from scoring.book_parts import Kpi
from scoring.book_trees import Node
from scoring.columns import Column, placed
from scoring.inputs import Inputs, Rule
from scoring.methods import RELATIVE, rule_of
from scoring.parameters import Facts, Slice, slices, supposed
from scoring.sheet import Sheet


def by_method(node: Node, inputs: Inputs, path: str) -> Column:
    """Return the scores of a node of the operation `method`; numbers of its parameters may come from the population."""
    found = _slices(node, inputs)
    if len(found) == 1 and found[0].units is None:
        return rule_of(node.method, node.params, path)(inputs).scores
    parts = []
    for part in found:
        rule = _rule(node, part, path)
        if rule is not None and part.units is not None:
            scores = (
                rule(inputs).scores.part(part.units)
                if node.method in RELATIVE
                else rule(inputs.part(part.units)).scores
            )
            parts.append((part.units, scores))
    return placed(len(inputs.value), parts)


def check_method(node: Node, path: str) -> None:
    """Refuse parameters that make no rule; numbers that only a month can tell are tried as rising and falling ones."""
    first: Invalid | None = None
    for given in supposed(node.params):
        try:
            rule_of(node.method, given, path)
        except Invalid as refusal:
            first = first or refusal
        else:
            return
    if first is not None:
        raise first


def _slices(node: Node, inputs: Inputs) -> Sequence[Slice]:
    kpi = Kpi(code=node.code, name=node.title, process="", method=node.method, params=node.params)
    sheet = Sheet(group=inputs.group, sums={}, population=inputs.counted)
    return slices(kpi, "", (), Facts(inputs.value, sheet, {}))


def _rule(node: Node, part: Slice, path: str) -> Rule | None:
    """Return the rule of a slice; None where the numbers of the population make none (all peers alike)."""
    try:
        return rule_of(node.method, part.given, path)
    except Invalid:
        return None
