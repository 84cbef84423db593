"""The page of the payout lists: what is due, in both languages, and the file of an approved list with its digest."""

from litestar import Litestar

from months.queries.payouts import lists
from tests.api.browser import Browser
from tests.api.deciding_appeals import own_payout
from tests.api.freezing import at
from tests.cast import MONTH, Cast
from tests.memory import forget

PAGE = f"/months/{MONTH}/payouts"


async def test_a_list_is_approved_on_its_page_and_taken_away_with_its_digest(app: Litestar, cast: Cast) -> None:
    trial = await own_payout(cast)
    forget()
    with at(trial.at):
        async with Browser(app) as browser:
            await browser.sign_in("baishu")
            assert "待批准" in (await browser.get(PAGE)).text
            assert (await browser.get(f"{PAGE}/1/csv")).status_code == 404
            await browser.post(f"{PAGE}/1/approve", data={})
            assert "已批准" in (await browser.get(PAGE)).text
            (made,) = await lists(MONTH)
            assert made.digest in (await browser.get(f"{PAGE}/1/csv")).text
            assert (await browser.get(f"{PAGE}/1/xlsx")).content.startswith(b"PK")
            await browser.patch("/api/v1/me", json={"language": "en"})
            assert "Payout lists" in (await browser.get(PAGE)).text
            assert (await browser.get(f"/api/v1{PAGE}")).json()["lists"][0]["digest"] == made.digest
