"""KPIs that read others' facts, sizes and targets come out alike from plain files and from a month's matrix."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np

from core.workdays import days_by_name
from leaderboards.files import score_files
from leaderboards.frame import CardRun, Frame, framed
from leaderboards.inputs import MonthInputs, looks_back
from leaderboards.sheets import scored_card
from org.organisation import Organisation, Unit
from scoring.bulk import CELLS, UnitCells
from scoring.engine import Scored
from scoring.pooling import Pool, pooled
from scoring.rulebook import RuleBook, parsed
from tests.leaderboards.test_files import written

MICRO = 1_000_000
WORD = '{ zh = "词", en = "word" }'
BOOK = f"""
code = "halls"
name = {WORD}
[files]
kind = "hall"
units_sizes = ["customers"]
[kinds.hall]
name = {WORD}
level = "hall"
merge_under = 1
[processes.P]
name = {WORD}
family = {WORD}
[kpis.RESULT]
name = {WORD}
process = "P"
method = "table"
params = {{ table = {{ first = 25, second = 18 }}, else = 0, exposure = {{ reference = 100, of = "customers" }} }}
items = {{ first = {{ name = {WORD} }}, second = {{ name = {WORD} }}, third = {{ name = {WORD} }} }}
[kpis.STARTS]
name = {WORD}
process = "P"
reads = "RESULT"
method = "value"
params = {{ exposure = {{ reference = 20, of = "working_days" }} }}
[kpis.GROWN]
name = {WORD}
process = "P"
reads = "RESULT"
method = "formula"
params = {{ formula = "value - coalesce(previous, 0)" }}
[[targets]]
kpi = "STARTS"
unit = "H2"
months = [202610]
params = {{ factor = 10 }}
[scorecards.hall]
RESULT = 50
STARTS = 25
GROWN = 25
"""
UNITS = "unit,peer_group,customers\nH1,A,50\nH2,A,100\n"
FACTS = """unit,kpi,period,item,value
H1,RESULT,202609,first,1
H1,RESULT,202610,first,1
H1,RESULT,202610,second,2
H2,RESULT,202610,third,4
"""
# H1 had a first and two seconds: (25 + 2 × 18) × 100 ÷ 50 = 122; three starts in 18 working days: 3.33.
EXPECTED = {"H1": ["122.00", "3.33", "2.00"], "H2": ["0.00", "44.44", "4.00"]}


def test_plain_files_say_so(tmp_path: Path) -> None:
    for name, text in (("book.toml", BOOK), ("facts.csv", FACTS), ("units.csv", UNITS)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    score_files(tmp_path / "book.toml", tmp_path / "facts.csv", tmp_path / "units.csv", tmp_path / "out")
    october = [row for row in written(tmp_path, "lines") if row["period"] == "202610"]
    assert {unit: [row["score"] for row in october if row["unit"] == unit] for unit in EXPECTED} == EXPECTED


def test_the_matrix_of_the_month_says_so_too() -> None:
    book = parsed(BOOK)
    run, result = of_matrix(book)
    assert run.groups == ("A",)
    assert [f"{score / 100:.2f}" for score in result.scores[:, 0].tolist()] == EXPECTED["H1"]
    assert [f"{score / 100:.2f}" for score in result.scores[:, 1].tolist()] == EXPECTED["H2"]


def of_matrix(book: RuleBook) -> tuple[CardRun, Scored]:
    names = {"name_zh": "厅", "name_en": "Hall", "kind": "hall", "peer_group": "A"}
    units = [Unit(id=1, code="H1", customers=50, **names), Unit(id=2, code="H2", customers=100, **names)]
    frame = framed(Organisation(date(2026, 10, 1), units), book)
    inputs = MonthInputs(
        book=book,
        theme=None,
        frame=frame,
        kpi_ids={"RESULT": 1, "STARTS": 2, "GROWN": 3},
        item_ids={"first": 1, "second": 2, "third": 3},
        pool=matrix(frame, [[(1, 1), (2, 2)], [(3, 4)]]),
        earlier=[matrix(frame, [[(1, 1)], []])],
        month=202610,
        days=days_by_name(202610),
    )
    run = frame.cards["hall"]
    return run, scored_card(inputs, run, book)[0]


def matrix(frame: Frame, counts: Sequence[Sequence[tuple[int, int]]]) -> Pool:
    """Return the pooled facts of some months: for each hall how many of which item."""
    packed = np.zeros(sum(map(len, counts)), dtype=CELLS)
    packed["kpi"], packed["den"], packed["sample"] = 1, MICRO, 1
    packed["item"] = [item for hall in counts for item, _ in hall]
    packed["num"] = [count * MICRO for hall in counts for _, count in hall]
    sizes = np.array([len(hall) for hall in counts])
    return pooled(frame.tree, UnitCells(np.array([1, 2]), sizes, packed), {}, frozenset())


def test_a_formula_over_the_month_before_asks_for_that_month() -> None:
    kpis = parsed(BOOK).kpis
    assert [looks_back(kpis[code]) for code in ("RESULT", "STARTS", "GROWN")] == [False, False, True]


def test_a_row_beyond_the_bounds_of_its_kpi_is_refused_and_the_others_are_scored(tmp_path: Path) -> None:
    book = BOOK.replace('process = "P"\nmethod = "table"', 'process = "P"\nminimum = 0\nmaximum = 3\nmethod = "table"')
    for name, text in (("book.toml", book), ("facts.csv", FACTS), ("units.csv", UNITS)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    said = score_files(tmp_path / "book.toml", tmp_path / "facts.csv", tmp_path / "units.csv", tmp_path / "out")
    assert [(found.code, found.place and found.place.row) for found in said.problems] == [("out_of_range", 5)]
    assert said.problems[0].sentence.en == "The value lies outside 0 – 3."
