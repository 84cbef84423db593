"""A unit as somebody describes it, and what is wrong with the description."""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date

import msgspec

from core.errors import Place, Problem, problem

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}", re.ASCII)
KIND = re.compile(r"[a-z][a-z0-9_]{0,15}", re.ASCII)
STARS = range(1, 7)
CHANGEABLE = frozenset({
    "name_zh", "name_en", "peer_group", "post", "star", "size_class", "customers", "traffic", "hors_concours",
})  # fmt: skip
LONGEST = {"name_zh": 80, "name_en": 120, "post": 24, "size_class": 8, "peer_group": 32}


class NewUnit(msgspec.Struct, frozen=True, kw_only=True):
    """A unit to be made; parent and employer by code, `since` the day from which it has that place."""

    code: str
    name_zh: str
    name_en: str
    kind: str
    peer_group: str = "all"
    parent: str | None = None
    employer: str | None = None
    post: str | None = None
    star: int | None = None
    size_class: str | None = None
    customers: int | None = None
    traffic: int | None = None
    hors_concours: bool = False
    opened_on: date | None = None
    closed_on: date | None = None
    since: date | None = None


def faults(rows: Sequence[NewUnit], known: Collection[str]) -> list[Problem]:
    """Return everything that is wrong with new units, each with the code of its row as the place."""
    codes = {row.code for row in rows}
    found = [fault for row in rows for fault in row_faults(row)]
    found += [_fault(code, "duplicate", "编码重复。", "The code occurs twice.") for code in _twice(rows)]
    found += [
        _fault(row.code, "known", "该编码已存在。", "This code exists already.") for row in rows if row.code in known
    ]
    for row in rows:
        for above in (row.parent, row.employer):
            if above and above not in codes and above not in known:
                found.append(_fault(row.code, "no_parent", f"找不到上级 {above}。", f"There is no unit {above}."))
    return found + [_fault(code, "loop", "上级关系成环。", "The parents form a loop.") for code in _loops(rows)]


def row_faults(row: NewUnit) -> list[Problem]:
    """Return what is wrong with one description by itself."""
    found = []
    if not CODE.fullmatch(row.code):
        found.append(
            _fault(
                row.code,
                "code",
                "编码由 1 至 32 个字母、数字、点或横线组成。",
                "A code has 1 to 32 letters, digits, dots or dashes.",
            )
        )
    if not KIND.fullmatch(row.kind):
        found.append(_fault(row.code, "kind", "类型应为小写英文代码。", "The kind is a code of small letters."))
    for name, most in LONGEST.items():
        value = getattr(row, name)
        if value is not None and not (0 < len(value) <= most and value.isprintable()):
            found.append(
                _fault(row.code, name, f"{name} 应为 1 至 {most} 个字符。", f"{name} has 1 to {most} characters.")
            )
    if row.star is not None and row.star not in STARS:
        found.append(_fault(row.code, "star", "星级应为 1 至 6。", "The star grade is 1 to 6."))
    if min(row.customers or 0, row.traffic or 0) < 0:
        found.append(_fault(row.code, "exposure", "客户数和客流不能为负。", "Customers and traffic are not negative."))
    if row.closed_on and row.opened_on and row.closed_on <= row.opened_on:
        found.append(_fault(row.code, "days", "关闭日期应晚于开业日期。", "A unit closes after it has opened."))
    return found


def _twice(rows: Iterable[NewUnit]) -> list[str]:
    seen: set[str] = set()
    return [row.code for row in rows if row.code in seen or seen.add(row.code)]  # type: ignore[func-returns-value]  # add returns None on purpose


def _loops(rows: Sequence[NewUnit]) -> list[str]:
    parents = {row.code: row.parent for row in rows}
    safe: set[str] = set()
    looped: list[str] = []
    for row in rows:
        path: list[str] = []
        code: str | None = row.code
        while code is not None and code in parents and code not in safe and code not in path:
            path.append(code)
            code = parents[code]
        if code is not None and code in path:
            looped.append(row.code)
        safe.update(path)
    return looped


def _fault(code: str, kind: str, zh: str, en: str) -> Problem:
    return problem(f"unit_{kind}", zh, en, Place(path=code))
