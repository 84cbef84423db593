"""The same person is one person through every door: page, JSON, command line, second account."""

import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from litestar import Litestar

import core.database
from api.app import create_app
from core.audit import SYSTEM
from core.settings import Settings
from months.lifecycle import State
from months.operations.closing import propose_close
from months.queries.calendar import month_row
from org.operations import accounts
from org.roles import Role
from tests.api.browser import Browser
from tests.cast import MONTH, PASSWORD, Cast, enrol
from tests.memory import forget
from tests.months.story import ran
from tests.ops.programs import pointed


@pytest_asyncio.fixture
async def town(database: Settings, fresh_settings: Settings) -> AsyncIterator[Cast]:
    """Give the cast in a database of its own, with a month behind it that Su Lan proposes to close."""
    await core.database.close()
    await core.database.init(fresh_settings)
    forget()
    cast = await enrol()
    await ran(cast)
    await propose_close(month=MONTH, actor=cast.actor("sulan"))
    yield cast
    await core.database.close()
    await core.database.init(database)
    forget()


@pytest.fixture
def app(fresh_settings: Settings) -> Litestar:
    return create_app(fresh_settings)


@pytest.fixture
def word(tmp_path: Path) -> str:
    """Give the file that holds everybody's password."""
    file = tmp_path / "password"
    file.write_text(PASSWORD)
    file.chmod(0o600)
    return str(file)


def shifen(settings: Settings, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run the command line on the test's database."""
    environment = {"PATH": "/usr/bin:/bin", "LANG": "C", "HOME": "/tmp", **pointed(settings)}  # noqa: S108 - a home to look into, nothing is written
    return subprocess.run(
        [sys.executable, "-m", "ops.cli", *words], capture_output=True, text=True, env=environment, check=False
    )


async def test_through_the_interface_the_proposer_is_refused(town: Cast, app: Litestar) -> None:
    async with Browser(app) as organiser:
        await organiser.sign_in("sulan")
        answer = await organiser.post(f"/api/v1/months/{MONTH}/approval")
    assert answer.status_code == 409
    assert answer.json()["code"] == "same_person"


async def test_under_a_second_account_and_role_the_same_person_is_refused(town: Cast, app: Litestar) -> None:
    await accounts.create_account(
        actor=SYSTEM, username="sulan2", display_name="苏岚", unit_code="P-sulan", password=PASSWORD
    )
    await accounts.grant(actor=SYSTEM, username="sulan2", role=Role.AUDITOR, unit_code="YC")
    async with Browser(app) as second:
        await second.sign_in("sulan2")
        answer = await second.post(f"/api/v1/months/{MONTH}/approval")
    assert answer.status_code == 409
    assert answer.json()["code"] == "same_person"


async def test_on_the_command_line_the_proposer_is_refused_and_the_auditor_closes(
    town: Cast, fresh_settings: Settings, word: str
) -> None:
    refused = shifen(fresh_settings, "close", str(MONTH), "approve", "--as", "sulan", "--password-file", word)
    assert refused.returncode == 1
    assert "two different people" in refused.stderr + refused.stdout
    closed = shifen(fresh_settings, "close", str(MONTH), "approve", "--as", "baishu", "--password-file", word)
    assert closed.returncode == 0, closed.stderr
    row = await month_row(MONTH)
    assert row.state is State.CLOSED
    assert row.digest is not None
    assert row.digest in closed.stdout


async def test_verify_finds_everything_in_order_after_a_closing(
    town: Cast, fresh_settings: Settings, word: str
) -> None:
    assert (
        shifen(fresh_settings, "close", str(MONTH), "approve", "--as", "baishu", "--password-file", word).returncode
        == 0
    )
    checked = shifen(fresh_settings, "verify")
    assert checked.returncode == 0, checked.stdout + checked.stderr
