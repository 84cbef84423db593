"""What an account is called on English pages: by its English name, where it has one."""

import pytest

from core import language
from core.audit import SYSTEM
from core.database import raw
from core.errors import Invalid
from org.names import called, named
from org.operations import accounts
from org.queries import account_by_username
from tests.cast import Cast, cast

__all__ = ["cast"]


async def _name(username: str) -> str:
    found = await account_by_username(username)
    assert found is not None
    return found.name.en


async def test_a_name_is_read_in_the_language_of_the_reader() -> None:
    assert called("林悦", "Lin Yue").read("en") == "Lin Yue"
    assert called("林悦", "Lin Yue").read("zh") == "林悦"


async def test_without_an_english_name_the_name_stands_as_it_is() -> None:
    assert called("林悦", None).read("en") == "林悦"


async def test_the_account_of_a_person_is_called_as_the_person_is(cast: Cast) -> None:
    async with raw() as connection:
        row = await connection.fetchrow("SELECT code, name_zh, name_en FROM unit WHERE code = 'P-sulan'")
    await accounts.create_account(actor=SYSTEM, username="namesake", display_name=row["name_zh"], unit_code=row["code"])
    assert await _name("namesake") == row["name_en"]


async def test_an_english_name_is_given_and_taken_away(cast: Cast) -> None:
    await accounts.create_account(actor=SYSTEM, username="linyue2", display_name="林悦")
    assert await _name("linyue2") == "林悦"
    await accounts.set_english_name(actor=SYSTEM, username="linyue2", name_en=" Lin Yue ")
    assert await _name("linyue2") == "Lin Yue"
    await accounts.set_english_name(actor=SYSTEM, username="linyue2", name_en="")
    assert await _name("linyue2") == "林悦"


async def test_a_name_with_a_line_break_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid, match="80"):
        await accounts.create_account(actor=SYSTEM, username="linyue2", display_name="林悦", name_en="Lin\nYue")


async def test_what_is_read_of_an_account_follows_the_language(cast: Cast) -> None:
    await accounts.create_account(actor=SYSTEM, username="linyue2", display_name="林悦", name_en="Lin Yue")
    statement = "SELECT a.display_name AS who FROM account a WHERE a.username = 'linyue2'"
    async with raw() as connection:
        found = [await connection.fetchval(named(statement, one)) for one in language.LANGUAGES]
    assert found == [{"zh": "林悦", "en": "Lin Yue"}[one] for one in language.LANGUAGES]
