"""Accounts under their English names: on pages, in notices, given by the administrator."""

from core.clock import now
from core.language import Text
from months.operations import second_person
from org.roles import Action
from tests.cast import MONTH, Cast
from tests.web.reader import Reader, inspected


async def test_english_pages_call_an_account_by_its_english_name(reader: Reader, story: Cast) -> None:
    await reader.sign_in("admin")
    await reader.submit(
        "/people", "/people", {"username": "latecomer", "name": "后来者", "name_en": "Lou Laizhe", "unit": ""}
    )
    assert "后来者" in await reader.read("/people?q=latecomer")
    await reader.submit("/people", "/language", {"language": "en", "back": "/people"})
    page = await reader.read("/people?q=latecomer")
    assert "Lou Laizhe" in page
    assert "后来者" not in page


async def test_a_notice_names_people_in_the_language_in_which_it_is_read(reader: Reader, story: Cast) -> None:
    what = Text(zh="{name}提请{month}", en="{name} proposes {month}")
    action = Action.ANNOUNCE_MONTH
    await second_person.ask(month=MONTH, what=what, action=action, href="/x", actor=story.actor("sulan"), at=now())
    await reader.sign_in("heqing")
    assert "苏岚提请" in await reader.read("/notices")
    await reader.submit("/account", "/language", {"language": "en", "back": "/notices"})
    assert "Sulan proposes" in await reader.read("/notices")


async def test_an_english_name_is_given_later_and_nobody_unknown_gets_one(reader: Reader, story: Cast) -> None:
    await reader.sign_in("admin")
    answer = await reader.submit("/people", "/people/name-en", {"named_username": "sulan", "new_name_en": "Su Lan"})
    assert "英文姓名已保存" in inspected(answer)
    answer = await reader.submit("/people", "/people/name-en", {"named_username": "nobody", "new_name_en": "No One"})
    assert answer.status_code == 404
    assert "账号" in answer.text
