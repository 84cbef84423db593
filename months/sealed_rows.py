"""The rows of a sealed document: the same from a stored snapshot and from a computation in memory."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from leaderboards.month_board import Standing
from months.seal import Plain
from org.organisation import Organisation
from rewards.judging import Named
from scoring.packing import LINE as LINES
from scoring.packing import NO_VALUE, STATES

if TYPE_CHECKING:  # numpy is imported late: this module is also read by pages
    from leaderboards.inputs import MonthInputs

LINE = ("kpi", "status", "policy", "counted", "score", "points", "value", "sample")
"""What the places of a line mean."""
BY_UNIT = ("adjustments", "activities", "previous_totals")
"""Numbers by unit that enter a month beside its facts; a name that the inputs do not have is left out."""


def standing_row(standing: Standing, unit: str, lines: list[Plain]) -> dict[str, Plain]:
    """Return one unit of the result by its code, with its lines as rows."""
    return {
        "unit": unit,
        "card": standing.card,
        "group": standing.group,
        "status": standing.status,
        "flags": standing.flags,
        "rank": standing.rank,
        "peer_rank": standing.peer_rank,
        "total": standing.total,
        "coverage": standing.coverage,
        "measures": list(standing.measures),
        "processes": list(standing.processes),
        "lines": lines,
    }


def line_rows(lines: Iterable[Sequence[Plain]], kpis: Mapping[int, str]) -> list[Plain]:
    """Return the lines of a card in the order of `LINE`, which is that of packed ones; `kpis` are codes by number."""
    return [[kpis[kpi], *rest] for kpi, *rest in lines]  # type: ignore[index]  # the first of a line is its KPI's number


class StandingBytes:
    """Writes units of a result as the canonical form has them, straight from packed lines: millions, in a second."""

    def __init__(self, kpis: Mapping[int, str]) -> None:
        self._kpis = kpis
        self._heads: dict[tuple[int, int], str] = {}

    def row(self, standing: Standing, unit: str, packed: bytes) -> bytes:
        """Return what `canonical` makes of the unit's `standing_row`."""
        row = standing_row(standing, unit, [])
        return msgspec.json.encode({**row, "lines": msgspec.Raw(self._lines(packed))}, order="sorted")

    def _lines(self, packed: bytes) -> bytes:
        heads = self._heads
        texts: list[str] = []
        for kpi_id, state, score, points, value, sample in LINES.iter_unpack(packed):
            head = heads.get((kpi_id, state)) or self._head(kpi_id, state)
            known = "null" if value == NO_VALUE else value
            texts.append(f"{head},{score},{points},{known},{sample}]")
        return f"[{','.join(texts)}]".encode()

    def _head(self, kpi_id: int, state: int) -> str:
        """Return the beginning of a line: KPI, status, policy and whether it counted; few are different."""
        rest = ",".join(msgspec.json.encode(one).decode() for one in (self._kpis[kpi_id], *STATES[state]))
        return self._heads.setdefault((kpi_id, state), f"[{rest}")


def organisation_rows(organisation: Organisation) -> list[Plain]:
    """Return all units by code: number, code, kind, peer group, code of the parent, whether it competes."""
    units = organisation.units
    rows: list[list[Plain]] = [
        [unit.id, unit.code, unit.kind, unit.peer_group, _code(organisation, unit.parent_id), not unit.hors_concours]
        for unit in units.values()
    ]
    return [*sorted(rows, key=lambda row: str(row[1]))]


def unit_rows(organisation: Organisation) -> list[Plain]:
    """Return what else about the units decides a result: code, post, star, size, customers, traffic, days, employer."""
    rows: list[list[Plain]] = [
        [
            unit.code,
            unit.post,
            unit.star,
            unit.size_class,
            unit.customers,
            unit.traffic,
            unit.opened_on.isoformat() if unit.opened_on else None,
            unit.closed_on.isoformat() if unit.closed_on else None,
            _code(organisation, unit.employer_id),
        ]
        for unit in organisation.units.values()
    ]
    return [*sorted(rows, key=lambda row: str(row[0]))]


def _code(organisation: Organisation, unit_id: int | None) -> str | None:
    return organisation.units[unit_id].code if unit_id is not None and unit_id in organisation else None


def beside_facts(
    inputs: "MonthInputs",
    ranked_before: Mapping[int, int],
    named: Named,
    codes: Mapping[int, str],
    kpis: Mapping[int, str],
) -> dict[str, Plain]:
    """Return what a month is scored from beside rules, organisation and facts; units by code, scores in cents.

    `ranked_before` are the totals of those ranked the month before, by which awards for improvement go, `named` those named
    for the awards by hand, the first named first. Units that are
    not in the organisation of the month are left out: they have no part in its result.
    """
    found: dict[str, Plain] = {
        name: _by_code(values, codes) for name in BY_UNIT if (values := getattr(inputs, name, None)) is not None
    }
    return {
        **found,
        "ranked_before": _by_code(ranked_before, codes),
        "red_lines": {code: _by_code(counts, codes) for code, counts in inputs.red_lines.items()},
        "exclusions": {codes[unit]: what for unit, what in inputs.exclusions.items() if unit in codes},
        "named": {award: [[codes[unit], why] for unit, why in units.items()] for award, units in named.items()},
        "previous_city": {code: str(score) for code, score in inputs.previous_city.items()},
        "held": _held(inputs.held.items(), codes, kpis),
        "held_nodes": {code: _by_code(values, codes) for code, values in inputs.held_nodes.items()},
        "days": dict(inputs.days),
    }


def _by_code(values: Mapping[int, int], codes: Mapping[int, str]) -> dict[str, Plain]:
    return {codes[unit]: int(value) for unit, value in values.items() if unit in codes}


def _held(
    scores: Iterable[tuple[tuple[int, int], int]], codes: Mapping[int, str], kpis: Mapping[int, str]
) -> dict[str, Plain]:
    found: dict[str, dict[str, Plain]] = {}
    for (kpi, unit), score in scores:
        if unit in codes and kpi in kpis:
            found.setdefault(kpis[kpi], {})[codes[unit]] = int(score)
    return {**found}
