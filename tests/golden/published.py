"""Where the published measures are, and how files of rows are read and scored."""

import csv
import os
from pathlib import Path

import pytest

from leaderboards.files import Summary, score_files

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BESIDE = ROOT.parent / "shared"


def real(name: str) -> Path:
    """Return a file of published measures; without them the test is skipped, at integration it fails."""
    file = Path(os.environ.get("SHIFEN_SHARED", BESIDE)) / "real" / name
    if not file.is_file():
        sentence = f"the published measures are not at {file}: set SHIFEN_SHARED to the folder that holds real/"
        if os.environ.get("CI"):
            pytest.fail(sentence)
        pytest.skip(sentence)
    return file


def rows(file: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV."""
    with file.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def score(rule_book: str, out: Path, *measures: Path, units: Path | None = None) -> Summary:
    """Score files by a rule book of this folder; no row may be refused."""
    summary = score_files(HERE / rule_book, measures, units, out)
    assert summary.problems == ()
    return summary
