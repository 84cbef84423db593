"""Nobody decides what is one's own: by page, by interface, at once by both, under a second account; always refused, nothing written."""

import asyncio
from html import unescape
from pathlib import Path

import httpx
import pytest
from litestar import Litestar
from msgspec.structs import replace

from api.app import create_app
from core.audit import SYSTEM
from core.database import raw
from core.settings import Settings
from org.operations import accounts
from tests.api import deciding, deciding_appeals, deciding_changes
from tests.api.browser import Browser
from tests.api.deciding import Attack, Try
from tests.api.freezing import at
from tests.api.matrix import doors
from tests.cast import MONTH, PASSWORD, enrol
from tests.memory import forget

ATTACKS: dict[str, Attack] = {**deciding.ATTACKS, **deciding_appeals.ATTACKS, **deciding_changes.ATTACKS}
NO_DECISION = Path(__file__).with_name("no_decision.txt")
"""Doors at which nobody decides about what another has done, each under the reason why."""
ASIDE = frozenset({"session"})
EVERY_ROW = """
SELECT string_agg(format('SELECT %L AS name, md5(coalesce(string_agg(t::text, E''\\n'' ORDER BY t::text), '''')) AS held FROM %I t',
  relname, relname), ' UNION ALL ')
FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
"""


async def held() -> dict[str, str]:
    """Return a digest of every row of each table, what only says who is here aside."""
    async with raw() as connection:
        rows = await connection.fetch(await connection.fetchval(EVERY_ROW))
    return {row["name"]: row["held"] for row in rows if row["name"] not in ASIDE}


def filled(template: str, trial: Try) -> str:
    return template.format(**{"month": MONTH, **trial.numbers})


async def by_page(browser: Browser, attack: Attack, trial: Try) -> httpx.Response:
    return await browser.post(filled(attack.page, trial), data=trial.form)


async def by_interface(browser: Browser, attack: Attack, trial: Try) -> httpx.Response:
    return await browser.post(filled(attack.api, trial), json=trial.body)


async def spoken(browser: Browser, language: str) -> None:
    assert (await browser.patch("/api/v1/me", json={"language": language})).status_code < 300


def refused(page: httpx.Response, answer: httpx.Response, trial: Try) -> list[str]:
    """Return what is wrong with how an attempt was refused: not at all, for another reason, or without saying why."""
    wrong = [f"{one.request.url.path} {one.status_code}" for one in (page, answer) if not 400 <= one.status_code < 500]
    told = [one["code"] for one in answer.json().get("problems", ())]
    if trial.code not in told:
        wrong.append(f"{answer.request.url.path} refused as {told}: {answer.text[:200]}")
    why = next((one["detail"] for one in answer.json().get("problems", ()) if one["code"] == trial.code), "")
    if why not in unescape(page.text):
        wrong.append(f"{page.request.url.path} does not say: {why}")
    return wrong


def in_english(answer: httpx.Response, trial: Try) -> bool:
    return all(
        one["detail"].isascii() or "“" in one["detail"]
        for one in answer.json()["problems"]
        if one["code"] == trial.code
    )


async def second_account(trial: Try) -> str:
    """Give the person another account with the same roles."""
    name = f"{trial.who}2"
    await accounts.create_account(
        actor=SYSTEM, username=name, display_name=name, unit_code=f"P-{trial.who}", password=PASSWORD
    )
    async with raw() as connection:
        await connection.execute(
            "INSERT INTO role_grant (account_id, role, scope_id, starts_on)"
            " SELECT (SELECT id FROM account WHERE username = $1), g.role, g.scope_id, g.starts_on FROM role_grant g"
            " JOIN account a ON a.id = g.account_id WHERE a.username = $2",
            name, trial.who,
        )  # fmt: skip
    return name


@pytest.fixture
def opened(own_database: Settings, tmp_path: Path) -> Litestar:
    return create_app(replace(own_database, data=tmp_path, secret="s" * 40))


def test_every_door_that_changes_something_is_attacked_or_said_to_decide_nothing(app: Litestar) -> None:
    lines = NO_DECISION.read_text(encoding="utf-8").splitlines()
    spared = [line.partition(" ")[2] for line in lines if line and not line.startswith("#")]
    attacked = {door for attack in ATTACKS.values() for door in (attack.page, attack.api)}
    changing = [template for method, template, _ in doors(app) if method != "GET"]
    assert sorted([*attacked, *spared]) == sorted(changing)


@pytest.mark.parametrize("name", ATTACKS)
async def test_nobody_decides_what_is_ones_own(opened: Litestar, name: str) -> None:
    attack, cast = ATTACKS[name], await enrol()
    trial = await attack.arranged(cast)
    wrong: list[str] = []
    with at(trial.at):
        other = await second_account(trial)
        forget()
        async with Browser(opened) as one, Browser(opened) as two, Browser(opened) as third:
            await one.sign_in(trial.who)
            await two.sign_in(trial.who)
            await third.sign_in(other)
            before = await held()
            for first, second in ((one, two), (third, third)):
                page, answer = await by_page(first, attack, trial), await by_interface(second, attack, trial)
                wrong += refused(page, answer, trial)
            pair = await asyncio.gather(by_page(one, attack, trial), by_interface(two, attack, trial))
            wrong += refused(*pair, trial)
            after = await held()
            wrong += [f"{table} was written" for table in before if before[table] != after[table]]
            await spoken(one, "en")
            page, answer = await by_page(one, attack, trial), await by_interface(one, attack, trial)
            wrong += refused(page, answer, trial)
            if not in_english(answer, trial):
                wrong.append(f"not in English: {answer.text[:300]}")
            await third.sign_in(trial.instead)
            done = await by_interface(third, attack, trial)
            if done.status_code >= 300:
                wrong.append(f"refused to {trial.instead} too: {done.status_code} {done.text[:300]}")
    assert not wrong, "\n".join(wrong)
