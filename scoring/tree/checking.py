"""A tree must stand: every name known, no ring, nothing out of reach, no field that its operation does not read."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from core.errors import Invalid, Place
from core.language import Text
from scoring.book_reading import Reader
from scoring.book_trees import OWN_FIELDS, WEIGHTED, Node, Tree

if TYPE_CHECKING:  # the rule book reads its trees with this
    from scoring.rulebook import RuleBook

MOST_NODES = 400
MOST_DEPTH = 40


def check_trees(book: "RuleBook", reader: Reader) -> None:
    """Report everything about the trees of a rule book that has no meaning."""
    for kind, tree in book.trees.items():
        path = f"trees.{kind}"
        if kind not in book.kinds:
            reader.unknown("unknown_name", path, kind, list(book.kinds))
        if kind in book.scorecards:
            zh, en = (
                "这一类已有记分卡，二者只能有一个。",
                "This kind has a scorecard already; it may have one of the two.",
            )
            reader.report("two_cards", path, zh, en)
        if kind == book.department.kind and book.departments:
            zh, en = (
                "部门的总分按公式合成，不能是树。",
                "The card of departments is made by its formula and is no tree.",
            )
            reader.report("department_tree", path, zh, en)
        before = len(reader.problems)
        _names(book, tree, reader, path)
        for code, node in tree.nodes.items():
            _fields(node, reader, f"{path}.nodes.{code}")
            _understood(node, reader, f"{path}.nodes.{code}")
        if len(reader.problems) == before:
            _shape(tree, reader, path)
        twice = [code for code in book.extras.get(kind, {}) if code in tree.leaves()]
        for code in twice:
            zh, en = "它已在树中，不能再作附加项。", "It stands in the tree and cannot stand beside it too."
            reader.report("twice", f"extras.{kind}.{code}", zh, en)


def _names(book: "RuleBook", tree: Tree, reader: Reader, path: str) -> None:
    if tree.top not in tree.nodes:
        reader.unknown("unknown_name", f"{path}.top", tree.top, list(tree.nodes))
    for code, node in tree.nodes.items():
        at = f"{path}.nodes.{code}"
        if code in book.kpis:
            reader.report("name_clash", at, "有一个指标同名。", "A KPI has the same name.")
        if not node.children:
            reader.report("no_children", f"{at}.children", "没有下级。", "It has no children.")
        for child in node.children:
            if child not in book.kpis and child not in tree.nodes:
                reader.unknown("unknown_name", f"{at}.children.{child}", child, [*tree.nodes, *book.kpis])


def _fields(node: Node, reader: Reader, path: str) -> None:
    for op, names in OWN_FIELDS.items():
        for name in names:
            if op != node.op and getattr(node, name) not in (None, False, "", {}):
                own = ", ".join(OWN_FIELDS.get(node.op, ())) or "—"
                hint = Text(
                    zh=f"它属于 {op}；{node.op} 自己的项：{own}。", en=f"It belongs to {op}; {node.op} has: {own}."
                )
                zh, en = f"{node.op} 不用“{name}”。", f"{node.op} does not read “{name}”."
                reader.report("field_not_for_op", f"{path}.{name}", zh, en, hint)
    for name, zh, en in _wrong(node):
        reader.report("bad_node", f"{path}.{name}", zh, en)


def _understood(node: Node, reader: Reader, path: str) -> None:
    """Report what is wrong inside a formula or the parameters of a method."""
    if node.op not in {"formula", "method"}:
        return
    from scoring.formula.reading import read  # pages read rule books too, and must not wait for numpy
    from scoring.tree.methods import check_method

    try:
        if node.op == "formula" and node.formula:
            read(node.formula, dict.fromkeys(node.children, "number"), f"{path}.formula", wanted=None)
        if node.op == "method" and node.method:
            check_method(node, f"{path}.params")
    except Invalid as refusal:
        placed = (replace(one, place=replace(one.place or Place(), source=reader.source)) for one in refusal.problems)
        reader.problems.extend(placed)


def _wrong(node: Node) -> Iterator[tuple[str, str, str]]:
    """Yield field and sentence in both languages of everything that is out of bounds."""
    weights = list(node.children.values())
    if node.op not in WEIGHTED and any(weight != 1 for weight in weights):
        yield "children", f"{node.op} 的下级没有权重。", f"The children of {node.op} have no weights."
    if node.op not in {"sum", "best"} and any(weight <= 0 for weight in weights):
        yield "children", "权重必须大于零。", "A weight must be above zero."
    if not 0 <= node.min_scored <= max(len(weights), 1):
        yield "min_scored", "应在 0 与下级个数之间。", "It must lie between 0 and the number of children."
    if (node.missing == "value") != (node.missing_value is not None):
        yield (
            "missing_value",
            'missing = "value" 时才有，且必须有。',
            'It belongs to missing = "value", which needs it.',
        )
    if node.cap is not None and node.floor is not None and node.cap < node.floor:
        yield "cap", "上限低于下限。", "The cap lies below the floor."
    yield from _wrong_rounding(node)
    yield from _WRONG.get(node.op, lambda _: iter(()))(node)


def _wrong_rounding(node: Node) -> Iterator[tuple[str, str, str]]:
    rounding = node.round
    if rounding is None:
        return
    if (rounding.places is None) == (rounding.step is None):
        yield "round", "places 与 step 必须且只能写一个。", "It needs places or step, and not both."
    elif rounding.step is not None and rounding.step <= 0:
        yield "round.step", "步长必须大于零。", "A step must be above zero."
    elif rounding.places is not None and not 0 <= rounding.places <= MOST_PLACES:
        yield "round.places", f"应在 0 与 {MOST_PLACES} 之间。", f"It must lie between 0 and {MOST_PLACES}."


MOST_PLACES = 12


def _wrong_best(node: Node) -> Iterator[tuple[str, str, str]]:
    count = len(node.children)
    if (node.n is None) == (node.drop is None):
        yield "n", "n 与 drop 必须且只能写一个。", "best needs n or drop, and not both."
    elif node.n is not None and not 1 <= node.n <= count:
        yield "n", f"应在 1 与 {count} 之间。", f"It must lie between 1 and {count}."
    elif node.drop is not None and not 0 <= node.drop < count:
        yield "drop", f"应在 0 与 {count - 1} 之间。", f"It must lie between 0 and {count - 1}."
    if any(weight <= 0 for weight in node.children.values()):
        yield "children", "权重必须大于零。", "A weight must be above zero."


def _wrong_count(node: Node) -> Iterator[tuple[str, str, str]]:
    if node.at_least is not None and node.below is not None and node.below <= node.at_least:
        yield "below", "必须大于 at_least。", "It must be greater than at_least."


def _wrong_product(node: Node) -> Iterator[tuple[str, str, str]]:
    if node.scale is not None and node.scale <= 0:
        yield "scale", "必须大于零。", "It must be above zero."


def _wrong_formula(node: Node) -> Iterator[tuple[str, str, str]]:
    if not node.formula:
        yield "formula", "缺少公式。", "The formula is missing."


def _wrong_method(node: Node) -> Iterator[tuple[str, str, str]]:
    if not node.method:
        yield "method", "缺少计分方法。", "The method is missing."
    if len(node.children) != 1:
        yield "children", "method 恰有一个下级。", "A method has exactly one child."


_WRONG: Mapping[str, Any] = {
    "best": _wrong_best,
    "count": _wrong_count,
    "product": _wrong_product,
    "formula": _wrong_formula,
    "method": _wrong_method,
}


def _shape(tree: Tree, reader: Reader, path: str) -> None:
    """Report rings, nodes out of reach and trees too large, once all names are known."""
    ring = _ring(tree)
    if ring:
        drawn = " → ".join(ring)
        reader.report(
            "cycle",
            f"{path}.nodes.{ring[0]}.children.{ring[1]}",
            f"首尾相接：{drawn}。",
            f"It leads back to itself: {drawn}.",
        )
        return
    reached = set(tree.order())
    for code in tree.nodes:
        if code not in reached:
            zh, en = f"从“{tree.top}”到不了它。", f"It cannot be reached from “{tree.top}”."
            reader.report("unreachable", f"{path}.nodes.{code}", zh, en)
    if len(tree.nodes) > MOST_NODES or _depth(tree) > MOST_DEPTH:
        zh, en = (
            f"树太大：至多 {MOST_NODES} 个节点、{MOST_DEPTH} 层。",
            f"The tree is too large: at most {MOST_NODES} nodes, {MOST_DEPTH} deep.",
        )
        reader.report("tree_too_large", path, zh, en)


def _ring(tree: Tree) -> list[str]:
    """Return the nodes of one ring, first and last the same; empty where there is none."""
    place = {code: number for number, code in enumerate(tree.order())}
    # A child that stands after its parent in the order was met on the way to itself.
    edges = [(code, child) for code, node in tree.nodes.items() for child in node.children if child in tree.nodes]
    for code, child in edges:
        late = code not in place or place.get(child, 0) >= place[code]
        if late and (road := _road(tree, child, code)):
            return road
    return []


def _road(tree: Tree, start: str, end: str) -> list[str]:
    """Return a way down from a node to another and back to the first; empty where none leads there."""
    before: dict[str, str] = {}
    waiting = [start]
    while waiting:
        code = waiting.pop()
        if code == end:
            road = [code]
            while road[-1] != start:
                road.append(before[road[-1]])
            return [end, *reversed(road)]
        for child in tree.nodes[code].children:
            if child in tree.nodes and child not in before and child != start:
                before[child] = code
                waiting.append(child)
    return []


def _depth(tree: Tree) -> int:
    deep: dict[str, int] = {}
    for code in tree.order():
        deep[code] = 1 + max((deep.get(child, 0) for child in tree.nodes[code].children), default=0)
    return max(deep.values(), default=0)
