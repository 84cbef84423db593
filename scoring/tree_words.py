"""Cards that are trees, and parameters that differ, in plain words, in both languages."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from core.language import Text
from core.points import said_text
from scoring.book_parts import Direction, Kpi, Target
from scoring.book_trees import Node
from scoring.formula_words import told
from scoring.method_words import listed, rule_words
from scoring.number_words import rounding
from scoring.rulebook import RuleBook

MISSING = {
    "zero": Text(zh="没有值的下级按零计", en="a missing one counts as zero"),
    "group_worst": Text(zh="没有值的下级按同类组最低计", en="a missing one counts as the lowest of the peer group"),
    "group_mean": Text(zh="没有值的下级按同类组平均计", en="a missing one counts as the mean of the peer group"),
    "hold_last": Text(zh="没有值的下级沿用上期", en="a missing one keeps its value of last time"),
    "not_scored": Text(zh="缺任一下级则没有值", en="without one of them there is no value"),
}


def tree_words(book: RuleBook, kind: str) -> Iterator[Text]:
    """Yield one sentence for every node of a kind's tree, from the total down."""
    for code in reversed(book.trees[kind].order()):
        yield node_words(book, kind, code)


def node_words(book: RuleBook, kind: str, code: str) -> Text:
    """Return one node of a kind's tree as a sentence."""
    node = book.trees[kind].nodes[code]
    said, name = [_operation(book, kind, node), *_finish(node)], _named(book, kind, code)
    return Text(
        zh=f"{name.zh} = {'；'.join(one.zh for one in said)}。",
        en=f"{name.en} = {'; '.join(one.en for one in said)}.",
    )


def target_words(book: RuleBook, kind: str) -> Iterator[Text]:
    """Yield one sentence for every target that goes over the parameters of a KPI of the card."""
    codes = set(book.kpis_of(kind))
    for target in book.targets:
        if target.kpi in codes and target.kind in {None, kind}:
            kpi = book.kpis[target.kpi]
            rule, whom = rule_words(merged(kpi, target)), _whom(book, kind, target)
            yield Text(zh=f"{kpi.name.zh}，{whom.zh}：{rule.zh}", en=f"{kpi.name.en}, {whom.en}: {rule.en}")


def merged(kpi: Kpi, target: Target) -> Kpi:
    """Return the KPI as it is where the target alone holds."""
    from msgspec import structs

    return structs.replace(kpi, params={**kpi.params, **target.params})


def _whom(book: RuleBook, kind: str, target: Target) -> Text:
    zh, en = [], []
    if target.unit is not None:
        zh.append(target.unit)
        en.append(target.unit)
    if target.group is not None:
        groups = {group.code: group.name for group in book.kinds[kind].groups}
        name = groups.get(target.group, Text(zh=target.group, en=target.group))
        zh.append(name.zh)
        en.append(name.en)
    if target.months:
        months = ", ".join(map(str, target.months))
        zh.append(f"{months}")
        en.append(f"in {months}")
    return Text(zh="、".join(zh) or "全部", en=", ".join(en) or "everybody")


def _operation(book: RuleBook, kind: str, node: Node) -> Text:
    names = {code: _named(book, kind, code) for code in node.children}
    return _OPERATIONS[node.op](node, names)


def _named(book: RuleBook, kind: str, code: str) -> Text:
    if code in book.kpis:
        return book.kpis[code].name
    tree = book.trees[kind]
    title = tree.nodes[code].title
    return Text(zh="总分", en="Total") if code == tree.top and title.zh == code else title


def _weighed(node: Node, names: Mapping[str, Text]) -> Text:
    weights = {code: said_text(weight) for code, weight in node.children.items()}
    same = set(weights.values()) == {"1"}
    adds = node.op in {"sum", "weighted_mean"}
    return listed([name if same else _with_weight(name, weights[code], adds=adds) for code, name in names.items()])


def _with_weight(name: Text, weight: str, *, adds: bool) -> Text:
    """Return a child with its weight; one that adds nothing is there to be seen."""
    if weight == "0" and adds:
        return Text(zh=f"{name.zh}（只列出，不计入）", en=f"{name.en} (shown, not counted)")
    return Text(zh=f"{name.zh}（{weight}）", en=f"{name.en} ({weight})")


