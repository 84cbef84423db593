"""No page shows anybody a link that is refused to the one who follows it."""

import re
from collections import Counter

import pytest

from tests.cast import MONTH, Cast
from tests.web.reader import Reader, links

PEOPLE = ("zhouhe", "linyue", "chenmo", "guwei", "sulan", "heqing", "fangzhi", "yaoxing", "baishu", "admin")
EACH = 2
"""So many pages of one sort are opened: one could be the exception, all are the same template."""


def _sort(path: str) -> str:
    place, _, query = path.partition("?")
    names = sorted(part.partition("=")[0] for part in query.split("&"))
    return re.sub(r"/(\d+|kpis/\w+|losses/\w+)", "/#", place) + "?" + "&".join(names)


async def refused(reader: Reader, start: str) -> dict[str, str]:
    """Follow what leads on from a page, a few of each sort; give what is refused, with the page that leads there."""
    found, waiting, seen, opened = dict[str, str](), [start], {start: ""}, Counter[str]()
    while waiting:
        path = waiting.pop(0)
        answer = await reader.get(path)
        if answer.status_code >= 400:
            found[path] = seen[path]
        elif "text/html" in answer.headers.get("content-type", ""):
            for link in sorted(links(answer.text) - set(seen)):
                opened[_sort(link)] += 1
                seen[link] = path
                waiting += [link] * (opened[_sort(link)] <= EACH)
    assert len(seen) > 10
    return found


@pytest.mark.slow
@pytest.mark.parametrize("username", PEOPLE)
async def test_no_link_shown_to_anybody_is_refused(username: str, reader: Reader, story: Cast) -> None:
    await reader.sign_in(username)
    assert await refused(reader, "/") == {}


async def test_who_signs_for_a_process_is_led_to_no_unit_that_is_not_theirs(reader: Reader, story: Cast) -> None:
    await reader.sign_in("guwei")
    html = await reader.read(f"/months/{MONTH}/completeness")
    assert "星湾" in html
    assert set(re.findall(r'href="/units/(\d+)', html)) == {str(story["NWD"])}
