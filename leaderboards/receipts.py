"""A receipt: one unit's month with every step from the facts and their batches to the place, and what it is sealed with."""

import msgspec

from core.language import Text
from leaderboards.card_views import CardLine
from scoring.queries.batches import BatchPart
from scoring.steps.telling import Step

FORMAT = "shifen-receipt-1"


class ReceiptLine(msgspec.Struct, frozen=True, kw_only=True):
    """One KPI: its line as it stands on the card, the steps to it, and the batches its facts came in."""

    line: CardLine
    process_name: Text
    steps: tuple[Step, ...]
    facts: int
    batches: tuple[BatchPart, ...]


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """One unit's month taken apart; `digest` once the month is sealed, `same` when scoring anew gives the same numbers."""

    format: str = FORMAT
    month: int
    unit_id: int
    code: str
    name: Text
    card: str
    card_name: Text
    group_name: Text
    theme: Text | None
    snapshot_id: int
    made_at: str
    sealed: bool
    digest: str | None
    rule_book: str
    same: bool
    card_total: str
    total: str | None
    rank: int | None
    of: int
    peer_rank: int | None
    peer_of: int
    lost: str
    lines: tuple[ReceiptLine, ...]
    total_steps: tuple[Step, ...]
    place_steps: tuple[Step, ...]
