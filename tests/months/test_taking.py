"""From the freeze on what replaces stored facts goes by change set; new facts count until the cut-off, afterwards by acceptance."""

import pytest

from core.errors import Refused
from leaderboards.operations import refresh
from months.changes.preview import digest
from months.operations import changes, taking
from months.operations.due import carry_out
from months.queries.changes import change
from scoring.intake.told import Options, Record
from scoring.queries.intake import batch
from tests import cast as told
from tests.cast import MONTH, Cast, day
from tests.factories import during
from tests.months.test_changes import AFTER, NOON, october, seal

LONG_AFTER = during(MONTH, 35)


def smiles(count: str, on: int = 9) -> Record:
    return Record(unit="S1", kpi="SMILE", on=day(on).isoformat(), numerator=count, denominator="30")


async def sent(cast: Cast, record: Record, at: object) -> int | None:
    taken = await taking.take_in_records(
        records=[record], via="api", options=Options(month=MONTH), actor=cast.actor("sulan"), reason="抄错", at=at,  # type: ignore[arg-type]  # a moment
    )  # fmt: skip
    return taken.change_id


async def test_in_a_running_month_a_correction_counts_at_once(cast: Cast) -> None:
    await october(cast)
    assert await sent(cast, smiles("11"), NOON) is None


async def test_after_the_end_a_correction_waits_for_a_second_person(cast: Cast) -> None:
    await october(cast)
    before = await seal()
    number = await sent(cast, smiles("11"), AFTER)
    assert number is not None
    assert (await change(number)).kind == "correction"
    assert await seal() == before
    seen = await changes.preview(number, at=AFTER)
    await changes.apply(change_id=number, preview_digest=digest(seen), actor=cast.actor("baishu"), at=AFTER)
    assert await seal() == seen.after != before


async def test_new_facts_after_the_cut_off_are_kept_and_proposed_to_be_let_in(cast: Cast) -> None:
    await october(cast)
    number = await sent(cast, smiles("11", on=13), LONG_AFTER)
    assert number is not None
    assert (await change(number)).kind == "late_data"


async def test_late_facts_count_once_they_are_let_in(cast: Cast) -> None:
    await october(cast)
    await carry_out(LONG_AFTER)
    before = await seal()
    number = await sent(cast, smiles("11", on=13), LONG_AFTER)
    assert number is not None
    seen = await changes.preview(number, at=LONG_AFTER)
    await changes.apply(change_id=number, preview_digest=digest(seen), actor=cast.actor("baishu"), at=LONG_AFTER)
    assert await seal() == seen.after != before


async def test_an_import_that_came_in_time_is_not_let_in_as_late(cast: Cast) -> None:
    await told.plan(cast)
    batch_id = await told.believable()
    await refresh(MONTH)
    number = await changes.propose(
        month=MONTH, kind="late_data", payload={"batch_id": batch_id}, title="补", why="补", actor=cast.actor("sulan"), at=AFTER
    )  # fmt: skip
    with pytest.raises(Refused, match="is not late"):
        await changes.preview(number, at=AFTER)


async def test_after_the_end_an_import_is_taken_back_by_change_set_only(cast: Cast) -> None:
    await told.plan(cast)
    number = await told.believable()
    assert number is not None
    proposed = await taking.withdraw_batch(batch_id=number, reason="整批有误", actor=cast.actor("sulan"), at=AFTER)
    assert proposed is not None
    assert (await batch(number)).withdrawn_at is None
