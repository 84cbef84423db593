"""The receipt of one unit's month, put together from its card, the engine's own working and the batches of its facts."""

from collections.abc import Sequence

from core.database import raw
from core.period import first_day, next_first_day, shifted
from leaderboards.queries import cards, departments
from leaderboards.queries.cards import Card
from leaderboards.queries.explained import Explained, explained
from leaderboards.queries.known import organisation_behind
from leaderboards.receipts import Receipt, ReceiptLine
from scoring.contributors import contributors
from scoring.queries.batches import BatchPart, batches_behind
from scoring.queries.rules import catalogue
from scoring.steps.telling import Step


async def receipt(unit_id: int, *, month: int | None = None) -> Receipt:
    """Return the receipt of a unit's month; NotFound when it has no card."""
    card = await cards.card(unit_id, month=month)
    found = await explained(unit_id, month=card.month)
    batches = await _batches(card, found)
    book, board = found.working.book, found.board
    steps = _steps(card, found)
    theme = book.themes.get(card.theme or "")
    whole = await _closing(card, found)
    return Receipt(
        month=card.month,
        unit_id=card.unit_id,
        code=card.code,
        name=card.name,
        card=card.card,
        card_name=board.heads[card.card].name,
        group_name=card.group_name,
        theme=theme.name if theme else None,
        snapshot_id=card.snapshot_id,
        made_at=card.made_at,
        sealed=card.sealed,
        digest=await _digest(card),
        rule_book=board.detail.rule_book,
        same=steps is not None and (found.same or card.card == book.department.kind),
        card_total=card.body.card_total,
        total=card.total,
        rank=card.rank,
        of=card.of,
        peer_rank=card.peer_rank,
        peer_of=card.peer_of,
        lost=card.body.lost,
        lines=tuple(
            ReceiptLine(
                line=line,
                process_name=book.processes[line.process].name,
                steps=steps[place] if steps else (),
                facts=sum(part.facts for part in batches.get(line.kpi, ())),
                batches=tuple(batches.get(line.kpi, ())),
            )
            for place, line in enumerate(card.lines)
        ),
        total_steps=whole,
        place_steps=_place(card, found),
    )


async def line_steps(card: Card, kpi: str) -> tuple[Step, ...]:
    """Return the steps of one line of a card; none where scoring anew does not give the same numbers."""
    found = await explained(card.unit_id, month=card.month)
    codes = [line.kpi for line in card.lines]
    steps = _steps(card, found)
    return steps[codes.index(kpi)] if steps and kpi in codes else ()


def _steps(card: Card, found: Explained) -> list[tuple[Step, ...]] | None:
    """Return the steps of each line, None when the facts have moved on since the snapshot was made."""
    from leaderboards.same_numbers import same_numbers
    from leaderboards.working import steps_of

    place = found.working.places[card.unit_id]
    if not same_numbers(found.working.scored, place, card.lines):
        return None
    return [steps_of(found.working, row, place) for row in range(len(found.working.scored.kpis))]


async def _closing(card: Card, found: Explained) -> tuple[Step, ...]:
    from leaderboards.closing_steps import department_steps, total_steps

    book = found.working.book
    if card.card == book.department.kind:
        page = await departments.department(card.unit_id, month=card.month)
        parts = [
            (part.name, part.weight, part.cents, part.points)
            for part in page.parts
            if part.cents is not None and part.points is not None
        ]
        return department_steps(card, parts, page.bonus)
    return total_steps(card, book, found.working.scored, found.working.places[card.unit_id])


def _place(card: Card, found: Explained) -> tuple[Step, ...]:
    from leaderboards.closing_steps import place_steps

    at, scored = found.working.places[card.unit_id], found.working.scored
    covered = int(scored.covered_num[at]), int(scored.covered_den[at])
    return place_steps(card, found.board, found.standing, found.working.book, covered)


async def _batches(card: Card, found: Explained) -> dict[str, Sequence[BatchPart]]:
    """Return by KPI of the card the batches its facts came in; KPIs with the same reach and window are asked for together."""
    numbers, organisation = (await catalogue()).kpis, await organisation_behind(found.board)
    book = found.working.book
    asked: dict[tuple[str, tuple[str, ...]], dict[int, list[str]]] = {}
    for line in card.lines:
        kpi = book.kpis[line.kpi]
        if kpi.facts in numbers:
            group = asked.setdefault((kpi.window_of(card.card), tuple(kpi.stays_with)), {})
            group.setdefault(numbers[kpi.facts], []).append(line.kpi)
    told: dict[str, Sequence[BatchPart]] = {}
    for (window, stays_with), kpis in asked.items():
        parts = await batches_behind(
            kpi_ids=list(kpis),
            unit_ids=contributors(organisation, card.unit_id, book, stays_with),
            start=first_day(shifted(card.month, -2) if window == "rolling3" else card.month),
            end=next_first_day(card.month),
            through_batch=found.board.through_batch,
            at=found.board.as_at,
        )
        told |= {code: parts.get(number, ()) for number, codes in kpis.items() for code in codes}
    return told


async def _digest(card: Card) -> str | None:
    """Return the digest under which the snapshot is sealed, None while its month is open."""
    if not card.sealed:
        return None
    async with raw() as connection:
        found: str | None = await connection.fetchval("SELECT digest FROM snapshot WHERE id = $1", card.snapshot_id)
    return found
