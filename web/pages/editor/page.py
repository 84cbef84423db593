"""The editor: a card's tree with one KPI or node open, or all weights as one table."""

from collections.abc import Mapping

from litestar import Response, get
from litestar.params import FromPath

from core.errors import Invalid, ShifenError
from core.language import current
from org.roles import Action
from scoring.book_outline import Branch, cards, outline, weights
from scoring.method_words import method_name
from scoring.rulebook import RuleBook
from web.frame import Req, html
from web.pages.editor.forms import kpi_form, node_form, typed
from web.pages.editor.parts import (
    Opened,
    choices,
    crumbs,
    findings,
    may_write,
    opened,
    say,
    subtitle,
    tabs,
    tally,
    told,
    words,
)  # fmt: skip
from web.sentences.editor import OPS
from web.views.editor import BranchRow, EditorView, WeightCellView, WeightRowView, WeightsView

SEE = {"action": Action.SEE_DRAFTS}
FULL = "100"
Sent = Mapping[str, str]


@get("/drafts/{draft_id:int}/editor", opt=SEE)
async def editor_page(request: Req, draft_id: FromPath[int]) -> Response[str]:
    """Show a card of a draft, with the KPI or node asked for."""
    wish = {name: value for name, value in request.query_params.items() if name in {"card", "kpi", "node", "method"}}
    return await page(request, await opened(draft_id), wish)


async def page(request: Req, found: Opened, wish: Sent, refusal: ShifenError | None = None) -> Response[str]:
    """Return the editor; after a refusal with everything that was typed, and the reasons."""
    view = await _view(request, found, wish, refusal)
    return html(request, "editor.html", view, refusal.status if refusal else 200)


async def _view(request: Req, found: Opened, wish: Sent, refusal: ShifenError | None) -> EditorView:
    book, draft = found.checked.book, found.draft
    known = cards(book) if book else ()
    card = _card(book, wish, [code for code, _ in known]) if book and known else ""
    kpi = book.kpis.get(wish.get("kpi", "")) if book else None
    node = book.trees[card].nodes.get(wish.get("node", "")) if book and card in book.trees else None
    shown = None
    if book and kpi:
        try:
            shown = typed(kpi, wish)
        except Invalid as wrong:
            refusal, shown = refusal or wrong, kpi
    return EditorView(
        draft=draft.id,
        title=draft.name,
        subtitle=subtitle(draft),
        crumbs=crumbs(draft),
        revision=draft.revision,
        card=card,
        tabs=tabs(draft, "card_tab"),
        cards=choices(((code, name.read(current())) for code, name in known), card),
        tree=tuple(_row(draft.id, card, one, wish) for one in outline(book, card)) if book and card else (),
        findings=findings(found),
        tally=tally(found),
        words={**words(), "may_write": "yes" if may_write(request) else ""},
        refusal=told(refusal),
        kpi=await kpi_form(book, card, kpi, shown, wish) if book and kpi and shown else None,
        node=node_form(book, card, node) if book and node else None,
        nothing="" if book and card else say("no_cards" if book else "unreadable"),
    )


def _card(book: RuleBook, wish: Sent, known: list[str]) -> str:
    """Return the card to show: the one asked for, else the first that has the KPI asked for, else the first."""
    asked, kpi = one_of_words(wish.get("card", ""), known), wish.get("kpi", "")
    return asked or next((card for card in known if kpi and kpi in book.kpis_of(card)), known[0])


def one_of_words(wish: str, known: list[str]) -> str:
    """Return the wish if it is one of those known, else nothing."""
    return wish if wish in known else ""


def _row(draft_id: int, card: str, one: Branch, wish: Sent) -> BranchRow:
    reader = current()
    how = method_name(one.how) if one.sort == "kpi" else OPS.get(one.how) if one.sort == "node" else None
    here = one.sort in {"kpi", "node"} and wish.get(one.sort) == one.code
    href = f"/drafts/{draft_id}/editor?card={card}&{one.sort}={one.code}" if one.sort in {"kpi", "node"} else ""
    wrong = one.sort == "card" and one.weight and one.weight != FULL
    return BranchRow(
        name=one.name.read(reader), code=one.code, detail=how.read(reader) if how else "", weight=one.weight,
        depth=one.depth, href=href, current=here, tone="bad" if wrong else "",
    )  # fmt: skip


@get("/drafts/{draft_id:int}/editor/weights", opt=SEE)
async def weights_page(request: Req, draft_id: FromPath[int]) -> Response[str]:
    """Show the weights of all cards."""
    return table(request, await opened(draft_id), {})


def table(request: Req, found: Opened, sent: Sent, refusal: ShifenError | None = None) -> Response[str]:
    """Return the table of weights; after a refusal with everything that was typed."""
    book, draft = found.checked.book, found.draft
    shown = weights(book) if book else None
    view = WeightsView(
        draft=draft.id,
        title=say("weights_title"),
        subtitle=f"{draft.name} · {subtitle(draft)}",
        crumbs=crumbs(draft, say("weights_tab")),
        revision=draft.revision,
        tabs=tabs(draft, "weights_tab"),
        kinds=tuple(name.read(current()) for _, name in shown.kinds) if shown else (),
        rows=tuple(_rows(book, sent)) if book else (),
        totals=tuple((total, "" if total == FULL else "bad") for total in shown.totals) if shown else (),
        findings=tuple(one for one in findings(found) if one.place.startswith("scorecards")),
        tally=tally(found),
        words={**words(), "may_write": "yes" if may_write(request) else ""},
        refusal=told(refusal),
        nothing="" if shown and shown.kinds else say("no_cards" if book else "unreadable"),
    )
    return html(request, "editor_weights.html", view, refusal.status if refusal else 200)


def _rows(book: RuleBook, sent: Sent) -> list[WeightRowView]:
    reader, shown = current(), weights(book)
    kinds = {code: name.read(reader) for code, name in shown.kinds}
    rows: list[WeightRowView] = []
    for row in shown.rows:
        sums = tuple(WeightCellView(name, total) for name, total in zip(kinds.values(), row.sums, strict=True))
        rows.append(WeightRowView(row.process, row.name.read(reader), process=True, cells=sums))
        for code, name, cells in row.kpis:
            own = tuple(
                WeightCellView(
                    say("weight_of", kpi=name, kind=kinds[cell.kind]),
                    sent.get(f"w.{cell.kind}.{code}", cell.weight),
                    f"w.{cell.kind}.{code}",
                )
                for cell in cells
            )
            rows.append(WeightRowView(code, name.read(reader), process=False, cells=own))
    return rows


HANDLERS = (editor_page, weights_page)
