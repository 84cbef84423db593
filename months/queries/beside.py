"""What a month is scored from beside its facts, as values for the seal: without it no result could be computed again."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import rewards.queries
import scoring.queries.rules
from core.database import Connection, raw
from core.period import shifted
from leaderboards.queries import stored
from leaderboards.queries.known import known_cells, shown_of
from leaderboards.queries.month_inputs import frame_of, month_inputs
from months.seal import Plain
from months.sealed_rows import beside_facts
from org.organisation import Organisation
from rewards.judging import ranked_totals
from scoring.queries.rules import Catalogue, Rules

if TYPE_CHECKING:  # numpy is imported late: this package is also read by pages
    from leaderboards.frame import Frame
    from scoring.pooling import Pool


async def beside(rules: Rules, organisation: Organisation) -> dict[str, Plain]:
    """Return adjustments, red lines, exclusions and what is carried over from the month before, units by code."""
    numbers = await scoring.queries.rules.catalogue()
    frame = await frame_of(rules)
    async with raw() as connection:
        inputs = await month_inputs(connection, rules, numbers, frame, _no_facts)
    before = await stored.shown_board(shifted(rules.month, -1))
    codes: Mapping[int, str] = {unit.id: unit.code for unit in organisation.units.values()}
    named = await rewards.queries.namings(rules.month)
    return beside_facts(inputs, ranked_totals(before) if before else {}, named, codes, numbers.kpi_codes)


async def facts_shown(connection: Connection, month: int) -> str | None:
    """Return the digest of what a month before lends while it is held back: its facts as of the freeze; None otherwise."""
    until = (await shown_of(connection, month)).known_until
    if until is None:
        return None
    from months.proof.bundle import cells_digest

    numbers, rules = await scoring.queries.rules.catalogue(), await scoring.queries.rules.rules_of(month)
    return cells_digest(await known_cells(connection, month, until, rules, numbers))


async def _no_facts(_: Connection, rules: Rules, numbers: Catalogue, frame: "Frame", _month: int) -> "Pool":
    """Return an empty month: the facts themselves are sealed by their digest."""
    import numpy as np

    from leaderboards.pools import pool_of
    from scoring.bulk import CELLS, UnitCells

    none = np.zeros(0, dtype=np.int64)
    return pool_of(rules.book, numbers.kpis, frame, UnitCells(none, none, np.zeros(0, dtype=CELLS)))
