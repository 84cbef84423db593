"""What is known of a lagging unit at the close: where the points were lost, and what caught it, in words."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import msgspec

from core.language import Text
from core.points import CENTS, said_cents
from scoring.diagnosis import diagnosed
from scoring.losses import Loss
from scoring.method_words import listed
from scoring.result_words import step_name
from scoring.rulebook import RuleBook, TriggerRule

MOST_GOALS = 3


class LostItem(msgspec.Struct, frozen=True):
    """One KPI of the diagnosis: points lost in 1/10,000, the score in cents, the peers' median score, and whether it is a main item."""

    kpi: str
    lost: int
    score: int
    peers: int | None
    main: bool


class Goal(msgspec.Struct, frozen=True):
    """What the plan is to reach: a KPI's score in cents from where it stands to full marks or the peers' median."""

    kpi: str
    score: int
    to: int


class Diagnosis(msgspec.Struct, frozen=True):
    """The snapshot kept with an assignment; totals in cents, losses in 1/10,000."""

    total: int | None
    place: int | None
    group: str
    members: int
    total_lost: int
    items: tuple[LostItem, ...]
    goals: tuple[Goal, ...] = ()


class Fired(msgspec.Struct, frozen=True):
    """One trigger that caught the unit, with the fact."""

    code: str
    fact: Text


def lost_items(
    losses: Mapping[str, Loss], scores: Mapping[str, int], medians: Mapping[str, int]
) -> tuple[int, tuple[LostItem, ...]]:
    """Return all points lost in 1/10,000 and the items in order of loss; those without a loss are left out."""
    found = diagnosed({code: loss.lost for code, loss in losses.items()})
    main = set(found.main_items)
    items = tuple(
        LostItem(kpi=code, lost=int(lost), score=scores[code], peers=medians.get(code), main=code in main)
        for code, lost in found.lost
        if lost > 0
    )
    return int(found.total_lost), items


def goals(items: Sequence[LostItem]) -> tuple[Goal, ...]:
    """Return up to three goals: the main items, to the median of the peers, or to full marks where the median is lower."""
    chosen = [item for item in items if item.main][:MOST_GOALS]
    full = 100 * CENTS
    return tuple(Goal(kpi=item.kpi, score=item.score, to=_aim(item, full)) for item in chosen)


def _aim(item: LostItem, full: int) -> int:
    return min(full, item.peers) if item.peers is not None and item.peers > item.score else full


def main_item(losses: Mapping[str, Loss]) -> str | None:
    """Return the KPI that lost most, None when nothing was lost."""
    ordered = sorted(losses.items(), key=lambda item: -item[1].lost)
    return ordered[0][0] if ordered and ordered[0][1].lost > 0 else None


def median(values: Sequence[int]) -> int | None:
    """Return the lower middle value, so that it is the score of a real unit."""
    return sorted(values)[(len(values) - 1) // 2] if values else None


def facts(
    book: RuleBook,
    rule: TriggerRule,
    caught: Sequence[str],
    totals: Sequence[Fraction | None],
    item: str | None,
    classes: Mapping[str, str] | None = None,
) -> tuple[Fired, ...]:
    """Return the triggers that caught a unit, each with its fact; totals are newest first, classes those it is in."""
    values = {
        "total": _said(totals[0] if totals else None),
        "threshold": rule.threshold,
        "process": rule.process_threshold,
        "drop": _said(_drop(totals, rule.decline_months)),
        "months": rule.decline_months,
        "repeat": rule.repeat_months,
        "share": f"{rule.bottom_pct * 100:f}".rstrip("0").rstrip("."),
        "class": _class(book, rule, classes or {}),
        "item": book.kpis[item].name if item in book.kpis else Text(zh="–", en="–"),
    }
    return tuple(Fired(code=code, fact=FACTS[code].format(**values)) for code in caught)


def _class(book: RuleBook, rule: TriggerRule, classes: Mapping[str, str]) -> Text:
    """Return the classes and steps for which a unit is helped."""
    found = [
        (book.classes[one.class_code].name, step_name(step))
        for one in rule.classes
        if classes.get(one.class_code) == one.step
        for step in book.classes[one.class_code].steps
        if step.code == one.step
    ]
    return listed([Text(zh=f"{name.zh}：{step.zh}", en=f"{name.en}: {step.en}") for name, step in found])


def _drop(totals: Sequence[Fraction | None], months: int) -> Fraction | None:
    window = totals[: months + 1]
    first, last = (window[-1], window[0]) if len(window) > months else (None, None)
    return first - last if first is not None and last is not None else None


def _said(value: Fraction | None) -> str:
    return "–" if value is None else said_cents(int(value * CENTS))


FACTS: dict[str, Text] = {
    "bottom_pct": Text(
        zh="总分{total}，在同类组末{share}%之内。", en="Total {total}, within the lowest {share}% of the peer group."
    ),
    "below_threshold": Text(
        zh="总分{total}；总分低于{threshold}，或有重要过程低于{process}。",
        en="Total {total}; the total is below {threshold}, or a process of weight is below {process}.",
    ),
    "decline": Text(zh="连续{months}个月下降，合计{drop}分。", en="Fell {months} months in a row, {drop} together."),
    "red_line": Text(zh="本月有已核实的红线事件。", en="There is a verified red-line event this month."),
    "class": Text(zh="{class}。", en="{class}."),
    "repeat_item": Text(
        zh="“{item}”连续{repeat}个月是首要失分项。", en="“{item}” lost most for {repeat} months in a row."
    ),
}
"""What each trigger says; the codes are those of `coaching.laggards`."""
