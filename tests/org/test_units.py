from datetime import date

import pytest

from core import audit
from core.audit import SYSTEM
from core.errors import Invalid
from core.sheets.writing import Page, csv_bytes, xlsx_bytes
from org import queries
from org.new_units import NewUnit
from org.operations import unit_sheets, units
from tests.cast import Cast, cast

__all__ = ["cast"]

HEADING = ["编码", "中文名", "英文名", "类型", "上级", "客户数", "开业日期"]


def new(code: str, parent: str | None = "S1", **other: object) -> NewUnit:
    return NewUnit(code=code, name_zh=f"{code}组", name_en=f"Team {code}", kind="team", parent=parent, **other)  # type: ignore[arg-type] - fields by name


async def test_units_are_made_with_their_places(cast: Cast) -> None:
    made = await units.create_units(actor=SYSTEM, rows=[new("X1"), new("X2", "X1", opened_on=date(2026, 1, 1))])
    organisation = await queries.organisation(date(2026, 12, 1))
    assert organisation.ancestors(made["X2"])[:2] == (made["X1"], cast["S1"])


async def test_of_faulty_units_none_is_made_and_every_fault_is_told(cast: Cast) -> None:
    rows = [
        new("X1"),
        new("X1"),
        new("S1"),
        new("X2", "NOWHERE"),
        new("坏码"),
        new("X3", star=9),
        new("X4", "X5"),
        new("X5", "X4"),
    ]
    with pytest.raises(Invalid) as refused:
        await units.create_units(actor=SYSTEM, rows=rows)
    assert {problem.code for problem in refused.value.problems} == {
        "unit_duplicate", "unit_known", "unit_no_parent", "unit_code", "unit_star", "unit_loop",
    }  # fmt: skip
    assert "X1" not in (await queries.organisation()).by_code


async def test_a_moved_unit_stands_where_it_stood_on_the_days_before(cast: Cast) -> None:
    await units.move_unit(actor=SYSTEM, code="T1", parent="S2", on=date(2026, 10, 15), why="调整")
    before, after = await queries.organisation(date(2026, 10, 14)), await queries.organisation(date(2026, 10, 15))
    assert before.units[cast["T1"]].parent_id == cast["S1"]
    assert after.units[cast["T1"]].parent_id == cast["S2"]
    month = await queries.organisation_of_month(202610)
    assert month.units[cast["T1"]].parent_id == cast["S1"]


async def test_a_unit_opened_within_the_month_counts_in_it(cast: Cast) -> None:
    made = await units.create_units(actor=SYSTEM, rows=[new("X1", opened_on=date(2026, 10, 20))])
    assert (await queries.organisation_of_month(202610)).units[made["X1"]].parent_id == cast["S1"]
    assert made["X1"] not in await queries.organisation_of_month(202609)


async def test_nothing_stands_beneath_its_own(cast: Cast) -> None:
    with pytest.raises(Invalid, match="beneath"):
        await units.move_unit(actor=SYSTEM, code="B1", parent="T1", on=date(2026, 11, 1))


async def test_a_closed_unit_leaves_the_tree_on_its_day(cast: Cast) -> None:
    await units.close_unit(actor=SYSTEM, code="S2", on=date(2026, 11, 1), why="租约到期")
    assert cast["S2"] in await queries.organisation(date(2026, 10, 31))
    assert cast["S2"] not in await queries.organisation(date(2026, 11, 1))


async def test_every_change_of_a_unit_leaves_one_row(cast: Cast) -> None:
    end = await audit.end()
    await units.change_unit(actor=SYSTEM, code="S1", changes={"star": 5}, why="升星")
    (entry,) = await audit.entries_after(end.id if end else 0, 10)
    assert (entry.action, entry.subject, entry.before, entry.after, entry.why) == (
        "change_unit", "S1", '{"star":null}', '{"star":5}', "升星",
    )  # fmt: skip


@pytest.mark.parametrize("form", ["csv", "xlsx"])
async def test_a_sheet_that_was_given_out_says_the_same_when_taken_in(cast: Cast, form: str) -> None:
    organisation = await queries.organisation()
    content = await unit_sheets.export_units(organisation, form, "zh")  # type: ignore[arg-type] - one of the two forms
    taken = await unit_sheets.import_units(actor=SYSTEM, filename=f"units.{form}", content=content)
    assert (taken.made, taken.changed, taken.moved, taken.same) == (0, 0, 0, len(organisation.units))


@pytest.mark.parametrize("form", ["csv", "xlsx"])
async def test_a_sheet_makes_changes_and_moves(cast: Cast, form: str) -> None:
    rows = [
        HEADING,
        ["X1", "新厅", "New Hall", "storefront", "B2", 700, date(2026, 9, 1)],
        ["T1", "听雨路一班", "Tingyu Road, shift 1", "team", "S2", None, None],
        ["S1", "听雨路旗舰厅", "Tingyu Road Hall", "storefront", "B1", 12_500, None],
    ]
    content = csv_bytes(rows) if form == "csv" else xlsx_bytes([Page(name="单位", rows=rows)])
    trial = await unit_sheets.import_units(actor=SYSTEM, filename="u", content=content, dry_run=True)
    assert "X1" not in (await queries.organisation()).by_code
    taken = await unit_sheets.import_units(actor=SYSTEM, filename="u", content=content)
    assert taken == trial
    assert (taken.made, taken.moved) == (1, 1)
    organisation = await queries.organisation()
    assert organisation.by_code["S1"].name_zh == "听雨路旗舰厅"
    assert organisation.by_code["S1"].peer_group == "A"
    assert organisation.by_code["T1"].parent_id == cast["S2"]


async def test_a_faulty_sheet_changes_nothing_and_names_row_and_column(cast: Cast) -> None:
    rows = [
        HEADING,
        ["X1", "新厅", "New", "storefront", "B2", "很多", None],
        ["X2", "", "New", "storefront", "B2", 1, None],
    ]
    with pytest.raises(Invalid) as refused:
        await unit_sheets.import_units(actor=SYSTEM, filename="u", content=csv_bytes(rows))
    places = {(problem.place.row, problem.place.column) for problem in refused.value.problems if problem.place}
    assert places == {(2, "客户数"), (3, "中文名")}


async def test_a_sheet_without_the_needed_columns_says_which(cast: Cast) -> None:
    with pytest.raises(Invalid, match="kind"):
        await unit_sheets.import_units(actor=SYSTEM, filename="u", content=csv_bytes([["编码", "中文名", "英文名"]]))
