"""Two versions of the rules beside each other, sentence by sentence, the changed words marked."""

from collections.abc import Iterable, Sequence

from litestar import Response, get

import scoring.queries.rules
from core.errors import Invalid, Place, problem
from core.language import current
from org.roles import Action
from scoring.plain_words import sentences
from scoring.queries.rules import RuleBookRow
from scoring.sentences_compared import Compared, ComparedSection, compared
from web import show
from web.frame import Req, html
from web.numbers import one_of
from web.sentences.explained import WORDS
from web.sentences.teller import teller
from web.views.explained import ComparedView, SentenceView
from web.views.shell import Choice, Crumb

say = teller(WORDS)
Runs = tuple[tuple[str, bool], ...]


@get("/rules/compare", opt={"action": Action.SEE_RULES})
async def compare_page(request: Req) -> Response[str]:
    """Show what changed between two versions; without a wish between the newest two."""
    books = await scoring.queries.rules.rule_books()
    crumbs = (Crumb(say("rules"), "/rules"), Crumb(say("compare")))
    if not books:
        return html(
            request, "rules_compared.html", ComparedView(say("compare"), "", crumbs, (), (), "", (), say("one_version"))
        )
    before, after = (_asked(request, name, books, usual) for name, usual in (("from", 1), ("to", 0)))
    one = await scoring.queries.rules.rule_book(before.id)
    other = await scoring.queries.rules.rule_book(after.id)
    found = compared(sentences(one, themes=True), sentences(other, themes=True))
    counts = {fate: sum(getattr(section, fate) for section in found) for fate in ("added", "removed", "changed")}
    nothing = "" if any(counts.values()) else say("no_change" if len(books) > 1 else "one_version")
    view = ComparedView(
        title=say("compare"),
        subtitle=other.name.read(current()),
        crumbs=crumbs,
        before=tuple(_choices(books, before)),
        after=tuple(_choices(books, after)),
        tally=say("tally", **counts) if not nothing else "",
        sections=tuple(_section(section) for section in found if section.added or section.removed or section.changed),
        nothing=nothing,
    )
    return html(request, "rules_compared.html", view)


def _asked(request: Req, name: str, books: Sequence[RuleBookRow], usual: int) -> RuleBookRow:
    """Return the version asked for; Invalid for one that is not there."""
    wish = request.query_params.get(name, "")
    if not wish:
        return books[min(usual, len(books) - 1)]
    number = one_of(wish, {row.id for row in books})
    if number is None:
        zh, en = "没有这个版本的规则，请从列表里选。", "There is no such version of the rules; choose one of the list."
        raise Invalid(problem("no_such_version", zh, en, Place(path=name)))
    return next(row for row in books if row.id == number)


def _choices(books: Iterable[RuleBookRow], chosen: RuleBookRow) -> Iterable[Choice]:
    for row in books:
        label = say("version", number=row.version, day=row.created_at[:10])
        yield Choice(str(row.id), label, row.id == chosen.id)


def _section(section: ComparedSection) -> tuple[str, str, tuple[SentenceView, ...]]:
    title = show.full_width(section.title.read(current()))
    tally = say("section_tally", added=section.added, removed=section.removed, changed=section.changed)
    return title, tally, tuple(_sentence(line) for line in section.lines if line.fate != "same")


def _sentence(line: Compared) -> SentenceView:
    pieces = line.pieces_zh if current() == "zh" else line.pieces_en
    if pieces is not None:
        before, after = (tuple((piece.text, piece.same) for piece in side) for side in pieces)
    else:
        before, after = (((text.read(current()), True),) if text else () for text in (line.before, line.after))
    return SentenceView(line.fate, say(line.fate), before, after)


HANDLERS = (compare_page,)
