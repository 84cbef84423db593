"""Published schemes of many kinds, written from the reference alone: each folder has the rule book, the facts, what must come out.

What is expected was worked out apart from this project, with plain fractions, from the text of each scheme.
"""

import csv
from pathlib import Path

import pytest

from leaderboards.file_results import results_of
from leaderboards.files import Summary, read, score_files
from scoring.rulebook import parsed
from scoring.tree.explain import node_steps

HERE = Path(__file__).parent / "unseen"
GIVEN = {"observations.csv", "units.csv"}
EXPECTED = sorted(path for path in HERE.glob("*/*.csv") if path.name not in GIVEN)


def scored(folder: Path, out: Path) -> Summary:
    units = folder / "units.csv"
    return score_files(folder / "rulebook.toml", folder / "observations.csv", units if units.exists() else None, out)


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_scheme_gives_its_published_numbers(expected: Path, tmp_path: Path) -> None:
    folder, wanted = expected.parent, rows(expected)
    summary = scored(folder, tmp_path)
    assert summary.problems == ()
    found = {tuple(row[name] for name in wanted[0]) for row in rows(tmp_path / expected.name)}
    assert [row for row in wanted if tuple(row.values()) not in found] == []


def test_no_scheme_needs_a_rule_that_could_not_be_stored(tmp_path: Path) -> None:
    wrong = [
        (folder.name, one.read("en"))
        for folder in sorted(HERE.iterdir())
        for one in scored(folder, tmp_path / folder.name).findings
        if one.grade == "error"
    ]
    assert wrong == []


def test_a_formula_that_comes_to_nothing_tells_which_condition_failed() -> None:
    book = parsed((HERE / "ects" / "rulebook.toml").read_text(encoding="utf-8"))
    (result,) = results_of(book, read(book, [HERE / "ects" / "observations.csv"], None))
    failed = next(at for at, unit in enumerate(result.units) if unit.code == "s22")
    told = [(step.figures, step.result) for step in node_steps(result.scored, book, failed)]
    mark = told[0][0].partition(" ")[0]
    assert [figures.removeprefix(mark) for figures, _ in told[:2]] == [" ≥ 50", "missing"]
    assert [result for _, result in told[:2]] == ["✗", "–"]
