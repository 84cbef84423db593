"""The small named cast of the tests: one company, two branches, three departments, four halls, and the people in them."""

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import date

import msgspec
import pytest_asyncio

import scoring.operations.rules
from core.audit import SYSTEM, Actor
from core.period import shifted
from months.operations import closing
from months.queries.calendar import month_page
from tests import factories
from tests.factories import PASSWORD, SMALL_BOOK, Fact, Member

__all__ = ["BEFORE", "MONTH", "PASSWORD", "Cast", "Member", "believable", "cast", "close", "day", "enrol", "plan"]

MONTH, BEFORE = 202610, 202609
THEMES = {MONTH: "SMILING", BEFORE: "SIGNAL"}

UNITS: tuple[tuple[str, str, str | None, str, str, dict[str, object]], ...] = (
    ("YC", "company", None, "示例通信·云川", "Shili Mobile, Yunchuan", {"customers": 400_000}),
    ("B1", "branch", "YC", "星湾分公司", "Xingwan Branch", {"peer_group": "urban", "customers": 300_000}),
    ("B2", "branch", "YC", "柳渚分公司", "Liuzhu Branch", {"peer_group": "county", "customers": 100_000}),
    ("CSD", "department", "YC", "客服部", "Customer Service", {"peer_group": "professional", "hors_concours": True}),
    ("NWD", "department", "YC", "网络部", "Network", {"peer_group": "professional"}),
    ("HRD", "department", "YC", "人力资源部", "Human Resources", {"peer_group": "functional"}),
    ("S1", "storefront", "B1", "听雨路营业厅", "Tingyu Road Hall", {"peer_group": "A", "size_class": "A", "customers": 12_000}),
    ("S2", "storefront", "B1", "望舒街营业厅", "Wangshu Street Hall", {"peer_group": "A", "size_class": "A", "customers": 10_000}),
    ("S3", "storefront", "B2", "晴岚桥营业厅", "Qinglan Bridge Hall", {"peer_group": "B", "size_class": "B", "customers": 6_000}),
    ("S4", "storefront", "B2", "拾光里营业厅", "Shiguang Court Hall", {"peer_group": "B", "size_class": "B", "customers": 5_000}),
    ("T1", "team", "S1", "听雨路一班", "Tingyu Road, shift 1", {}),
    ("T2", "team", "S1", "听雨路二班", "Tingyu Road, shift 2", {}),
    ("T3", "team", "S2", "望舒街一班", "Wangshu Street, shift 1", {}),
    ("T4", "team", "S3", "晴岚桥一班", "Qinglan Bridge, shift 1", {}),
    ("T5", "team", "S4", "拾光里一班", "Shiguang Court, shift 1", {}),
    ("O1", "outlet", "B1", "晨露通讯店", "Chenlu Phones", {"peer_group": "star5", "star": 5, "customers": 800}),
    ("O2", "outlet", "B2", "鸿雁通讯店", "Hongyan Phones", {"peer_group": "star5", "star": 5, "customers": 600}),
    ("E1", "employer", None, "云帆人力", "Yunfan Staffing", {}),
)  # fmt: skip
CLERKS = (
    ("zhouhe", "周禾", "T1"), ("wutong", "吴桐", "T1"), ("liyi", "李一", "T2"),
    ("qiandan", "钱丹", "T3"), ("sunke", "孙克", "T4"), ("zhaoran", "赵然", "T5"),
)  # fmt: skip
LEADERS = (
    ("linyue", "林悦", "store_manager", "S1", None),
    ("hanqiu", "韩秋", "service_monitor", "B1", None),
    ("songyan", "宋砚", "service_supervisor", "B1", None),
    ("chenmo", "陈默", "branch_manager", "B1", None),
    ("gaoyuan", "高远", "branch_manager", "B2", None),
    ("guwei", "顾微", "department_head", "NWD", None),
    ("sulan", "苏岚", "organiser", "CSD", "YC"),
    ("tangyi", "唐弋", "organiser", "CSD", "YC"),
    ("heqing", "何青", "hr", "HRD", "YC"),
    ("fangzhi", "方芷", "finance", "YC", "YC"),
    ("yaoxing", "姚星", "award_host", "YC", "YC"),
    ("baishu", "白书", "auditor", "YC", "YC"),
    ("admin", "秦维", "administrator", "YC", "YC"),
)


class Cast(msgspec.Struct, frozen=True):
    """Numbers of the units by code, the people by user name, the rule book's number."""

    units: dict[str, int]
    people: dict[str, Member]
    rule_book_id: int

    def __getitem__(self, code: str) -> int:
        return self.units[code]

    def person(self, username: str) -> Member:
        return self.people[username]

    def actor(self, username: str) -> Actor:
        return self.people[username].actor


