"""The whole way without a browser: a file comes in, the board moves, two people close, winners and help follow, the result goes out."""

import io
from datetime import timedelta

import openpyxl
import pytest

from coaching.queries import assignment
from core import outbox
from core.audit import broken_links
from core.errors import Refused
from leaderboards.queries import snapshots
from leaderboards.queries.boards import place
from months.exports import files
from months.operations.closing import approve_close, propose_close
from months.operations.releasing import release
from months.operations.verifying import differing_boards
from months.queries.calendar import month_page, month_row
from months.queries.results import results
from months.queries.sealed import broken_seals, waiting_for_restatement
from ops.tasks import perform, tasks
from org.queries import account_by_id, organisation, viewer
from org.visibility import Scope
from rewards.queries import why_not, winners
from scoring.intake.told import Options
from scoring.operations.intake import take_in_file
from tests.cast import MONTH, Cast
from tests.months.story import closing_day, ran

EVERYTHING = Scope(sees_all=True, key="everything")
VISITS = """单位编码,指标,日期,数值,有效样本
S2,VISIT,2026-10-20,100,60
S2,SMILE,2026-10-20,100,600
"""
LATE = """单位编码,指标,日期,数值,有效样本
S4,VISIT,2026-10-21,100,90
"""


async def upload(cast: Cast, text: str) -> None:
    """Take a file in as Su Lan would, then let the worker do what it asks for."""
    await take_in_file(
        filename="暗访.csv", content=text.encode(), via="cli", options=Options(month=MONTH), actor=cast.actor("sulan")
    )
    for task in tasks(await outbox.claim(100, timedelta(minutes=1))):
        await perform(task)
        for note in task.notes:
            await outbox.finish(note)
    snapshots.expire()


async def rank_of(cast: Cast, code: str) -> int | None:
    return (await place(EVERYTHING, unit_id=cast[code], month=MONTH)).row.rank


async def exported(cast: Cast, username: str) -> openpyxl.Workbook:
    account = await account_by_id(cast.person(username).account_id)
    assert account is not None
    found = await results(MONTH, await viewer(account), await organisation(closing_day().date()))
    return openpyxl.load_workbook(io.BytesIO(files.xlsx(found, "zh")))


async def test_from_a_kpi_file_to_winners_and_coaching(cast: Cast) -> None:
    await ran(cast, MONTH, {"S1": 93, "S2": 90, "S3": 86, "S4": 76})
    assert await rank_of(cast, "S2") == 2
    await upload(cast, VISITS)
    assert await rank_of(cast, "S2") == 1
    assert any(answer.won for answer in await why_not(MONTH, cast["S2"], named=True))
    assert await differing_boards() == ()

    day = closing_day()
    await propose_close(month=MONTH, actor=cast.actor("sulan"), at=day)
    with pytest.raises(Refused):
        await approve_close(month=MONTH, actor=cast.actor("sulan"), at=day)
    closed = await approve_close(month=MONTH, actor=cast.actor("baishu"), at=day)
    assert {("window", "S2"), ("management", "B1"), ("support", "HRD")} <= {
        (winner.award, winner.unit_code) for winner in await winners(MONTH)
    }
    plan = await assignment(cast["S4"], MONTH)
    assert plan is not None
    assert len(plan.steps) == 5

    await release(month=MONTH, actor=cast.actor("heqing"), at=day)
    book = await exported(cast, "yaoxing")
    assert book["奖项"].max_row > 1
    assert book.worksheets[0]["B7"].value == closed.digest


async def test_what_comes_after_the_seal_waits_and_moves_nothing(cast: Cast) -> None:
    await ran(cast)
    day = closing_day()
    await propose_close(month=MONTH, actor=cast.actor("sulan"), at=day)
    await approve_close(month=MONTH, actor=cast.actor("baishu"), at=day)
    await upload(cast, LATE)
    assert await rank_of(cast, "S4") == 4
    assert [late.name for late in await waiting_for_restatement(MONTH)] == ["暗访.csv"]
    assert len((await month_page(MONTH, day)).waiting) == 1
    assert await broken_seals() == ()
    assert await broken_links() == []
    assert (await month_row(MONTH, day)).digest is not None
