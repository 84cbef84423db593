"""A freeze tells nothing: of two worlds that part after it, nobody below the organisers can say which is the own one."""

from datetime import datetime
from decimal import Decimal
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
from tests.api.freezing import AFTER, READERS, Page, at, crawled, signed_in, undone
from tests.api.matrix import doors
from tests.api.worlds import Phase, departments_answer, november, until_the_freeze, world
from tests.cast import MONTH, Cast
from tests.factories import during
from tests.memory import forget
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


SPOKEN = {
    "/api/v1/months/{month}/losses": "how many lines departments took on or contested",
    "/losses": "the same",
    "/api/v1/months/{month}/units/{unit_id}/losses": "what departments answered to those who lost by them",
    "/units/{unit_id}/losses": "the same",
    "/api/v1/months/{month}/departments/{unit_id}/losses": "the department's own answers",
    "/departments/{unit_id}/losses": "the same",
    "/departments/{unit_id}": "how many of them are late",
}
"""Where departments speak: their answers move no points, are due while the month is verified, and are said to whom they concern."""
SEALED = frozenset({
    "/", "/boards", "/months", "/months/{month}", "/months/{month}/verify",
    "/api/v1/months", "/api/v1/months/{month}", "/api/v1/months/{month}/verification",
    "/api/v1/contests", "/api/v1/contests/{contest_id}",
})  # fmt: skip

"""Where the seal is shown, with its digest."""
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


def unsealed(pages: Pages, digest: str | None) -> Pages:
    """Return pages without the seal, which is public from the closing on and is another for another result."""
    marks = [digest[place : place + 8].encode() for place in range(0, 64, 8)] if digest else []
    marks += [f">{digest[place : place + 4]}<".encode() for place in range(0, 64, 4)] if digest else []

    def plain(page: Page) -> Page:
        body = page.body
        for mark in marks:
            body = body.replace(mark, b"#")
        return Page(page.status, page.headers, body)

    return {key: plain(page) if key[1] in SEALED else page for key, page in pages.items()}


def _own(cast: Cast, role: str, template: str, path: str) -> bool:
    if role not in READERS:
        return False
    member = cast.person(READERS[role])
    if template == "/":
        return True
    live = {member.unit_id, *(cast[code] for code in ("S1", "B1", "NWD") if code in HEADED.get(role, ""))}
    return template in OWN and any(f"/units/{unit}" in path for unit in live)


LOOKED_AT: dict[Phase, datetime] = {
    "frozen": during(MONTH, 27), "closed": during(AFTER, 9), "embargoed": during(AFTER, 8, 20)
}  # fmt: skip
LOOKING: dict[Phase, list[str]] = {
    "frozen": ["clerk", "store_manager", "branch_manager", "award_host", "administrator"],
    "closed": ["store_manager", "service_monitor", "service_supervisor", "department_head", "finance", "award_host"],
    "embargoed": ["clerk", "store_manager", "branch_manager", "department_head", "finance", "administrator"],
}
"""Who looks while the month runs, once it is closed, and amid the ceremony: between them all roles below the organisers."""
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
    assert {*OWN, *DUTY, *SEALED, *SPOKEN} <= {template for _method, template, _handler in doors(app)}


@pytest.mark.parametrize("phase", LOOKED_AT)
async def test_strangers_in_front_of_a_public_board_see_the_same_in_both_worlds(
    settings: Settings, tmp_path: Path, tx: None, phase: Phase
) -> None:
    cast = await until_the_freeze()
    if phase != "frozen":
        await november(cast, phase)
    seen: list[Pages] = []
    with at(LOOKED_AT[phase]):
        for seed in (1, 2):
            opened = create_app(replace(settings, data=tmp_path, secret="s" * 40, public_board=True))
            async with undone(), Browser(opened) as stranger:
                await world(cast, seed, phase)
                row = await month_row(MONTH)
                pages = await crawled(opened, cast, {"stranger": stranger}, named=phase != "frozen")
                seen.append(unsealed(pages, row.digest))
    assert sum(page.status == 200 for page in seen[0].values()) > 10
    leaks = told_apart(seen[0], seen[1], cast)
    assert not leaks, f"{len(leaks)} leaks:\n" + "\n".join(leaks)


@pytest.mark.parametrize("phase", LOOKED_AT)
async def test_two_worlds_that_part_at_the_freeze_look_the_same(app: Litestar, tx: None, phase: Phase) -> None:
    cast = await until_the_freeze()
    if phase != "frozen":
        await november(cast, phase)
    seen: list[Pages] = []
    inner: list[bytes] = []
    with at(LOOKED_AT[phase]):
        async with signed_in(app, [*LOOKING[phase], "organiser"]) as browsers:
            organiser = browsers.pop("organiser")
            for seed in (1, 2):
                async with undone():
                    await world(cast, seed, phase)
                    row = await month_row(MONTH)
                    seen.append(unsealed(await crawled(app, cast, browsers, named=phase != "frozen"), row.digest))
                    inner.append((await organiser.get(freezing.BOARD.replace("storefront", "branch"))).content)
    assert inner[0] != inner[1]
    assert sum(page.status == 200 for page in seen[0].values()) > len(seen[0]) // 2
    leaks = told_apart(seen[0], seen[1], cast)
    assert not leaks, f"{len(leaks)} leaks:\n" + "\n".join(leaks)


async def test_what_departments_answer_after_the_freeze_is_read_where_they_speak_and_nowhere_else(
    app: Litestar, tx: None
) -> None:
    cast = await until_the_freeze()
    seen: list[Pages] = []
    with at(LOOKED_AT["frozen"]):
        async with signed_in(app, ["store_manager", "branch_manager", "administrator"]) as browsers:
            for lines in (0, 2):
                async with undone():
                    await departments_answer(cast, lines)
                    forget()
                    seen.append(await crawled(app, cast, browsers, named=False))
    apart = {key[1] for key in seen[0] if seen[0][key] != seen[1][key]}
    assert "/losses" in apart
    assert apart <= {*SPOKEN, *DUTY}


async def test_an_answer_by_somebody_who_sees_what_is_frozen_tells_the_points_that_everybody_sees(
    app: Litestar, tx: None
) -> None:
    cast = await until_the_freeze()
    with at(LOOKED_AT["frozen"]):
        async with signed_in(app, ["administrator"]) as browsers:
            await world(cast, 2, "frozen")
            await departments_answer(cast, 2)
            forget()
            path = f"/api/v1/months/{MONTH}/departments/{cast['CSD']}/losses"
            lines = (await browsers["administrator"].get(path)).json()["lines"]
    told = [(line["points"], one["points"]) for line in lines for one in line["answers"]]
    assert told
    assert all(Decimal(shown) * 10_000 == points for shown, points in told)
