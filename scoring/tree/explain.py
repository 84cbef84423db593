"""Every node of a tree taken apart for one unit: the figures put in, what comes out, in words of both languages."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from core.language import Text
from core.points import exact
from scoring.book_trees import Node
from scoring.formula.reading import Formula, read
from scoring.formula.syntax import Kind
from scoring.rulebook import RuleBook
from scoring.scored import NODE_MISSING, NODE_NO_RESULT, NODE_NOT_APPLICABLE, NodeResult, NodeWork, Scored
from scoring.steps.closing import MODES
from scoring.steps.said import figures_of, formula_steps
from scoring.steps.telling import MINUS, Step, ratio, shown, told

OPS: Mapping[str, Text] = {
    "weighted_mean": Text(zh="加权平均", en="weighted mean"),
    "sum": Text(zh="相加", en="sum"),
    "mean": Text(zh="平均", en="mean"),
    "min": Text(zh="取最低", en="the lowest"),
    "max": Text(zh="取最高", en="the highest"),
    "median": Text(zh="取中位", en="the middle one"),
    "count": Text(zh="计数", en="how many"),
    "product": Text(zh="相乘", en="multiplied"),
    "variance": Text(zh="方差", en="variance"),
    "formula": Text(zh="按公式", en="by formula"),
    "method": Text(zh="按计分方法", en="by a scoring method"),
}
STAND_INS: Mapping[str, Text] = {
    "zero": Text(zh="按零计", en="counts as nought"),
    "value": Text(zh="按规定值计", en="counts as the fixed value"),
    "group_worst": Text(zh="按同组最低计", en="counts as the lowest of the group"),
    "group_mean": Text(zh="按同组平均计", en="counts as the mean of the group"),
    "hold_last": Text(zh="沿用上期", en="last period's value stands"),
}
Given = Mapping[str, Fraction | None]
LEFT_OUT = Text(zh="无值，不计", en="no value, left out")


def node_steps(scored: Scored, book: RuleBook, unit: int) -> tuple[Step, ...]:
    """Return the steps of every node at one unit, children before the nodes they stand under; none on a flat card."""
    names = {code: kpi.name for code, kpi in book.kpis.items()} | {node.code: node.name for node in scored.nodes}
    return tuple(one for node in scored.nodes for one in steps_of(node, node.work, names, unit))


def steps_of(result: NodeResult, work: NodeWork, names: Mapping[str, Text], unit: int) -> Iterator[Step]:
    """Yield the operation of one node, then its factor, offset, limits and rounding where it has any."""
    node, raw, value = result.node, work.raw.at(unit), result.value.at(unit)
    given = {code: column.at(unit) for code, column in zip(node.children, work.children, strict=True)}
    if raw is None or value is None:
        if node.op == "formula" and int(result.statuses[unit]) == NODE_NO_RESULT:
            yield from _formula_steps(node, given, names)
        yield _without(result, given, unit)
        return
    if node.op == "formula":
        yield from _formula_steps(node, given, names)
    shares = [share.at(unit) or Fraction(0) for share in work.shares]
    yield Step(
        code=f"node:{node.code}",
        name=result.name,
        figures=figures_of(_law(node), given) if node.op == "formula" else _figures(node, given, shares, raw),
        result=shown(raw),
        note=_note(node, work, names, unit),
    )
    yield from _finishing(node, result.name, raw, value)


def _without(result: NodeResult, given: Given, unit: int) -> Step:
    """Return why a node has no value."""
    status, node = int(result.statuses[unit]), result.node
    scored, least = int(result.scored[unit]), node.min_scored
    if status == NODE_NOT_APPLICABLE:
        note = Text(zh="不适用于本单位", en="does not apply to this unit")
    elif status == NODE_MISSING:
        note = Text(zh="下级都没有值", en="nothing under it has a value")
    elif scored < least:
        note = Text(zh=f"只有 {scored} 项有值，至少要 {least} 项", en=f"{scored} have a value, at least {least} must")
    elif node.missing == "not_scored":
        note = Text(zh="缺一项就不计", en="it has none where one is missing")
    else:
        note = Text(zh="算不出值", en="nothing comes out")
    figures = figures_of(_law(node), given) if node.op == "formula" and status == NODE_NO_RESULT else ""
    return Step(code=f"node:{node.code}", name=result.name, figures=figures, result="–", note=note)


@dataclass(frozen=True)
class _Known:
    """The children of a node that have a value: value, written weight and exact share of each."""

    values: Sequence[Fraction]
    weights: Sequence[Fraction]
    shares: Sequence[Fraction]

    @property
    def told(self) -> list[str]:
        return [told(value) for value in self.values]


def _figures(node: Node, given: Mapping[str, Fraction | None], shares: Sequence[Fraction], raw: Fraction) -> str:
    rows = [
        (value, exact(weight), share)
        for value, weight, share in zip(given.values(), node.children.values(), shares, strict=True)
        if value is not None
    ]
    if not rows:
        return shown(raw)
    values, weights, parts = zip(*rows, strict=True)
    return FIGURES[node.op](node, _Known(values, weights, parts))


def _sum(_: Node, known: _Known) -> str:
    return " + ".join(_times(value, weight) for value, weight in zip(known.told, known.weights, strict=True))


def _one_of(node: Node, known: _Known) -> str:
    return known.told[0] if len(known.values) == 1 else f"{node.op}({', '.join(known.told)})"


def _product(node: Node, known: _Known) -> str:
    down = f" ÷ {told(exact(node.scale))}" * (len(known.values) - 1) if node.scale is not None else ""
    return " × ".join(known.told) + down


def _count(node: Node, known: _Known) -> str:
    return " + ".join("1" if _inside(node, value) else "0" for value in known.values)


def _inside(node: Node, value: Fraction) -> bool:
    high_enough = node.at_least is None or value >= exact(node.at_least)
    return high_enough and (node.below is None or value < exact(node.below))


def _times(value: str, weight: Fraction) -> str:
    return value if weight == 1 else f"{value} × {told(weight)}"


def _mean(_: Node, known: _Known) -> str:
    """Return a mean by its written weights; by the shares where a theme has multiplied some."""
    whole = sum(known.weights, Fraction(0))
    if any(weight != share * whole for weight, share in zip(known.weights, known.shares, strict=True)):
        return " + ".join(f"{value} × {ratio(share)}" for value, share in zip(known.told, known.shares, strict=True))
    return f"({_sum(_, known)}) ÷ {told(whole)}"


def _taken(node: Node, known: _Known) -> str:
    """Return what is taken of the best: a plain mean or sum where all weigh the same, else share by share."""
    some = [(value, share) for value, share in zip(known.told, known.shares, strict=True) if share]
    if node.of == "sum" and all(share == 1 for _, share in some):
        return " + ".join(value for value, _ in some)
    if node.of != "sum" and all(share == Fraction(1, len(some)) for _, share in some):
        return f"({' + '.join(value for value, _ in some)}) ÷ {len(some)}"
    return " + ".join(f"{value} × {ratio(share)}" for value, share in some)


def _spread(node: Node, known: _Known) -> str:
    whole = sum(known.weights, Fraction(0))
    pairs = list(zip(known.values, known.weights, strict=True))
    mean = sum((value * weight for value, weight in pairs), Fraction(0)) / whole
    apart = [f"({told(value)} {MINUS} {ratio(mean)})" for value, _ in pairs]
    squares = [
        f"{one} × {one}" + ("" if weight == 1 else f" × {told(weight)}")
        for one, (_, weight) in zip(apart, pairs, strict=True)
    ]
    more = f" × {len(pairs)} ÷ {len(pairs) - 1}" if node.sample else ""
    return f"({' + '.join(squares)}) ÷ {told(whole)}{more}"


FIGURES: Mapping[str, Callable[[Node, _Known], str]] = {
    "weighted_mean": _mean,
    "mean": _mean,
    "sum": _sum,
    "min": _one_of,
    "max": _one_of,
    "median": _one_of,
    "count": _count,
    "best": _taken,
    "product": _product,
    "variance": _spread,
    "method": lambda _, known: known.told[0],
}


def _formula_steps(node: Node, given: Given, names: Mapping[str, Text]) -> Iterator[Step]:
    """Yield every operation inside a formula that led to its result."""
    yield from formula_steps(_law(node), given, _titles(node, names), node.title)


def _law(node: Node) -> Formula:
    kinds: dict[str, Kind] = dict.fromkeys(node.children, "number")
    return read(node.formula, kinds, wanted=None)


def _titles(node: Node, names: Mapping[str, Text]) -> dict[str, Text]:
    """Return what the children of a node are called, in quotes."""
    found = {code: _titled(code, names) for code in node.children}
    return {code: Text(zh=f"“{name.zh}”", en=f"“{name.en}”") for code, name in found.items()}


def _titled(code: str, names: Mapping[str, Text]) -> Text:
    name = names.get(code)
    return name if name and (name.zh or name.en) else Text(zh=code, en=code)


def _note(node: Node, work: NodeWork, names: Mapping[str, Text], unit: int) -> Text:
    """Return the operation and its children by name, each with its value or why it has none."""
    zh, en = [], []
    for code, column, put_in in zip(node.children, work.children, work.put_in, strict=True):
        value, title = column.at(unit), _titled(code, names)
        words = LEFT_OUT if value is None else STAND_INS.get(node.missing) if put_in[unit] else None
        number = "" if value is None else f" {shown(value)}"
        zh.append(f"{title.zh}{number}" + (f"（{words.zh}）" if words else ""))
        en.append(f"{title.en}{number}" + (f" ({words.en})" if words else ""))
    op = _best_words(node) if node.op == "best" else OPS[node.op]
    if node.op == "formula":
        law = _law(node).words(_titles(node, names))
        op = Text(zh=f"{op.zh} {law.zh}", en=f"{op.en} {law.en}")
    return Text(zh=f"{op.zh}：{'、'.join(zh)}", en=f"{op.en}: {', '.join(en)}")


def _best_words(node: Node) -> Text:
    zh, en = ("最低", "lowest") if node.worst else ("最好", "best")
    if node.drop is not None:
        other = ("最好", "best") if node.worst else ("最低", "lowest")
        return Text(zh=f"去掉{other[0]}的 {node.drop} 项", en=f"all but the {node.drop} {other[1]}")
    return Text(zh=f"{zh}的 {node.n} 项", en=f"the {node.n} {en}")


def _finishing(node: Node, name: Text, raw: Fraction, value: Fraction) -> Iterator[Step]:
    """Yield factor and offset, then the limit that held, then the rounding."""
    factor, offset = exact(node.factor), exact(node.offset)
    now = raw * factor + offset
    if factor != 1 or offset:
        figures = told(raw) + ("" if factor == 1 else f" × {told(factor)}")
        figures += "" if not offset else f" {'+' if offset > 0 else MINUS} {told(abs(offset))}"
        yield _step("factor", name, figures, now, Text(zh="乘系数、加减常数", en="times a factor, with a constant"))
    for bound, kind, word in ((node.floor, "max", "保底"), (node.cap, "min", "封顶")):
        held = now if bound is None else (max if kind == "max" else min)(now, exact(bound))
        if held != now:
            en = "held up to its floor" if kind == "max" else "held down to its cap"
            yield _step("limits", name, f"{kind}({told(now)}, {told(held)})", held, Text(zh=word, en=en))
        now = held
    if node.round is not None:
        mode = MODES[node.round.mode]
        size = node.round.step
        zh = f"取到 {size} 的倍数" if size is not None else f"保留 {node.round.places} 位小数"
        decimals = "1 decimal" if node.round.places == 1 else f"{node.round.places} decimals"
        en = f"to a multiple of {size}" if size is not None else decimals
        yield _step("rounding", name, ratio(now), value, Text(zh=f"{zh}，{mode.zh}", en=f"{en}, {mode.en}"))


def _step(code: str, name: Text, figures: str, result: Fraction, note: Text) -> Step:
    return Step(code=code, name=name, figures=figures, result=shown(result), note=note)
