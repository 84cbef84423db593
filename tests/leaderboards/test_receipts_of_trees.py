"""A card that is a tree is explained like any other: every node in figures, gains by the same engine, tries that come true."""

from datetime import date
from fractions import Fraction

import pytest
import pytest_asyncio

from core.audit import SYSTEM
from leaderboards.queries import cards
from leaderboards.queries.outlook import outlook, what_if
from leaderboards.queries.receipts import receipt
from org.visibility import Scope
from scoring.operations.rules import store_rule_book
from tests.cast import MONTH, Cast, day
from tests.factories import Fact
from tests.figures import number
from tests.leaderboards import october
from tests.leaderboards.test_receipts import open_ends
from tests.memory import forget
from tests.web.test_tree_pages import tree_book

ALL = Scope(sees_all=True, key="all")


@pytest_asyncio.fixture
async def wood(cast: Cast) -> Cast:
    """The cast with October scored under trees for halls and branches."""
    await store_rule_book(text=tree_book(), actor=SYSTEM)
    await october.told(october.everything())
    return cast


@pytest.mark.parametrize("code", ["S1", "S3", "S4", "B1", "B2"])
async def test_every_node_and_leaf_can_be_done_again(wood: Cast, code: str) -> None:
    found = await receipt(wood[code], month=MONTH)
    assert found.same
    assert open_ends(found) == []
    nodes = [one for one in found.total_steps if one.code.startswith("node:")]
    assert nodes
    assert all(line.steps for line in found.lines)


async def test_points_of_the_leaves_and_the_rest_are_the_total(wood: Cast) -> None:
    found = await receipt(wood["S1"], month=MONTH)
    closing = next(one for one in found.total_steps if one.code == "sum")
    points = sum(Fraction(line.line.points) for line in found.lines if not line.line.extra)
    rest = closing.figures.partition(" + ")[2]
    assert abs(points + (number(rest.strip("()")) if rest else 0) - number(closing.result)) < Fraction(1, 1000)


async def test_a_try_on_a_tree_comes_true(wood: Cast) -> None:
    tried = await what_if(wood["S4"], {"SMILE": "95", "VISIT": "90"}, month=MONTH, scope=ALL)
    await october.told([Fact("S4", "SMILE", day(8), "28.5", 30), Fact("S4", "VISIT", day(8), 450, 5)])
    forget()
    real = await cards.card(wood["S4"], month=MONTH)
    assert (tried.total, tried.place) == (real.total, real.rank)


async def test_a_tree_knows_what_lifts_it_most(wood: Cast) -> None:
    found = await outlook(wood["S4"], month=MONTH, on=date(2026, 10, 12), scope=ALL)
    assert found.lifts
    assert all(Fraction(one.points) > 0 for one in found.lifts)
