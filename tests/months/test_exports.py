import csv
import hashlib
import io
import json
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from core.clock import now
from core.database import raw
from core.errors import Refused
from months.exports import files
from months.models.life import ServiceMonth
from months.operations.releasing import release
from months.queries.results import Results, results
from org.queries import account_by_id, organisation, viewer
from scoring.operations.events import adjust_points, record_red_line
from tests.cast import MONTH, Cast
from tests.factories import during
from tests.months.story import closed, closing_day, complete, ran, talks_held, worked_off

EVIL = '=HYPERLINK("http://evil.example","十分")'
DANGEROUS = tuple("=+-@\t\r\n＝＋－＠")


async def result_for(cast: Cast, username: str) -> Results:
    account = await account_by_id(cast.person(username).account_id)
    assert account is not None
    return await results(MONTH, await viewer(account), await organisation(closing_day().date()))


async def november(cast: Cast) -> None:
    await ran(cast)
    await closed(cast)


async def published(cast: Cast) -> None:
    await november(cast)
    await release(month=MONTH, actor=cast.actor("heqing"), at=closing_day())


def workbook(found: Results) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(files.xlsx(found, "zh")))


def cells(book: openpyxl.Workbook) -> list[Any]:
    return [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]


async def test_the_workbook_holds_seal_standings_awards_and_scorecards(cast: Cast) -> None:
    await november(cast)
    found = await result_for(cast, "sulan")
    book = workbook(found)
    assert book.worksheets[0]["B7"].value == found.digest
    assert {"名次 营业厅", "奖项", "记分卡 营业厅"} <= set(book.sheetnames)
    board = [row[4] for row in book["名次 营业厅"].iter_rows(min_row=2, values_only=True)]
    assert board == ["听雨路营业厅", "望舒街营业厅", "晴岚桥营业厅", "拾光里营业厅"]
    awarded = {row[3] for row in book["奖项"].iter_rows(min_row=2, values_only=True)}
    assert {"S1", "B1"} <= awarded


async def test_a_scorecard_adds_up_to_the_total_on_the_board(cast: Cast) -> None:
    await november(cast)
    book = workbook(await result_for(cast, "sulan"))
    total = next(row[5] for row in book["名次 营业厅"].iter_rows(min_row=2, values_only=True) if row[3] == "S2")
    lines = [row for row in book["记分卡 营业厅"].iter_rows(min_row=2, values_only=True) if row[0] == "S2"]
    assert round(sum(row[9] for row in lines), 2) == pytest.approx(total)
    assert round(sum(row[8] for row in lines), 2) == 100
    for *_, weight_after, points, lost, _status in lines:
        assert points + lost >= weight_after - 0.0002


async def test_beside_a_blended_total_stands_what_the_scorecard_comes_to(cast: Cast) -> None:
    await november(cast)
    content = json.loads(files.json_bytes(await result_for(cast, "sulan")))
    for row in content["standings"]["clerk"]:
        lines = [line for line in content["scorecards"]["clerk"] if line["unit"] == row["unit"]]
        assert abs(sum(Decimal(line["points"]) for line in lines) - Decimal(row["card"])) <= Decimal("0.005")
    assert any(row["card"] != row["total"] for row in content["standings"]["clerk"])


BESIDE = ("card", "blend", "activity", "adjustment", "red_lines")


async def moved(cast: Cast) -> None:
    """Close a month in which points were added beyond the limit, records made, red lines found, and nothing at all."""
    await ran(cast)
    actor = cast.actor("sulan")
    for code, points in (("S1", -150), ("S1", 40), ("P-zhouhe", 900), ("P-zhouhe", 800), ("S4", 30), ("CSD", 75)):
        await adjust_points(month=MONTH, unit_id=cast[code], points=points, reason="补报", actor=actor)
    for code in ("S4", "P-qiandan"):
        await record_red_line(unit_id=cast[code], on=date(2026, 10, 12), code="begging", reason="经核实", actor=actor)
    async with raw() as connection:
        await connection.execute(
            VALID, MONTH, cast["P-zhouhe"], actor.account_id, during(MONTH, 13), cast.person("linyue").account_id
        )
    await worked_off()
    await complete(cast)
    await closed(cast)


