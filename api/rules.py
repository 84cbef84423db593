"""Rule books: their versions, their text, and what they say in plain words."""

from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.params import JSONBody, QueryParameter

from api.answers import Req, fresh, once
from api.schemas import PathMonth, PathNumber
from api.schemas import month as checked
from org.roles import Action
from scoring.operations.rules import store_rule_book
from scoring.plain_words import Section, sentences
from scoring.queries import rules
from scoring.queries.rules import RuleBookRow

LONGEST_BOOK = 2_000_000
Kind = Annotated[str | None, QueryParameter(max_length=32, pattern=r"^[a-z0-9_]+$", description="Kind of unit.")]


class BookText(msgspec.Struct, forbid_unknown_fields=True):
    """A rule book as TOML."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_BOOK)]


class Stored(msgspec.Struct):
    """The number under which a rule book is stored."""

    id: int


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
    request_max_body_size=4 * LONGEST_BOOK,
)
async def store(request: Req, data: JSONBody[BookText]) -> Response[Stored]:
    """Check a rule book and store it as a new version; every fault is told with its place."""

    async def effect() -> Stored:
        return Stored(await store_rule_book(text=data.text, actor=request.state.actor))

    return await once(request, effect, 201)


@get("/api/v1/months/{month:int}/rules", opt={"action": Action.SEE_RULES}, tags=["rules"])
async def plain_words(request: Req, month: PathMonth, kind: Kind = None) -> Response[PlainWords]:
    """Return the rules of a month in plain words."""
    found = await rules.rules_of(checked(month))
    told = PlainWords(month, found.fingerprint, found.theme, sentences(found.book, found.theme, kind))
    return fresh(request, told, found.fingerprint, found.theme)


HANDLERS = (books, book_text, store, plain_words)
