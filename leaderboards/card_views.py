"""A scorecard taken apart: every line with its weight before and after, its points and what was lost; exact texts."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import msgspec

from core.language import Text
from core.points import CENTS, FACT_SCALE, POINTS, cents_text, decimal_text, fraction_text, plain_text, rounded
from scoring.book_parts import Kpi
from scoring.diagnosis import diagnosed
from scoring.factors import factor
from scoring.losses import CardLine as CountedLine
from scoring.losses import CardLosses, Loss
from scoring.packing import PackedLine
from scoring.raters import told
from scoring.rulebook import RuleBook
from scoring.statuses import NOT_APPLICABLE, POLICIES, SCORED, STATUSES

VALUE_PLACES = 6
SHOWN_PLACES = 4


class CardLine(msgspec.Struct, frozen=True, kw_only=True):
    """One KPI of a card; texts are exact decimals, None where there is nothing to tell."""

    kpi: str
    name: Text
    process: str
    unit_name: Text
    direction: str
    method: str
    value: str | None
    numerator: str | None
    denominator: str | None
    sample: int
    score: str | None
    weight: str
    weight_after: str
    weight_fraction: str
    points: str
    lost: str
    status: str
    policy: str
    target: str | None
    extra: bool
    measured: str | None = None
    """What was measured, where a small sample leans on its peers and another value counts."""
    full: str | None = None
    """Full marks of it; None where the rules name none."""
    on_paper: bool = True
    """False where a formula stands above it: `weight` is then an equal share that no rule has written."""


class ProcessPart(msgspec.Struct, frozen=True, kw_only=True):
    """What one process brought: score, weight, points and lost points; the median of the peers beside it."""

    code: str
    name: Text
    score: str | None
    cents: int | None
    peers: int | None
    weight: str
    points: str
    lost: str


class Lift(msgspec.Struct, frozen=True, kw_only=True):
    """What one KPI would bring: reach this value, gain these points."""

    kpi: str
    name: Text
    value: str | None
    goal: str
    unit_name: Text
    points: str


class Sums(msgspec.Struct, frozen=True):
    """Facts of one KPI added up, in 1/FACT_SCALE."""

    num: int
    den: int


class CardBody(msgspec.Struct, frozen=True, kw_only=True):
    """The lines of a card and what they add up to."""

    lines: tuple[CardLine, ...]
    processes: tuple[ProcessPart, ...]
    card_total: str
    rounding: str
    lost: str
    main: tuple[str, ...]
    lifts: tuple[Lift, ...]
    full: str | None = None
    """The total had nothing been lost; None where the rules name none."""


def card_body(
    *,
    book: RuleBook,
    card: str,
    theme: str | None,
    stored: Sequence[tuple[str, PackedLine]],
    sums: Mapping[str, Sums],
    scores: Mapping[str, tuple[int | None, int | None]],
    cents: int | None = None,
) -> CardBody:
    """Return a card from its stored lines; `scores` gives each process its cents and the median of the peers.

    `cents` is the total of a tree where nothing was added or taken off; else it is worked out from the lines.
    """
    counter = CardLosses(book, card, theme)
    counted = [
        CountedLine(code, line.score, line.counted, line.status != NOT_APPLICABLE, line.points) for code, line in stored
    ]
    losses = counter.of(counted)
    lines = tuple(
        msgspec.structs.replace(
            _line(book, card, code, line, losses.get(code), sums.get(code)), full=_marks(counter.full_of(code))
        )
        for code, line in stored
    )
    full = counter.full(counted)
    exact = sum(line.points for _, line in stored)
    total = rounded(exact, POINTS // CENTS)
    if card in book.trees:
        total = (counter.total(counted) if cents is None else cents) or 0
    found = diagnosed({code: loss.lost for code, loss in losses.items() if loss.lost})
    return CardBody(
        lines=lines,
        processes=_processes(book, stored, losses, scores),
        card_total=cents_text(total),
        rounding=decimal_text(total * (POINTS // CENTS) - exact, 4),
        lost=decimal_text(int(found.total_lost), 4),
        main=found.main_items,
        lifts=_lifts(book, stored, losses),
        full=None if full is None else _marks(Fraction(full, CENTS)),
    )


def _marks(full: Fraction | None) -> str | None:
    return None if full is None else plain_text(full, 2)


def _line(book: RuleBook, card: str, code: str, line: PackedLine, loss: Loss | None, sums: Sums | None) -> CardLine:
    kpi = book.kpis[code]
    before = book.weights_of(card).get(code)
    after = loss.weight if loss else Fraction(0)
    open_to_see = told(kpi.aggregation, line.sample)
    value = line.value if open_to_see else None
    sums = sums if open_to_see else None
    return CardLine(
        kpi=code,
        name=kpi.name,
        process=kpi.process,
        unit_name=kpi.unit_name,
        direction=kpi.direction,
        method=kpi.method,
        value=None if value is None else plain_text(Fraction(value, 10**VALUE_PLACES), SHOWN_PLACES),
        numerator=_fact(sums.num) if sums else None,
        denominator=_fact(sums.den) if sums else None,
        sample=line.sample,
        score=cents_text(line.score) if line.has_score else None,
        weight=fraction_text(before, 2) if before is not None else "0.00",
        weight_after=fraction_text(after, 4),
        weight_fraction=str(after),
        points=decimal_text(line.points, 4),
        lost=decimal_text(loss.lost if loss else 0, 4),
        status=STATUSES[line.status],
        policy=POLICIES[line.policy] if line.status != SCORED and line.policy < len(POLICIES) else "",
        target=None if kpi.target is None else plain_text(kpi.target),
        extra=before is None,
        on_paper=code not in book.unweighed(card),
        measured=_measured(kpi, line, sums),
    )


def _measured(kpi: Kpi, line: PackedLine, sums: Sums | None) -> str | None:
    if not kpi.shrink or kpi.aggregation == "sum" or sums is None or not sums.den or line.value is None:
        return None
    own = Fraction(sums.num, sums.den) * factor(kpi.aggregation)
    counted = Fraction(line.value, 10**VALUE_PLACES)
    return (
        None
        if fraction_text(own, VALUE_PLACES) == fraction_text(counted, VALUE_PLACES)
        else plain_text(own, SHOWN_PLACES)
    )


def _fact(number: int) -> str:
    return plain_text(Fraction(number, FACT_SCALE))


def _processes(
    book: RuleBook,
    stored: Sequence[tuple[str, PackedLine]],
    losses: Mapping[str, Loss],
    scores: Mapping[str, tuple[int | None, int | None]],
) -> tuple[ProcessPart, ...]:
    parts = []
    for process in dict.fromkeys(book.kpis[code].process for code, _ in stored):
        members = [(code, line) for code, line in stored if book.kpis[code].process == process]
        weight = sum((losses[code].weight for code, _ in members if code in losses), Fraction(0))
        cents, peers = scores.get(process, (None, None))
        parts.append(
            ProcessPart(
                code=process,
                name=book.processes[process].name,
                score=None if cents is None else cents_text(cents),
                cents=cents,
                peers=peers,
                weight=fraction_text(weight, 2),
                points=decimal_text(sum(line.points for _, line in members), 4),
                lost=decimal_text(sum(losses[code].lost for code, _ in members if code in losses), 4),
            )
        )
    return tuple(parts)


def _lifts(book: RuleBook, stored: Sequence[tuple[str, PackedLine]], losses: Mapping[str, Loss]) -> tuple[Lift, ...]:
    """Return what the next band or the target of each KPI would bring, the largest gain first."""
    found = []
    for code, line in stored:
        loss, kpi = losses.get(code), book.kpis[code]
        goal = next_goal(kpi, line) if loss and line.status == SCORED else None
        if loss and goal:
            gain = loss.weight * (goal[1] - Fraction(line.score, CENTS)) / 100
            value = None if line.value is None else plain_text(Fraction(line.value, 10**VALUE_PLACES), SHOWN_PLACES)
            found.append((gain, Lift(
                kpi=code, name=kpi.name, value=value, goal=goal[0], unit_name=kpi.unit_name, points=fraction_text(gain, 2),
            )))  # fmt: skip
    return tuple(lift for _, lift in sorted(found, key=lambda pair: -pair[0]))


def next_goal(kpi: Kpi, line: PackedLine) -> tuple[str, Fraction] | None:
    """Return the value to reach next and the score it earns: the next better band, else the target (100)."""
    score = Fraction(line.score, CENTS)
    bands = kpi.params.get("bands")
    if isinstance(bands, list):
        better = [(Fraction(str(band["score"])), band) for band in bands if Fraction(str(band["score"])) > score]
        reached = min(better, key=lambda pair: pair[0], default=None)
        bound = reached[1].get("hi" if kpi.direction == "lower" else "lo") if reached else None
        return (str(bound), reached[0]) if reached and bound is not None else None
    if kpi.target is None or score >= 100:  # noqa: PLR2004 - the target is worth 100
        return None
    return plain_text(kpi.target), Fraction(100)
