"""From its second month on a department is also scored on what its processes gained, and its page adds up."""

from fractions import Fraction

import scoring.operations.rules
from core.audit import SYSTEM
from core.points import fraction_text
from leaderboards.queries.departments import department
from leaderboards.queries.snapshots import month_board
from tests import factories
from tests.cast import BEFORE, MONTH, THEMES, Cast, day
from tests.factories import SMALL_BOOK, Fact
from tests.leaderboards.october import everything, told

GROWING = SMALL_BOOK.read_text(encoding="utf-8").replace(
    'tasks_kpi = "TASKS"', 'tasks_kpi = "TASKS"\nimprovement = "0.30"'
)


async def two_months(cast: Cast) -> None:
    book = await scoring.operations.rules.store_rule_book(text=GROWING, actor=SYSTEM)
    for month in (BEFORE, MONTH):
        await factories.plan(month, THEMES[month], book, cast.actor("sulan"))
    worse = [fact for fact in everything(BEFORE) if fact.kpi != "COVER"]
    await told([*worse, *(Fact(code, "COVER", day(10, BEFORE), 92, 100) for code in ("B1", "B2"))], BEFORE)
    await told(everything())


async def test_the_first_month_has_no_growth_and_the_second_has(cast: Cast) -> None:
    await two_months(cast)
    first, second = [await department(cast["NWD"], month=month) for month in (BEFORE, MONTH)]
    assert [part.code for part in first.parts] == ["outcome", "tasks", "internal"]
    assert [(part.code, part.weight) for part in second.parts] == [
        ("outcome", "35.00"), ("growth", "15.00"), ("tasks", "30.00"), ("internal", "20.00"),
    ]  # fmt: skip


async def test_growth_is_counted_from_the_scores_that_the_snapshot_was_made_with(cast: Cast) -> None:
    await two_months(cast)
    page = await department(cast["NWD"], month=MONTH)
    detail = (await month_board(MONTH)).detail
    before = (await month_board(BEFORE)).detail.city
    assert detail.city_before == before
    mix, weight = Fraction(0), Fraction(0)
    for process, pull in (("NET", 25 * 85), ("CARE", 15 * 40)):
        gained = Fraction(detail.city[process]) - Fraction(before[process])
        mix += pull * min(max(80 + 10 * gained, Fraction(0)), Fraction(120))
        weight += pull
    growth = next(part for part in page.parts if part.code == "growth")
    assert fraction_text(Fraction(growth.cents or 0, 100), 2) == fraction_text(mix / weight, 2)
    assert fraction_text(
        sum((Fraction(part.points or 0) for part in page.parts), Fraction(page.bonus)), 1
    ) == fraction_text(Fraction(page.card.cents or 0, 100), 1)
