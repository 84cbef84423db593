"""A sealed month computed again: from the bundle's values alone to standings, lines and awards."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

import msgspec

from core.language import Text
from core.period import first_day, shifted
from core.points import cents_text
from leaderboards.frame import Frame, framed
from leaderboards.inputs import MonthInputs, months_back
from leaderboards.month_board import MonthBoard
from leaderboards.month_results import month_results
from leaderboards.pools import pool_of
from leaderboards.unstored import LinesInTurn, board_of
from months.chances import looks_at_chance, variances
from months.proof.bundle import Bundle
from months.seal import Plain
from months.sealed_rows import BY_UNIT, line_rows, standing_row
from org.organisation import Organisation, Unit
from rewards import judging
from rewards.entrants import Outcome
from scoring.bulk import UnitCells
from scoring.rulebook import RuleBook


class Rebuilt(NamedTuple):
    """What the facts say: rows of the sealed document by their names, the standings one by one by the codes of their units."""

    standings: Iterator[dict[str, Plain]]
    awards: list[Plain]


def rebuilt(bundle: Bundle, book: RuleBook, cells: UnitCells) -> Rebuilt:
    """Return the result of a month again; `cells` are those of its facts. Raises what scoring raises for odd values."""
    organisation = organisation_of(bundle.document)
    inputs = inputs_of(bundle, book, framed(organisation, book), cells)
    results = month_results(inputs)
    ranges = variances(inputs, results) if looks_at_chance(book) else {}
    board = board_of(bundle.month, inputs, results, str(bundle.document["rule_book"]), ranges=ranges)
    codes = {unit.id: unit.code for unit in organisation.units.values()}
    kpis = {number: code for code, number in bundle.kpis.items()}
    lines = LinesInTurn(results, inputs.frame.tree.ids, frozenset(board.heads))
    before = _by_unit(bundle.document["beside"].get("ranked_before", {}), {code: one for one, code in codes.items()})
    named = _named(bundle.document["beside"], {code: one for one, code in codes.items()})
    found = judging.judged(board, book, judging.Basis(before, lines, kpis, organisation, named))
    return Rebuilt(_standings(board, lines, codes, kpis), [*_awards(found, codes)])


def _named(beside: Mapping[str, Any], numbers: Mapping[str, int]) -> judging.Named:
    """Return who was named for the awards by hand; months sealed before anybody could be have nothing of it."""
    return {award: {numbers[unit]: why for unit, why in units} for award, units in beside.get("named", {}).items()}


def _standings(
    board: MonthBoard, lines: LinesInTurn, codes: Mapping[int, str], kpis: Mapping[int, str]
) -> Iterator[dict[str, Plain]]:
    for unit_id, one in sorted(board.by_unit.items(), key=lambda item: codes[item[0]]):
        yield standing_row(one, codes[unit_id], line_rows(lines.get(unit_id, ()), kpis))


def _awards(outcomes: Iterable[Outcome], codes: Mapping[int, str]) -> Iterable[Plain]:
    for outcome in outcomes:
        for grant in outcome.grants:
            yield {
                "award": outcome.award,
                "unit": codes[grant.unit_id],
                "group": grant.group,
                "place": grant.place,
                "value": cents_text(grant.value),
                "reason": _plain(grant.reason),
            }


def _plain(text: Text) -> Plain:
    found: Plain = msgspec.to_builtins(text)
    return found


def organisation_of(document: Mapping[str, Any]) -> Organisation:
    """Return the organisation that a sealed document names, without the names of its units."""
    rows, more = document["organisation"], {row[0]: row for row in document["units"]}
    numbers = {row[1]: row[0] for row in rows}
    return Organisation(first_day(document["month"]), [_of_row(row, more[row[1]], numbers) for row in rows])


def _of_row(row: Sequence[Any], more: Sequence[Any], numbers: Mapping[str, int]) -> Unit:
    number, code, kind, group, parent, competes = row
    _, post, star, size, customers, traffic, opened, closed, employer = more
    return Unit(
        id=number,
        code=code,
        name_zh="",
        name_en="",
        kind=kind,
        peer_group=group,
        post=post,
        star=star,
        size_class=size,
        customers=customers,
        traffic=traffic,
        hors_concours=not competes,
        opened_on=date.fromisoformat(opened) if opened else None,
        closed_on=date.fromisoformat(closed) if closed else None,
        parent_id=numbers.get(parent),
        employer_id=numbers.get(employer),
    )


def inputs_of(bundle: Bundle, book: RuleBook, frame: Frame, cells: UnitCells) -> MonthInputs:
    """Return what a month is scored from; LookupError when a month that its windows need is not in the bundle."""
    document, numbers = bundle.document, {unit.code: unit.id for unit in frame.units}
    beside = document["beside"]
    theme = document.get("theme")
    by_unit: dict[str, Any] = {name: _by_unit(beside[name], numbers) for name in BY_UNIT if name in beside}
    return MonthInputs(
        book=book,
        theme=theme,
        frame=frame,
        month=bundle.month,
        days=dict(beside["days"]),
        kpi_ids=bundle.kpis,
        item_ids=bundle.items,
        pool=pool_of(book, bundle.kpis, frame, cells),
        earlier=[
            pool_of(book, bundle.kpis, frame, bundle.earlier[shifted(bundle.month, -back)])
            for back in range(1, months_back(book) + 1)
        ],
        red_lines={code: _by_unit(found, numbers) for code, found in beside["red_lines"].items()},
        exclusions={numbers[unit]: what for unit, what in beside["exclusions"].items()},
        previous_city={code: Fraction(text) for code, text in beside["previous_city"].items()},
        held={
            (bundle.kpis[kpi], numbers[unit]): score
            for kpi, found in beside["held"].items()
            for unit, score in found.items()
        },
        held_nodes={code: _by_unit(found, numbers) for code, found in beside["held_nodes"].items()},
        **by_unit,
    )


def _by_unit(found: Mapping[str, int], numbers: Mapping[str, int]) -> dict[int, int]:
    return {numbers[unit]: value for unit, value in found.items()}
