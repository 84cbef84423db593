"""Rule books: their versions, their text, and what they say in plain words."""

from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.params import JSONBody, QueryParameter

from api.answers import Req, fresh, once
from api.drafts import Name
from api.schemas import Month, PathMonth, PathNumber, Words
from api.schemas import month as checked
from months.operations.publishing import propose_text
from org.roles import Action
from scoring.book_text import MOST_BYTES
from scoring.plain_words import Section, sentences
from scoring.queries import rules
from scoring.queries.rules import RuleBookRow

LONGEST_BOOK = MOST_BYTES
Kind = Annotated[str | None, QueryParameter(max_length=32, pattern=r"^[a-z0-9_]+$", description="Kind of unit.")]


class BookText(msgspec.Struct, forbid_unknown_fields=True):
    """A rule book as TOML, the first month it is to hold for, and why."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_BOOK)]
    month: Month
    why: Words
    name: Name = "API"


class Proposed(msgspec.Struct):
    """The numbers of the draft that keeps the text and of the proposal that waits for a second person."""

    draft_id: int
    proposal_id: int


class PlainWords(msgspec.Struct):
    """The rules of a month for the people they are about, in both languages."""

    month: int
    fingerprint: str
    theme: str | None
    sections: tuple[Section, ...]


@get("/api/v1/rule-books", opt={"action": Action.SEE_RULES}, tags=["rules"])
async def books() -> list[RuleBookRow]:
    """List the versions of the rules."""
    return await rules.rule_books()


@get("/api/v1/rule-books/{rule_book_id:int}", opt={"action": Action.SEE_RULES}, tags=["rules"])
async def book_text(rule_book_id: PathNumber) -> Response[str]:
    """Return one version as TOML."""
    return Response(await rules.rule_book_text(rule_book_id), media_type="application/toml")


@post(
    "/api/v1/rule-books",
    opt={"action": Action.EDIT_RULES},
    status_code=201,
    tags=["rules"],
    request_max_body_size=8 * LONGEST_BOOK,
)
async def propose(request: Req, data: JSONBody[BookText]) -> Response[Proposed]:
    """Check a rule book and put it before a second person, whose approval makes it a version; every fault is told with its place."""

    async def effect() -> Proposed:
        numbers = await propose_text(
            name=data.name, text=data.text, month=checked(data.month), why=data.why, actor=request.state.actor
        )
        return Proposed(*numbers)

    return await once(request, effect, 201)


@get("/api/v1/months/{month:int}/rules", opt={"action": Action.SEE_RULES}, tags=["rules"])
async def plain_words(request: Req, month: PathMonth, kind: Kind = None) -> Response[PlainWords]:
    """Return the rules of a month in plain words."""
    found = await rules.rules_of(checked(month))
    told = PlainWords(month, found.fingerprint, found.theme, sentences(found.book, found.theme, kind))
    return fresh(request, told, found.fingerprint, found.theme)


HANDLERS = (books, book_text, propose, plain_words)
