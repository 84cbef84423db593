"""What the editor writes: single places of the draft's text, everything around them as it was."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from litestar import Response, post
from litestar.enums import MediaType
from litestar.params import FromPath
from litestar.response import Redirect
from markupsafe import Markup

from core.errors import Invalid, NotFound, Place, ShifenError, problem
from core.points import decimal
from org.roles import Action
from scoring.book_editing import Change, differences, edited
from scoring.book_trees import Node
from scoring.operations.drafts import save_draft
from scoring.rulebook import Kpi, RuleBook
from web.forms import Form, form_of
from web.frame import Req, said
from web.pages.editor.forms import CHILD, NODE_NUMBERS, typed
from web.pages.editor.page import page, table
from web.pages.editor.parts import Opened, opened, preview_of, told, values_of
from web.render import fragment
from web.views.editor import PreviewView

EDIT = {"action": Action.EDIT_RULES}
MOST_FIELDS, LONGEST = 3_000, 2_000
SAVED = "rule_saved"
WHOLE = frozenset({"min_scored", "n", "drop"})


def _fields(sent: Form) -> dict[str, str]:
    """Return the text fields of a form, so many and so long as the editor has."""
    found = {name: value for name, value in sent.fields.multi_items() if isinstance(value, str) and name != "csrf"}
    if len(found) > MOST_FIELDS or any(len(value) > LONGEST for value in found.values()):
        raise Invalid(problem("too_much", "表单太大。", "The form is too large."))
    return found


def _book(found: Opened) -> RuleBook:
    if found.checked.book is None:
        zh, en = (
            "文本还读不成规则，请先在文本页改好。",
            "The text cannot be read as rules yet; mend it on the text page first.",
        )
        raise Invalid(problem("unreadable", zh, en))
    return found.checked.book


def _kpi(book: RuleBook, fields: Mapping[str, str]) -> Kpi:
    kpi = book.kpis.get(fields.get("kpi", ""))
    if kpi is None:
        raise NotFound(problem("no_such_kpi", "草案里没有这个指标。", "The draft has no such KPI."))
    return kpi


async def _saved(request: Req, found: Opened, fields: Mapping[str, str], changes: Sequence[Change]) -> None:
    text = edited(found.draft.text, changes)
    revision = fields.get("revision", "")
    seen = int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 10 else 0  # noqa: PLR2004 - a number of savings
    await save_draft(draft_id=found.draft.id, revision=seen, text=text, actor=request.state.actor)


@post("/drafts/{draft_id:int}/editor/kpi", opt=EDIT, status_code=303)
async def save_kpi(request: Req, draft_id: FromPath[int]) -> Response[str] | Redirect:
    """Write the rule of one KPI into the draft."""
    fields, found = _fields(await form_of(request)), await opened(draft_id)
    try:
        book = _book(found)
        await _saved(request, found, fields, _kpi_changes(book, _kpi(book, fields), fields))
    except NotFound:
        raise
    except ShifenError as refusal:
        return await page(request, found, fields, refusal)
    return said(f"/drafts/{draft_id}/editor", SAVED, card=fields.get("card", ""), kpi=fields["kpi"])


def _kpi_changes(book: RuleBook, kpi: Kpi, fields: Mapping[str, str]) -> list[Change]:
    new, at = typed(kpi, fields), ("kpis", kpi.code)
    changes = differences((*at, "params"), kpi.params, new.params)
    changes += [
        Change((*at, name), getattr(new, name))
        for name in ("method", "direction")
        if getattr(new, name) != getattr(kpi, name)
    ]
    missing, card = fields.get("missing", kpi.missing), fields.get("card", "")
    if missing != kpi.missing:
        changes.append(Change((*at, "missing"), missing))
    if card in book.scorecards and "weight" in fields:
        changes += _weight(book, card, kpi.code, fields["weight"])
    return changes


def _weight(book: RuleBook, card: str, kpi: str, text: str) -> list[Change]:
    """Return the change of one weight; none where it means the same number, out of the card where it is empty."""
    before, text = book.scorecards[card].get(kpi), text.strip()
    if not text:
        return [] if before is None else [Change(("scorecards", card, kpi))]
    after = _decimal(text, f"scorecards.{card}.{kpi}")
    return [] if after == before else [Change(("scorecards", card, kpi), text)]


def _decimal(text: str, path: str) -> Decimal:
    try:
        return decimal(text)
    except ValueError:
        zh, en = (
            f"“{text}”不是数。应为不带单位的十进制数，如 12.5。",
            f"“{text}” is no number; write a plain decimal such as 12.5.",
        )
        raise Invalid(problem("not_a_number", zh, en, Place(path=path))) from None


@post("/drafts/{draft_id:int}/editor/weights", opt=EDIT, status_code=303)
async def save_weights(request: Req, draft_id: FromPath[int]) -> Response[str] | Redirect:
    """Write all changed weights into the draft at one go."""
    fields, found = _fields(await form_of(request)), await opened(draft_id)
    try:
        book = _book(found)
        cells = [(name.split(".", 2), text) for name, text in fields.items() if name.startswith("w.")]
        changes = [
            change
            for (_, card, kpi), text in cells
            if card in book.scorecards and kpi in book.kpis
            for change in _weight(book, card, kpi, text)
        ]
        await _saved(request, found, fields, changes)
    except ShifenError as refusal:
        return table(request, found, fields, refusal)
    return said(f"/drafts/{draft_id}/editor/weights", SAVED)


@post("/drafts/{draft_id:int}/editor/node", opt=EDIT, status_code=303)
async def save_node(request: Req, draft_id: FromPath[int]) -> Response[str] | Redirect:
    """Write one node of a tree into the draft."""
    fields, found = _fields(await form_of(request)), await opened(draft_id)
    try:
        node = _node(_book(found), fields)
        await _saved(request, found, fields, _node_changes(fields["card"], node, fields))
    except NotFound:
        raise
    except ShifenError as refusal:
        return await page(request, found, fields, refusal)
    return said(f"/drafts/{draft_id}/editor", SAVED, card=fields["card"], node=fields["node"])


def _node(book: RuleBook, fields: Mapping[str, str]) -> Node:
    tree = book.trees.get(fields.get("card", ""))
    node = tree.nodes.get(fields.get("node", "")) if tree else None
    if node is None:
        raise NotFound(problem("no_such_node", "草案里没有这个节点。", "The draft has no such node."))
    return node


def _node_changes(card: str, node: Node, fields: Mapping[str, str]) -> list[Change]:
    at = ("trees", card, "nodes", node.code)
    changes = [Change((*at, "op"), fields["op"])] if fields.get("op", node.op) != node.op else []
    if fields.get("missing", node.missing) != node.missing:
        changes.append(Change((*at, "missing"), fields["missing"]))
    for name in (one for one in NODE_NUMBERS if one in fields):
        changes += _number(node, (*at, name), fields[name].strip())
    children = _children(node, fields)
    return changes if children is None else [*changes, Change((*at, "children"), children)]


def _number(node: Node, path: tuple[str, ...], text: str) -> list[Change]:
    name = path[-1]
    before = getattr(node, name)
    if not text:
        unsaid = type(node)(code="", op="sum", children={})
        return [] if before == getattr(unsaid, name) else [Change(path)]
    if name == "formula":
        return [] if text == before else [Change(path, text)]
    after = _decimal(text, ".".join(path))
    if after == before:
        return []
    return [Change(path, int(after) if name in WHOLE and after == int(after) else text)]


def _children(node: Node, fields: Mapping[str, str]) -> dict[str, str] | None:
    """Return the children with their weights, None where nothing was changed."""
    found = {
        name.removeprefix(CHILD): text.strip()
        for name, text in fields.items()
        if name.startswith(CHILD) and text.strip()
    }
    added = fields.get("new_child", "").strip()
    if added:
        found[added] = fields.get("new_weight", "").strip() or "1"
    weights = {code: _decimal(text, f"children.{code}") for code, text in found.items()}
    return None if not found or weights == dict(node.children) else found


@post("/drafts/{draft_id:int}/editor/preview", opt=EDIT, status_code=200)
async def draw(request: Req, draft_id: FromPath[int]) -> Response[str]:
    """Draw a rule as it is being typed; nothing is stored."""
    fields, found = _fields(await form_of(request)), await opened(draft_id)
    kpi = _kpi(_book(found), fields)
    month, values = await values_of(fields.get("card", ""), kpi.code)
    view = _drawn(kpi, fields, month, values)
    return Response(fragment("_editor_preview.html", preview=view), media_type=MediaType.HTML)


def _drawn(kpi: Kpi, fields: Mapping[str, str], month: int | None, values: Sequence[Fraction]) -> PreviewView:
    try:
        return preview_of(typed(kpi, fields), month, values)
    except Invalid as refusal:
        return PreviewView(Markup(""), "", told(refusal))


HANDLERS = (save_kpi, save_weights, save_node, draw)
