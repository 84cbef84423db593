"""Two hundred broken files sent to the server: no failure of its own, and the tables hold what the answers say."""

import random
from datetime import UTC, datetime

import pytest
from time_machine import TimeMachineFixture

from core.database import raw
from tests.api.browser import Browser
from tests.api.test_hostile import failures
from tests.intake.stand import csv_of, xlsx_of
from tests.intake.test_broken import CORRUPTIONS, Rows

FILES = 200


def sound(dice: random.Random) -> Rows:
    rows: Rows = [["单位编码", "指标", "日期", "数值", "有效样本"]]
    rows += [[unit, kpi, f"2026-10-{day:02d}", dice.randint(1, 90), dice.randint(1, 40)]
             for unit in ("S1", "S2", "S3", "S4") for kpi in ("VISIT", "SMILE", "WAIT") for day in (5, 6)]  # fmt: skip
    return rows


def broken(seed: int) -> tuple[str, bytes]:
    """Return the name and the bytes of a file that is wrong in one to four ways, every seventh in its bytes too."""
    dice = random.Random(seed)
    rows = sound(dice)
    for corrupt in (CORRUPTIONS[seed % len(CORRUPTIONS)], *dice.choices(CORRUPTIONS, k=seed % 4)):
        corrupt(rows, dice)
    data = bytearray(xlsx_of(*rows) if seed % 5 == 0 else csv_of(*rows))
    if seed % 3 == 0:
        data = bytearray(bytes(data).decode("utf-8", "ignore").encode("gb18030")) if seed % 5 else data
    if seed % 7 == 0:
        for _ in range(12):
            data[dice.randrange(len(data))] = dice.randrange(256)
    return ("data.xlsx" if seed % 5 == 0 else "data.csv"), bytes(data)


async def stored() -> int:
    async with raw() as connection:
        return int(await connection.fetchval("SELECT count(*) FROM fact"))


@pytest.mark.parametrize("part", range(4))
async def test_broken_files_never_break_the_server_nor_half_of_the_data(
    anybody: Browser, time_machine: TimeMachineFixture, part: int
) -> None:
    time_machine.move_to(datetime(2026, 11, 2, 4, tzinfo=UTC), tick=True)
    await anybody.sign_in("sulan")
    failed, expected, answered = failures(), await stored(), set()
    for seed in range(part * FILES // 4, (part + 1) * FILES // 4):
        name, content = broken(seed)
        whole = {"month": "202610", "only_good": "1" if seed % 2 else "", "reason": "again"}
        answer = await anybody.post("/api/v1/imports", files={"file": (name, content)}, data=whole)
        answered.add(answer.status_code)
        assert answer.status_code in (200, 409, 422), answer.text
        told = answer.json()
        if answer.status_code == 200:
            report = told["report"]
            assert report["read"] == report["good"] + report["refused"] + report["skipped"]
            assert len(report["refusals"]) == report["refused"]
            expected += told["taken"]
        else:
            assert told["problems"][0]["code"]
        assert await stored() == expected, f"file {seed}"
    assert failures() == failed
    assert {200, 409} <= answered