VALID = """
INSERT INTO activity_record (month, activity, unit_id, on_day, count, note, state, submitted_at, submitted_by, checked_at, checked_by)
VALUES ($1, 'likes', $2, '2026-10-12', 7, '', 'valid', $4, $5, $4, $3)
"""


async def test_the_parts_between_card_and_total_add_up_to_the_last_digit(cast: Cast) -> None:
    await moved(cast)
    content = json.loads(files.json_bytes(await result_for(cast, "sulan")))
    assert content["totals"]
    for row in content["totals"]:
        assert sum(Decimal(one["points"]) for one in row["parts"]) == Decimal(row["total"]), row
    for board in content["standings"].values():
        for row in board:
            if row["total"] is not None:
                assert sum(Decimal(row[name]) for name in BESIDE) == Decimal(row["total"]), row


async def test_what_was_added_stands_line_by_line_with_its_reason(cast: Cast) -> None:
    await moved(cast)
    content = json.loads(files.json_bytes(await result_for(cast, "sulan")))
    parts = {row["unit"]: [(one["part"], one["points"]) for one in row["parts"]] for row in content["totals"]}
    assert parts["S1"][-2:] == [("adjustment", "-1.50"), ("adjustment", "0.40")]
    assert ("activity", "0.70") in parts["P-zhouhe"]
    assert [kind for kind, _ in parts["P-zhouhe"]].count("adjustment") == 2
    assert "limit" in [kind for kind, _ in parts["P-zhouhe"]]
    assert parts["S4"][-1][0] == "red_lines"
    assert parts["S4"][-1][1].startswith("-")
    assert all(kind in {"card", "blend"} for kind, _ in parts["S2"])


async def test_the_card_of_a_unit_that_was_adjusted_is_what_its_lines_come_to(cast: Cast) -> None:
    await moved(cast)
    content = json.loads(files.json_bytes(await result_for(cast, "sulan")))
    for kind in ("storefront", "clerk"):
        for row in content["standings"][kind]:
            lines = [line for line in content["scorecards"][kind] if line["unit"] == row["unit"]]
            assert abs(sum(Decimal(line["points"]) for line in lines) - Decimal(row["card"])) <= Decimal("0.005"), row


async def test_only_red_lines_take_something_that_no_line_explains(cast: Cast) -> None:
    await moved(cast)
    found = await result_for(cast, "sulan")
    assert not [row.code for row in found.totals if any(one.part == "floor" for one in row.parts)]


async def test_the_workbook_and_the_archive_show_how_totals_add_up(cast: Cast) -> None:
    await moved(cast)
    found = await result_for(cast, "sulan")
    rows = list(workbook(found)["总分由来"].iter_rows(min_row=2, values_only=True))
    assert ("S1", "听雨路营业厅", "加减分", "加减分", None, -1.5, "补报") in rows
    with zipfile.ZipFile(io.BytesIO(files.csv_zip(found, "en"))) as archive:
        told = list(csv.reader(io.StringIO(archive.read("totals.csv").decode("utf-8-sig"))))
    assert len(told) == len(rows) + 1


async def test_what_moved_the_total_of_another_unit_is_not_told_to_a_store_manager(cast: Cast) -> None:
    await moved(cast)
    await talks_held(cast, closing_day())
    await release(month=MONTH, actor=cast.actor("heqing"), at=closing_day())
    content = json.loads(files.json_bytes(await result_for(cast, "linyue")))
    told = {row["unit"]: row for row in content["standings"]["storefront"] if row["unit"]}
    assert told["S1"]["adjustment"] == "-1.10"
    assert told["S2"]["adjustment"] is None
    assert told["S2"]["card"] is None
    assert not {"S2", "S4"} & {row["unit"] for row in content["totals"]}


