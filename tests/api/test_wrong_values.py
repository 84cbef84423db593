"""What is wrong with a value is told in the reader's language: the place, the reason, and what would be right."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

import msgspec
import pytest

from core.wrong_values import no_json, wrong_value
from tests.api.browser import Browser
from tests.cast import Cast

ITS_OWN_WORDS = re.compile(r"Expected|Invalid|Object|missing|matching|`")


class Wish(msgspec.Struct, forbid_unknown_fields=True):
    """One field of each kind."""

    count: Annotated[int, msgspec.Meta(ge=1, le=5)] = 1
    code: Annotated[str, msgspec.Meta(min_length=1, max_length=3, pattern="^[a-z]+$")] = "a"
    on: date | None = None
    at: datetime | None = None
    list_of: Annotated[list[int], msgspec.Meta(min_length=1, max_length=2)] | None = None
    by_name: dict[str, int] = {}
    one_of: Literal["x", "y"] = "x"
    share: Decimal = Decimal(1)
    sure: bool = False
    either: int | str | None = None
    pair: tuple[int, str] = (1, "a")


@pytest.mark.parametrize(
    ("body", "zh", "en"),
    [
        ('{"count":"x"}', "应为整数，收到的是文字", "expected a whole number, got text"),
        ('{"count":0}', "应不小于 1", "has to be at least 1"),
        ('{"count":9}', "应不大于 5", "has to be at most 5"),
        ('{"count":null}', "应为整数，收到的是空值", "expected a whole number, got null"),
        ('{"code":""}', "应有至少 1 个字", "has to have at least 1 character"),
        ('{"code":"abcd"}', "应有至多 3 个字", "has to have at most 3 characters"),
        ('{"code":"A1"}', "写法应符合 ^[a-z]+$", "has to match ^[a-z]+$"),
        ('{"on":"x"}', "应为日期，如 2026-11-30", "expected a date like 2026-11-30"),
        ('{"at":"x"}', "应为时刻，如 2026-11-30T09:00:00+08:00", "expected an instant like 2026-11-30T09:00:00+08:00"),
        ('{"list_of":[]}', "应有至少 1 项", "has to have at least 1 item"),
        ('{"list_of":{}}', "应为列表或空值，收到的是对象", "expected a list or null, got an object"),
        ('{"by_name":[]}', "应为对象，收到的是列表", "expected an object, got a list"),
        ('{"one_of":"z"}', "不能是 'z'", "cannot be 'z'"),
        ('{"share":"x"}', '应为小数，写成文字，如 "0.5"', 'expected a decimal written as text, like "0.5"'),
        ('{"sure":1}', "应为布尔值（true 或 false），收到的是整数", "expected true or false, got a whole number"),
        ('{"pair":[1]}', "应有正好 2 项", "has to have exactly 2 items"),
        ('{"zz":1}', "没有 zz 这一项", "has no field zz"),
        ("[]", "应为对象，收到的是列表", "expected an object, got a list"),
    ],
)
def test_what_the_decoder_finds_is_said_in_both_languages(body: str, zh: str, en: str) -> None:
    with pytest.raises(msgspec.ValidationError) as failed:
        msgspec.json.decode(body, type=Wish)
    said = wrong_value("field", str(failed.value).partition(" - at ")[0]).sentence
    assert (said.zh, said.en) == (f"field 有误：{zh}。", f"field is wrong: {en}.")


def test_words_that_nobody_foresaw_are_not_passed_on() -> None:
    said = wrong_value("field", "Expected something quite new").sentence
    assert not any(ITS_OWN_WORDS.search(one) for one in (said.zh, said.en))


def test_a_body_that_is_no_json_is_told_where_it_ends() -> None:
    with pytest.raises(msgspec.DecodeError) as failed:
        msgspec.json.decode('{"count":NaN}')
    found = no_json(str(failed.value))
    assert found is not None
    assert "第 9 个字节" in found.sentence.zh


async def test_the_interface_names_the_field_and_the_place(anybody: Browser, cast: Cast) -> None:
    await anybody.sign_in("sulan")
    wish = {"on": "gestern", "code": "begging", "reason": "经核实"}
    answer = await anybody.post(f"/api/v1/units/{cast['S1']}/red-lines", json=wish)
    assert (answer.status_code, answer.json()["place"]) == (400, "on")
    assert answer.json()["detail"] == "on 有误：应为日期，如 2026-11-30。"


async def test_the_interface_tells_where_a_body_stops_being_json(anybody: Browser, cast: Cast) -> None:
    await anybody.sign_in("sulan")
    answer = await anybody.post(
        f"/api/v1/units/{cast['S1']}/red-lines", content='{"on":NaN}', headers={"content-type": "application/json"}
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
    assert "第 6 个字节" in answer.json()["detail"]


async def test_a_month_that_no_calendar_has_is_told_with_its_place(anybody: Browser, cast: Cast) -> None:
    await anybody.sign_in("sulan")
    answer = await anybody.get("/api/v1/boards?month=202613")
    assert answer.status_code == 404
    (said,) = answer.json()["problems"]
    assert (said["code"], said["place"]) == ("no_such_month", "month")
