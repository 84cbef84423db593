"""One bad field among good ones in a form: nothing is taken in, what was typed is kept, and the field is named in the reader's language."""

from collections.abc import Awaitable, Callable
from html import unescape
from html.parser import HTMLParser
from typing import Any

import msgspec
import pytest
from litestar import Litestar
from msgspec.structs import replace

from coaching.queries import talks_missing
from months.operations.releasing import release
from months.queries.calendar import month_row
from scoring.operations.events import record_red_line
from tests.api import deciding, deciding_appeals
from tests.api.browser import Browser
from tests.api.deciding import AHEAD, RUNNING, begun
from tests.api.freezing import at
from tests.api.test_attack_deciding import held
from tests.cast import MONTH, Cast, day
from tests.factories import facts
from tests.memory import forget
from tests.months.story import QUALITY, closed, closing_day, month_facts, planned, talks_held, worked_off

Wrong = tuple[str, str, str, str]
"""A field, what is put into it, and the words by which the refusal names it, in both languages."""


class Filled(msgspec.Struct, frozen=True, kw_only=True):
    """A form as somebody fills it in well, and what may be wrong with single fields; hidden ones are not asked for again."""

    who: str
    path: str
    good: dict[str, Any]
    wrong: tuple[Wrong, ...]
    before: Callable[[Cast], Awaitable[Any]] = begun
    moment: Any = RUNNING
    hidden: frozenset[str] = frozenset({"month", "csrf", "once"})
    file: str = ""

    def files(self, wrong: Wrong | None = None) -> dict[str, tuple[str, bytes]] | None:
        """Return the file of the form, or the wrong one in its place."""
        content = wrong[1] if wrong and wrong[0] == "file" else self.file
        return {"file": ("sheet.csv", content.encode())} if content else None


LONG = "长" * 25_000
FREE = frozenset({"why", "reason", "told", "text", "talk", "note", "with_whom", "name", "title", "evidence", "claimed",
    "title_zh", "title_en", "about_zh", "about_en", "peers_zh", "peers_en", "name_zh", "name_en", "stake_zh", "stake_en",
    "pairs", "left_out"})  # fmt: skip
UNIT: tuple[Wrong, ...] = (("unit", "ZZ9", "ZZ9", "ZZ9"), ("unit", "", "单位", "unit"))
WHY: Wrong = ("why", "", "理由", "reason")
NO_REASON: Wrong = ("reason", "", "理由", "reason")
CHANGE = {"month": MONTH, "title": "迟报扣分", "why": "迟报两天"}


def change(kind: str, good: dict[str, Any], *wrong: Wrong) -> Filled:
    """Return the form of a change set; title and reason are wrong in turn in each."""
    return Filled(
        who="sulan", path=f"/changes/new/{kind}", good={**CHANGE, **good}, wrong=(("title", "", "名称", "title"), WHY, *wrong)
    )  # fmt: skip


async def published(cast: Cast) -> None:
    await begun(cast)
    await closed(cast)
    await talks_held(cast, closing_day())
    await release(month=MONTH, actor=cast.actor("heqing"), at=closing_day())


async def helped(cast: Cast) -> int:
    """Close the month and return the number of a help on site that waits for its talk."""
    await begun(cast)
    await record_red_line(unit_id=cast["S4"], on=day(12), code="begging", reason="经核实", actor=cast.actor("sulan"))
    await worked_off()
    await closed(cast)
    row = await month_row(MONTH, closing_day())
    return (await talks_missing(row.snapshot_id or 0))[0].id


async def soon(cast: Cast) -> None:
    """Announce the month before it begins."""
    with at(AHEAD):
        await planned(cast)


async def unplanned(_cast: Cast) -> None:
    """Leave the month as it is before anybody has planned it."""


async def taken_in(_cast: Cast) -> int:
    with at(RUNNING):
        return await facts(month_facts(MONTH, QUALITY)) or 0


async def found(cast: Cast) -> int:
    return (await deciding_appeals.finding(cast)).numbers["finding_id"]


