"""The season opens at the newest month in which anybody has a place."""

from core.period import shifted
from tests.cast import MONTH, Cast, day
from tests.factories import Fact, facts, scored
from tests.memory import forget
from tests.months.story import planned
from tests.web.reader import Reader


async def test_a_month_that_has_just_begun_does_not_empty_the_season(reader: Reader, story: Cast) -> None:
    begun = shifted(MONTH, 1)
    await planned(story, begun)
    await facts([Fact("S4", "VISIT", day(1, begun), 80, 1)])
    await scored(begun)
    forget()
    await reader.sign_in("linyue")
    html = await reader.read("/season?kind=storefront")
    assert "2026年10月" in html[html.index("<h1") : html.index("</h1>") + 200]
    assert "2026年11月" in (await reader.read(f"/season?kind=storefront&month={begun}"))