async def test_the_digest_is_recomputed_from_the_json_with_five_lines(cast: Cast) -> None:
    await november(cast)
    content = json.loads(files.json_bytes(await result_for(cast, "baishu")))
    canonical = json.dumps(content["sealed"], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert hashlib.sha256(canonical.encode()).hexdigest() == content["digest"]


async def test_the_same_result_gives_the_same_bytes(cast: Cast) -> None:
    await november(cast)
    first, second = await result_for(cast, "sulan"), await result_for(cast, "heqing")
    assert files.xlsx(first, "en") == files.xlsx(second, "en")
    assert files.csv_zip(first, "en") == files.csv_zip(second, "en")
    assert files.json_bytes(first) == files.json_bytes(second)


async def test_the_archive_holds_a_csv_for_each_table(cast: Cast) -> None:
    await november(cast)
    found = await result_for(cast, "sulan")
    with zipfile.ZipFile(io.BytesIO(files.csv_zip(found, "en"))) as archive:
        assert {"seal.csv", "awards.csv", "standings_storefront.csv", "scorecards_clerk.csv"} <= set(archive.namelist())
        rows = list(csv.reader(io.StringIO(archive.read("standings_storefront.csv").decode("utf-8-sig"))))
        seal = archive.read("seal.csv").decode("utf-8-sig")
    assert rows[1][4] == "Tingyu Road Hall"
    assert found.digest in seal


async def test_no_cell_of_an_export_is_a_formula(cast: Cast) -> None:
    async with raw() as connection:
        await connection.execute("UPDATE unit SET name_zh = $2, name_en = $2 WHERE id = $1", cast["S1"], EVIL)
    await november(cast)
    found = await result_for(cast, "sulan")
    told = cells(workbook(found))
    assert not [cell for cell in told if cell.data_type == "f"]
    assert not [cell for cell in told if isinstance(cell.value, str) and cell.value.startswith(DANGEROUS)]
    with zipfile.ZipFile(io.BytesIO(files.csv_zip(found, "zh"))) as archive:
        for name in archive.namelist():
            for row in csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig"))):
                assert not [
                    value for value in row if value.startswith(("=", "+", "@", "\t", "\r", "＝", "＋", "－", "＠"))
                ]


async def test_an_open_month_is_not_exported(cast: Cast) -> None:
    await ran(cast)
    with pytest.raises(Refused) as refusal:
        await result_for(cast, "sulan")
    assert refusal.value.problem.code == "not_closed"


@pytest.mark.parametrize("username", ["linyue", "chenmo", "guwei", "fangzhi", "zhouhe", "yaoxing"])
async def test_before_publication_a_result_is_not_told_to_others(cast: Cast, username: str) -> None:
    await november(cast)
    with pytest.raises(Refused) as refusal:
        await result_for(cast, username)
    assert refusal.value.problem.code == "not_published"


async def test_the_award_host_exports_everything_from_the_release_on(cast: Cast) -> None:
    await ran(cast)
    await ServiceMonth.filter(month=MONTH).update(ceremony_at=now() + timedelta(days=1))
    await closed(cast)
    await release(month=MONTH, actor=cast.actor("heqing"), at=closing_day())
    assert (await result_for(cast, "yaoxing")).complete


@pytest.mark.parametrize("username", ["sulan", "heqing", "baishu"])
async def test_those_who_prepare_the_result_export_everything(cast: Cast, username: str) -> None:
    await november(cast)
    found = await result_for(cast, username)
    assert found.complete
    assert {row.code for sheet in found.cards for row in sheet.rows} >= {"S1", "S4", "B1", "P-zhouhe"}


async def test_a_store_manager_exports_the_own_store_and_hidden_names_stay_hidden(cast: Cast) -> None:
    await published(cast)
    found = await result_for(cast, "linyue")
    own = {row.code for sheet in found.cards for row in sheet.rows}
    assert "S1" in own
    assert "S2" not in own
    assert found.document is None
    storefronts = next(sheet for sheet in found.boards if sheet.card == "storefront")
    assert "S4" not in {row.code for row in storefronts.rows}
    text = files.json_bytes(found).decode()
    assert "拾光里营业厅" not in text


async def test_the_manager_of_the_last_hall_reads_its_name(cast: Cast) -> None:
    await published(cast)
    found = await result_for(cast, "gaoyuan")
    storefronts = next(sheet for sheet in found.boards if sheet.card == "storefront")
    assert "S4" in {row.code for row in storefronts.rows}