async def heard(cast: Cast) -> int:
    return (await deciding_appeals.decision_about_own_unit(cast)).numbers["appeal_id"]


async def waiting_rules(cast: Cast) -> int:
    return (await deciding.own_rules(cast)).numbers["proposal_id"]


async def objected(cast: Cast) -> int:
    return (await deciding_appeals.objection_to_own_award(cast)).numbers["number"]


FORMS: dict[str, Filled] = {
    "an exclusion": Filled(
        who="sulan", path=f"/months/{MONTH}/exclusions",
        good={"unit": "S2", "what": "award", "reason": "停业装修"},
        wrong=(*UNIT, ("what", "everything", "排除", "left out of"), NO_REASON),
    ),
    "points": Filled(
        who="sulan", path=f"/months/{MONTH}/adjustments",
        good={"unit": "S2", "points": "-1.5", "reason": "迟报两天", "evidence": "2026-118"},
        wrong=(*UNIT, ("points", "many", "加减分", "points"), ("points", "", "分", "points"), ("points", "1e99", "加减分", "points"), NO_REASON),
    ),
    "a change of points": change("adjustment", {"unit": "S2", "points": "2", "evidence": "2026-1"}, *UNIT, ("points", "x", "x", "x")),
    "a change that sets facts aside": change(
        "quarantine", {"unit": "S2", "kpi": "SMILE", "first_on": "2026-10-02"}, *UNIT, ("first_on", "soon", "soon", "soon")
    ),
    "a red line": change("red_line", {"unit": "S2", "on": "2026-10-12", "code": "begging"}, *UNIT, ("on", "12.10.", "12.10.", "12.10.")),
    "a membership": change(
        "membership", {"unit": "T3", "parent": "S1", "on": "2026-10-01"}, *UNIT, ("parent", "ZZ8", "ZZ8", "ZZ8"), ("on", "", "日期", "day")
    ),
    "a record of an activity": Filled(
        who="linyue", path=f"/months/{MONTH}/activities",
        good={"activity": "likes", "unit": "7", "on": "2026-10-12", "count": "2", "note": "现场三张"},
        wrong=(
            ("count", "0", "1 到 200", "1 to 200"), ("count", "two", "1 到 200", "1 to 200"),
            ("on", "2026-10-99", "日期", "day"), ("on", "2026-12-01", "日期", "day"), ("unit", "999999", "单位", "unit"),
        ),
        hidden=frozenset({"activity"}),
    ),
    "an appeal": Filled(
        who="linyue", path="/appeals/new",
        good={"month": MONTH, "unit": "7", "kpi": "VISIT", "ground": "data_error", "claimed": "98", "told": "抄错了一张表"},
        wrong=(("ground", "none", "理由", "ground"), ("told", "", "发生了什么", "what happened")),
        hidden=frozenset({"month", "unit", "kpi"}),
    ),
    "an objection": Filled(
        who="qiandan", path=f"/months/{MONTH}/objections",
        good={"line": "window:7", "text": "数据有误"},
        wrong=(("text", "", "理由", "reason"), ("line", "window:999999", "获奖", "winner"), ("line", "", "请选择", "Choose")),
        before=published, moment=closing_day(),
    ),
    "a talk": Filled(
        who="sulan", path="/coaching/{n}/talk",
        good={"with_whom": "陈默", "held_on": "2026-11-02", "talk": "约定驻点"},
        wrong=(
            ("with_whom", "", "谈话对象", "talked with"), ("talk", "", "要点", "about"),
            ("held_on", "yesterday", "日期", "day"), ("held_on", "2030-01-01", "日期", "ahead"),
        ),
        before=helped, moment=closing_day(),
    ),
    "a finding": Filled(
        who="sulan", path=f"/months/{MONTH}/watch/{{n}}", good={"act": "fine", "why": "录像属实"},
        wrong=(WHY, ("act", "shrug", "处置", "what to do")), before=found, hidden=frozenset({"act"}),
    ),
    "the decision of an appeal": Filled(
        who="sulan", path="/appeals/{n}/decision", good={"decision": "denied", "reason": "已核对原表"},
        wrong=(("decision", "", "裁定", "decision"), ("decision", "maybe", "裁定", "decision"), NO_REASON), before=heard,
    ),
    "rules sent back": Filled(
        who="baishu", path="/rule-proposals/{n}/reject", good={"reason": "不妥"}, wrong=(NO_REASON,), before=waiting_rules
    ),
    "the decision of an objection": Filled(
        who="sulan", path="/objections/{n}", good={"decision": "rejected", "reason": "已核对"},
        wrong=(NO_REASON, ("decision", "", "裁定", "decision")), before=objected, moment=closing_day(),
        hidden=frozenset({"decision"}),
    ),
    "a month called off": Filled(
        who="sulan", path=f"/months/{MONTH}/cancel", good={"reason": "系统检修"}, wrong=(NO_REASON,)
    ),
    "a plan": Filled(
        who="sulan", path=f"/months/{MONTH}/plan",
        good={
            "revision": "0", "title_zh": "微笑月", "title_en": "Smiles", "about_zh": "多微笑", "about_en": "Smile more",
            "kinds": "storefront", "peers_zh": "按星级", "peers_en": "by star", "doubled": "SMILE", "multiplier": "2",
            "left_out": "S4", "budget": "5000", "notice_days": "3", "freeze_at": "2026-10-25T12:00",
        },
        wrong=(
            ("multiplier", "viel", "倍数", "Factor"), ("budget", "1e9", "奖励预算", "Prize budget"), ("notice_days", "-1", "公示", "Public notice"),
            ("freeze_at", "soon", "冻结", "Freeze"), ("appeals_on", "2026-13-01", "申诉最后一天", "Last day of appeals"),
            ("title_zh", "微\u200b笑", "U+200B", "U+200B"),
        ),
        before=unplanned, moment=AHEAD, hidden=frozenset({"revision"}),
    ),
    "a contest": Filled(
        who="sulan", path=f"/contests?kind=head_to_head&month={MONTH}",
        good={
            "name_zh": "十月对决", "name_en": "October duels", "stake_zh": "一面锦旗", "stake_en": "A pennant",
            "card": "storefront", "measure": "total", "pairs": "S1 S2\nS3 S4", "on": "2026-10-20",
        },
        wrong=(
            ("name_zh", "", "1 到 60 个字", "1 to 60"), ("pairs", "S1 ZZ9", "ZZ9", "ZZ9"), ("pairs", "S1", "S1", "S1"),
            ("on", "soon", "soon", "soon"),
        ),
        before=soon, moment=AHEAD,
    ),
    "a sheet of units": Filled(
        who="admin", path="/units", good={}, file="编码,类型,中文名,英文名\nZ1,storefront,第一厅,First\n",
        wrong=(("file", "", "文件", "file"), ("file", "编码,类型,中文名,英文名\nZ1,storefront,第一\u200b厅,First\n", "U+200B", "U+200B")),
    ),
    "a file of facts": Filled(
        who="sulan", path="/intake", good={"month": str(MONTH), "source": "sms"}, file="单位编码,微笑率\nS1,98\n",
        wrong=(("month", "soon", "月份", "month"), ("source", "nowhere", "来源", "source"), ("file", "", "文件", "file")),
        hidden=frozenset(),
    ),
    "facts taken back": Filled(
        who="sulan", path="/intake/batches/{n}/withdraw", good={"reason": "重复导入"}, wrong=(("reason", "", "原因", "reason"),), before=taken_in
    ),
    "an account": Filled(
        who="admin", path="/people",
        good={"username": "xinren", "name": "新人", "name_en": "Xin Ren", "unit": ""},
        wrong=(("username", "", "用户名", "user name"), ("username", "sulan", "用户名", "user name"), ("name", "", "姓名", "name"), ("unit", "ZZ9", "单位", "unit")),
    ),
    "a role": Filled(
        who="admin", path="/people/grants",
        good={"grant_username": "zhouhe", "role": "store_manager", "scope": "S1"},
        wrong=(("grant_username", "nobody", "账号", "account"), ("role", "king", "角色", "role"), ("scope", "ZZ9", "单位", "unit")),
    ),
}  # fmt: skip


