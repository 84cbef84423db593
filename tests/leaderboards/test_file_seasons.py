"""Plain files of many rounds and many shapes: wide ones, several of them, seasons, classes, units that are exempt."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from core.errors import Invalid
from leaderboards.files import Summary, score_files
from tests.golden.published import rows

WORD = '{ zh = "词", en = "word" }'
BOOK = f"""
code = "cup"
name = {WORD}
[kinds.team]
name = {WORD}
level = "team"
merge_under = 1
[processes.play]
name = {WORD}
family = {WORD}
[kpis.goals]
name = {WORD}
process = "play"
method = "value"
[kpis.fouls]
name = {WORD}
process = "play"
method = "value"
[scorecards.team]
goals = 100
[extras.team]
fouls = 100
[seasons.cup]
name = {WORD}
kind = "team"
each_round = true
"""


def run(folder: Path, files: str, book: str = BOOK, units: str | None = None, **observations: str) -> Summary:
    (folder / "book.toml").write_text(f"{book}\n[files]\n{files}\n", encoding="utf-8")
    paths = []
    for name, content in observations.items():
        path = folder / f"{name}.csv"
        path.write_text(content, encoding="utf-8")
        paths.append(path)
    if units is not None:
        (folder / "units.csv").write_text(units, encoding="utf-8")
    return score_files(folder / "book.toml", paths, folder / "units.csv" if units else None, folder / "out")


def table(folder: Path, name: str, *columns: str, **where: str) -> list[tuple[str, ...]]:
    found = [
        row for row in rows(folder / "out" / f"{name}.csv") if all(row[key] == value for key, value in where.items())
    ]
    return [tuple(row[column] for column in columns) for row in found]


def scores(folder: Path) -> Mapping[tuple[str, ...], str]:
    return {found[:3]: found[3] for found in table(folder, "lines", "period", "unit", "kpi", "score")}


def test_a_row_may_hold_many_kpis(tmp_path: Path) -> None:
    run(tmp_path, 'values = { goals = "G", fouls = "F" }', day="unit,period,G,F\nann,1,3,0\nbo,1,2,\n")
    assert scores(tmp_path) == {
        ("1", "ann", "goals"): "3.00", ("1", "ann", "fouls"): "0.00",
        ("1", "bo", "goals"): "2.00", ("1", "bo", "fouls"): "",
    }  # fmt: skip


def test_several_files_are_one_whatever_their_shape_and_order(tmp_path: Path) -> None:
    files = 'values = { goals = "G" }'
    wide, long = "unit,period,G\nann,1,3\n", "unit,kpi,period,value\nann,fouls,1,2\nann,goals,2,4\n"
    run(tmp_path, files, wide=wide, long=long)
    first = (tmp_path / "out" / "lines.csv").read_bytes()
    run(tmp_path, files, long=long, wide=wide)
    assert (tmp_path / "out" / "lines.csv").read_bytes() == first
    assert scores(tmp_path)["1", "ann", "fouls"] == "2.00"
    assert scores(tmp_path)["2", "ann", "goals"] == "4.00"


def test_rounds_stand_in_the_order_people_mean(tmp_path: Path) -> None:
    run(tmp_path, 'values = { goals = "G" }\nperiod = "round"', a="unit,round,G\nann,10,1\nann,2,5\nbo,1,3\n")
    assert list(dict.fromkeys(table(tmp_path, "seasons", "after"))) == [("1",), ("2",), ("10",)]


def test_a_season_is_named_before_its_rounds(tmp_path: Path) -> None:
    files = 'values = { goals = "G" }\nperiod = "round"\nseason = ["league", "year"]'
    run(tmp_path, files, a="unit,league,year,round,G\nann,A,2020,1,1\nann,A,2021,1,5\n")
    assert table(tmp_path, "scorecards", "period") == [("A/2020/1",), ("A/2021/1",)]
    assert table(tmp_path, "seasons", "season", "value") == [("A/2020", "1.00"), ("A/2021", "5.00")]


def test_months_are_rounds_of_their_year(tmp_path: Path) -> None:
    run(tmp_path, 'values = { goals = "G" }', a="unit,period,G\nann,202612,1\nann,2026-11,5\nann,202701,7\n")
    assert table(tmp_path, "seasons", "season", "after", "value", final="yes") == [
        ("2026", "12", "6.00"),
        ("2027", "1", "7.00"),
    ]


def test_words_mean_numbers_or_nothing(tmp_path: Path) -> None:
    files = 'values = { goals = "G" }\nwords = { many = 9 }\nblank = ["n/a"]'
    run(tmp_path, files, a="unit,period,G\nann,1,many\nbo,1,n/a\n")
    assert scores(tmp_path)["1", "ann", "goals"] == "9.00"
    assert scores(tmp_path)["1", "bo", "goals"] == ""


def test_a_value_of_the_units_file_holds_in_every_round(tmp_path: Path) -> None:
    files = 'values = { goals = "G" }\nunits_values = { fouls = "usual" }'
    run(tmp_path, files, units="unit,usual\nann,4\n", a="unit,period,G\nann,1,3\nann,2,1\n")
    assert [scores(tmp_path)[period, "ann", "fouls"] for period in ("1", "2")] == ["4.00", "4.00"]


EXEMPT = "unit,exempt\nann,\nbo,award\ncy,statistics\ndi,both\ned,\n"
QUARTER = f"""
[classes.low]
name = {WORD}
kind = "team"
steps = [{{ code = "low", worst = "0.5", definition = "nearest_rank" }}, {{ code = "high" }}]
"""


def test_exempt_units_are_counted_or_ranked_as_their_word_says(tmp_path: Path) -> None:
    facts = "unit,period,G\nann,1,5\nbo,1,1\ncy,1,4\ndi,1,0\ned,1,3\n"
    run(tmp_path, 'values = { goals = "G" }', BOOK + QUARTER, EXEMPT, a=facts)
    assert table(tmp_path, "standings", "rank", "unit") == [("1", "ann"), ("2", "cy"), ("3", "ed")]
    assert ("bo", "exempt") in table(tmp_path, "scorecards", "unit", "status")
    assert table(tmp_path, "seasons", "unit", final="yes") == [("ann",), ("cy",), ("ed",)]
    # The cut is taken of 1, 3 and 5: those that count.
    assert table(tmp_path, "classes", "unit", "step", "cut") == [
        ("ann", "high", ""), ("cy", "high", ""), ("ed", "low", "3"),
    ]  # fmt: skip


def test_an_unknown_word_for_an_exemption_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="There is no “prize”"):
        run(tmp_path, 'values = { goals = "G" }', units="unit,exempt\nann,prize\n", a="unit,period,G\nann,1,5\n")


def test_values_are_exact_to_twelve_decimals(tmp_path: Path) -> None:
    book = BOOK.replace('method = "value"', 'method = "value"\nround = { places = 4 }').replace(
        "[scorecards.team]", "[composition]\nscore_places = 4\n[scorecards.team]"
    )
    half, below = "0.12345", "0.123449999999"
    run(tmp_path, 'values = { goals = "G" }', book, a=f"unit,period,G\nann,1,{half}\nbo,1,{below}\n")
    assert table(tmp_path, "lines", "unit", "numerator", "score", kpi="goals") == [
        ("ann", half, "0.1235"),
        ("bo", below, "0.1234"),
    ]
    summary = run(tmp_path, 'values = { goals = "G" }', book, a="unit,period,G\nann,1,0.1234567890123\n")
    assert [problem.code for problem in summary.problems] == ["not_a_number"]


def test_refused_rows_name_their_file(tmp_path: Path) -> None:
    files = 'values = { goals = "G" }'
    run(tmp_path, files, good="unit,period,G\nann,1,5\n", bad="unit,period,G\nann,1,x\n,1,3\n")
    assert table(tmp_path, "refused", "file", "row", "code") == [
        ("bad.csv", "2", "not_a_number"),
        ("bad.csv", "3", "no_key"),
    ]


def test_what_an_earlier_run_left_is_removed(tmp_path: Path) -> None:
    run(tmp_path, 'values = { goals = "G" }', a="unit,period,G\nann,1,5\n")
    assert (tmp_path / "out" / "seasons.csv").exists()
    plain = BOOK[: BOOK.index("[seasons")]
    summary = run(tmp_path, 'values = { goals = "G" }', plain, a="unit,period,G\nann,1,5\n")
    assert not (tmp_path / "out" / "seasons.csv").exists()
    assert summary.files == ("lines.csv", "scorecards.csv", "standings.csv")


CHAIN = """
[boards.team]
name = { zh = "榜", en = "Board" }
breakers = [{ field = "kpi", kpi = "fouls", order = "asc" }]
"""


def test_a_kpi_beside_the_card_breaks_ties_and_who_has_none_stands_last(tmp_path: Path) -> None:
    facts = "unit,period,G,F\nann,1,5,2\nbo,1,5,1\ncy,1,5,\n"
    run(tmp_path, 'values = { goals = "G", fouls = "F" }', BOOK + CHAIN, a=facts)
    assert table(tmp_path, "standings", "rank", "unit") == [("1", "bo"), ("2", "ann"), ("3", "cy")]


def test_a_countback_on_a_board_compares_item_by_item(tmp_path: Path) -> None:
    chain = CHAIN.replace(
        'field = "kpi", kpi = "fouls", order = "asc"',
        'field = "countback", items_of = "fouls", items = ["red", "late"]',
    )
    long = "unit,kpi,period,value,item\nann,fouls,1,1,late\nann,fouls,1,1,late\nbo,fouls,1,1,red\n"
    wide = "unit,period,G\nann,1,5\nbo,1,5\ncy,1,5\n"
    run(tmp_path, 'values = { goals = "G" }', BOOK + chain, long=long, wide=wide)
    assert table(tmp_path, "standings", "rank", "unit") == [("1", "bo"), ("2", "ann"), ("3", "cy")]


def test_the_lowest_total_may_stand_first(tmp_path: Path) -> None:
    board = CHAIN.replace("breakers = [", 'order = "asc"\nbreakers = [')
    run(
        tmp_path,
        'values = { goals = "G", fouls = "F" }',
        BOOK + board,
        a="unit,period,G,F\nann,1,5,2\nbo,1,3,3\ncy,1,3,1\n",
    )
    assert table(tmp_path, "standings", "rank", "unit") == [("1", "cy"), ("2", "bo"), ("3", "ann")]
