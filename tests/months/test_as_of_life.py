"""Whatever happened to a month, asked later for an instant one is shown what was shown then, to organisers and to everybody."""

import os
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, NamedTuple

import msgspec
import pytest
import pytest_asyncio
import time_machine

from core.database import raw
from core.errors import Refused, ShifenError
from core.period import shifted
from leaderboards.faces import showing
from leaderboards.month_board import MonthBoard
from leaderboards.operations import refresh
from leaderboards.queries import stored
from leaderboards.queries.as_of import known, rules_as_of
from leaderboards.queries.known import organisation_behind
from leaderboards.queries.snapshots import month_board, rules_of_board
from leaderboards.queries.then import path
from months.changes.preview import digest
from months.lifecycle import State
from months.operations import changes, closing, releasing
from months.queries.calendar import month_page, month_row
from org.visibility import Face
from scoring.operations.rules import store_rule_book
from scoring.packing import PackedLine
from tests import cast as told
from tests import factories
from tests.cast import MONTH, Cast, day, enrol
from tests.factories import SMALL_BOOK, Fact, facts
from tests.memory import forget
from tests.months.story import talks_held

BEGUN = datetime(2026, 9, 27, 4, tzinfo=UTC)
TICK = timedelta(microseconds=1)
HALLS = ("S1", "S2", "S3", "S4")
SEEDS = int(os.environ.get("SHIFEN_TEST_HISTORIES", "4"))
RUNNING, AFTER = 10, 4
"""How many things happen before the month ends, and how many between two closings and after the publication."""
WHAT = (
    *("fact", "correction", "appeal", "adjustment", "adjustment lifted", "red_line", "red_line lifted", "exclusion"),
    *("exclusion lifted", "quarantine", "membership", "rules", "theme", "withdrawal", "undo", "undo"),
)
_STANDING = {
    "adjustment lifted": "SELECT id FROM adjustment WHERE month = 202610 AND lifted_at IS NULL ORDER BY id",
    "red_line lifted": "SELECT id FROM red_line_event WHERE lifted_at IS NULL ORDER BY id",
    "exclusion lifted": "SELECT id FROM exclusion WHERE month = 202610 AND lifted_at IS NULL ORDER BY id",
}
_BATCHES = """
SELECT id FROM import_batch WHERE id > (SELECT min(id) FROM import_batch) AND first_on >= '2026-10-01'
  AND id NOT IN (SELECT batch_id FROM batch_withdrawal) ORDER BY id
"""


class Shown(NamedTuple):
    """What somebody saw: the board, the lines of the cards, the rules with the theme, the way up from a team."""

    board: bytes
    cards: str
    rules: tuple[str, str | None]
    path: tuple[str, ...]


class History:
    """A month to which chance does things, with what was shown after each of them."""

    def __init__(self, cast: Cast, clock: time_machine.Traveller, chance: Random) -> None:
        self.cast, self.clock, self.chance = cast, clock, chance
        self.told: list[tuple[datetime, str, Face, Shown]] = []
        self.applied: list[int] = []
        self.books = [cast.rule_book_id]

    async def keep(self, why: str) -> None:
        """Do what waits, as a worker does, and take down what is shown."""
        await refresh(MONTH)
        async with raw() as connection:
            await connection.execute("UPDATE outbox_note SET done_at = now() WHERE done_at IS NULL")
        at = datetime.now(UTC) + TICK
        for face in (Face.INNER, Face.PUBLIC):
            forget()
            with showing(face):
                self.told.append((at, why, face, await shown_now(self.cast)))
        self.clock.shift(timedelta(hours=self.chance.randint(1, 16)))

    async def state(self) -> State:
        return (await month_row(MONTH, datetime.now(UTC))).state

    async def change(self, kind: str, payload: dict[str, Any]) -> None:
        """Propose, preview and apply a change set, a day later; one that the rules refuse is taken back."""
        maker, decider = ("baishu", "tangyi") if await self.state() is State.CLOSED else ("sulan", "baishu")
        try:
            number = await changes.propose(
                month=MONTH, kind=kind, payload=payload, title=kind, why="核实", actor=self.cast.actor(maker)
            )
        except Refused:  # rules of a published month stand
            return
        try:
            seen = await changes.preview(number)
            self.clock.shift(timedelta(hours=30))
            await changes.apply(change_id=number, preview_digest=digest(seen), actor=self.cast.actor(decider))
        except ShifenError:
            await changes.cancel(change_id=number, why="不成立", actor=self.cast.actor("tangyi"))
        else:
            self.applied.append(number)

    async def undo(self) -> None:
        """Undo the last change set, and sometimes apply it again a while later."""
        if not self.applied:
            return
        number = self.applied.pop()
        try:
            await changes.cancel(change_id=number, why="再看", actor=self.cast.actor("baishu"))
        except ShifenError:
            return
        await self.keep("undone")
        if self.chance.random() < 0.5:
            seen = await changes.preview(number)
            await changes.apply(change_id=number, preview_digest=digest(seen), actor=self.cast.actor("baishu"))
            self.applied.append(number)

    async def anything(self) -> None:
        """Let one thing happen."""
        what = self.chance.choice(WHAT)
        if what == "undo":
            await self.undo()
        elif what == "fact" and await self.state() is State.RUNNING:
            await facts(
                [Fact(self.chance.choice(HALLS), "VISIT", day(self.chance.randint(21, 30)), 80, 1)],
                at=datetime.now(UTC),
            )
        elif what != "fact":
            kind, payload = await self._payload(what)
            if payload:
                await self.change(kind, payload)
        await self.keep(what)

    async def _payload(self, what: str) -> tuple[str, dict[str, Any]]:
        hall, cast = self.chance.choice(HALLS), self.cast
        smiles = str(self.chance.randint(8, 30))
        record = {"unit": hall, "kpi": "SMILE", "on": day(9).isoformat(), "numerator": smiles, "denominator": "30"}
        if what in _STANDING:
            return what.removesuffix(" lifted"), await self._lift(what)
        payloads: dict[str, dict[str, Any]] = {
            "correction": {"records": [record]},
            "appeal": {"appeal_id": 1, "kind": "correction", "payload": {"records": [record]}},
            "adjustment": {"unit_id": cast[hall], "points": self.chance.choice([-180, 60, 240])},
            "red_line": {"unit_id": cast[hall], "on": day(9).isoformat(), "code": "begging"},
            "exclusion": {"unit_id": cast[hall], "what": "award"},
            "quarantine": {"kpi": "SMILE", "unit_id": cast[hall]},
            "membership": {"unit_id": cast["T3"], "parent_id": cast[hall], "on": day(1).isoformat()},
            "rules": {"rule_book_id": self.chance.choice(self.books)},
            "theme": {"theme": self.chance.choice(["SIGNAL", "SMILING"])},
            "withdrawal": await self._withdrawal(),
        }
        return {"theme": "rules", "withdrawal": "correction"}.get(what, what), payloads[what]

    async def _lift(self, what: str) -> dict[str, Any]:
        rows = await numbers(_STANDING[what])
        return {"lift": self.chance.choice(rows)} if rows else {}

    async def _withdrawal(self) -> dict[str, Any]:
        rows = await numbers(_BATCHES)
        return {"withdraw": self.chance.choice(rows)} if rows else {}

    async def close(self) -> None:
        """Close the month by two people, a while apart."""
        page = await month_page(MONTH, datetime.now(UTC))
        why = "all confirmed" if page.waivable else None
        await closing.propose_close(month=MONTH, actor=self.cast.actor("sulan"), waivers=page.waivable, why=why)
        await self.keep("proposed")
        await closing.approve_close(month=MONTH, actor=self.cast.actor("baishu"))
        await self.keep("closed")


