"""The last administrator stays one, whoever asks and however many ask at once."""

import asyncio

import pytest

import core.database
from core.audit import SYSTEM
from core.database import raw
from core.errors import Refused
from core.settings import Settings
from org.operations import accounts
from org.roles import Role
from tests.cast import Cast, cast, enrol
from tests.memory import forget

__all__ = ["cast"]


async def _grant_of(username: str) -> int:
    statement = "SELECT g.id FROM role_grant g JOIN account a ON a.id = g.account_id WHERE a.username = $1"
    async with raw() as connection:
        return int(await connection.fetchval(f"{statement} AND g.role = 'administrator'", username))


async def _second(cast: Cast) -> None:
    await accounts.grant(actor=SYSTEM, username="heqing", role=Role.ADMINISTRATOR, unit_code="YC")


async def test_the_last_administrator_keeps_role_and_account(cast: Cast) -> None:
    with pytest.raises(Refused, match="last administrator"):
        await accounts.end_grant(actor=cast.actor("admin"), grant_id=await _grant_of("admin"), why="轮岗")
    with pytest.raises(Refused, match="last administrator"):
        await accounts.disable_account(actor=cast.actor("admin"), username="admin", why="离职")
    assert await _grant_of("admin")


async def test_one_of_two_administrators_may_go(cast: Cast) -> None:
    await _second(cast)
    await accounts.end_grant(actor=cast.actor("heqing"), grant_id=await _grant_of("admin"), why="轮岗")


async def test_an_administrator_whose_account_is_shut_does_not_count(cast: Cast) -> None:
    await _second(cast)
    await accounts.disable_account(actor=cast.actor("admin"), username="heqing", why="离职")
    with pytest.raises(Refused):
        await accounts.disable_account(actor=SYSTEM, username="admin", why="离职")


async def test_two_administrators_who_shut_each_other_out_at_once_do_not_both_succeed(
    fresh_settings: Settings, database: Settings
) -> None:
    await core.database.init(fresh_settings)
    forget()
    try:
        cast = await enrol()
        await _second(cast)
        done = await asyncio.gather(
            accounts.disable_account(actor=cast.actor("admin"), username="heqing", why="离职"),
            accounts.disable_account(actor=cast.actor("heqing"), username="admin", why="离职"),
            return_exceptions=True,
        )
        assert sorted(type(one).__name__ for one in done) == ["NoneType", "Refused"]
    finally:
        await core.database.close()
        await core.database.init(database)
        forget()


async def test_others_come_and_go_as_ever(cast: Cast) -> None:
    await accounts.disable_account(actor=cast.actor("admin"), username="zhouhe", why="离职")
