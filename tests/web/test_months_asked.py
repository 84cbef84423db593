"""Addresses that ask for a month: one that no calendar has is refused, instead of another being shown without a word."""

import pytest

from tests.cast import Cast
from tests.web.reader import Reader

PAGES = ("/", "/boards", "/appeals", "/contests", "/changes", "/intake", "/as-of", "/rules", "/awards")


@pytest.mark.parametrize("asked", ["202613", "202600", "abc", "{x}", "-1", "2026111111111", "٢٠٢٦١١"])
async def test_a_page_of_no_month_is_refused(reader: Reader, story: Cast, asked: str) -> None:
    await reader.sign_in("sulan")
    for path in PAGES:
        answer = await reader.get(path, params={"month": asked})
        assert answer.status_code == 404, path
        assert f"没有 {asked[:12]} 这个月份，月份写成 202611 这样。" in answer.text, path


async def test_a_page_without_a_month_shows_the_usual_one(reader: Reader, story: Cast) -> None:
    await reader.sign_in("sulan")
    for path in PAGES:
        assert (await reader.get(path, params={"month": ""})).status_code == 200, path


async def test_strangers_are_told_nothing_of_months(reader: Reader, story: Cast) -> None:
    answer = await reader.get("/appeals", params={"month": "202613"})
    assert "202611" not in answer.text
