"""A month's results as readers and judges hold them, straight from memory: for simulations, which store nothing."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import repeat

import numpy as np

from core.language import Text
from core.points import cents_text
from leaderboards.inputs import MonthInputs
from leaderboards.month_board import CardHead, MonthBoard, Standing
from leaderboards.month_detail import detail_of
from leaderboards.month_results import MonthResults
from leaderboards.ranges import UnitRange
from leaderboards.results import NONE, CardLines, CardResult
from org.organisation import Unit
from scoring.bulk import Ints
from scoring.packing import COUNTED_BIT, NO_VALUE, POLICY_SHIFT, PackedLine

NO_SNAPSHOT = 0


def board_of(
    month: int,
    inputs: MonthInputs,
    results: MonthResults,
    rule_book: str,
    *,
    ranges: Mapping[int, UnitRange] | None = None,
    known: Mapping[str, Sequence[Standing]] | None = None,
) -> MonthBoard:
    """Return the board that storing these results, and how sure they are, would give; `known` are standings of cards at hand."""
    at_hand = known or {}
    detail = detail_of(inputs, rule_book, results)
    heads = {head.code: head for head in detail.cards}
    return MonthBoard(
        snapshot_id=NO_SNAPSHOT,
        month=month,
        made_at="",
        detail=detail,
        standings=(
            one
            for card in results.cards
            for one in at_hand.get(card.run.code) or _standings(card, heads[card.run.code], inputs)
        ),
        ranges=ranges,
    )


def lines_of(results: MonthResults, ids: Ints, cards: Collection[str]) -> dict[int, list[PackedLine]]:
    """Return the lines of some cards by unit, as a snapshot would hold them; `ids` numbers the unit at each place."""
    wanted = [card for card in results.cards if card.run.code in cards]
    return {
        unit: found
        for card in wanted
        for unit, found in zip(ids[card.run.units].tolist(), _lines(card.lines), strict=True)
    }


class LinesInTurn(Mapping[int, list[PackedLine]]):
    """The same lines, those of a unit made anew whenever they are asked for: of a province, all at once take a gigabyte."""

    def __init__(self, results: MonthResults, ids: Ints, cards: Collection[str]) -> None:
        self._places = {
            unit: (card.lines, place)
            for card in results.cards
            if card.run.code in cards
            for place, unit in enumerate(ids[card.run.units].tolist())
        }

    def __getitem__(self, unit_id: int) -> list[PackedLine]:
        lines, place = self._places[unit_id]
        return next(_lines(_some(lines, [place])))

    def __iter__(self) -> Iterator[int]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def lines_of_units(results: MonthResults, ids: Ints, unit_ids: Collection[int]) -> dict[int, list[PackedLine]]:
    """Return the lines of a few units, without those of all others of their cards."""
    found: dict[int, list[PackedLine]] = {}
    for card in results.cards:
        units = ids[card.run.units]
        places = np.flatnonzero(np.isin(units, list(unit_ids)))
        if len(places):
            found.update(zip(units[places].tolist(), _lines(_some(card.lines, places)), strict=True))
    return found


def _some(lines: CardLines, places: Ints | list[int]) -> CardLines:
    """Return the lines of the units at some places of a card."""
    return replace(
        lines,
        states=lines.states[:, places],
        scores=lines.scores[:, places],
        points=lines.points[:, places],
        values=lines.values[:, places],
        samples=lines.samples[:, places],
    )


def totals_of(results: MonthResults, ids: Ints) -> dict[int, int | None]:
    """Return the totals by which units are ranked, by unit."""
    return {
        unit: total
        for card in results.cards
        for unit, total in zip(
            ids[card.run.units].tolist(), _numbers(np.where(card.has_total, card.totals, NONE)), strict=True
        )
    }


def _standings(card: CardResult, head: CardHead, inputs: MonthInputs) -> Iterator[Standing]:
    columns = (
        card.run.group.tolist(), card.statuses.tolist(), card.flags.tolist(), card.places.tolist(), _ranks(card.ranks),
        card.peer_places.tolist(), _ranks(card.peer_ranks), _numbers(np.where(card.has_total, card.totals, NONE)),
        card.coverage.tolist(), _rows(card.measures), _rows(card.processes),
    )  # fmt: skip
    units: Iterable[Unit] = inputs.frame.units[card.run.units]
    for unit, (group, status, flags, pos, rank, peer_pos, peer_rank, total, coverage, measures, processes) in zip(
        units, zip(*columns, strict=True), strict=True
    ):
        yield Standing(
            unit_id=unit.id,
            code=unit.code,
            name=Text(unit.name_zh, unit.name_en),
            card=head.code,
            group=head.groups[group] if head.groups else "",
            status=status,
            flags=flags,
            pos=pos,
            rank=rank,
            peer_pos=peer_pos,
            peer_rank=peer_rank,
            total=total,
            total_text=None if total is None else cents_text(total),
            coverage=coverage,
            measures=measures,
            processes=processes,
        )


def _ranks(values: Ints) -> list[int | None]:
    return [value or None for value in values.tolist()]


def _numbers(values: Ints) -> list[int | None]:
    found = values.tolist()
    return [None if value == NONE else value for value in found] if (values == NONE).any() else found


def _rows(values: Ints) -> Iterable[tuple[int | None, ...]]:
    """Return the rows of a table of cents, made column by column."""
    if not values.shape[1]:
        return repeat((), len(values))
    return zip(*map(_numbers, values.T), strict=True)


def _lines(lines: CardLines) -> Iterator[list[PackedLine]]:
    states = lines.states.T.tolist()
    columns = (lines.scores.T.tolist(), lines.points.T.tolist(), lines.values.T.tolist(), lines.samples.T.tolist())
    for state, scores, points, values, samples in zip(states, *columns, strict=True):
        yield [
            PackedLine(
                kpi, one & 0x0F, one >> POLICY_SHIFT & 0x07, bool(one & COUNTED_BIT), score, point,
                None if value == NO_VALUE else value, sample,
            )
            for kpi, one, score, point, value, sample in zip(
                lines.kpi_ids, state, scores, points, values, samples, strict=True
            )
        ]  # fmt: skip