def _of(zh: str, en: str) -> Callable[[Node, Mapping[str, Text]], Text]:
    def words(node: Node, names: Mapping[str, Text]) -> Text:
        some = _weighed(node, names)
        return Text(zh=f"{some.zh}的{zh}", en=f"the {en} of {some.en}")

    return words


def _count(node: Node, names: Mapping[str, Text]) -> Text:
    some = listed(list(names.values()))
    bounds = [(node.at_least, "不低于", "at least"), (node.below, "低于", "below")]
    zh = "且".join(f"{word}{said_text(bound)}" for bound, word, _ in bounds if bound is not None)
    en = " and ".join(f"{word} {said_text(bound)}" for bound, _, word in bounds if bound is not None)
    return Text(zh=f"{some.zh}中{zh or '有值'}的个数", en=f"how many of {some.en} are {en or 'scored'}")


def _best(node: Node, names: Mapping[str, Text]) -> Text:
    some = _weighed(node, names)
    total = node.of == "sum"
    zh, en = ("最低", "lowest") if node.worst else ("最好", "best")
    if node.n is not None:
        which = Text(zh=f"{zh}{node.n}个", en=f"{en} {node.n}")
    else:
        left = ("最好", "best") if node.worst else ("最差", "worst")
        which = Text(zh=f"去掉{left[0]}{node.drop or 0}个后的其余", en=f"rest without the {left[1]} {node.drop or 0}")
    return Text(
        zh=f"{some.zh}中{which.zh}的{'和' if total else '平均'}",
        en=f"the {'sum' if total else 'mean'} of the {which.en} of {some.en}",
    )


def _product(node: Node, names: Mapping[str, Text]) -> Text:
    zh, en = (" × ".join(getattr(name, language) for name in names.values()) for language in ("zh", "en"))
    if node.scale is None:
        return Text(zh=zh, en=en)
    full = said_text(node.scale)
    return Text(zh=f"{zh}（各以{full}为1）", en=f"{en} (each with {full} as 1)")


def _formula(node: Node, names: Mapping[str, Text]) -> Text:
    return told(node.formula, names)


def _method(node: Node, names: Mapping[str, Text]) -> Text:
    (name,) = names.values()
    direction: Direction = "lower" if node.params.get("direction") == "lower" else "higher"
    kpi = Kpi(code=node.code, name=node.title, process="", direction=direction, method=node.method, params=node.params)
    rule = rule_words(kpi)
    return Text(zh=f"{name.zh}，{rule.zh.rstrip('。')}", en=f"{name.en}, scored: {rule.en.rstrip('.')}")


_OPERATIONS: Mapping[str, Callable[[Node, Mapping[str, Text]], Text]] = {
    "weighted_mean": _of("加权平均", "weighted mean"),
    "sum": _of("和", "sum"),
    "mean": _of("平均", "mean"),
    "min": _of("最低值", "lowest"),
    "max": _of("最高值", "highest"),
    "median": _of("中位数", "median"),
    "variance": _of("方差", "variance"),
    "count": _count,
    "best": _best,
    "product": _product,
    "formula": _formula,
    "method": _method,
}


def _finish(node: Node) -> Iterator[Text]:
    """Yield what happens besides: too few children, missing ones, factor, bounds, rounding."""
    if node.min_scored > 1:
        yield Text(zh=f"至少{node.min_scored}个有值", en=f"at least {node.min_scored} of them must be scored")
    if node.missing == "value" and node.missing_value is not None:
        value = said_text(node.missing_value)
        yield Text(zh=f"没有值的下级按{value}计", en=f"a missing one counts as {value}")
    elif node.missing in MISSING:
        yield MISSING[node.missing]
    if node.factor != 1:
        yield _same(f"× {said_text(node.factor)}")
    if node.offset != 0:
        yield _same(f"{'+' if node.offset > 0 else '−'} {said_text(abs(node.offset))}")
    yield from _bounds(node.cap, node.floor)
    rounded = rounding(node.round)
    if rounded:
        yield rounded


def _bounds(cap: Decimal | None, floor: Decimal | None) -> Iterator[Text]:
    if cap is not None:
        yield Text(zh=f"最高{said_text(cap)}", en=f"at most {said_text(cap)}")
    if floor is not None:
        yield Text(zh=f"最低{said_text(floor)}", en=f"at least {said_text(floor)}")


def _same(text: str) -> Text:
    return Text(zh=text, en=text)
