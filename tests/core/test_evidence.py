"""Evidence files: taken by what they are, kept under their digest, refused when altered."""

from pathlib import Path

import pytest

from core.errors import Invalid, NotFound
from core.evidence import LARGEST, clean_name, damaged, keep, kept, read

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


def test_the_same_content_is_kept_once_and_read_again(tmp_path: Path) -> None:
    first, second = keep(tmp_path, PNG, "照片.png"), keep(tmp_path, PNG, "again.PNG")
    assert first.sha256 == second.sha256
    assert len(kept(tmp_path)) == 1
    assert read(tmp_path, first.sha256) == PNG


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "a.txt"),
        (b"x" * (LARGEST + 1), "a.txt"),
        (b"<script>alert(1)</script>", "a.html"),
        (b"<svg onload=x>", "a.svg"),
        (b"MZ\x90\x00", "a.png"),
        (b"PK\x03\x04 not a workbook", "a.xlsx"),
        (b"\xff\xfe\x00", "a.csv"),
        (b"a\x00b", "a.txt"),
        (PNG, "a.jpg"),
        (PNG, "png"),
    ],
)
def test_what_is_not_what_its_name_says_is_refused(tmp_path: Path, content: bytes, name: str) -> None:
    with pytest.raises(Invalid):
        keep(tmp_path, content, name)
    assert kept(tmp_path) == []


def test_a_file_altered_on_the_disk_is_never_given_out(tmp_path: Path) -> None:
    found = keep(tmp_path, PNG, "a.png")
    kept(tmp_path)[0].write_bytes(b"other")
    assert damaged(tmp_path) == [found.sha256]
    with pytest.raises(NotFound):
        read(tmp_path, found.sha256)


def test_a_name_keeps_no_folder_and_no_control_characters() -> None:
    assert clean_name("../../etc/\r\npass\0wd.txt") == "passwd.txt"
    assert len(clean_name("长" * 500 + ".pdf")) == 120
