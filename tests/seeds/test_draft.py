"""The demo's draft changes what it says and is sound."""

from scoring.book_checks import sound
from scoring.book_difference import differences
from scoring.rulebook import parsed
from seeds.drafts import changed
from seeds.tables import text


def test_the_draft_of_the_demo_is_sound_and_moves_the_wait_and_the_visits() -> None:
    book = text("rulebook.toml")
    draft = sound(changed(book))
    moved = {one.path for one in differences(parsed(book), draft)}
    assert {"kpis.STO08.method", "scorecards.storefront.STO02", "scorecards.storefront.STO08"} <= moved
    assert all("STO" in path for path in moved)
