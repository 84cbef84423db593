"""Makers for tests: units, people with roles, facts, months; one short line each."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from core.audit import SYSTEM, Actor
from core.database import copy_in, raw, transaction
from core.period import first_day, midnight
from core.points import FACT_SCALE, fixed
from org.operations import accounts
from org.passwords import hashed
from org.roles import Role

PASSWORD = "ten out of ten, always"
SMALL_BOOK = Path(__file__).with_name("small.toml")
OPENED = date(2024, 1, 1)
PLACES = len(str(FACT_SCALE)) - 1

Number = int | str | Decimal


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """A person of the cast: sign-in, account, own unit, role."""

    username: str
    account_id: int
    unit_id: int
    name_zh: str
    role: Role

    @property
    def actor(self) -> Actor:
        return Actor(self.account_id, self.username)


class Fact(msgspec.Struct, frozen=True):
    """A fact as a test writes it: plain numbers, codes of unit, KPI and item; a sample of None is the denominator."""

    unit: str
    kpi: str
    on: date
    num: Number
    den: Number = 1
    sample: int | None = None
    item: str | None = None
    days: int = 1


@cache
def password_hash() -> str:
    return hashed(PASSWORD)


async def unit(code: str, kind: str, under: str | None = None, *, employer: str | None = None, **columns: Any) -> int:
    """Open a unit on the first day of 2024 beneath another, and return its number."""
    values = {
        "name_zh": code,
        "name_en": code,
        "peer_group": "all",
        "opened_on": OPENED,
        **columns,
        "code": code,
        "kind": kind,
    }
    names = ", ".join(values)
    places = ", ".join(f"${number + 1}" for number in range(len(values)))
    async with transaction(), raw() as connection:
        unit_id = await connection.fetchval(
            f"INSERT INTO unit ({names}) VALUES ({places}) RETURNING id", *values.values()
        )
        for relation, parent in (("line", under), ("employer", employer)):
            if parent:
                statement = "INSERT INTO membership (unit_id, parent_id, relation, starts_on) SELECT $1, id, $2, $3 FROM unit WHERE code = $4"
                await connection.execute(statement, unit_id, relation, values["opened_on"], parent)
    return int(unit_id)


async def person(
    username: str,
    role: Role | str,
    at: str,
    *,
    scope: str | None = None,
    kind: str = "staff",
    name_zh: str = "",
    **columns: Any,
) -> Member:
    """Open a person beneath a unit, with an account, the password of the cast, and a role over that unit or another."""
    unit_id = await unit(
        f"P-{username}", kind, at, post=str(role), name_zh=name_zh or username, name_en=username.title(), **columns
    )
    account_id = await accounts.create_account(
        actor=SYSTEM, username=username, display_name=name_zh or username, unit_code=f"P-{username}"
    )
    async with transaction(), raw() as connection:
        await connection.execute("UPDATE account SET password_hash = $2 WHERE id = $1", account_id, password_hash())
    own = Role(role) is Role.CLERK
    await accounts.grant(
        actor=SYSTEM,
        username=username,
        role=Role(role),
        unit_code=scope or (f"P-{username}" if own else at),
        starts_on=OPENED,
    )
    return Member(username=username, account_id=account_id, unit_id=unit_id, name_zh=name_zh, role=Role(role))


async def facts(rows: Iterable[Fact]) -> int:
    """Commit facts as one batch and return its number; the month is not folded."""
    told = list(rows)
    async with transaction(), raw() as connection:
        batch = await connection.fetchval(
            "INSERT INTO import_batch (via, checksum, rows_read, rows_taken, rows_refused, received_at, first_on, last_on)"
            " VALUES ('test', md5(random()::text), $1, $1, 0, now(), $2, $3) RETURNING id",
            len(told), min(row.on for row in told), max(row.on for row in told),
        )  # fmt: skip
        units, kpis, items = [await _numbers(table) for table in ("unit", "kpi", "fact_item")]
        for code in {row.item for row in told if row.item} - items.keys():
            items[code] = await connection.fetchval("INSERT INTO fact_item (code) VALUES ($1) RETURNING id", code)
        columns = (
            "kpi_id",
            "unit_id",
            "on_day",
            "item",
            "revision",
            "span_days",
            "num",
            "den",
            "sample",
            "batch_id",
            "row_no",
        )
        records = [
            (
                kpis[row.kpi], units[row.unit], row.on, items.get(row.item or "", 0), 0, row.days, fixed(row.num, PLACES),
                fixed(row.den, PLACES), int(Decimal(row.den)) if row.sample is None else row.sample, batch, number,
            )
            for number, row in enumerate(told)
        ]  # fmt: skip
        await copy_in(connection, "fact", columns, records)
    return int(batch)


async def _numbers(table: str) -> dict[str, int]:
    async with raw() as connection:
        return {row["code"]: row["id"] for row in await connection.fetch(f"SELECT code, id FROM {table}")}


def during(month: int, days: int = 4, hour: int = 10) -> datetime:
    """Return a moment so many days after the first of a month, in working hours of Shanghai."""
    return midnight(first_day(month) + timedelta(days=days)) + timedelta(hours=hour)
