"""Units and KPIs under the names that people use, and the nearest ones where there is none."""

import pytest

from scoring.intake.names import similarity, suggested
from tests.intake.stand import INDEX, UNITS


@pytest.mark.parametrize(
    "text", ["H-001", "h-001", "科技路营业厅", " 科技路 营业厅", "科技路（营业厅）", "Keji Road Hall", "keji road hall"]
)
def test_a_unit_is_found_by_code_and_by_name_however_spaced(text: str) -> None:
    assert UNITS[INDEX.units.find(text).place].code == "H-001"


@pytest.mark.parametrize(
    "text",
    [
        "SMI",
        "smi",
        "微笑率",
        "微笑率(%)",
        "微笑率（合格÷检查）",
        "Smile rate",
        "SMI 微笑率",
        "SMI微笑率",
        "smi-smile rate",
    ],
)
def test_a_kpi_is_found_by_code_name_and_both(text: str) -> None:
    assert INDEX.kpis.kpis[INDEX.kpis.find(text).place].code == "SMI"


@pytest.mark.parametrize("text", ["满意", "", "SMILEY", "率", "H-001"])
def test_what_is_no_kpi_is_none(text: str) -> None:
    assert INDEX.kpis.find(text).place == -1


def test_the_nearest_come_first_and_a_single_close_one_is_suggested() -> None:
    nearest = INDEX.units.nearest("南捎门营业厅")
    assert nearest[0].code == "H-005"
    assert [near.similarity for near in nearest] == sorted((near.similarity for near in nearest), reverse=True)
    assert suggested(nearest) == "H-005"
    assert suggested(INDEX.units.nearest("中心营业所")) == ""
    assert INDEX.units.nearest("☆☆☆") == ()


def test_similarity_is_whole_for_the_same_and_nothing_for_strangers() -> None:
    assert similarity("钟楼", "钟楼") == 100
    assert similarity("钟楼", "望潮") == 0
    assert similarity("", "a") == 0
    assert similarity("听兰路营业厅", "听澜路营业厅") >= 85
