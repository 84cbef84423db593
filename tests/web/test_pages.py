"""The pages on a real database: each of the cast finds the own page true, and nobody finds another's."""

import asyncio
import html
import re
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from leaderboards import faces
from leaderboards.queries.snapshots import expire
from org.visibility import Face
from scoring.operations.events import adjust_points
from tests.cast import MONTH, PASSWORD, Cast
from tests.factories import scored
from tests.memory import forget
from tests.web.reader import Reader, inspected, links
from web import live
from web.pages import stream

EVERYBODY = (
    "zhouhe", "linyue", "hanqiu", "songyan", "chenmo", "guwei", "sulan", "heqing", "fangzhi", "yaoxing", "baishu", "admin",
)  # fmt: skip


@pytest.mark.parametrize("username", EVERYBODY)
async def test_every_page_that_a_home_page_leads_to_opens(username: str, reader: Reader, story: Cast) -> None:
    await reader.sign_in(username)
    for path in sorted(links(await reader.read("/"))):
        await reader.read(path)


@pytest.mark.parametrize("username", ["zhouhe", "linyue", "chenmo", "guwei", "sulan", "admin"])
async def test_home_is_useful_before_any_month_was_scored(username: str, reader: Reader) -> None:
    await reader.sign_in(username)
    assert "还没有计过分的月份" in await reader.read("/")
    for path in ("/boards", "/months", "/awards", "/coaching", "/rules"):
        await reader.read(path)


async def test_a_manager_sees_place_gap_loss_and_what_to_do(reader: Reader, story: Cast) -> None:
    await reader.sign_in("gaoyuan")
    html = await reader.read("/")
    for words in ("先做这一件", "失分去向", "我的名次", "满分 100 − 失分"):
        assert words in html


@pytest.mark.parametrize("switch", ["language", "theme"])
async def test_a_switch_in_the_header_leads_back_to_the_page_with_its_filters(
    reader: Reader, story: Cast, switch: str
) -> None:
    await reader.sign_in("sulan")
    page = "/boards?kind=clerk&q=%E6%9E%97&said=saved"
    form = re.search(rf'action="/{switch}".*?name="back" value="([^"]*)"', await reader.read(page), re.DOTALL)
    assert form is not None
    back = html.unescape(form.group(1))
    answer = await reader.submit(page, f"/{switch}", {switch: "en", "back": back})
    assert str(answer.url).endswith("/boards?kind=clerk&q=%E6%9E%97")


async def test_a_page_speaks_the_readers_language(reader: Reader, story: Cast) -> None:
    await reader.sign_in("linyue")
    answer = await reader.submit("/account", "/language", {"language": "en", "back": "/boards"})
    assert 'lang="en"' in answer.text
    assert "Rank" in inspected(answer)


async def test_the_theme_is_kept_with_the_account(reader: Reader, story: Cast) -> None:
    await reader.sign_in("linyue")
    answer = await reader.submit("/account", "/theme", {"theme": "dark", "back": "/"})
    assert 'data-theme="dark"' in answer.text


async def test_a_unit_page_closes_its_sum_and_leads_to_every_why(reader: Reader, story: Cast) -> None:
    await reader.sign_in("linyue")
    path = f"/units/{story['S1']}"
    html = await reader.read(path)
    assert "得分点合计" in html
    whys = [link for link in links(html) if "/kpis/" in link]
    assert len(whys) >= 3
    for why in whys:
        assert "背后的事实" in await reader.read(why)


async def test_a_clerks_home_leads_from_the_card_to_the_blended_total(reader: Reader, story: Cast) -> None:
    await reader.sign_in("zhaoran")
    html = await reader.read("/")
    parts = re.search(r"个人分 = .*?([\d.]+) × 60% \+ .*?([\d.]+) × 25% \+ .*?([\d.]+) × 15% = ([\d.]+)", html)
    assert parts is not None
    own, team, hall, total = (Decimal(part) for part in parts.groups())
    assert abs(own * 60 + team * 25 + hall * 15 - total * 100) <= Decimal("0.5")


