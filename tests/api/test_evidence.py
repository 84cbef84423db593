"""Evidence through the programming interface: sent, listed, handed out byte for byte, to nobody whose business it is not."""

from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

import org.queries
from org.operations import accounts
from org.roles import Role
from tests.api.browser import Browser
from tests.cast import MONTH, Cast
from tests.factories import OPENED, during
from tests.months.story import ran

SHEET = "票号,等候\nA1,3\n".encode()
WISH = {"kpi": "VISIT", "ground": "data_error", "told": "抄错了一张表", "claimed": "98"}
FILE = {"filename": "排队明细.csv", "content": b64encode(SHEET).decode()}


@pytest.fixture(autouse=True)
def during_the_month() -> Iterator[None]:
    """A day of the month, when it takes appeals."""
    with time_machine.travel(during(MONTH, 20), tick=True):
        yield


async def filed(anybody: Browser, cast: Cast) -> str:
    """File the appeal of a hall by its manager and return the address of its evidence."""
    await ran(cast)
    await anybody.sign_in("linyue")
    made = await anybody.post(f"/api/v1/months/{MONTH}/units/{cast['S1']}/appeals", json=WISH)
    assert made.status_code == 201, made.text
    return f"/api/v1/appeals/{made.json()['id']}/evidence"


async def test_a_file_comes_out_as_it_went_in(anybody: Browser, cast: Cast) -> None:
    path = await filed(anybody, cast)
    sent = await anybody.post(path, json=FILE)
    assert (sent.status_code, sent.json()["size"]) == (201, len(SHEET))
    (row,) = (await anybody.get(path)).json()
    assert row["filename"] == FILE["filename"]
    given = await anybody.get(f"{path}/{row['id']}")
    assert given.content == SHEET
    assert given.headers["content-disposition"].startswith("attachment")


async def test_a_stranger_neither_reads_nor_adds(anybody: Browser, cast: Cast) -> None:
    path = await filed(anybody, cast)
    await anybody.post(path, json=FILE)
    (row,) = (await anybody.get(path)).json()
    await anybody.sign_in("gaoyuan")
    answers = [await anybody.get(path), await anybody.get(f"{path}/{row['id']}"), await anybody.post(path, json=FILE)]
    assert [answer.status_code for answer in answers] == [404, 404, 404]


async def test_who_decides_reads_and_does_not_add(anybody: Browser, cast: Cast) -> None:
    path = await filed(anybody, cast)
    await anybody.post(path, json=FILE)
    await anybody.sign_in("tangyi")
    assert len((await anybody.get(path)).json()) == 1
    assert (await anybody.post(path, json=FILE)).status_code == 404


@pytest.mark.parametrize("wrong", [{"filename": "a.exe"}, {"filename": "a.png"}, {"content": ""}, {"content": "%%%"}])
async def test_what_is_no_evidence_is_refused(anybody: Browser, cast: Cast, wrong: dict[str, Any]) -> None:
    path = await filed(anybody, cast)
    assert (await anybody.post(path, json=FILE | wrong)).status_code in {400, 422}
    assert (await anybody.get(path)).json() == []


async def test_the_department_that_is_asked_reads_the_evidence_and_nothing_else(anybody: Browser, cast: Cast) -> None:
    await ran(cast)
    await anybody.sign_in("chenmo")
    made = await anybody.post(f"/api/v1/months/{MONTH}/units/{cast['B1']}/appeals", json=WISH | {"kpi": "COVER"})
    path = f"/api/v1/appeals/{made.json()['id']}/evidence"
    await anybody.post(path, json=FILE)
    await anybody.sign_in("guwei")
    (row,) = (await anybody.get(path)).json()
    assert (await anybody.get(f"{path}/{row['id']}")).content == SHEET
    assert (await anybody.post(path, json=FILE)).status_code == 404
    assert (await anybody.get(path.removesuffix("/evidence"))).status_code == 404


async def test_who_filed_an_appeal_follows_it_after_leaving_the_unit(anybody: Browser, cast: Cast) -> None:
    path = await filed(anybody, cast)
    await anybody.post(path, json=FILE)
    for one in await org.queries.grants_of(cast.person("linyue").account_id):
        await accounts.end_grant(actor=cast.actor("admin"), grant_id=one.id, why="调往他处")
    await accounts.grant(
        actor=cast.actor("admin"), username="linyue", role=Role.STORE_MANAGER, unit_code="S4", starts_on=OPENED
    )
    await anybody.sign_in("linyue")
    for address in (path, path.removesuffix("/evidence"), path.removeprefix("/api/v1").removesuffix("/evidence")):
        assert (await anybody.get(address)).status_code == 200
    assert (await anybody.post(path, json=FILE)).status_code == 404
