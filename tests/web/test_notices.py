"""The page of notices and the number in the header: one's own alone, gone when read."""

from datetime import UTC, datetime

from core.language import Text
from org import queries
from org.operations import notices
from tests.cast import Cast
from tests.web.reader import Reader, inspected

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
BADGE = 'class="told-count"'


async def told(cast: Cast, username: str, words: str = "申诉成立。", href: str = "/account") -> int:
    account_id = cast.person(username).account_id
    await notices.tell(
        kind="appeal", text=Text(zh=words, en="The appeal is upheld."), href=href, account_ids=[account_id], at=NOON
    )
    return (await queries.notices(account_id))[0].id


async def test_the_header_says_how_many_wait_and_nothing_when_none_do(reader: Reader, cast: Cast) -> None:
    await reader.sign_in("zhouhe")
    assert BADGE not in await reader.read("/account")
    await told(cast, "zhouhe")
    html = await reader.read("/account")
    assert f'{BADGE} aria-hidden="true">1<' in html
    assert 'aria-label="通知，未读 1 条"' in html


async def test_opening_a_notice_goes_where_it_points_and_it_counts_no_longer(reader: Reader, cast: Cast) -> None:
    number = await told(cast, "zhouhe", href="/rules")
    await reader.sign_in("zhouhe")
    assert "申诉成立。" in await reader.read("/notices")
    answer = await reader.submit("/notices", f"/notices/{number}/open", {}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/rules")
    assert BADGE not in await reader.read("/notices")


async def test_all_are_marked_as_read_but_for_what_came_since(reader: Reader, cast: Cast) -> None:
    seen = await told(cast, "zhouhe")
    await reader.sign_in("zhouhe")
    await told(cast, "zhouhe", "已应用。")
    html = inspected(await reader.submit("/notices", "/notices/read", {"through": str(seen)}))
    assert "通知已全部标为已读。" in html
    assert f'{BADGE} aria-hidden="true">1<' in html


async def test_nobody_sees_or_opens_what_was_told_to_somebody_else(reader: Reader, cast: Cast) -> None:
    number = await told(cast, "zhouhe", "只告诉周禾。")
    await reader.sign_in("linyue")
    html = await reader.read("/notices")
    assert "只告诉周禾。" not in html
    assert BADGE not in html
    assert (await reader.submit("/notices", f"/notices/{number}/open", {})).status_code == 404


async def test_older_ones_are_a_page_further(reader: Reader, cast: Cast) -> None:
    await told(cast, "zhouhe", "最早的一条。")
    for _ in range(30):
        await told(cast, "zhouhe")
    await reader.sign_in("zhouhe")
    html = await reader.read("/notices")
    assert "最早的一条。" not in html
    older = html.split('rel="next" href="')[1].split('"')[0]
    assert "最早的一条。" in await reader.read(older)


async def test_words_are_in_the_language_of_the_reader(reader: Reader, cast: Cast) -> None:
    await told(cast, "zhouhe")
    await reader.sign_in("zhouhe")
    await reader.submit("/account", "/language", {"language": "en", "back": "/account"})
    assert "The appeal is upheld." in await reader.read("/notices")


async def test_the_interface_pages_and_marks_only_ones_own(reader: Reader, cast: Cast) -> None:
    first, last = await told(cast, "zhouhe"), await told(cast, "zhouhe")
    await reader.sign_in("zhouhe")
    page = (await reader.get("/api/v1/notices?limit=1")).json()
    assert (page["unread"], [one["id"] for one in page["notices"]], page["next"]) == (2, [last], last)
    rest = (await reader.get(f"/api/v1/notices?before={page['next']}")).json()
    assert ([one["id"] for one in rest["notices"]], rest["next"]) == ([first], None)
    token = {"x-csrf-token": (await reader.get("/api/v1/me")).json()["csrf_token"]}
    assert (await reader.post(f"/api/v1/notices/{first}/read", headers=token)).json() == {"unread": 1}
    answer = await reader.post("/api/v1/notices/read", json={"through": last}, headers=token)
    assert answer.json() == {"unread": 0}
    assert await told(cast, "linyue") == 1
    assert (await reader.post("/api/v1/notices/1/read", headers=token)).json() == {"unread": 0}
    assert [one.read_at for one in await queries.notices(cast.person("linyue").account_id)] == [None]
    assert (await reader.post(f"/api/v1/notices/{last + 1}/read", headers=token)).status_code == 404
