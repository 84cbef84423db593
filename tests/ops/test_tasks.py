"""How claimed notes become tasks."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from core import outbox
from core.audit import SYSTEM
from core.clock import now
from core.outbox import Note
from leaderboards.queries.snapshots import month_board
from ops.tasks import ORGANISATION, Task, range_quiet_months, spread, tasks
from org.new_units import NewUnit
from org.operations import units
from tests.cast import BEFORE, MONTH, Cast, cast
from tests.months import story

__all__ = ["cast"]


def _note(number: int, kind: str, **payload: Any) -> Note:
    return Note(id=number, kind=kind, payload=payload, attempts=1, created_at=now())


def test_notes_about_one_month_are_done_together() -> None:
    notes = [
        _note(1, "fold", month=202611, units=[7, 3]),
        _note(2, "score", month=202611),
        _note(3, "fold", month=202611, units=[3, 9]),
    ]
    assert tasks(notes) == [Task(202611, True, (3, 7, 9), (1, 2, 3))]  # noqa: FBT003 - the order is the Struct's


def test_whoever_asks_for_all_units_gets_all() -> None:
    notes = [_note(1, "fold", month=202611, units=[7]), _note(2, "fold", month=202611, units=None)]
    assert tasks(notes)[0].units is None


def test_scoring_alone_folds_nothing() -> None:
    assert not tasks([_note(1, "score", month=202611)])[0].fold


def test_older_months_come_first() -> None:
    assert [task.month for task in tasks([_note(1, "score", month=202611), _note(2, "score", month=202609)])] == [
        202609,
        202611,
    ]


async def test_a_changed_organisation_scores_the_open_months_and_no_other(cast: Cast) -> None:
    await story.ran(cast, BEFORE)
    await story.closed(cast, BEFORE)
    await story.ran(cast, MONTH)
    await story.worked_off(MONTH)
    hall = NewUnit(code="X1", name_zh="新厅", name_en="New", kind="storefront", parent="B1")
    await units.create_units(actor=SYSTEM, rows=[hall])
    news = [note for note in await outbox.claim(50, timedelta(minutes=1)) if note.kind == ORGANISATION]
    assert len(news) == 1
    await spread(news[0])
    asked = [note.payload for note in await outbox.claim(50, timedelta(minutes=1)) if note.kind == "score"]
    assert asked == [{"month": MONTH}]


def test_unknown_kinds_are_left_out() -> None:
    assert tasks([_note(1, "dance", month=202611)]) == []


async def test_places_are_ranged_when_a_board_has_stood_for_a_moment_and_not_before(cast: Cast) -> None:
    await story.ran(cast, MONTH)
    failed: set[int] = set()
    await range_quiet_months(failed)
    assert not (await month_board(MONTH)).ranged
    with time_machine.travel(now() + timedelta(seconds=3)):
        await range_quiet_months(failed)
    assert (await month_board(MONTH)).ranged
    assert not failed


async def test_a_board_that_cannot_be_ranged_is_tried_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    await story.ran(cast, MONTH)
    tried: list[int] = []

    async def broken(month: int) -> bool:
        tried.append(month)
        raise ArithmeticError

    monkeypatch.setattr("ops.tasks.leaderboards.range_places", broken)
    failed: set[int] = set()
    with time_machine.travel(now() + timedelta(seconds=3)):
        await range_quiet_months(failed)
        await range_quiet_months(failed)
    assert tried == [MONTH]
    assert len(failed) == 1
