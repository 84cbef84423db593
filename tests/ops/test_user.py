"""`shifen user`: an account stands with its role, or not at all."""

from argparse import Namespace
from pathlib import Path

import pytest

from core.errors import Invalid
from ops.commands.user import STEPS
from org.queries import accounts
from tests.cast import Cast, cast

__all__ = ["cast"]


def _asked(**more: object) -> Namespace:
    plain = {
        "username": "newcomer",
        "name": None,
        "name_en": None,
        "unit": None,
        "role": None,
        "scope": None,
        "why": "",
        "password_file": None,
    }
    return Namespace(**{**plain, **more})


async def test_a_role_without_a_reach_makes_no_account_either(cast: Cast) -> None:
    with pytest.raises(Invalid, match="--scope"):
        await STEPS["add"](_asked(role="organiser"))
    assert "newcomer" not in {account.username for account in await accounts("", 200)}


async def test_an_account_is_made_with_its_role(cast: Cast, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("long-enough-to-keep-7", encoding="utf-8")
    await STEPS["add"](_asked(role="organiser", scope="S1", password_file=secret))
    assert "newcomer" in {account.username for account in await accounts("", 200)}
    assert "long-enough" not in capsys.readouterr().out
