"""Rows of numbers out of the database as one array: by a prepared statement for a few, by binary COPY for many."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.database import Connection, copy_out

if TYPE_CHECKING:  # numpy is imported late: whoever only asks for a page need not wait for it
    from scoring.bulk import Records


async def records(
    connection: Connection, query: str, fields: Sequence[tuple[str, str]], *values: object, few: bool
) -> "Records":
    """Return the rows of a query whose columns are never null, with the types of `fields`.

    A COPY is planned anew each time and asks for its parameters first: for a few rows that takes longer than the rows.
    """
    import numpy as np

    from scoring.bulk import copied_out

    if not few:
        return copied_out(await copy_out(connection, query, *values), fields)
    return np.array([tuple(row) for row in await connection.fetch(query, *values)], dtype=list(fields))