def day(number: int, month: int = MONTH) -> date:
    """Return a day of the month in which the tests play."""
    return date(month // 100, month % 100, number)


async def enrol() -> Cast:
    """Bring the whole cast and the small rule book into an empty database."""
    rows = [
        factories.described(code, kind, under, name_zh=zh, name_en=en, **rest)
        for code, kind, under, zh, en, rest in UNITS
    ]
    people = [(username, name, "clerk", team, None) for username, name, team in CLERKS] + list(LEADERS)
    for username, name, role, at, _ in people:
        kind = "clerk" if role == "clerk" else "staff"
        rows.append(factories.described(f"P-{username}", kind, at, post=role, name_zh=name, name_en=username.title()))
    promoter = {"name_zh": "江帆", "name_en": "Jiang Fan", "post": "promoter", "employer": "E1"}
    units = await factories.open_units([*rows, factories.described("P-jiangfan", "promoter", "S1", **promoter)])
    members = {
        username: await factories.account(
            username, role, at, scope=scope, unit_id=units[f"P-{username}"], name_zh=name
        )
        for username, name, role, at, scope in people
    }  # fmt: skip
    book = await scoring.operations.rules.store_rule_book(text=SMALL_BOOK.read_text(encoding="utf-8"), actor=SYSTEM)
    return Cast(units=units, people=members, rule_book_id=book)


async def plan(cast: Cast, month: int = MONTH) -> None:
    """Plan and announce a month under the small rule book with its theme."""
    await factories.plan(month, THEMES[month], cast.rule_book_id, cast.actor("sulan"))


async def believable(month: int = MONTH, better: Mapping[str, int] | None = None) -> int | None:
    """Commit facts for every unit of the cast, enough for everybody to be ranked; S1 is best, S4 worst.

    `better` lifts single units, by code, by so many steps of quality.
    """
    return await factories.facts(_facts(month, better or {}))


async def close(cast: Cast, month: int = MONTH, days: int = 3) -> str:
    """Close a month whose facts are there: proposed by an organiser, approved by the auditor; return the digest."""
    after = shifted(month, 1)
    proposed, approved = factories.during(after, days), factories.during(after, days + 1)
    page = await month_page(month, proposed)
    why = "all confirmed" if page.waivable else None
    await closing.propose_close(month=month, actor=cast.actor("sulan"), waivers=page.waivable, why=why, at=proposed)
    return (await closing.approve_close(month=month, actor=cast.actor("baishu"), at=approved)).digest


def _facts(month: int, better: Mapping[str, int]) -> Iterator[Fact]:
    for number, (_, _, team) in enumerate(CLERKS):
        person = f"P-{CLERKS[number][0]}"
        level = 6 - number + better.get(person, 0) + better.get(team, 0)
        yield Fact(person, "SAT", day(5, month), 168 + level, 20)
        yield Fact(person, "EXAM", day(10, month), 43 + level // 2, 50)
    for number, hall in enumerate(("S1", "S2", "S3", "S4")):
        level = 4 - number + better.get(hall, 0)
        yield from (Fact(hall, "VISIT", day(3 + 5 * visit, month), 83 + 2 * level) for visit in range(4))
        yield Fact(hall, "SMILE", day(9, month), 25 + level, 30)
        yield Fact(hall, "WAIT", day(12, month), 900 - 100 * level, 100)
    for number, branch in enumerate(("B1", "B2")):
        level = 2 - number + better.get(branch, 0)
        yield Fact(branch, "COVER", day(15, month), 93 + level, 100)
        yield Fact(branch, "COMPLAINT", day(20, month), 400 - 60 * level, 200_000, days=11)
        yield Fact(branch, "TASKS", day(18, month), 900 + 20 * level, 10)
    for number, office in enumerate(("NWD", "CSD", "HRD")):
        yield Fact(office, "TASKS", day(18, month), 960 - 30 * number, 10)
        yield from (Fact(office, "RATING", day(11, month), 9 - number, item=rater) for rater in ("B1", "B2"))
    for number, outlet in enumerate(("O1", "O2")):
        yield Fact(outlet, "SAT", day(6, month), 128 + number, 15)
        yield from (Fact(outlet, "VISIT", day(4 + visit, month), 85 + number) for visit in range(3))
    yield Fact("P-jiangfan", "PROMO", day(8, month), 27, 30)


@pytest_asyncio.fixture
async def cast(tx: None) -> AsyncIterator[Cast]:
    """Give the cast; everything is rolled back after the test."""
    yield await enrol()
