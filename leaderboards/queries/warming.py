"""What a web process has at hand before its first reader comes."""

from contextlib import suppress

from leaderboards.queries.boards import cards, reading
from org.queries import organisation
from org.visibility import NOBODY


async def warmed() -> None:
    """Have the latest boards and the tree in memory before the first reader comes; without PostgreSQL do nothing."""
    with suppress(Exception):
        await organisation()
        for head in (await cards()).cards:
            await reading(NOBODY, card=head.code, unit_id=None)
