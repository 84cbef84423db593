"""Parameters that no method knows: found wherever a rule book gives parameters, and refused with the nearest name."""

from collections.abc import Iterator

from msgspec import structs

from core.errors import Invalid, Place, Problem
from scoring.method_specs import strangers
from scoring.rulebook import RuleBook


def unknown_parameters(book: RuleBook) -> Iterator[Problem]:
    """Yield every parameter of KPIs, targets and nodes that its method does not know."""
    for code, kpi in book.kpis.items():
        yield from strangers(kpi.method, kpi.params, f"kpis.{code}.params")
    for at, target in enumerate(book.targets):
        yield from strangers(book.kpis[target.kpi].method, target.params, f"targets[{at}].params")
    for kind, tree in book.trees.items():
        for code, node in tree.nodes.items():
            if node.op == "method":
                yield from strangers(node.method, node.params, f"trees.{kind}.nodes.{code}.params", node=True)


def refuse_unknown_parameters(book: RuleBook, source: str) -> None:
    """Raise Invalid for a rule book with parameters that mean nothing."""
    found = [
        structs.replace(problem, place=structs.replace(problem.place or Place(), source=source))
        for problem in unknown_parameters(book)
    ]
    if found:
        raise Invalid(*found)