async def numbers(statement: str) -> list[int]:
    """Return the numbers that a question gives."""
    async with raw() as connection:
        return [row["id"] for row in await connection.fetch(statement)]


def plain(board: MonthBoard) -> bytes:
    """Everything a board says, apart from when and under which number it was made."""
    return msgspec.json.encode([board.detail, sorted(board.by_unit.values(), key=lambda one: one.unit_id)])


async def shown_now(cast: Cast) -> Shown:
    """Return what the face of this test is shown now."""
    board = await month_board(MONTH)
    rules = await rules_of_board(board)
    lines = await stored.lines_of(board.snapshot_id, [cast[hall] for hall in HALLS])
    tree = await organisation_behind(board)
    return Shown(plain(board), card_lines(cast, lines), (rules.fingerprint, rules.theme), names(path(tree, cast["T3"])))


async def shown_then(cast: Cast, at: datetime) -> Shown:
    """Return what the face of this test is told about an instant."""
    found = await known(MONTH, at)
    rules, lines = await rules_as_of(MONTH, at), await found.lines([cast[hall] for hall in HALLS])
    above = names(path(found.organisation, cast["T3"]))
    return Shown(plain(found.board), card_lines(cast, lines), (rules.fingerprint, rules.theme), above)


def card_lines(cast: Cast, lines: Mapping[int, Sequence[PackedLine]]) -> str:
    return repr([[*lines.get(cast[hall], ())] for hall in HALLS])


def names(above: list[Any]) -> tuple[str, ...]:
    return tuple(one.zh for one in above)


@pytest_asyncio.fixture
async def clock(tx: None) -> AsyncIterator[time_machine.Traveller]:
    with time_machine.travel(BEGUN, tick=False) as found:
        yield found


async def begun(clock: time_machine.Traveller, chance: Random) -> History:
    """Enrol the cast, plan two months, and let the facts of the first come."""
    cast = await enrol()
    await told.plan(cast)
    await factories.plan(shifted(MONTH, 1), "SIGNAL", cast.rule_book_id, cast.actor("sulan"))
    history = History(cast, clock, chance)
    text = SMALL_BOOK.read_text(encoding="utf-8")
    other = text.replace('VISIT = "30"\nSMILE = "20"', 'VISIT = "20"\nSMILE = "30"')
    assert other != text
    history.books.append(await store_rule_book(text=other, actor=cast.actor("sulan")))
    clock.move_to(datetime(2026, 10, 2, 4, tzinfo=UTC))
    await facts(list(told._facts(MONTH, {})), at=datetime.now(UTC))
    await history.keep("begun")
    return history


@pytest.mark.parametrize("seed", range(SEEDS))
async def test_any_instant_shows_what_was_shown_then(clock: time_machine.Traveller, seed: int) -> None:
    chance = Random(seed)
    history = await begun(clock, chance)
    for _ in range(RUNNING):
        await history.anything()
    clock.move_to(datetime(2026, 11, 2, 4, tzinfo=UTC))
    await history.keep("ended")
    for _ in range(2):
        await history.anything()
    await history.close()
    for _ in range(AFTER):
        await history.anything()
    if await history.state() is State.VERIFYING:
        await history.close()
    if await history.state() is State.CLOSED:
        await talks_held(history.cast, datetime.now(UTC))
        await releasing.release(month=MONTH, actor=history.cast.actor("heqing"))
        await history.keep("published")
    for _ in range(AFTER):
        await history.anything()
    assert await history.state() in {State.PUBLISHED, State.SETTLED}
    assert len({shown for _, _, _, shown in history.told}) >= AFTER
    for at, why, face, expected in history.told:
        forget()
        with showing(face):
            assert await shown_then(history.cast, at) == expected, (at, why, face)
