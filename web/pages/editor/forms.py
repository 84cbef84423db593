"""The open KPI or node of the editor: its form, filled from the draft or from what was just typed."""

from collections.abc import Mapping
from typing import Any

import msgspec

from core.language import current
from core.points import plain_text
from scoring.book_trees import Node
from scoring.method_specs import common, methods
from scoring.method_words import method_name
from scoring.node_specs import operations
from scoring.param_forms import Field, fields_of, given_of, told
from scoring.rulebook import Kpi, RuleBook
from scoring.tree_words import node_words
from web.pages.editor.parts import choices, preview_of, say, values_of
from web.sentences.editor import FIELDS, OPS, POLICIES
from web.views.editor import KpiForm, NodeForm

KPI_POLICIES = ("reweight", "zero", "group_worst", "hold_last", "group_mean", "not_scored")
NODE_POLICIES = ("leave_out", "zero", "group_worst", "group_mean", "hold_last", "not_scored", "value")
BESIDE = ("cap", "floor", "trim_from", "exposure")
NODE_NUMBERS = ("min_scored", "n", "drop", "missing_value", "factor", "offset", "cap", "floor", "formula")
CHILD = "c."


def typed(kpi: Kpi, sent: Mapping[str, str]) -> Kpi:
    """Return a KPI as a form says it; Invalid when a field cannot be read."""
    method = sent.get("method") or kpi.method
    if method not in methods():
        method = kpi.method
    params = kpi.params if method == kpi.method else _kept(kpi, method)
    if any(name.startswith("p.") for name in sent):
        params = given_of((*methods()[method].params, *_beside()), sent, params)
    direction = sent.get("direction")
    return msgspec.structs.replace(
        kpi, method=method, params=params, direction="lower" if direction == "lower" else "higher" if direction else kpi.direction
    )  # fmt: skip


def _kept(kpi: Kpi, method: str) -> Mapping[str, Any]:
    """Return the parameters that another method knows too."""
    known = {param.name for param in (*methods()[method].params, *common())}
    return {name: value for name, value in kpi.params.items() if name in known}


def _beside() -> tuple[Any, ...]:
    return tuple(param for param in common() if param.name in BESIDE)


async def kpi_form(book: RuleBook, card: str, kpi: Kpi, shown: Kpi, sent: Mapping[str, str]) -> KpiForm:
    """Return the form of a KPI; `shown` is the KPI as typed, drawn with the units of the latest month."""
    reader, spec = current(), methods()[shown.method]
    weight = book.scorecards.get(card, {}).get(kpi.code)
    month, values = await values_of(card, kpi.code)
    params = tuple(param for param in spec.params if param.name not in BESIDE)
    fields = fields_of(params, shown.params)
    return KpiForm(
        code=kpi.code,
        name=kpi.name.read(reader),
        meaning=spec.meaning.read(reader),
        weight=sent.get("weight", plain_text(weight) if weight is not None else ""),
        weighs=card in book.scorecards,
        methods=choices(((code, method_name(code).read(reader)) for code in methods()), shown.method),
        directions=choices((("higher", say("higher")), ("lower", say("lower"))), shown.direction),
        policies=choices(
            ((code, POLICIES[code].read(reader)) for code in KPI_POLICIES), sent.get("missing", kpi.missing)
        ),
        fields=tuple(_kept_typing(field, sent) for field in fields),
        more=tuple(_kept_typing(field, sent) for field in fields_of(_beside(), shown.params)),
        preview=preview_of(shown, month, values),
    )


def _kept_typing(field: Field, sent: Mapping[str, str]) -> Field:
    """Return a field with what was typed into it, where something was."""
    if field.rows:
        return field
    return msgspec.structs.replace(field, value=sent.get(field.name, field.value))


def node_form(book: RuleBook, card: str, node: Node) -> NodeForm:
    """Return the form of a node."""
    reader, tree = current(), book.trees[card]
    names = {
        **{code: kpi.name for code, kpi in book.kpis.items()},
        **{code: one.title for code, one in tree.nodes.items()},
    }
    ops = choices(((code, OPS[code].read(reader)) for code in operations()), node.op)
    return NodeForm(
        code=node.code,
        name=node.title.read(reader),
        meaning=operations()[node.op].meaning.read(reader),
        sentence=node_words(book, card, node.code).read(reader),
        elsewhere=say("in_text") if node.op == "method" else "",
        ops=ops,
        policies=choices(((code, POLICIES[code].read(reader)) for code in NODE_POLICIES), node.missing),
        children=tuple(
            (f"{CHILD}{code}", f"{code} · {names[code].read(reader)}", plain_text(weight))
            for code, weight in node.children.items()
        ),
        numbers=tuple((name, FIELDS[name].read(reader), _number(node, name)) for name in NODE_NUMBERS),
    )


def _number(node: Node, name: str) -> str:
    value = getattr(node, name)
    unsaid = next(field.default for field in msgspec.structs.fields(Node) if field.name == name)
    return (
        "" if value is None or value == unsaid else told(value if isinstance(value, str | int) else plain_text(value))
    )