@pytest.mark.parametrize("path", ["/", "/units/{P-zhaoran}"])
async def test_what_stands_beside_a_clerks_card_leads_from_the_blend_to_the_total(
    path: str, reader: Reader, story: Cast
) -> None:
    actor = story.actor("sulan")
    await adjust_points(
        month=MONTH, unit_id=story["P-zhaoran"], points=150, reason="拾金不昧", evidence=None, actor=actor
    )
    await scored(MONTH)
    forget()
    await reader.sign_in("zhaoran")
    html = await reader.read(path.format_map(story.units))
    told = re.search(
        r"个人分 = .*?([\d.]+) × 60% \+ .*?([\d.]+) × 25% \+ .*?([\d.]+) × 15% = ([\d.]+).*?总分 ([\d.]+\d)",
        html,
        re.DOTALL,
    )
    assert told is not None
    own, team, hall, mixed, total = (Decimal(part) for part in told.groups())
    assert abs(own * 60 + team * 25 + hall * 15 - mixed * 100) <= Decimal("0.5")
    assert total == mixed + Decimal("1.50")


@pytest.mark.parametrize("path", ["/", "/departments/{}", "/units/{}"])
async def test_a_departments_total_closes_from_its_parts(path: str, reader: Reader, story: Cast) -> None:
    await reader.sign_in("guwei")
    html = await reader.read(path.format(story["NWD"]))
    told = re.search(r"部门总分 = (.*?) = ([\d.]+)", html)
    assert told is not None
    parts = [Decimal(score) * Decimal(share) for score, share in re.findall(r"([\d.]+) × ([\d.]+)%", told.group(1))]
    bonus = re.search(r"加减分 ([+−][\d.]+)", told.group(1))
    more = Decimal(bonus.group(1).replace("−", "-")) if bonus else Decimal(0)
    assert abs(sum(parts) / 100 + more - Decimal(told.group(2))) <= Decimal("0.02")


async def test_a_name_on_a_board_leads_only_to_cards_that_the_reader_may_open(reader: Reader, story: Cast) -> None:
    await reader.sign_in("linyue")
    html = await reader.read("/boards?kind=storefront")
    units = {link for link in links(html) if re.fullmatch(r"/units/\d+", link)}
    assert units == {f"/units/{story['S1']}"}
    assert "望舒街营业厅" in html


async def test_a_department_page_leads_its_head_to_no_card_of_a_branch(reader: Reader, story: Cast) -> None:
    await reader.sign_in("guwei")
    html = await reader.read(f"/departments/{story['NWD']}")
    assert "星湾分公司" in html
    assert not {f"/units/{story[code]}" for code in ("B1", "B2")} & links(html)


async def test_the_facts_of_a_colleague_are_summed_and_not_listed(reader: Reader, story: Cast) -> None:
    await reader.sign_in("zhouhe")
    html = await reader.read(f"/units/{story['S1']}/kpis/SAT")
    assert "其余属于其他单位" in html
    assert "吴桐" not in html


async def test_another_stores_card_does_not_exist_for_a_clerk(reader: Reader, story: Cast) -> None:
    await reader.sign_in("zhouhe")
    assert "找不到该单位" in await reader.read(f"/units/{story['S4']}", 404)
    await reader.read(f"/units/{story['S4']}/kpis/VISIT", 404)


async def test_who_is_not_signed_in_comes_back_to_the_page_after_signing_in(reader: Reader, story: Cast) -> None:
    answer = await reader.get("/months")
    assert answer.url.path == "/sign-in"
    assert answer.url.params["next"] == "/months"
    answer = await reader.post("/sign-in", data={"username": "linyue", "password": PASSWORD, "back": "/months"})
    assert answer.url.path == "/months"


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
async def test_signing_in_never_leads_to_another_site(elsewhere: str, reader: Reader) -> None:
    answer = await reader.post("/sign-in", data={"username": "linyue", "password": PASSWORD, "back": elsewhere})
    assert str(answer.url) == "http://127.0.0.1/"


async def test_a_wrong_password_is_said_in_the_form(reader: Reader) -> None:
    answer = await reader.post("/sign-in", data={"username": "linyue", "password": "falsch"})
    assert answer.status_code == 401
    assert "用户名或密码不正确" in inspected(answer)


async def test_a_form_without_its_token_changes_nothing(reader: Reader, story: Cast) -> None:
    await reader.sign_in("sulan")
    answer = await reader.post(f"/months/{MONTH}/propose", data={"why": "x"})
    assert answer.status_code == 403
    assert "表单已失效" in inspected(answer)


async def test_a_clerk_is_told_in_a_sentence_that_intake_is_not_for_him(reader: Reader, story: Cast) -> None:
    await reader.sign_in("zhouhe")
    assert "您没有此项权限" in await reader.read("/intake", 403)


