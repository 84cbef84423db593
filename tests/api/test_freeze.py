"""A freeze tells nothing: of two worlds that part after it, nobody below the organisers can say which is the own one."""

from pathlib import Path

import pytest
from litestar import Litestar
from msgspec.structs import replace

from api.app import create_app
from core.language import LANGUAGES
from core.settings import Settings
from months.queries.calendar import month_row
from tests.api import freezing
from tests.api.browser import Browser
from tests.api.freezing import AFTER, READERS, Page, at, crawled, signed_in, undone, until_the_freeze, world
from tests.api.matrix import doors
from tests.cast import MONTH, Cast
from tests.factories import during
from web.render import environment

OWN = {
    "/units/{unit_id}": "the own card",
    "/units/{unit_id}/kpis/{kpi}": "a line of the own card",
    "/api/v1/units/{unit_id}/card": "the own card",
    "/api/v1/units/{unit_id}/card/{kpi}": "a line of the own card",
    "/": "the own card on the own home page",
}
"""Where somebody's own score stays visible, and nothing but that."""
DUTY = {
    "/api/v1/audit": "whoever administers the system reads the trail of what was done, by duty",
    "/api/v1/audit/chain": "the same trail",
    "/audit": "the same trail",
    "/completeness": "whoever looks after the data sees which have come and which not, and never what they say",
    "/api/v1/months/{month}/completeness/{card}": "the same",
    "/metrics": "counters of the machine, for collectors inside the network",
}
"""What tells more by design, and to whom."""


Pages = dict[tuple[str, str, str], Page]


def told_apart(one: Pages, other: Pages, cast: Cast) -> list[str]:
    """Return where two worlds differ for somebody who may not see it."""
    assert one.keys() == other.keys()
    return [
        f"{role} {path}: {_difference(one[role, template, path], other[role, template, path])}"
        for role, template, path in one
        if one[role, template, path] != other[role, template, path]
        and template not in DUTY
        and not _own(cast, role, template, path)
    ]


def unsealed(pages: Pages, digest: str | None, closing: int | None) -> Pages:
    """Return pages without the seal, which is public from the closing on and is another for another result.

    Nor with the number of the closing: the database goes on counting when a world is undone.
    """
    marks = [digest[place : place + 8].encode() for place in range(0, 64, 8)] if digest else []
    marks += [f">{digest[place : place + 4]}<".encode() for place in range(0, 64, 4)] if digest else []

    marks += [f'"closing_id":{closing},'.encode()]

    def plain(page: Page) -> Page:
        body = page.body
        for mark in marks:
            body = body.replace(mark, b"#")
        return Page(page.status, page.headers, body)

    return {key: plain(page) for key, page in pages.items()}


def _own(cast: Cast, role: str, template: str, path: str) -> bool:
    if role not in READERS:
        return False
    member = cast.person(READERS[role])
    if template == "/":
        return True
    live = {member.unit_id, *(cast[code] for code in ("S1", "B1", "NWD") if code in HEADED.get(role, ""))}
    return template in OWN and any(f"/units/{unit}" in path for unit in live)


EARLY = ["clerk", "store_manager", "branch_manager", "award_host", "administrator"]
LATE = ["store_manager", "service_monitor", "service_supervisor", "department_head", "finance", "award_host"]
"""Who looks while the month runs, and who once it is closed: between them all roles below the organisers."""
HEADED = {"store_manager": "S1", "service_monitor": "B1", "service_supervisor": "B1", "branch_manager": "B1",
    "department_head": "NWD"}  # fmt: skip


def _difference(one: Page, other: Page) -> str:
    if one.status != other.status:
        return f"{one.status} / {other.status}"
    if one.headers != other.headers:
        return str(set(one.headers) ^ set(other.headers))
    place = next(
        (n for n, (a, b) in enumerate(zip(one.body, other.body, strict=False)) if a != b),
        min(len(one.body), len(other.body)),
    )
    return f"…{one.body[max(place - 60, 0) : place + 40]!r} / {other.body[max(place - 60, 0) : place + 40]!r}"


class Same:
    """Chance that always says the same."""

    def random(self) -> float:
        return 0.5

    def randint(self, low: int, _high: int) -> int:
        return low


@pytest.fixture(autouse=True)
def _no_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the keys of forms and the pauses of streams be the same; a stream ends after its first news."""
    for language in LANGUAGES:
        monkeypatch.setitem(environment(language).globals, "fresh_key", lambda: "key")
    monkeypatch.setattr("web.pages.stream._chance", Same())
    monkeypatch.setattr("web.pages.stream.GAP", 0)
    monkeypatch.setattr("web.pages.stream.drain.draining", lambda: True)


def test_each_exception_names_a_door(app: Litestar) -> None:
    assert {*OWN, *DUTY} <= {template for _method, template, _handler in doors(app)}


@pytest.mark.parametrize("closed", [False, True], ids=["frozen", "closed"])
async def test_strangers_in_front_of_a_public_board_see_the_same_in_both_worlds(
    settings: Settings, tmp_path: Path, tx: None, *, closed: bool
) -> None:
    cast = await until_the_freeze()
    if closed:
        await freezing.november(cast)
    seen: list[Pages] = []
    with at(during(AFTER, 9) if closed else during(MONTH, 27)):
        for seed in (1, 2):
            opened = create_app(replace(settings, data=tmp_path, secret="s" * 40, public_board=True))
            async with undone(), Browser(opened) as stranger:
                await world(cast, seed, closed=closed)
                row = await month_row(MONTH)
                pages = await crawled(opened, cast, {"stranger": stranger}, named=closed)
                seen.append(unsealed(pages, row.digest, row.closing_id))
    assert sum(page.status == 200 for page in seen[0].values()) > 10
    assert not told_apart(*seen, cast)


@pytest.mark.parametrize("closed", [False, True], ids=["frozen", "closed"])
async def test_two_worlds_that_part_at_the_freeze_look_the_same(app: Litestar, tx: None, *, closed: bool) -> None:
    cast = await until_the_freeze()
    if closed:
        await freezing.november(cast)
    seen: list[Pages] = []
    inner: list[bytes] = []
    readers, moment = (LATE, during(AFTER, 9)) if closed else (EARLY, during(MONTH, 27))
    with at(moment):
        async with signed_in(app, [*readers, "organiser"]) as browsers:
            organiser = browsers.pop("organiser")
            for seed in (1, 2):
                async with undone():
                    await world(cast, seed, closed=closed)
                    row = await month_row(MONTH)
                    seen.append(unsealed(await crawled(app, cast, browsers, named=closed), row.digest, row.closing_id))
                    inner.append((await organiser.get(freezing.BOARD)).content)
    assert inner[0] != inner[1]
    assert sum(page.status == 200 for page in seen[0].values()) > len(seen[0]) // 2
    leaks = told_apart(*seen, cast)
    assert not leaks, f"{len(leaks)} leaks:\n" + "\n".join(leaks)
