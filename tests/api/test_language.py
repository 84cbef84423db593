"""Refusals speak the language of whoever asks, wherever they are made."""

import pytest

from tests.api.browser import Browser


@pytest.mark.parametrize(
    ("wish", "sentence"), [("en-GB,zh;q=0.5", "There is no such thing."), ("zh-CN", "找不到该内容。")]
)
async def test_an_unknown_address_is_refused_in_the_language_asked_for(
    wish: str, sentence: str, anybody: Browser
) -> None:
    answer = await anybody.get("/api/v1/nowhere", headers={"accept-language": wish})
    assert (answer.status_code, answer.json()["detail"]) == (404, sentence)