async def test_an_address_that_does_not_exist_is_a_page_with_a_way_home(reader: Reader) -> None:
    assert "回首页" in await reader.read("/nothing/here", 404)


async def test_what_people_typed_is_shown_as_text(reader: Reader, story: Cast) -> None:
    await reader.sign_in("sulan")
    html = await reader.read('/boards?q="><script>alert(1)</script>')
    assert "<script>alert" not in html


@pytest.mark.parametrize(
    "query",
    [
        "kind=nothing",
        "month=999999",
        "group=zz",
        "measure=%27",
        "after=1.x",
        "span=decade",
        "after=99999999.0",
        "month=²",
        "month=" + "9" * 5000,
    ],
)
async def test_a_strange_address_of_a_board_is_no_fault_of_the_server(query: str, reader: Reader, story: Cast) -> None:
    await reader.sign_in("linyue")
    assert (await reader.get(f"/boards?{query}")).status_code < 500


async def test_boards_are_shown_by_process_by_kpi_by_group_and_over_the_year(reader: Reader, story: Cast) -> None:
    await reader.sign_in("sulan")
    for query in ("measure=HALL", "measure=VISIT", "span=season", "group=A", "q=听雨"):
        await reader.read(f"/boards?kind=storefront&{query}")


async def test_only_listed_files_go_out_and_they_stay_with_the_browser(reader: Reader) -> None:
    answer = await reader.get("/static/app.css")
    assert answer.headers["content-type"].startswith("text/css")
    assert "max-age" in answer.headers["cache-control"]
    assert (await reader.get("/static/../render.py")).status_code == 404
    assert (await reader.get("/static/css/01-tokens.css")).status_code == 404


async def said(told: AsyncIterator[bytes]) -> str:
    """The next version that a stream tells."""
    async for event in told:
        if b"data: " in event:
            return event.rpartition(b"data: ")[2].strip().decode()
    raise AssertionError("the stream has ended")


async def test_an_open_page_learns_that_the_month_was_scored_anew(
    reader: Reader, story: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    listening, rung = asyncio.Event(), live.rung

    async def listens(seconds: float) -> None:
        listening.set()
        await rung(seconds)

    monkeypatch.setattr(live, "rung", listens)
    faces.show(Face.INNER)
    await reader.sign_in("sulan")
    mark = re.search(r'data-live="(\d+)" data-version="(\d+r?)"', await reader.read("/boards"))
    assert mark is not None
    assert mark.group(1) == str(MONTH)
    told = stream.told(MONTH, lifetime=60)
    assert await said(told) == mark.group(2)
    newer = asyncio.ensure_future(said(told))
    await asyncio.wait_for(listening.wait(), 20)
    number = await scored(MONTH)
    expire()
    live.ring()
    assert await asyncio.wait_for(newer, 20) == str(number)


async def test_a_page_that_follows_its_month_is_sent_its_main_part_alone(reader: Reader, story: Cast) -> None:
    await reader.sign_in("linyue")
    whole = await reader.read("/boards")
    part = (await reader.get("/boards", headers={"x-fragment": "main"})).text
    assert part.lstrip().startswith('<main class="main" id="main"')
    assert "<footer" not in part
    assert part.count("<tr") == whole.count("<tr")


async def test_rows_that_an_open_page_has_already_are_not_sent_again(reader: Reader, story: Cast) -> None:
    await reader.sign_in("linyue")
    part = (await reader.get("/boards", headers={"x-fragment": "main"})).text
    marks = re.findall(r'<tr data-mark="(\w+)"', part)
    again = (await reader.get("/boards", headers={"x-fragment": "main", "x-have": ",".join(marks[1:])})).text
    assert re.findall(r'<tr data-mark="(\w+)"', again) == marks[:1]
    assert re.findall(r'<tr data-kept="(\w+)"></tr>', again) == marks[1:]
    assert len(again) < len(part)


async def test_points_taken_carry_the_same_minus_as_everywhere(reader: Reader, story: Cast) -> None:
    actor = story.actor("sulan")
    await adjust_points(month=MONTH, unit_id=story["S1"], points=-50, reason="月报晚交两天", evidence=None, actor=actor)
    await reader.sign_in("sulan")
    html = await reader.read(f"/months/{MONTH}/exceptions")
    assert "−0.50" in html
    assert "-0.50" not in html
