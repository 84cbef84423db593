"""Drafts, trials and publication through the interface: once, by two, with every fault at its place."""

import io

import pytest

from months.operations.simulating import work
from scoring.queries.rules import rule_books, rules_of
from tests.api.browser import Browser
from tests.cast import MONTH, Cast
from tests.factories import SMALL_BOOK
from tests.months.story import ran

SMALL = SMALL_BOOK.read_text(encoding="utf-8")
OTHER = SMALL.replace("小规则书", "另一本")
NEXT = 209812


async def drafted(browser: Browser, text: str = OTHER, by: str = "sulan") -> int:
    await browser.sign_in(by)
    answer = await browser.post("/api/v1/drafts", json={"name": "等候", "text": text})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


async def test_a_draft_is_kept_read_saved_and_found_wanting(anybody: Browser, cast: Cast) -> None:
    number = await drafted(anybody)
    saved = await anybody.put(f"/api/v1/drafts/{number}", json={"revision": 1, "text": "code = "})
    assert saved.json() == {"id": number, "revision": 2}
    found = (await anybody.get(f"/api/v1/drafts/{number}/problems")).json()
    assert (found["sound"], found["problems"][0]["place"]["row"]) == (False, 1)
    assert (await anybody.get(f"/api/v1/drafts/{number}")).json()["text"] == "code = "
    assert [row["revision"] for row in (await anybody.get("/api/v1/drafts")).json()] == [2]


async def test_saving_over_a_newer_revision_is_refused_with_who_saved_it(anybody: Browser, cast: Cast) -> None:
    number = await drafted(anybody)
    await anybody.put(f"/api/v1/drafts/{number}", json={"revision": 1, "text": "# 一"})
    answer = await anybody.put(f"/api/v1/drafts/{number}", json={"revision": 1, "text": "# 二"})
    assert (answer.status_code, answer.json()["code"]) == (409, "draft_moved_on")
    assert "苏岚" in answer.text


async def test_a_file_comes_out_as_it_went_in(anybody: Browser, cast: Cast) -> None:
    await anybody.sign_in("heqing")
    content = SMALL.replace("\n", "\r\n").encode()
    answer = await anybody.post(
        "/api/v1/drafts/file", files={"file": ("a.toml", io.BytesIO(content), "application/toml")}
    )
    assert answer.status_code == 201, answer.text
    assert (await anybody.get(f"/api/v1/drafts/{answer.json()['id']}/file")).content == content
    assert (await anybody.get(f"/api/v1/drafts/{answer.json()['id']}")).json()["name"] == "小规则书"


@pytest.mark.parametrize(
    ("text", "status"), [("a" * 2_000_000, 422), ("a = '\0'", 422), ("a = " + "[" * 3_000, 201), ("", 201)]
)
async def test_hostile_text_is_answered(anybody: Browser, cast: Cast, text: str, status: int) -> None:
    await anybody.sign_in("sulan")
    answer = await anybody.post("/api/v1/drafts", json={"name": "坏", "text": text})
    assert answer.status_code == status, answer.text[:300]
    looked = await anybody.post("/api/v1/drafts/problems", json={"text": text})
    assert looked.json()["sound"] is False


