"""The worker tries drafts out beside its other work, and one that was cut short is begun anew."""

from months.operations.simulating import ask_simulation
from months.queries.simulations import simulation
from ops.worker import Worker
from scoring.operations.drafts import create_draft
from tests.cast import MONTH, Cast, enrol
from tests.factories import SMALL_BOOK
from tests.months.story import ran


async def asked(cast: Cast) -> int:
    text = SMALL_BOOK.read_text(encoding="utf-8")
    number = await create_draft(name="等候", text=text, actor=cast.actor("sulan"))
    return await ask_simulation(draft_id=number, revision=1, months=[MONTH], actor=cast.actor("sulan"))


async def test_a_trial_that_was_asked_for_is_done_once(own_database: object) -> None:
    cast = await enrol()
    await ran(cast)
    number = await asked(cast)
    worker = Worker(None)
    assert await worker.work_off() >= 1
    await worker.tried_out()
    row = await simulation(number)
    assert (row.state, row.done) == ("done", 1)
    assert await worker.work_off() == 0
