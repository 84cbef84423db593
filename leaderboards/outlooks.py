"""What a look ahead tells, as plain values: gains, sliders, a supposed card."""

import msgspec

from core.language import Text


class Gain(msgspec.Struct, frozen=True, kw_only=True):
    """One way to more points: what it takes, in a sentence, and what it is worth in the ranked total and on the card."""

    kpi: str
    name: Text
    way: str
    n: int
    value_now: str | None
    value: str
    unit_name: Text
    points: str
    card_points: str
    place: int | None
    movable: bool
    sentence: Text
    basis: Text
    advice: Text


class Slider(msgspec.Struct, frozen=True, kw_only=True):
    """One KPI to move: its value as the slider stands now, its ends and its step, all as plain decimals."""

    kpi: str
    name: Text
    unit_name: Text
    direction: str
    value: str
    low: str
    high: str
    step: str
    now: str | None
    """What is measured, exactly as far as four decimals tell; None where nothing is."""


class SupposedLine(msgspec.Struct, frozen=True, kw_only=True):
    """One KPI before and after; texts are exact decimals, None without a score."""

    kpi: str
    name: Text
    value: str | None
    score: str | None
    points: str
    value_before: str | None
    score_before: str | None
    points_before: str


class Supposed(msgspec.Struct, frozen=True, kw_only=True):
    """What a unit would come to: card, ranked total and place, beside what they are."""

    card_total: str
    card_total_before: str
    total: str | None
    total_before: str | None
    change: str
    place: int | None
    place_before: int | None
    of: int
    place_note: Text
    lines: tuple[SupposedLine, ...]
