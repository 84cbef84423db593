"""The small named cast of the tests: one company, two branches, three departments, four halls, and the people in them."""

from collections.abc import AsyncIterator
from datetime import date

import msgspec
import pytest_asyncio

import scoring.operations.rules
from core.audit import SYSTEM, Actor
from tests import factories
from tests.factories import PASSWORD, SMALL_BOOK, Member

__all__ = ["BEFORE", "MONTH", "PASSWORD", "Cast", "Member", "cast", "day", "enrol"]

MONTH, BEFORE = 202610, 202609

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
    units = {}
    for code, kind, under, name_zh, name_en, columns in UNITS:
        units[code] = await factories.unit(code, kind, under, name_zh=name_zh, name_en=name_en, **columns)
    people = {}
    for username, name, team in CLERKS:
        people[username] = await factories.person(username, "clerk", team, kind="clerk", name_zh=name)
    for username, name, role, at, scope in LEADERS:
        people[username] = await factories.person(username, role, at, scope=scope, name_zh=name)
    units["P-jiangfan"] = await factories.unit(
        "P-jiangfan", "promoter", "S1", employer="E1", name_zh="江帆", name_en="Jiang Fan", post="promoter"
    )
    units |= {f"P-{member.username}": member.unit_id for member in people.values()}
    book = await scoring.operations.rules.store_rule_book(text=SMALL_BOOK.read_text(encoding="utf-8"), actor=SYSTEM)
    return Cast(units=units, people=people, rule_book_id=book)


@pytest_asyncio.fixture
async def cast(tx: None) -> AsyncIterator[Cast]:
    """Give the cast; everything is rolled back after the test."""
    yield await enrol()
