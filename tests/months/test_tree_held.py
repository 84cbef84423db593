"""What a node came to in the month before stands in for it, where the node above says so."""

from fractions import Fraction

import msgspec

import leaderboards.operations
import scoring.operations.rules
from core.audit import SYSTEM
from leaderboards.queries.cards import card
from scoring.operations.fold import fold_month
from tests.cast import BEFORE, MONTH, Cast
from tests.factories import SMALL_BOOK, facts
from tests.months.story import QUALITY, month_facts, planned

TREE = """
[trees.storefront.nodes.total]
op = "mean"
children = ["care", "speed"]
missing = "hold_last"
[trees.storefront.nodes.care]
op = "mean"
children = ["SAT", "VISIT"]
[trees.storefront.nodes.speed]
op = "mean"
children = ["WAIT", "SMILE"]

[scorecards.outlet]"""


def held_book() -> str:
    text = SMALL_BOOK.read_text(encoding="utf-8")
    head, _, rest = text.partition("[scorecards.storefront]")
    return head + TREE + rest.partition("[scorecards.outlet]")[2]


async def ran(cast: Cast, month: int, theme: str, without: tuple[str, ...] = ()) -> None:
    await planned(cast, month, theme)
    await facts([fact for fact in month_facts(month, QUALITY) if fact.kpi not in without])
    await fold_month(month=month)
    await leaderboards.operations.recompute(month)


async def test_the_month_before_stands_in_for_a_node_without_a_value(cast: Cast) -> None:
    book = await scoring.operations.rules.store_rule_book(text=held_book(), actor=SYSTEM)
    cast = msgspec.structs.replace(cast, rule_book_id=book)
    await ran(cast, BEFORE, "SIGNAL")
    before = await card(cast["S1"], month=BEFORE)
    speed = {line.kpi: Fraction(line.score or 0) for line in before.lines}
    await ran(cast, MONTH, "SIGNAL", without=("WAIT", "SMILE"))
    found = await card(cast["S1"], month=MONTH)
    care = [Fraction(line.score) for line in found.lines if line.score is not None]
    assert len(care) == 2
    total = (sum(care, Fraction(0)) / 2 + (speed["WAIT"] + speed["SMILE"]) / 2) / 2
    assert abs(Fraction(found.total or 0) - total) <= Fraction(1, 100)
