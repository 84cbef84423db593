"""What a kind is ranked by: its card, or a blend that the rule book names; and its red lines as vetoes."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from core.points import exact
from scoring.blend import blended
from scoring.composition import NONE
from scoring.engine import Scored
from scoring.rulebook import Part, RuleBook
from scoring.settlement import Veto

Cents = NDArray[np.int64]


def measured_totals(book: RuleBook, kind: str, scored: Scored, parents: Mapping[str, Cents]) -> Cents:
    """Return the ranked number of every unit in cents, NONE where there is none.

    `parents` holds by kind the total of each unit's parent of that kind, NONE where it has none; a kind left out
    counts as missing for all, and the other parts are scaled up.
    """
    card = np.where(scored.covered_num > 0, scored.totals, NONE)
    measure = book.measure_of(kind)
    if measure is None:
        return card
    parts = [_part(part, card, scored, parents) for part in measure.parts]
    total = blended(parts, [exact(part.weight) for part in measure.parts])
    return np.where(card == NONE, NONE, total)


def _part(part: Part, card: Cents, scored: Scored, parents: Mapping[str, Cents]) -> Cents:
    kind, _, code = part.source.partition(":")
    nothing = np.full(len(card), NONE, dtype=np.int64)
    if kind == "card":
        return card
    if kind == "process" and code in scored.processes:
        row: Cents = scored.process_scores[scored.processes.index(code)]
        return row
    return parents.get(code, nothing) if kind == "parent" else nothing


def vetoes(book: RuleBook) -> dict[str, Veto]:
    """Return what each kind of red line does to a total."""
    return {
        code: Veto(line.effect, exact(line.cap_at), exact(line.points), line.bars_awards)
        for code, line in book.red_lines.items()
    }