class _Fields(HTMLParser):
    """Every value that stands in a field of a page, and every sentence of a refusal."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: set[str] = set()
        self.said: list[str] = []
        self._area = False
        self._loud = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "input" or (tag == "option" and "selected" in told):
            self.kept.add(told.get("value") or "")
        if tag == "input" and told.get("type") == "radio" and "checked" not in told:
            self.kept.discard(told.get("value") or "")
        self._area = tag == "textarea"
        classes = (told.get("class") or "").split()
        if told.get("role") == "alert" or "error" in classes:
            self._loud = 1
        elif self._loud and tag not in {"use", "br", "input", "path"}:
            self._loud += 1

    def handle_endtag(self, tag: str) -> None:
        self._area = False
        if self._loud and tag != "use":
            self._loud -= 1

    def handle_data(self, data: str) -> None:
        if self._area:
            self.kept.add(data.strip())
        if self._loud:
            self.said.append(data)


def read(html: str) -> _Fields:
    found = _Fields()
    found.feed(html)
    return found


def complaints(filled: Filled, wrong: Wrong, html: str, language: int) -> list[str]:
    """Return what a refusal lacks: what was typed elsewhere, or the name of the field that is wrong."""
    field, bad, *words = wrong
    page, lacks = read(html), []
    for name, value in filled.good.items():
        if name != field and name not in filled.hidden and str(value) and str(value) not in page.kept:
            lacks.append(f"{filled.path} {field}={bad[:40]!r}: {name} is not kept")
    said = unescape(" ".join(page.said))
    if words[language].lower() not in said.lower():
        lacks.append(f"{filled.path} {field}={bad[:40]!r}: said {said.strip()[:120]!r}, without {words[language]!r}")
    return lacks


def overlong(filled: Filled) -> tuple[Wrong, ...]:
    """Return the fields of free words, each with more than it takes."""
    return tuple((field, LONG, "最多", "at most") for field in filled.good if field in FREE)


@pytest.mark.parametrize("name", FORMS)
async def test_one_bad_field_spoils_nothing_but_the_sending(app: Litestar, cast: Cast, name: str) -> None:
    filled = FORMS[name]
    number = await filled.before(cast)
    good = {field: str(cast["S1"]) if value == "7" else value for field, value in filled.good.items()}
    good = {field: value.replace(":7", f":{cast['S1']}") if field == "line" else value for field, value in good.items()}
    filled = replace(filled, good=good, path=filled.path.replace("{n}", str(number)))
    forget()
    lacks: list[str] = []
    with at(filled.moment):
        async with Browser(app) as browser:
            await browser.sign_in(filled.who)
            for column, language in enumerate(("zh", "en")):
                await browser.patch("/api/v1/me", json={"language": language})
                before = await held()
                for wrong in (*filled.wrong, *overlong(filled)):
                    answer = await browser.post(
                        filled.path,
                        data={**filled.good, **({} if wrong[0] == "file" else {wrong[0]: wrong[1]})},
                        files=filled.files(wrong),
                    )
                    if not 400 <= answer.status_code < 500:
                        lacks.append(f"{filled.path} {wrong[0]}={wrong[1]!r}: {answer.status_code}")
                        continue
                    lacks += complaints(filled, wrong, answer.text, column)
                lacks += [f"{table} was written" for table, rows in (await held()).items() if before[table] != rows]
            done = await browser.post(filled.path, data=filled.good, files=filled.files())
            if done.status_code >= 400:
                lacks.append(f"{filled.path} good: {done.status_code} {' '.join(read(done.text).said)[:200]}")
    assert not lacks, "\n".join(lacks)
