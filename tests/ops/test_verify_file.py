"""`shifen verify FILE`: a bundle is checked with no database, and the exit code says how it went."""

from argparse import Namespace
from pathlib import Path

import numpy as np
import pytest

from core.errors import Invalid
from months.proof.archive import packed
from months.proof.bundle import Bundle
from ops.commands import verify
from scoring.folding import FACTS
from tests.factories import SMALL_BOOK


def asked(path: Path, digest: str | None = None) -> int:
    return verify.run(Namespace(what=str(path), version=None, digest=digest))


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """A bundle of a month that nobody ever closed: well formed, and not what it says."""
    none = np.zeros(0, dtype=np.dtype(list(FACTS)))
    bundle = Bundle({"month": 202610}, "0" * 64, SMALL_BOOK.read_text(encoding="utf-8"), {}, {}, none)
    path = tmp_path / "odd.zip"
    path.write_bytes(packed(bundle))
    return path


def test_a_bundle_that_is_not_what_it_says_gives_exit_code_one(odd: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(odd) == 1
    assert "0000" in capsys.readouterr().out


def test_a_file_that_is_no_bundle_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("dear auditor", encoding="utf-8")
    with pytest.raises(Invalid, match="no intact bundle"):
        asked(path)


def test_a_file_that_is_not_there_is_told_as_such(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(tmp_path / "nowhere.zip") == 2
    told = capsys.readouterr()
    assert "nowhere.zip" in told.err
    assert "没有这个文件" in told.err
    assert not told.out


def test_a_folder_or_half_a_month_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(tmp_path) == 2
    assert "不是文件" in capsys.readouterr().err
    assert asked(Path("2026")) == 2
    assert "202611" in capsys.readouterr().err