async def test_a_retry_under_the_same_key_makes_no_second_draft(anybody: Browser, cast: Cast) -> None:
    await anybody.sign_in("sulan")
    key = {"idempotency-key": "draft-1"}
    answers = [await anybody.post("/api/v1/drafts", json={"name": "一", "text": "#"}, headers=key) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert len((await anybody.get("/api/v1/drafts")).json()) == 1


async def test_two_people_publish_and_the_proposer_is_refused(anybody: Browser, cast: Cast) -> None:
    number = await drafted(anybody)
    body = {"revision": 1, "month": NEXT, "why": "等候"}
    proposal = (await anybody.post(f"/api/v1/drafts/{number}/proposals", json=body)).json()["id"]
    refused = await anybody.post(f"/api/v1/rule-proposals/{proposal}/approval")
    assert (refused.status_code, refused.json()["code"]) == (409, "same_person")
    await anybody.sign_in("baishu")
    assert (await anybody.get(f"/api/v1/rule-proposals/{proposal}/file")).text == OTHER
    published = (await anybody.post(f"/api/v1/rule-proposals/{proposal}/approval")).json()
    assert (published["version"], published["month"]) == (2, NEXT)
    assert (await rules_of(NEXT)).rule_book_id == published["rule_book_id"]
    assert (await rules_of(MONTH)).rule_book_id == cast.rule_book_id


async def test_pushing_a_rule_book_is_a_proposal_and_no_way_around_the_second_person(
    anybody: Browser, cast: Cast
) -> None:
    await anybody.sign_in("sulan")
    answer = await anybody.post("/api/v1/rule-books", json={"text": OTHER, "month": NEXT, "why": "推送"})
    assert answer.status_code == 201, answer.text
    assert len(await rule_books()) == 1
    assert (await rules_of(NEXT)).rule_book_id == cast.rule_book_id
    proposal = answer.json()["proposal_id"]
    assert (await anybody.post(f"/api/v1/rule-proposals/{proposal}/approval")).status_code == 409
    await anybody.sign_in("heqing")
    assert (await anybody.post(f"/api/v1/rule-proposals/{proposal}/approval")).status_code == 200


async def test_a_rejection_and_a_withdrawal_leave_the_rules_alone(anybody: Browser, cast: Cast) -> None:
    number = await drafted(anybody)
    body = {"revision": 1, "month": NEXT, "why": "等候"}
    first = (await anybody.post(f"/api/v1/drafts/{number}/proposals", json=body)).json()["id"]
    assert (await anybody.post(f"/api/v1/rule-proposals/{first}/withdrawal")).json()["decision"] == "withdrawn"
    second = (await anybody.post(f"/api/v1/drafts/{number}/proposals", json=body)).json()["id"]
    await anybody.sign_in("heqing")
    answer = await anybody.post(f"/api/v1/rule-proposals/{second}/rejection", json={"reason": "再议"})
    assert (answer.json()["decision"], answer.json()["reason"]) == ("rejected", "再议")
    assert (await rules_of(NEXT)).rule_book_id == cast.rule_book_id


async def test_a_trial_is_asked_for_followed_and_taken_away(anybody: Browser, cast: Cast) -> None:
    await ran(cast)
    number = await drafted(anybody)
    asked = await anybody.post(f"/api/v1/drafts/{number}/simulations", json={"revision": 1, "months": [MONTH]})
    assert asked.status_code == 202, asked.text
    trial = asked.json()["id"]
    assert (await anybody.get(f"/api/v1/simulations/{trial}/report")).status_code == 404
    await work(trial)
    row = (await anybody.get(f"/api/v1/simulations/{trial}")).json()
    assert (row["done"], row["steps"], row["failure"]) == (1, 1, None)
    report = (await anybody.get(f"/api/v1/simulations/{trial}/report")).json()
    assert report["months"][0]["month"] == MONTH
    assert (await anybody.get(f"/api/v1/simulations/{trial}/file?form=csv")).text.startswith("\ufeff月份")
    assert (await anybody.get(f"/api/v1/simulations/{trial}/file")).content[:2] == b"PK"


async def test_a_trial_can_be_cancelled(anybody: Browser, cast: Cast) -> None:
    await ran(cast)
    number = await drafted(anybody)
    trial = (
        await anybody.post(f"/api/v1/drafts/{number}/simulations", json={"revision": 1, "months": [MONTH]})
    ).json()["id"]
    assert (await anybody.post(f"/api/v1/simulations/{trial}/cancellation")).json()["cancelled_at"] is not None


@pytest.mark.parametrize("username", ["zhouhe", "chenmo", "guwei", "fangzhi", "admin"])
async def test_others_neither_see_nor_write_drafts(anybody: Browser, cast: Cast, username: str) -> None:
    await anybody.sign_in(username)
    assert (await anybody.get("/api/v1/drafts")).status_code == 403
    assert (await anybody.post("/api/v1/drafts", json={"name": "甲", "text": "#"})).status_code == 403
