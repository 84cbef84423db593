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


def scored_lines(rule_book: str, measures: Path, out: Path, units: Path | None = None) -> Mapping[tuple[str, str], str]:
    """Score a file and return the score of every unit and KPI; empty where there is none."""
    summary = score(rule_book, out, measures, units=units)
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
    lines = scored_lines("purchasing.toml", measures, tmp_path, real("hvbp_units.csv"))
    cells = rows(measures)
    wrong = [row for row in cells if lines[row["unit"], row["measure"]] != row["score"]]
    assert (sum(bool(row["score"]) for row in cells), wrong) == (4_273, [])


PRINTED_NODES = {
    "clinical_pct": ("clinical", "value"),
    "pce_base": ("base", "value"),
    "pce_consistency": ("consistency", "value"),
    "pce_points": ("experience", "value"),
    "safety_pct": ("safety", "value"),
    "efficiency_pct": ("efficiency", "value"),
    "w_clinical": ("clinical", "points"),
    "w_pce": ("experience", "points"),
    "w_safety": ("safety", "points"),
    "w_efficiency": ("efficiency", "points"),
    "total": ("total", "value"),
}
"""Where each printed column of a hospital stands: node, and its column in nodes.csv."""


def test_every_published_domain_and_total_comes_out(tmp_path: Path) -> None:
    hospitals = real("hvbp_units.csv")
    score("purchasing.toml", tmp_path, real("hvbp_measures.csv"), units=hospitals)
    nodes = {(row["unit"], row["node"]): row for row in rows(tmp_path / "nodes.csv")}
    totals = {row["unit"]: row["total"] for row in rows(tmp_path / "scorecards.csv")}
    printed = rows(hospitals)
    wrong = [
        (row["unit"], column)
        for row in printed
        for column, (node, field) in PRINTED_NODES.items()
        if nodes[row["unit"], node][field] != row[column]
    ]
    assert (len(printed), set(printed[0]) - set(PRINTED_NODES)) == (240, {"unit", "state", "ssi_combined"})
    assert (len(nodes), wrong) == (240 * 7, [])
    assert totals == {row["unit"]: row["total"] for row in printed}


def test_the_merged_measure_stands_as_it_is_printed(tmp_path: Path) -> None:
    hospitals = real("hvbp_units.csv")
    lines = scored_lines("purchasing.toml", real("hvbp_measures.csv"), tmp_path, hospitals)
    assert {row["unit"]: lines[row["unit"], "SSI"] for row in rows(hospitals)} == {
        row["unit"]: row["ssi_combined"] for row in rows(hospitals)
    }


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    measures = real("hvbp_measures.csv")
    for folder in ("once", "again"):
        scored_lines("purchasing.toml", measures, tmp_path / folder, real("hvbp_units.csv"))
    names = ("lines.csv", "scorecards.csv", "standings.csv", "nodes.csv")
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
