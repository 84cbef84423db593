"""Plain files, scored without a database: what is read, what is refused, what is written."""

import csv
from pathlib import Path

import pytest

from core.errors import Invalid
from leaderboards.files import Summary, score_files

WORD = '{ zh = "词", en = "word" }'
BOOK = f"""
code = "small"
name = {WORD}
[kinds.hall]
name = {WORD}
level = "hall"
merge_under = 1
[kinds.clerk]
name = {WORD}
level = "clerk"
[processes.SMILE]
name = {WORD}
family = {WORD}
[kpis.warmth]
name = {WORD}
process = "SMILE"
aggregation = "sample_mean"
method = "linear"
params = {{ anchors = [["6", "60"], ["8", "100"]] }}
[kpis.gain]
name = {WORD}
process = "SMILE"
aggregation = "ratio_of_sums"
method = "growth"
params = {{ per = 10 }}
[scorecards.hall]
warmth = 60
gain = 40
[scorecards.clerk]
warmth = 100
"""
UNITS = "unit,kind,parent,peer_group\nH1,hall,,A\nH2,hall,,A\nC1,clerk,H1,\nC2,clerk,H1,\n"


def run(folder: Path, observations: str, units: str | None = UNITS, book: str = BOOK) -> Summary:
    (folder / "book.toml").write_text(book, encoding="utf-8")
    (folder / "facts.csv").write_text(observations, encoding="utf-8")
    listed = folder / "units.csv"
    if units is not None:
        listed.write_text(units, encoding="utf-8")
    return score_files(folder / "book.toml", folder / "facts.csv", listed if units else None, folder / "out")


