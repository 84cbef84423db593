"""Which files the stored matters name as their evidence, by digest."""

from core.database import raw

_NAMED = """
SELECT sha256, 'appeals/' || appeal_id AS matter FROM appeal_file
UNION SELECT evidence, 'activity-records/' || id FROM activity_record WHERE evidence IS NOT NULL ORDER BY sha256, matter
"""


async def named_files() -> dict[str, list[str]]:
    """Return the digests of all files that appeals and records of activities name, each with the matters that name it."""
    found: dict[str, list[str]] = {}
    async with raw() as connection:
        for row in await connection.fetch(_NAMED):
            found.setdefault(row["sha256"], []).append(row["matter"])
    return found
