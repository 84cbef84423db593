"""Brings units, accounts and rules in, and finds them again by code or by role."""

from collections.abc import Mapping
from datetime import datetime

import org.queries
from core.audit import SYSTEM, Actor
from core.database import transaction
from core.errors import NotFound, problem
from org.new_units import NewUnit
from org.operations import accounts, units
from org.roles import Role
from scoring.operations import rules
from seeds.tables import Person, cast, text
from seeds.units import COMPANY, Company, SeedUnit

RULE_BOOK = "rulebook.toml"


async def ensure(made: Company, month: int, passwords: Mapping[str, str], since: datetime | None = None) -> None:
    """Bring in the company, known since long ago, its rule book, and an account for each of the cast who has a password; what is there stays."""
    if COMPANY not in await numbers(month):
        async with transaction():
            await units.create_units(actor=SYSTEM, rows=[_row(unit) for unit in made.units], at=since)
            await rules.store_rule_book(text=text(RULE_BOOK), actor=SYSTEM, source=RULE_BOOK)
    for person in cast():
        await _ensure_account(made, person, passwords.get(person.username))


async def numbers(month: int) -> Mapping[str, int]:
    """Return the numbers of the units of a month by code."""
    tree = await org.queries.organisation_of_month(month)
    return {code: unit.id for code, unit in tree.by_code.items()}


async def actor(role: str) -> Actor:
    """Return the first of the cast who plays a role."""
    username = next(person.username for person in cast() if person.role == role)
    found = await org.queries.account_by_username(username)
    if found is None:
        raise NotFound(problem("no_cast", f"没有账号 {username}。", f"There is no account {username}."))
    return Actor(found.id, found.username)


async def _ensure_account(made: Company, person: Person, password: str | None) -> None:
    """Make one account with its role; a person without a password can act in the seeds and sign in nowhere."""
    if await org.queries.account_by_username(person.username):
        return
    unit = next(unit.code for unit in made.units if unit.parent == person.at and unit.name == person.name)
    async with transaction():
        await accounts.create_account(
            actor=SYSTEM,
            username=person.username,
            display_name=person.name.zh,
            name_en=person.name.en,
            unit_code=unit,
            password=password,
        )
        scope = person.scope or (unit if person.role == Role.CLERK else person.at)
        since = next(row.opened_on for row in made.units if row.code == unit)
        await accounts.grant(
            actor=SYSTEM, username=person.username, role=Role(person.role), unit_code=scope, starts_on=since
        )


def _row(unit: SeedUnit) -> NewUnit:
    return NewUnit(
        code=unit.code, name_zh=unit.name.zh, name_en=unit.name.en, kind=unit.kind, peer_group=unit.peer_group,
        parent=unit.parent, employer=unit.employer, post=unit.post, star=unit.star, size_class=unit.size_class,
        customers=unit.customers, traffic=unit.traffic, hors_concours=unit.hors_concours, opened_on=unit.opened_on,
    )  # fmt: skip
