"""Makers for tests: units, people with roles, facts, months; one short line each."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

import leaderboards.operations
from core.audit import SYSTEM, Actor
from core.clock import now
from core.database import raw, transaction
from core.period import bounds, first_day, midnight, month_of
from core.points import FACT_SCALE, fixed
from months.operations import announcing, planning
from org.new_units import NewUnit
from org.operations import accounts, units
from org.passwords import hashed
from org.roles import Role
from scoring.intake.preview import Facts
from scoring.operations.columns import take_in_columns

EPOCH = date(1970, 1, 1)
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


async def unit(code: str, kind: str, under: str | None = None, **columns: Any) -> int:
    """Open a unit on the first day of 2024 beneath another, and return its number."""
    return (await open_units([described(code, kind, under, **columns)]))[code]


def described(code: str, kind: str, under: str | None = None, **columns: Any) -> NewUnit:
    """Describe a unit, named by its code where no names are given."""
    return NewUnit(
        **{
            "name_zh": code,
            "name_en": code,
            "opened_on": OPENED,
            **columns,
            "code": code,
            "kind": kind,
            "parent": under,
        }
    )


async def open_units(rows: Sequence[NewUnit]) -> dict[str, int]:
    return await units.create_units(actor=SYSTEM, rows=rows)


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
    return await account(username, role, at, scope=scope, unit_id=unit_id, name_zh=name_zh)


async def account(username: str, role: Role | str, at: str, *, scope: str | None, unit_id: int, name_zh: str) -> Member:
    """Give a person who has a unit an account, the password of the cast, and a role."""
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


async def facts(rows: Iterable[Fact], actor: Actor = SYSTEM, at: datetime | None = None) -> int | None:
    """Commit facts as one batch and return its number; the month is neither folded nor scored.

    Facts of a month that is over are received on the evening of their last day, as if somebody had sent them in time.
    """
    told = list(rows)
    of_unit, of_kpi, of_item = [await _numbers(table) for table in ("unit", "kpi", "fact_item")]
    raters = sorted({row.item for row in told if row.item} - of_item.keys())
    of_item |= {rater: -1 - place for place, rater in enumerate(raters)}
    columns = Facts(
        unit_id=np.array([of_unit[row.unit] for row in told], np.int32),
        kpi_id=np.array([of_kpi[row.kpi] for row in told], np.int16),
        on_day=np.array([(row.on - EPOCH).days for row in told], np.int32),
        span_days=np.array([row.days for row in told], np.int16),
        item=np.array([of_item.get(row.item or "", 0) for row in told], np.int16),
        num=np.array([fixed(row.num, PLACES) for row in told], np.int64),
        den=np.array([fixed(row.den, PLACES) for row in told], np.int64),
        sample=np.array([int(Decimal(row.den)) if row.sample is None else row.sample for row in told], np.int32),
        row_no=np.arange(1, len(told) + 1, dtype=np.int32),
    )
    last_on = max(row.on for row in told)
    in_time = midnight(last_on) + timedelta(hours=20) if now() >= bounds(month_of(last_on))[1] else now()
    return await take_in_columns(
        facts=columns, raters=raters, via="api", filename="facts.csv", source="", actor=actor, at=at or in_time
    )


async def plan(month: int, theme: str, rule_book_id: int, actor: Actor) -> None:
    """Plan a month and announce it before it begins, with whoever else may announce as the second person."""
    before = midnight(first_day(month)) - timedelta(days=3)
    await planning.plan_month(month=month, theme=theme, rule_book_id=rule_book_id, actor=actor, at=before)
    await announcing.propose_announcement(month=month, actor=actor, at=before)
    await announcing.announce(month=month, actor=await second_person(actor), at=before)


async def second_person(actor: Actor) -> Actor:
    """Return somebody else of those who run the contest; a company with one such person gets an auditor."""
    statement = (
        "SELECT a.id, a.username FROM account a JOIN role_grant g ON g.account_id = a.id"
        " WHERE a.id <> $1 AND g.role IN ('organiser', 'hr', 'auditor') ORDER BY a.id LIMIT 1"
    )
    async with raw() as connection:
        found = await connection.fetchrow(statement, actor.account_id or 0)
        root = await connection.fetchval("SELECT code FROM unit ORDER BY id LIMIT 1")
    if found is not None:
        return Actor(found["id"], found["username"])
    return (await person("seconder", Role.AUDITOR, root)).actor


async def scored(month: int) -> int:
    """Fold a month and score it; return the snapshot that readers see from now on."""
    return await leaderboards.operations.refresh(month)


async def _numbers(table: str) -> dict[str, int]:
    async with raw() as connection:
        return {row["code"]: row["id"] for row in await connection.fetch(f"SELECT code, id FROM {table}")}


def during(month: int, days: int = 4, hour: int = 10) -> datetime:
    """Return a moment so many days after the first of a month, in working hours of Shanghai."""
    return midnight(first_day(month) + timedelta(days=days)) + timedelta(hours=hour)
