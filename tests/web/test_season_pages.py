"""A month under a rule book with a season, a class and longer chains: what people see, win, are helped for, and take away."""

import msgspec
import pytest_asyncio

import scoring.operations.rules
from core.audit import SYSTEM
from core.database import raw
from months.exports import files
from months.exports.tables import board_table
from months.operations.verifying import differing_boards
from months.queries.results import results
from months.queries.sealed import broken_seals
from org.queries import account_by_id, organisation, viewer
from rewards.queries import why_not
from tests.cast import MONTH, Cast
from tests.leaderboards.test_seasons_and_classes import book
from tests.months.story import closed, closing_day, ran
from tests.web.reader import Reader

USES = """
[coaching.triggers.class]
name = { zh = "末位分档", en = "Lowest class" }
level = 1
rule = { zh = "属于末四分之一", en = "in the lowest quarter" }
[coaching.rules.storefront]
classes = [{ class = "quarter", step = "worst" }]
"""


def used() -> str:
    """Return that rule book, with an award that the lowest quarter cannot win and help for it."""
    bars = 'bars = [{ code = "red_line" }, { code = "insufficient_sample", kpi = "SAT" }'
    text = book('[{ field = "kpi", kpi = "WAIT" }, { field = "countback", items_of = "RATING", items = ["B1"] }]')
    assert bars in text
    return text.replace(bars, f'{bars}, {{ code = "class", class = "quarter", step = "worst" }}') + USES


@pytest_asyncio.fixture
async def sorted_out(cast: Cast) -> Cast:
    """The cast with a month that ran under it and was scored."""
    number = await scoring.operations.rules.store_rule_book(text=used(), actor=SYSTEM)
    cast = msgspec.structs.replace(cast, rule_book_id=number)
    await ran(cast, MONTH)
    return cast


async def test_the_board_of_the_year_says_under_it_how_it_is_made(reader: Reader, sorted_out: Cast) -> None:
    await reader.sign_in("sulan")
    html = await reader.read("/boards?kind=storefront&span=season")
    assert "营业厅年榜：各轮" in html
    assert "取最好的1轮" in html


async def test_the_chain_stands_under_the_board_of_the_month(reader: Reader, sorted_out: Cast) -> None:
    await reader.sign_in("sulan")
    html = await reader.read("/boards?kind=storefront")
    assert "高、“" in html
    assert "中B1的次数；仍相同则并列" in html


async def test_a_units_page_bears_its_class_as_a_tag(reader: Reader, sorted_out: Cast) -> None:
    await reader.sign_in("sulan")
    assert "末四分之一" in await reader.read(f"/units/{sorted_out['S4']}")
    assert "末四分之一" not in await reader.read(f"/units/{sorted_out['S1']}")


async def test_the_rules_are_told_in_plain_words(reader: Reader, sorted_out: Cast) -> None:
    await reader.sign_in("sulan")
    html = await reader.read("/rules")
    assert "营业厅年榜：" in html
    assert "末四分之一：最低的25%" in html


async def test_the_class_bars_from_an_award_and_says_so(sorted_out: Cast) -> None:
    found = {one.award: one for one in await why_not(MONTH, sorted_out["S4"], named=True)}
    gates = {gate.code: gate.fact.en for gate in found["window"].gates}
    assert gates["class"] == "“Quarter”: Lowest quarter."


async def test_the_month_is_closed_with_help_for_the_class_and_a_column_for_it(sorted_out: Cast) -> None:
    await closed(sorted_out)
    statement = "SELECT triggers::text FROM coaching_assignment WHERE unit_id = $1"
    async with raw() as connection:
        told = await connection.fetchval(statement, sorted_out["S4"])
    assert "Quarter: Lowest quarter." in told
    account = await account_by_id(sorted_out.person("sulan").account_id)
    assert account is not None
    found = await results(MONTH, await viewer(account), await organisation(closing_day().date()))
    (halls,) = [sheet for sheet in found.boards if sheet.card == "storefront"]
    head, *rows = board_table(halls, found, "en")
    assert head[-1] == "Quarter"
    assert [row[-1] for row in rows] == ["The others", "The others", "The others", "Lowest quarter"]
    assert all(made for made in (files.xlsx(found, "zh"), files.csv_zip(found, "en"), files.json_bytes(found)))
    assert not await differing_boards()
    assert not await broken_seals()
