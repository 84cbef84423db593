import re
from dataclasses import replace

import pytest

from core.sheets.reading import read_book
from scoring.intake.catalogue import MICRO, Cause, Choices
from scoring.intake.causes import CauseDirectory, FactCause, cleaned
from scoring.intake.explaining import causes, refusals
from scoring.intake.index import index_of
from scoring.intake.preview import Preview, preview
from scoring.intake.reasons import Reason
from tests.intake.stand import CATALOGUE, WINDOW, csv_of
from tests.intake.stand import HALL as KIND

CAUSES = (
    Cause("no_signal", "无信号", "no signal", frozenset({"CALLS", "PER10K"})),
    Cause("bad_bill", "账单看不懂", "unclear bill", frozenset({"CALLS"})),
    Cause("attitude", "服务态度", "attitude"),
)
INDEX = index_of(replace(CATALOGUE, causes=CAUSES))
HEAD = ("单位", "指标", "日期", "值", "投诉原因", "客户原话")
HALL = next(unit.code for unit in CATALOGUE.units if unit.kind == KIND)


def seen(*rows: tuple[object, ...], choices: Choices | None = None) -> Preview:
    return preview(read_book(csv_of(*rows), "causes.csv"), INDEX, WINDOW, choices or Choices())


def row(cause: str, words: str = "", kpi: str = "CALLS", value: object = 3) -> tuple[object, ...]:
    return (HALL, kpi, "2026-10-05", value, f'"{cause}"', words)


def one(found: Preview) -> FactCause:
    assert [*map(Reason, found.entries.reasons)] == [Reason.NONE]
    (told,) = found.causes
    return told


@pytest.mark.parametrize(
    ("heading", "said"),
    [("投诉原因", "客户原话"), ("原因编码", "原话"), ("Cause", "Customer's words"), ("root cause", "verbatim")],
)
def test_a_cause_stands_under_chinese_and_english_headings(heading: str, said: str) -> None:
    found = one(seen((*HEAD[:4], heading, said), row("无信号", "家里一直没信号")))
    assert (found.cause, found.cases, found.words, found.row_no) == ("no_signal", None, "家里一直没信号", 2)


@pytest.mark.parametrize("cell", ["no_signal", "NO_SIGNAL", "No signal", "无信号", " 无 信号 "])
def test_a_cause_is_known_by_its_code_and_by_either_name(cell: str) -> None:
    assert one(seen(HEAD, row(cell))).cause == "no_signal"


@pytest.mark.parametrize(
    "cell",
    [
        "无信号×2；账单看不懂",
        "no_signal:2; bad_bill",
        "无信号(2件)、账单看不懂",
        "no signal x2, unclear bill",
        "无信号＝2|bad_bill",
    ],
)
def test_several_causes_share_one_fact_with_their_numbers(cell: str) -> None:
    found = seen(HEAD, row(cell))
    assert [(told.cause, told.cases) for told in found.causes] == [("no_signal", 2 * MICRO), ("bad_bill", None)]


def test_an_unknown_cause_is_refused_with_the_nearest_and_the_fact_is_not_taken() -> None:
    found = seen(HEAD, row("无信好"))
    (refused,) = refusals(found, INDEX)
    assert (refused.code, refused.raw, refused.cell) == ("unknown_cause", "无信好", "E2")
    assert found.good == 0
    (told,) = causes(found, INDEX)
    assert [near.code for near in told.nearest][:1] == ["no_signal"]


def test_what_was_chosen_for_a_written_cause_holds() -> None:
    assert one(seen(HEAD, row("无信好"), choices=Choices(units={"无信好": "no_signal"}))).cause == "no_signal"


@pytest.mark.parametrize(
    "cell", ["无信号;无信号", "无信号×0", "无信号;;谁知道", ";".join(["attitude"] * 20), "=cmd|' /C calc'!A0"]
)
def test_a_cell_that_cannot_be_read_whole_is_refused(cell: str) -> None:
    assert [Reason(code) for code in seen(HEAD, row(cell)).entries.reasons] == [Reason.UNKNOWN_CAUSE]


def test_a_cause_that_is_none_of_the_kpi_is_refused() -> None:
    (refused,) = refusals(seen(HEAD, row("账单看不懂", kpi="WAIT")), INDEX)
    assert refused.code == "wrong_cause"
    assert "WAIT" in refused.sentence.zh


@pytest.mark.parametrize("cell", ["", "-", "无", "n/a"])
def test_no_cause_is_no_mistake(cell: str) -> None:
    found = seen(HEAD, row(cell))
    assert (found.good, found.causes) == (1, ())


def test_words_without_a_cause_are_kept_as_words() -> None:
    found = one(seen(HEAD, row("", "没人理我")))
    assert (found.cause, found.words) == ("", "没人理我")


def test_in_wide_form_a_cause_goes_with_the_kpis_that_it_may_be_told_of() -> None:
    found = seen(("单位", "日期", "CALLS", "MARK", "原因码"), (HALL, "2026-10-05", 3, 90, "无信号"))
    kpis = {kpi.id: kpi.code for kpi in CATALOGUE.kpis}
    assert [(kpis[told.kpi_id], told.cause) for told in found.causes] == [("CALLS", "no_signal")]
    assert found.good == 2


def test_what_a_customer_said_is_kept_on_one_line_without_telephone_numbers_or_unseen_marks() -> None:
    assert cleaned("电话 138 0013 8000\n没信号\u202e!\x00") == "电话 138**** 没信号 !"
    assert cleaned("卡号１３８００１３８０００") == "卡号１３８****"
    for written in ("138.0013.8000", "138 - 0013 - 8000", "(138)00138000", "138–0013–8000", "11010119900307123X"):
        assert not {"0013", "8000", "0307", "X"} & set(re.findall(r"\d{4}|X", cleaned(f"请回电{written}，急")))
    assert cleaned("写信到 li.wei+a@mail.example.com 吧") == "写信到 ****@**** 吧"
    assert cleaned("等了10-20分钟，2026年11月22日，99.5%") == "等了10-20分钟，2026年11月22日，99.5%"
    assert len(cleaned("长" * 5_000)) == 400


def test_a_hostile_cell_is_read_in_no_time() -> None:
    directory = CauseDirectory(CAUSES)
    for cell in (
        "(" * 32_000,
        "x" * 32_000,
        "a@" * 16_000,
        "1   " * 8_000,
        "无信号" * 10_000 + ":",
        "1" * 32_000,
        ";" * 32_000,
    ):
        assert directory.read(cell).causes == ()
        directory.nearest(cell[:400])
