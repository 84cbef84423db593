"""Vendored files are the ones that were looked at, and nothing else of the disk goes out."""

import json
import re
from hashlib import sha256
from pathlib import PurePath

import pytest

from web.assets import STATIC, assets, digest

LOCK = json.loads((STATIC / "vendor.lock.json").read_text("utf-8"))


@pytest.mark.parametrize("entry", LOCK, ids=lambda entry: str(entry["file"]))
def test_a_vendored_file_has_the_locked_hash(entry: dict[str, str]) -> None:
    assert sha256((STATIC / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
    assert entry["version"]
    assert entry["licence"]


def test_every_vendored_script_and_font_is_locked() -> None:
    locked = {entry["file"] for entry in LOCK}
    vendored = {name for name in assets() if PurePath(name).parts[0] in {"vendor", "fonts"}}
    assert vendored <= locked


def test_licences_lie_beside_what_they_cover() -> None:
    assert (STATIC / "vendor" / "htmx-LICENSE.txt").is_file()
    assert (STATIC / "fonts" / "OFL.txt").is_file()


@pytest.mark.parametrize("name", ["../render.py", "/etc/passwd", "css/01-tokens.css", "vendor.lock.json", ""])
def test_only_listed_files_can_be_fetched(name: str) -> None:
    assert name not in assets()


def test_style_sheets_stay_short_and_name_no_colour_outside_the_tokens() -> None:
    for file in (STATIC / "css").glob("*.css"):
        words = file.read_text("utf-8")
        assert len(words.splitlines()) <= 200, file.name
        if not file.name.startswith(("01-", "20-")):
            assert "#" not in words.replace("#fff", "") or "url(" in words, file.name


def test_own_script_stays_short() -> None:
    assert len((STATIC / "app.js").read_text("utf-8").splitlines()) <= 80


def test_no_style_or_script_asks_another_host() -> None:
    for name in ("app.css", "app.js"):
        assert b"//" not in assets()[name].content.replace(b"http://www.w3.org", b"").replace(b"/*", b"").replace(
            b"*/", b""
        )


def test_the_digest_is_short_and_steady() -> None:
    assert digest() == digest()
    assert len(digest()) == 12


def test_dark_colours_are_for_screens_and_never_reach_paper() -> None:
    tokens = (STATIC / "css" / "01-tokens.css").read_text("utf-8")
    media = re.split(r"^@media ", tokens, flags=re.MULTILINE)
    dark = [part for part in media if "color-scheme: dark" in part]
    assert len(dark) == 2
    assert [part.partition(" {")[0] for part in dark] == ["screen", "screen and (prefers-color-scheme: dark)"]