def written(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "out" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_facts_of_clerks_add_up_to_their_hall_from_numerators(tmp_path: Path) -> None:
    run(tmp_path, "unit,kpi,period,value,sample\nC1,warmth,202611,8,30\nC2,warmth,202611,6,10\n")
    lines = {line["unit"]: line for line in written(tmp_path, "lines") if line["kpi"] == "warmth"}
    assert (lines["C1"]["score"], lines["H1"]["value"], lines["H1"]["score"]) == ("100.00", "7.5000", "90.00")
    assert (lines["H2"]["status"], lines["H2"]["score"]) == ("missing", "")


def test_growth_looks_at_the_period_before(tmp_path: Path) -> None:
    head = "unit,kpi,period,numerator,denominator\n"
    run(tmp_path, head + "H1,gain,202610,50,100\nH1,gain,202611,52,100\n")
    lines = {
        line["period"]: line for line in written(tmp_path, "lines") if line["unit"] == "H1" and line["kpi"] == "gain"
    }
    assert (lines["202610"]["status"], lines["202611"]["score"]) == ("no_baseline", "100.00")


def test_a_day_belongs_to_its_month_and_days_add_up(tmp_path: Path) -> None:
    head = "unit,kpi,day,numerator,denominator\n"
    run(tmp_path, head + "H1,warmth,2026-11-01,16,2\nH1,warmth,2026-11-30,6,1\n")
    line = next(line for line in written(tmp_path, "lines") if line["unit"] == "H1" and line["kpi"] == "warmth")
    assert (line["period"], line["numerator"], line["denominator"]) == ("202611", "22", "3")


def test_rows_that_cannot_be_used_are_listed_with_their_number(tmp_path: Path) -> None:
    head = "unit,kpi,period,value,sample\n"
    summary = run(
        tmp_path, head + "H1,warmt,202611,8,30\nH9,warmth,202611,8,30\nH1,warmth,202611,NaN,3\nH1,warmth,202611,8,30\n"
    )
    assert [(row["row"], row["code"]) for row in written(tmp_path, "refused")] == [
        ("2", "unknown_name"),
        ("3", "unknown_name"),
        ("4", "not_a_number"),
    ]
    assert summary.problems[0].read("en").endswith("The nearest is warmth.")
    assert summary.scored == 1


def test_an_empty_cell_is_missing_and_never_zero(tmp_path: Path) -> None:
    run(tmp_path, "unit,kpi,period,value,sample\nH1,warmth,202611,,\nH2,warmth,202611,0,5\n")
    lines = {line["unit"]: line for line in written(tmp_path, "lines") if line["kpi"] == "warmth"}
    assert (lines["H1"]["status"], lines["H2"]["status"], lines["H2"]["score"]) == ("missing", "scored", "0.00")


def test_equal_totals_share_a_place(tmp_path: Path) -> None:
    run(tmp_path, "unit,kpi,period,value,sample\nH1,warmth,202611,8,30\nH2,warmth,202611,8,30\n")
    places = [
        (row["unit"], row["rank"], row["tied"]) for row in written(tmp_path, "standings") if row["kind"] == "hall"
    ]
    assert places == [("H1", "1", "yes"), ("H2", "1", "yes")]


def test_a_file_without_its_columns_is_refused_as_a_whole(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="There is no column “kpi”"):
        run(tmp_path, "unit,measure\n")


def test_what_is_no_file_or_no_text_is_said_in_a_sentence(tmp_path: Path) -> None:
    run(tmp_path, "unit,kpi,period,value,sample\n")
    for name, content, code in (("none.csv", None, "no_file"), ("picture.csv", b"\xff\xd8\xff\x00", "not_text")):
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(Invalid) as refused:
            score_files(tmp_path / "book.toml", tmp_path / name, None, tmp_path / "out")
        assert refused.value.problem.code == code


def test_the_text_of_chinese_spreadsheets_is_read(tmp_path: Path) -> None:
    run(tmp_path, "unit,kpi,period,value,sample\n")
    (tmp_path / "gb.csv").write_bytes("unit,kpi,period,value,sample\n东关厅,warmth,202611,8,30\n".encode("gb18030"))
    score_files(tmp_path / "book.toml", tmp_path / "gb.csv", None, tmp_path / "out")
    assert {line["unit"] for line in written(tmp_path, "lines")} == {"东关厅"}


def test_the_rule_book_names_the_columns_of_a_foreign_file(tmp_path: Path) -> None:
    scheme = (
        '[files]\nkind = "hall"\nunit = ["city", "no"]\nkpi = ["what"]\nperiod = "when"\nvalue = "result"\n'
        'where = { kept = ["yes"] }\n'
    )
    rows = "city,no,what,when,result,kept\nXian,7,warmth,2026,8,yes\nXian,8,warmth,2026,6,no\n"
    run(tmp_path, rows, None, BOOK + scheme)
    lines = [(line["unit"], line["score"]) for line in written(tmp_path, "lines") if line["kpi"] == "warmth"]
    assert lines == [("Xian/7", "100.00")]


def test_the_order_of_rows_changes_no_byte(tmp_path: Path) -> None:
    head = "unit,kpi,period,value,sample\n"
    rows = ["C1,warmth,202611,8,30\n", "H2,warmth,202611,7.5,11\n", "C2,warmth,202611,6,10\n"]
    names = ("lines.csv", "scorecards.csv", "standings.csv")
    run(tmp_path, head + "".join(rows))
    first = [(tmp_path / "out" / name).read_bytes() for name in names]
    run(tmp_path, head + "".join(reversed(rows)))
    assert [(tmp_path / "out" / name).read_bytes() for name in names] == first


PERCENT = BOOK.replace(
    'method = "growth"\nparams = { per = 10 }',
    'method = "linear"\nparams = { anchors = [["50", "60"], ["100", "100"]] }',
)


@pytest.mark.parametrize(("told", "expected"), [("75,200", "80.00"), ("75,", "80.00"), ("33.333333,", "46.67")])
def test_a_share_told_as_a_value_is_in_per_cent(told: str, expected: str, tmp_path: Path) -> None:
    run(tmp_path, f"unit,kpi,period,value,sample\nH1,gain,202611,{told}\n", book=PERCENT)
    line = next(line for line in written(tmp_path, "lines") if line["unit"] == "H1" and line["kpi"] == "gain")
    assert (line["score"], line["value"][:2]) == (expected, told[:2])


def test_shares_told_as_values_are_pooled_by_their_samples(tmp_path: Path) -> None:
    run(tmp_path, "unit,kpi,period,value,sample\nH1,gain,202611,50,2\nH1,gain,202611,90,100\n", book=PERCENT)
    line = next(line for line in written(tmp_path, "lines") if line["unit"] == "H1" and line["kpi"] == "gain")
    assert (line["numerator"], line["denominator"], line["value"]) == ("91", "102", "89.2157")
