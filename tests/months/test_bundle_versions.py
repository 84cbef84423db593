"""Bundles of a month that was opened again, and of one that was restated: each version checks out, and whatever is tampered with is named."""

import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.errors import Invalid
from core.period import shifted
from months.changes.preview import digest
from months.operations import changes
from months.operations.closing import approve_close, propose_close
from months.operations.releasing import release
from months.proof.archive import packed
from months.queries.proof import bundle
from tests import factories
from tests.cast import MONTH, Cast, day
from tests.months.story import closed, closing_day, ran, talks_held, worked_off
from tests.months.test_bundle import check, opened, zipped

AT = closing_day() + timedelta(hours=1)
LATER = closing_day() + timedelta(days=8)
RECORD = {"unit": "S4", "kpi": "SMILE", "on": day(1).isoformat(), "numerator": "60", "denominator": "100"}


async def changed(cast: Cast, kind: str, payload: dict[str, Any], maker: str, decider: str, at: datetime) -> None:
    number = await changes.propose(
        month=MONTH, kind=kind, payload=payload, title="更正", why="核实", actor=cast.actor(maker), at=AT
    )
    seen = await changes.preview(number, at=AT)
    await changes.apply(change_id=number, preview_digest=digest(seen), actor=cast.actor(decider), at=at)


async def reopened(cast: Cast) -> None:
    """Close, correct a fact of the closed month, and close again."""
    await ran(cast)
    await closed(cast)
    await changed(cast, "correction", {"records": [RECORD]}, "baishu", "tangyi", AT)
    await worked_off()
    at = AT + timedelta(hours=1)
    await propose_close(month=MONTH, actor=cast.actor("sulan"), at=at)
    await approve_close(month=MONTH, actor=cast.actor("baishu"), at=at)


async def restated(cast: Cast) -> None:
    """Publish, then correct a fact of the published month."""
    await ran(cast)
    await closed(cast)
    await talks_held(cast, closing_day())
    await release(month=MONTH, actor=cast.actor("heqing"), at=closing_day())
    await factories.plan(shifted(MONTH, 1), "SIGNAL", cast.rule_book_id, cast.actor("sulan"))
    await changed(cast, "correction", {"records": [RECORD]}, "sulan", "baishu", LATER)


STORIES = {"reopened": reopened, "restated": restated}


@pytest.mark.parametrize("story", STORIES, ids=str)
async def test_each_version_is_equal_without_the_database_and_has_its_own_digest(cast: Cast, story: str) -> None:
    await STORIES[story](cast)
    files = [packed(await bundle(MONTH, version)) for version in (1, 2)]
    reports = [check(file) for file in files]
    assert [(report.equal, report.version, report.differences) for report in reports] == [(True, 1, ()), (True, 2, ())]
    assert reports[0].digest != reports[1].digest
    assert [one.what for one in check(files[0], reports[1].digest).differences] == ["published"]
    assert opened(files[0])["facts.csv"] != opened(files[1])["facts.csv"]


@pytest.mark.parametrize("story", STORIES, ids=str)
async def test_whichever_entry_is_tampered_with_is_named(cast: Cast, story: str) -> None:
    await STORIES[story](cast)
    entries = opened(packed(await bundle(MONTH, 2)))
    assert {"document.json", "rules.toml", "numbers.json", "facts.csv"} <= entries.keys()
    for name, content in entries.items():
        if name == "bundle.json":
            continue
        forged = {**entries, name: content[:-2] + (b"7" if content[-2:-1] != b"7" else b"8") + content[-1:]}
        assert name in _named(zipped(forged)), name
        assert name in _named(zipped({one: part for one, part in entries.items() if one != name})), name


def _named(data: bytes) -> str:
    """Return everything that a check says about a file."""
    try:
        report = check(data)
    except Invalid as refusal:
        return " ".join(f"{one.sentence.en} {one.place}" for one in refusal.problems)
    assert not report.equal
    return " ".join(f"{one.what} {one.field}" for one in report.differences)


async def test_the_command_checks_a_restated_version_with_nothing_but_the_file(cast: Cast, tmp_path: Path) -> None:
    await restated(cast)
    file = tmp_path / "month.zip"
    file.write_bytes(packed(await bundle(MONTH, 2)))
    known = check(file.read_bytes()).digest
    for told, code in ((known, 0), ("0" * 64, 1)):
        done = _command("verify", str(file), "--digest", told, home=tmp_path)
        assert done.returncode == code, done.stderr + done.stdout


def _command(*words: str, home: Path) -> "subprocess.CompletedProcess[str]":
    """Run the program with no setting that could lead it to a database."""
    clean = {"PATH": os.environ["PATH"], "HOME": str(home)}
    return subprocess.run(
        [sys.executable, "-m", "ops.cli", *words], env=clean, capture_output=True, text=True, timeout=120, check=False
    )
