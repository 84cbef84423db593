"""The list of help says for everybody why there is help."""

from msgspec.structs import replace

from coaching.queries import assignment
from scoring.queries.rules import rules_of
from tests.cast import MONTH, Cast
from tests.months.story import published
from web.pages.coaching import reasons


async def test_help_that_only_goes_on_says_so(story: Cast) -> None:
    await published(story)
    one, book = await assignment(story["S4"], MONTH), (await rules_of(MONTH)).book
    assert one is not None
    assert reasons(one, book) not in {"", "上期帮扶没有解除"}
    assert reasons(replace(one, triggers=()), book) == "上期帮扶没有解除"
