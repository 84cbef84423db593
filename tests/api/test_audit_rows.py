"""Every change through the interface leaves exactly one row in the trail, written by the one who made it."""

import pytest

from core import audit
from core.database import raw
from tests import cast as told
from tests.api.browser import Browser
from tests.cast import MONTH, PASSWORD, Cast

UNIT = {"code": "X1", "name_zh": "新组", "name_en": "New", "kind": "team", "parent": "S1"}
CHANGES: dict[str, tuple[str, str, str, object]] = {
    "create_account": ("admin", "POST", "/api/v1/accounts", {"username": "zhouning", "display_name": "周宁"}),
    "set_english_name": ("admin", "PUT", "/api/v1/accounts/liyi/name-en", {"name_en": "Li Yi"}),
    "grant": ("admin", "POST", "/api/v1/accounts/liyi/grants", {"role": "store_manager", "unit_code": "S2"}),
    "disable_account": ("admin", "PUT", "/api/v1/accounts/liyi/disabled", {"disabled": True, "why": "离职"}),
    "set_password": ("admin", "POST", "/api/v1/accounts/liyi/password", None),
    "set_habits": ("liyi", "PATCH", "/api/v1/me", {"theme": "dark"}),
    "create_token": ("sulan", "POST", "/api/v1/tokens", {"name": "仓库", "actions": ["see_board"], "days": 5}),
    "create_units": ("heqing", "POST", "/api/v1/units", UNIT),
    "change_unit": ("heqing", "PATCH", "/api/v1/units/by-code/S1", {"star": 5}),
    "move_unit": ("heqing", "POST", "/api/v1/units/by-code/T1/move", {"parent": "S2", "on": "2026-11-01"}),
    "close_unit": ("heqing", "POST", "/api/v1/units/by-code/S2/closure", {"on": "2026-12-01", "why": "租约到期"}),
    "plan_month": ("sulan", "POST", "/api/v1/months", {"month": 202701, "theme": "SMILING", "rule_book_id": 0}),
    "propose_change": ("sulan", "POST", f"/api/v1/months/{MONTH}/units/{{S1}}/adjustments", {"cents": 150, "reason": "见义勇为"}),
    "create_draft": ("heqing", "POST", "/api/v1/drafts", {"name": "等候", "text": "code = "}),
    "sign_out_everywhere": ("liyi", "DELETE", "/api/v1/sessions", None),
}  # fmt: skip


@pytest.mark.parametrize("action", CHANGES)
async def test_a_change_leaves_one_row(anybody: Browser, cast: Cast, action: str) -> None:
    username, method, path, body = CHANGES[action]
    if isinstance(body, dict) and "rule_book_id" in body:
        body = {**body, "rule_book_id": cast.rule_book_id}
    if action == "propose_change":
        await told.plan(cast)
    await anybody.sign_in(username)
    end = await audit.end()
    answer = await anybody.request(method, path.replace("{S1}", str(cast["S1"])), json=body)
    assert answer.is_success, answer.text
    (entry,) = await audit.entries_after(end.id if end else 0, 10)
    assert (entry.action, entry.actor, entry.actor_id) == (action, username, cast.person(username).account_id)


async def test_a_refused_change_leaves_none(anybody: Browser) -> None:
    await anybody.sign_in("admin")
    end = await audit.end()
    await anybody.post("/api/v1/accounts", json={"username": "zhouhe", "display_name": "周禾"})
    assert await audit.end() == end


async def test_no_password_reaches_the_trail(anybody: Browser) -> None:
    await anybody.sign_in("liyi")
    await anybody.put("/api/v1/me/password", json={"old": PASSWORD, "new": "another ten of ten"})
    async with raw() as connection:
        told = str(await connection.fetch("SELECT * FROM audit_entry"))
    assert "another ten" not in told
    assert PASSWORD not in told
    assert "argon2" not in told


async def test_nobody_gives_a_role_to_themselves(anybody: Browser) -> None:
    await anybody.sign_in("admin")
    answer = await anybody.post("/api/v1/accounts/admin/grants", json={"role": "organiser", "unit_code": "YC"})
    assert (answer.status_code, answer.json()["code"]) == (422, "own_grant")


async def test_the_whole_trail_holds_and_is_shown_to_the_auditor(anybody: Browser) -> None:
    await anybody.sign_in("baishu")
    chain = (await anybody.get("/api/v1/audit/chain")).json()
    assert chain["broken"] == []
    newest = (await anybody.get("/api/v1/audit?limit=1")).json()
    assert (newest[0]["id"], newest[0]["action"]) == (chain["end_id"], "sign_in")
