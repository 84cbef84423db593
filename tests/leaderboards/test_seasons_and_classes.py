"""Seasons, classes and longer tie-break chains of a rule book, on a real PostgreSQL."""

from collections.abc import Sequence
from typing import Literal

import pytest
import pytest_asyncio

import scoring.operations.rules
from core.audit import SYSTEM
from leaderboards.month_board import MonthBoard
from leaderboards.queries import boards
from leaderboards.queries.boards import BoardPage
from leaderboards.queries.snapshots import month_board
from org.visibility import Scope
from tests.cast import MONTH, Cast
from tests.factories import SMALL_BOOK
from tests.leaderboards import october
from tests.web.test_tree_pages import tree_book

SEPTEMBER = MONTH - 1
EVERYBODY = Scope(key="all", sees_all=True, own=frozenset(), above=frozenset())
RULES = """
[seasons.halls]
name = { zh = "营业厅年榜", en = "Halls of the year" }
kind = "storefront"
of = "kpi:VISIT"
op = "best"
n = 1
breakers = [{ countback = "place", from = 1 }, { field = "HALL" }]

[classes.quarter]
name = { zh = "分档", en = "Quarter" }
kind = "storefront"
scope = "all"
steps = [
    { code = "worst", name = { zh = "末四分之一", en = "Lowest quarter" }, worst = "0.25", effect = "0.99" },
    { code = "rest", name = { zh = "其余", en = "The others" } },
]
"""
VISITS = {"S1": "80", "S2": "88", "S3": "95", "S4": "80"}


def book(chain: str = '[{ field = "kpi", kpi = "WAIT" }, { field = "process", process = "HALL" }]') -> str:
    """Return the small rule book with a season, a class and another chain for the halls."""
    text = SMALL_BOOK.read_text(encoding="utf-8")
    usual = '[{ field = "theme" }, { field = "red_lines", order = "asc" }, { field = "sample" }], hidden_one_in = 3'
    assert usual in text
    return text.replace(usual, f"{chain}, hidden_one_in = 0") + RULES


@pytest_asyncio.fixture
async def autumn(cast: Cast) -> Cast:
    """The cast with two months scored by that book: in September the third hall was visited best."""
    await scoring.operations.rules.store_rule_book(text=book(), actor=SYSTEM)
    facts = [*october.clerks(month=SEPTEMBER), *october.halls(VISITS, SEPTEMBER), *october.others(SEPTEMBER)]
    await october.told(facts, SEPTEMBER)
    await october.told(october.everything())
    return cast


async def page(span: Literal["month", "season"]) -> BoardPage:
    return await boards.board(EVERYBODY, card="storefront", month=MONTH, span=span)


def named(board: MonthBoard, units: Sequence[str], cast: Cast) -> list[tuple[str, str | None, str]]:
    found = [board.classes_of(board.by_unit[cast[code]]) for code in units]
    return [(one.step, one.effect, one.step_name.en) for (one,) in found]


async def test_the_season_takes_the_best_month_of_the_named_quantity(autumn: Cast) -> None:
    rows = (await page("season")).rows
    scores = {"S1": "92", "S2": "88", "S3": "95", "S4": "82"}
    best = sorted(scores, key=lambda code: -int(scores[code]))
    assert [row.code for row in rows] == best
    assert [row.rank for row in rows] == [1, 2, 3, 4]
    assert rows[0].cents is not None
    assert rows[0].cents > (rows[1].cents or 0)


async def test_the_season_says_how_it_is_made(autumn: Cast) -> None:
    words = (await page("season")).season
    assert words is not None
    assert words.en.startswith("Halls of the year: The sum of")
    assert "the best one counts" in words.en
    assert (await page("month")).season is None


async def test_the_chain_is_printed_in_words(autumn: Cast) -> None:
    found = await page("month")
    assert found.breakers == ("kpi:WAIT", "process:HALL")
    assert [words.en[:8] for words in found.chain] == ["higher “", "higher “"]


async def test_every_ranked_hall_has_its_class_and_what_follows_from_it(autumn: Cast) -> None:
    board = await month_board(MONTH)
    assert named(board, ("S1", "S2", "S3", "S4"), autumn) == [
        ("rest", None, "The others"),
        ("rest", None, "The others"),
        ("rest", None, "The others"),
        ("worst", "0.99", "Lowest quarter"),
    ]
    assert board.classes_of(board.by_unit[autumn["B1"]]) == ()


async def test_without_a_season_in_the_book_the_year_is_the_mean_of_its_months(cast: Cast) -> None:
    await october.told(october.everything())
    season, month = await page("season"), await page("month")
    assert [row.code for row in season.rows] == [row.code for row in month.rows]
    assert season.season is None


@pytest.mark.parametrize(
    ("of", "op", "least"), [("total", "mean", "0.5"), ("SAT", "mean", "0"), ("STOREFRONT", "sum", "0")]
)
async def test_the_year_is_rounded_where_its_rule_says_so(cast: Cast, of: str, op: str, least: str) -> None:
    named = {"SAT": "kpi:SAT", "STOREFRONT": "HALL"}.get(of, of)
    rules = RULES.replace('of = "kpi:VISIT"', f'of = "{named}"').replace('op = "best"\nn = 1', f'op = "{op}"')
    rules = rules.replace("breakers", f'min_share = "{least}"\nround = {{ step = "0.5" }}\nbreakers', 1)
    await scoring.operations.rules.store_rule_book(text=book().replace(RULES, rules), actor=SYSTEM)
    await october.told(october.everything())
    found = await page("season")
    assert len(found.rows) == 4
    assert all(row.cents is not None and row.cents % 50 == 0 for row in found.rows)


NODES = """
[seasons.care]
name = { zh = "关怀年榜", en = "Care of the year" }
kind = "storefront"
of = "care"
breakers = [{ field = "weakest" }]

[classes.care]
name = { zh = "关怀", en = "Care" }
kind = "storefront"
of = "care"
steps = [{ code = "high", at_least = 100 }, { code = "low" }]
"""


async def test_a_node_of_the_tree_may_make_the_season_the_class_and_the_chain(cast: Cast) -> None:
    usual = 'breakers = [{ field = "theme" }'
    text = tree_book().replace(usual, 'breakers = [{ field = "node", node = "care" }, { field = "theme" }', 1) + NODES
    await scoring.operations.rules.store_rule_book(text=text, actor=SYSTEM)
    await october.told(october.everything())
    board, found = await month_board(MONTH), await page("season")
    care = {code: board.beside(board.by_unit[cast[code]], "node:care") for code in ("S1", "S2", "S3", "S4")}
    assert [(row.code, row.cents) for row in found.rows] == sorted(care.items(), key=lambda one: -(one[1] or 0))
    steps = {code: board.classes_of(board.by_unit[cast[code]])[0].step for code in care}
    assert steps == {code: "high" if (cents or 0) >= 10_000 else "low" for code, cents in care.items()}
    assert set(steps.values()) == {"high", "low"}
    assert (await page("month")).chain[0].en == "higher “Care”"
