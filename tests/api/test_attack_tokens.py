"""A token that is over, revoked, of somebody gone, invented, or made for something else, at every door there is."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from litestar import Litestar

from core.audit import SYSTEM
from org.operations import accounts
from org.roles import Action
from tests.api.browser import Browser
from tests.api.matrix import address, doors
from tests.api.test_attack_bodies import stored
from tests.api.test_tokens import keyed
from tests.cast import Cast

MOST = 40
MADE_FOR = {Action.SEE_BOARD, Action.IMPORT_FACTS}


async def answered(app: Litestar, cast: Cast, program: Browser, stranger: Browser) -> list[str]:
    """Return the doors of the interface that answer a program otherwise than they answer somebody unknown."""
    wrong, tried = [], 0
    for method, template, _ in doors(app):
        if not template.startswith("/api/"):
            continue
        path = address(template, cast)
        if (await stranger.request(method, path)).status_code not in {401, 403}:
            continue
        tried += 1
        answer = await program.request(method, path)
        if answer.status_code not in {401, 403}:
            wrong.append(f"{method} {template} {answer.status_code}")
    assert tried > MOST
    return wrong


@pytest.mark.parametrize("fate", ["over", "revoked", "of somebody gone", "invented"])
async def test_a_token_that_is_no_longer_one_opens_no_door(
    app: Litestar, anybody: Browser, cast: Cast, fate: str
) -> None:
    with time_machine.travel(datetime.now(UTC), tick=True) as clock:
        async with await keyed(app, anybody, days=2) as program, Browser(app) as stranger:
            if fate == "over":
                clock.shift(timedelta(days=3))
            elif fate == "revoked":
                (token,) = (await anybody.get("/api/v1/tokens")).json()
                await anybody.delete(f"/api/v1/tokens/{token['id']}")
            elif fate == "of somebody gone":
                await accounts.disable_account(actor=SYSTEM, username="sulan", why="离职")
            else:
                program.headers["authorization"] += "x"
            before = await stored()
            assert not await answered(app, cast, program, stranger)
            assert await stored() == before


async def test_a_token_opens_no_door_that_it_was_not_made_for(app: Litestar, anybody: Browser, cast: Cast) -> None:
    async with await keyed(app, anybody) as program:
        before, wrong, tried = await stored(), [], 0
        for method, template, handler in doors(app):
            action = handler.opt["action"]
            if not template.startswith("/api/") or action in {*MADE_FOR, Action.ANONYMOUS}:
                continue
            tried += 1
            answer = await program.request(method, address(template, cast))
            if answer.status_code not in {401, 403, 404}:
                wrong.append(f"{method} {template} {action} {answer.status_code}")
        assert tried > MOST
        assert not wrong, "\n".join(wrong)
        assert await stored() == before
