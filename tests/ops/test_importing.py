"""`shifen import`: what it takes in, and that a look changes nothing."""

from argparse import Namespace
from pathlib import Path

import pytest

from core.database import raw
from core.errors import Invalid
from ops.commands.import_ import KINDS
from tests.cast import Cast, cast

__all__ = ["cast"]
SMALL = Path(__file__).parent.parent / "small.toml"


def words(file: Path, *, dry_run: bool) -> Namespace:
    return Namespace(file=file, month=None, source="", only_good=False, reason=None, dry_run=dry_run)


async def _books() -> int:
    async with raw() as connection:
        return int(await connection.fetchval("SELECT count(*) FROM rule_book"))


async def test_a_rule_book_that_is_only_looked_at_is_not_stored(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = tmp_path / "rules.toml"
    changed.write_text(SMALL.read_text(encoding="utf-8").replace('code = "', 'code = "other-', 1), encoding="utf-8")
    before = await _books()
    assert await KINDS["rules"](words(changed, dry_run=True)) == 0
    assert "什么都没有改动" in capsys.readouterr().out
    assert await _books() == before
    assert await KINDS["rules"](words(changed, dry_run=False)) == 0
    assert await _books() == before + 1


async def test_a_look_at_a_broken_rule_book_finds_the_fault(cast: Cast, tmp_path: Path) -> None:
    broken = tmp_path / "rules.toml"
    broken.write_text('code = "x"', encoding="utf-8")
    with pytest.raises(Invalid):
        await KINDS["rules"](words(broken, dry_run=True))
