"""Real measures of real units become exactly the points that were printed for them, by rule books alone."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.golden.published import ROOT, real, rows, score

SCHEME_NAMES = re.compile(
    r"hvbp|value.based purchasing|medicare|star ratings?\b|stars_(bands|scores)|mort-30|formula.1\b|f1_(results|standings)|grand.prix",
    re.IGNORECASE,
)
LOOKED_AT = {".py", ".toml", ".csv", ".html", ".js", ".css", ".json", ".sql", ".txt", ".md"}


def scored_lines(rule_book: str, measures: Path, out: Path) -> Mapping[tuple[str, str], str]:
    """Score a file and return the score of every unit and KPI; empty where there is none."""
    summary = score(rule_book, out, measures)
    lines = {(line["unit"], line["kpi"]): line["score"] for line in rows(out / "lines.csv")}
    assert len(lines) == summary.lines
    return lines


def test_every_published_star_comes_out(tmp_path: Path) -> None:
    measures = real("stars_scores.csv")
    lines = scored_lines("stars.toml", measures, tmp_path)
    cells = rows(measures)
    wrong = [row for row in cells if lines[row["unit"], f"{row['band_set']}/{row['measure']}"] != row["stars"]]
    assert (len(cells), wrong) == (13_289, [])


def test_every_published_measure_score_comes_out(tmp_path: Path) -> None:
    measures = real("hvbp_measures.csv")
    lines = scored_lines("purchasing.toml", measures, tmp_path)
    cells = rows(measures)
    wrong = [row for row in cells if lines[row["unit"], row["measure"]] != row["score"]]
    assert (sum(bool(row["score"]) for row in cells), wrong) == (4_273, [])


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    measures = real("hvbp_measures.csv")
    for folder in ("once", "again"):
        scored_lines("purchasing.toml", measures, tmp_path / folder)
    names = ("lines.csv", "scorecards.csv", "standings.csv")
    assert all((tmp_path / "once" / name).read_bytes() == (tmp_path / "again" / name).read_bytes() for name in names)


def test_no_scheme_is_known_outside_the_tests() -> None:
    found = [
        f"{file.relative_to(ROOT)}: {match[0]}"
        for file in project_files()
        if (match := SCHEME_NAMES.search(file.read_text(encoding="utf-8", errors="replace")))
    ]
    assert found == []


def project_files() -> Iterator[Path]:
    """Return every file of text that people of the project wrote, the tests aside."""
    for place in sorted(ROOT.iterdir()):
        if place.name.startswith(".") or place.name in {"tests", "data", "build"}:
            continue
        files = place.rglob("*") if place.is_dir() else [place]
        yield from (file for file in files if file.suffix in LOOKED_AT and file.is_file())
