from contextlib import suppress

import pytest

from core import audit
from core.audit import SYSTEM, Actor, Anchor, BrokenLink
from core.database import FaultKind, fault, raw, transaction
from tests.servers import unguard

LI = Actor(None, "liyi")


async def told(count: int = 5) -> list[int]:
    """Write some changes down and return their numbers."""
    for number in range(count):
        await audit.record(
            actor=LI, action="change", subject_kind="thing", subject=number, before={"n": number}, why="试"
        )
    return [entry.id for entry in await audit.entries_after(0, 1000)]


async def tamper(statement: str, *values: object) -> None:
    """Do as the owner of the table could do."""
    async with raw() as connection:
        await unguard(connection, "audit_entry")
        await connection.execute(statement, *values)


async def test_an_untouched_trail_holds(tx: None) -> None:
    await told()
    assert await audit.broken_links() == []


@pytest.mark.parametrize("column", ["actor", "action", "subject_kind", "subject", "before", "after", "why"])
async def test_an_altered_word_is_found(tx: None, column: str) -> None:
    numbers = await told()
    await tamper(f"UPDATE audit_entry SET {column} = 'other' WHERE id = $1", numbers[2])
    assert await audit.broken_links() == [BrokenLink(numbers[2], "altered")]


async def test_an_altered_moment_is_found(tx: None) -> None:
    numbers = await told()
    await tamper("UPDATE audit_entry SET at = at + interval '1 microsecond' WHERE id = $1", numbers[1])
    assert await audit.broken_links() == [BrokenLink(numbers[1], "altered")]


async def test_a_removed_row_is_found(tx: None) -> None:
    numbers = await told()
    await tamper("DELETE FROM audit_entry WHERE id = $1", numbers[2])
    assert await audit.broken_links() == [BrokenLink(numbers[3], "unlinked")]


async def test_a_removed_beginning_is_found(tx: None) -> None:
    numbers = await told()
    await tamper("DELETE FROM audit_entry WHERE id <= $1", numbers[1])
    assert await audit.broken_links() == [BrokenLink(numbers[2], "unlinked")]


async def test_swapped_rows_are_found(tx: None) -> None:
    numbers = await told()
    await tamper("UPDATE audit_entry SET id = -1 WHERE id = $1", numbers[1])
    await tamper("UPDATE audit_entry SET id = $2 WHERE id = $1", numbers[2], numbers[1])
    await tamper("UPDATE audit_entry SET id = $1 WHERE id = -1", numbers[2])
    assert {link.reason for link in await audit.broken_links()} == {"unlinked"}


async def test_a_row_put_in_with_a_right_hash_of_its_own_is_found(tx: None) -> None:
    numbers = await told()
    entry = (await audit.entries_after(numbers[1], 1))[0]
    said = (None, "mallory", "change", "thing", "9", None, None, None)
    await tamper(
        "UPDATE audit_entry SET actor_id = NULL, actor = 'mallory', subject = '9', before = NULL, why = NULL, hash = $2"
        " WHERE id = $1",
        entry.id,
        audit.link(entry.previous_hash, entry.at, said),
    )
    assert await audit.broken_links() == [BrokenLink(numbers[3], "unlinked")]


async def test_a_cut_tail_is_found_against_the_end_kept_elsewhere(tx: None) -> None:
    numbers = await told()
    end = await audit.end()
    assert end == Anchor(numbers[-1], (await audit.entries_before(None, 1))[0].hash)
    await tamper("DELETE FROM audit_entry WHERE id > $1", numbers[2])
    assert await audit.broken_links() == []
    assert await audit.broken_links(end) == [BrokenLink(numbers[-1], "cut")]


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entry SET why = 'x'", "DELETE FROM audit_entry", "TRUNCATE audit_entry"]
)
async def test_the_database_itself_refuses_to_alter_the_trail(tx: None, statement: str) -> None:
    await told(1)
    with pytest.raises(Exception, match="permission denied for table audit_entry") as refused:
        await _executed(statement)
    found = fault(refused.value)
    assert found is not None
    assert found.kind is FaultKind.IN_STONE


async def test_a_change_that_fails_leaves_no_row(tx: None) -> None:
    before = len(await audit.entries_after(0, 1000))
    with suppress(ZeroDivisionError):
        async with transaction():
            await audit.record(actor=SYSTEM, action="change", subject_kind="thing", subject="1")
            raise ZeroDivisionError
    assert len(await audit.entries_after(0, 1000)) == before


async def _executed(statement: str) -> None:
    async with transaction(), raw() as connection:
        await connection.execute(statement)
