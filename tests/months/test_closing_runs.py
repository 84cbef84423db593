"""A large month is closed by the worker: asked for by the second person, followed while it goes on, told when it was refused."""

from collections.abc import Iterator

import pytest
import time_machine

from core import outbox
from core.errors import Refused
from months.lifecycle import State
from months.models.life import ClosingRun
from months.operations import closing, closing_runs
from months.operations.closing import PHASES
from months.queries.calendar import month_row
from months.queries.closing import Run, proposal, run_of
from ops import tasks
from tests.cast import MONTH, Cast
from tests.months.story import closing_day, ran


@pytest.fixture(autouse=True)
def after_the_month() -> Iterator[None]:
    with time_machine.travel(closing_day(), tick=True):
        yield


async def proposed(cast: Cast) -> int:
    """Run a month and propose to close it; return the number of the proposal."""
    await ran(cast)
    await closing.propose_close(month=MONTH, actor=cast.actor("sulan"), at=closing_day())
    found = await proposal(MONTH)
    assert found is not None
    return found.closing_id


async def worked() -> None:
    """Do what a worker would do with closings that were asked for."""
    for note in await outbox.claim(100, tasks.QUIET):
        if note.kind == tasks.CLOSE:
            await tasks.try_out(note)


async def test_the_worker_closes_in_the_name_of_the_second_person(cast: Cast) -> None:
    number = await proposed(cast)
    await closing_runs.ask(month=MONTH, actor=cast.actor("baishu"), at=closing_day())
    assert await run_of(number) == Run(done=0, working=True, against=())
    await worked()
    assert (await month_row(MONTH)).state is State.CLOSED
    assert await run_of(number) == Run(done=len(PHASES), working=False, against=())


async def test_who_proposed_is_refused_before_anything_begins(cast: Cast) -> None:
    number = await proposed(cast)
    with pytest.raises(Refused):
        await closing_runs.ask(month=MONTH, actor=cast.actor("sulan"), at=closing_day())
    assert await run_of(number) is None


async def test_what_stands_against_it_by_then_is_told_and_nothing_is_closed(cast: Cast) -> None:
    number = await proposed(cast)
    await closing_runs.ask(month=MONTH, actor=cast.actor("baishu"), at=closing_day())
    await closing.withdraw_proposal(month=MONTH, actor=cast.actor("sulan"), at=closing_day())
    await worked()
    assert (await month_row(MONTH)).state is not State.CLOSED
    found = await run_of(number)
    assert found is not None
    assert found.against
    assert not found.working


async def test_asked_twice_and_done_twice_it_is_one_closing(cast: Cast) -> None:
    number = await proposed(cast)
    for _ in range(2):
        await closing_runs.ask(month=MONTH, actor=cast.actor("baishu"), at=closing_day())
    await closing_runs.work(number)
    await ClosingRun.filter(closing_id=number).update(finished_at=None)
    await closing_runs.work(number)
    assert (await month_row(MONTH)).version == 1
