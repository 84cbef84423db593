"""Parameters that no method knows, or that make no rule: found wherever a rule book gives any."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import structs

from core.errors import Invalid, Place, Problem
from core.language import Text
from scoring.book_slips import instead_of
from scoring.leaf import compiled
from scoring.method_specs import strangers, unknown
from scoring.parameters import check_told, computed_numbers, variants
from scoring.params import Params
from scoring.rulebook import RuleBook

TOLD = ("population", "share", "definition", "scope", "times")
"""What a number may say that the population tells."""


def unknown_parameters(book: RuleBook) -> Iterator[Problem]:
    """Yield every parameter of KPIs, targets and nodes that its method does not know."""
    columns = book.files.constants if book.files else {}
    for code, kpi in book.kpis.items():
        yield from strangers(kpi.method, kpi.params, f"kpis.{code}.params")
        yield from _told(kpi.params, f"kpis.{code}.params", columns)
    for at, target in enumerate(book.targets):
        yield from strangers(book.kpis[target.kpi].method, target.params, f"targets[{at}].params")
        yield from _told(target.params, f"targets[{at}].params", columns)
    for kind, tree in book.trees.items():
        for code, node in tree.nodes.items():
            if node.op == "method":
                path = f"trees.{kind}.nodes.{code}.params"
                yield from strangers(node.method, node.params, path, node=True)
                yield from _told(node.params, path, {})


def wrong_parameters(book: RuleBook) -> Iterator[Problem]:
    """Yield what makes the parameters of a KPI, or of a target that goes over them, no rule."""
    for kpi, path in variants(book):
        try:
            compiled(kpi, path)
        except Invalid as refusal:
            yield from refusal.problems


def _told(params: Mapping[str, Any], path: str, columns: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what is wrong with numbers that a column or the population shall tell."""
    for way, spec in computed_numbers(params):
        at = path + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in way)
        for name in spec:
            if "population" in spec and name not in TOLD:
                yield unknown(name, TOLD, f"{at}.{name}")
        if "column" in spec and spec["column"] not in columns:
            yield _no_column(str(spec["column"]), columns, f"{at}.column")
        try:
            check_told(Params(spec, at))
        except Invalid as refusal:
            yield from refusal.problems


def _no_column(name: str, columns: Iterable[str], path: str) -> Problem:
    """Return the problem of a column that no row is told to have."""
    near = instead_of(name, list(columns))
    zh = f'写 [files.constants] {name} = "文件中的列名"。' + (near.zh if near else "")
    en = f'Write [files.constants] {name} = "its heading in the file". ' + (near.en if near else "")
    sentence = Text(zh=f"[files.constants] 里没有“{name}”。", en=f"[files.constants] has no “{name}”.")
    return Problem(code="unknown_parameter", sentence=sentence, place=Place(path=path), hint=Text(zh=zh, en=en.strip()))


def refuse_wrong_parameters(book: RuleBook, source: str) -> None:
    """Raise Invalid for a rule book with parameters that mean nothing, or make no rule."""
    found = [
        structs.replace(problem, place=structs.replace(problem.place or Place(), source=source))
        for problem in (*unknown_parameters(book), *wrong_parameters(book))
    ]
    if found:
        raise Invalid(*found)
