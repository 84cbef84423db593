"""The review of one card at the close of a month: who lags, at which level, and on what."""

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from math import ceil

import msgspec

from coaching.diagnosis import Diagnosis, Fired, facts, goals, lost_items, main_item, median
from coaching.laggards import Signs, rules_for, triggered
from coaching.plan import level
from core.points import CENTS, exact
from scoring.apart import FINE
from scoring.losses import Loss
from scoring.rulebook import RuleBook


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One unit of a card as the review sees it: totals in cents, newest first, None where it was not ranked."""

    unit_id: int
    group: str
    totals: tuple[int | None, ...]
    place: int | None = None
    barred: bool = False
    protected: bool = False
    processes: Mapping[str, int] = msgspec.field(default_factory=dict)
    scores: Mapping[str, int] = msgspec.field(default_factory=dict)
    losses: Mapping[str, Loss] = msgspec.field(default_factory=dict)
    newest_item: str | None = None
    """The main lost item where the losses themselves are left out."""
    classes: Mapping[str, str] = msgspec.field(default_factory=dict)
    """The step it is in, by class."""
    earlier_items: tuple[str | None, ...] = ()
    """Main lost items of the months before, newest first."""
    variances: tuple[int, ...] = ()
    """Variances of the totals in thousandths of a square cent, newest first; 0 where none is known."""


class Lagging(msgspec.Struct, frozen=True, kw_only=True):
    """A unit that is to be helped: what caught it, the level, and the diagnosis."""

    unit_id: int
    group: str
    level: int
    fired: tuple[Fired, ...]
    diagnosis: Diagnosis


class Peers(msgspec.Struct, frozen=True, kw_only=True):
    """What the review of one unit looks at in others: whom the triggers caught, and by group the medians and how many are ranked."""

    caught: Mapping[int, tuple[str, ...]]
    medians: Mapping[str, Mapping[str, int]]
    ranked: Mapping[str, int]

    @classmethod
    def of(
        cls,
        members: Sequence[Member],
        caught: Mapping[int, tuple[str, ...]],
        medians: Mapping[str, Mapping[str, int]],
    ) -> "Peers":
        """Return what all units of a card give; the triggers and medians are known already."""
        ranked = Counter(member.group for member in members if member.place is not None)
        return cls(caught=caught, medians=medians, ranked=ranked)


def review(book: RuleBook, card: str, members: Sequence[Member], extended: Mapping[int, int]) -> tuple[Lagging, ...]:
    """Return the laggards of one card by unit; `extended` gives the level of assignments that were not lifted.

    A unit whose help was not lifted stays in help even when no trigger catches it anew.
    """
    medians = {group: _medians(peers) for group, peers in _groups(members).items()}
    return helped(book, card, members, extended, Peers.of(members, caught(book, card, members), medians))


def helped(
    book: RuleBook, card: str, members: Sequence[Member], extended: Mapping[int, int], peers: Peers
) -> tuple[Lagging, ...]:
    """Return the same of some units of a card, held against what all of them give."""
    rule, levels = book.coaching.rule_of(card), book.coaching.trigger_levels()
    found: list[Lagging] = []
    for member in members:
        codes, before = peers.caught.get(member.unit_id, ()), extended.get(member.unit_id, 0)
        if not codes and not before:
            continue
        fired = facts(book, rule, codes, _fractions(member.totals), main_item(member.losses), member.classes)
        found.append(
            Lagging(
                unit_id=member.unit_id,
                group=member.group,
                level=level(codes, levels=levels, before=before),
                fired=fired,
                diagnosis=_diagnosis(member, peers),
            )
        )
    return tuple(sorted(found, key=lambda one: one.unit_id))


def caught(book: RuleBook, card: str, members: Sequence[Member]) -> dict[int, tuple[str, ...]]:
    """Return the triggers that catch units of one card, without diagnosis: for a look at what rules would do."""
    found = (pair for peers in _groups(members).values() for pair in _caught_in(book, card, peers).items())
    return {int(unit): codes for unit, codes in found if codes}


def _groups(members: Sequence[Member]) -> dict[str, list[Member]]:
    groups: dict[str, list[Member]] = {}
    for member in members:
        groups.setdefault(member.group, []).append(member)
    return groups


def _caught_in(book: RuleBook, card: str, peers: Sequence[Member]) -> dict[str, tuple[str, ...]]:
    """Return the triggers of every unit of one peer group."""
    rules, weights = rules_for(book.coaching.rule_of(card), book.composition.certainty), _process_weights(book, card)
    floor = 0 if rules.process_threshold is None else ceil(rules.process_threshold * CENTS)
    return triggered([_signs(weights, member, floor) for member in peers], rules)


def _signs(weights: Mapping[str, Fraction], member: Member, floor: int) -> Signs:
    """Return what is known of a unit; of its processes only those below the floor (cents), which alone can catch it."""
    return Signs(
        unit=str(member.unit_id),
        totals=_fractions(member.totals),
        red_lines=int(member.barred),
        processes=[
            (Fraction(score, CENTS), weights.get(code, Fraction(0)))
            for code, score in member.processes.items()
            if score < floor
        ],
        main_items=(main_item(member.losses) or member.newest_item, *member.earlier_items),
        protected=member.protected,
        variances=[Fraction(one, FINE * CENTS * CENTS) for one in member.variances],
        classes=member.classes,
    )


def _process_weights(book: RuleBook, card: str) -> dict[str, Fraction]:
    """Return what each process weighs on a card; a card made by formula has the weights of the processes themselves."""
    weights: dict[str, Fraction] = {}
    for code, weight in book.weights_of(card).items():
        process = book.kpis[code].process
        weights[process] = weights.get(process, Fraction(0)) + weight
    return weights or {code: exact(process.weight) for code, process in book.processes.items()}


def _diagnosis(member: Member, peers: Peers) -> Diagnosis:
    total_lost, items = lost_items(member.losses, member.scores, peers.medians.get(member.group, {}))
    return Diagnosis(
        total=member.totals[0] if member.totals else None,
        place=member.place,
        group=member.group,
        members=peers.ranked.get(member.group, 0),
        total_lost=total_lost,
        items=items,
        goals=goals(items),
    )


def _medians(peers: Sequence[Member]) -> dict[str, int]:
    """Return the median score of the group for each KPI."""
    scores: dict[str, list[int]] = {}
    for member in peers:
        for code, score in member.scores.items():
            scores.setdefault(code, []).append(score)
    return {code: middle for code, values in scores.items() if (middle := median(values)) is not None}


def _fractions(totals: Sequence[int | None]) -> tuple[Fraction | None, ...]:
    return tuple(None if total is None else _points(total) for total in totals)


@lru_cache(maxsize=20_000)
def _points(cents: int) -> Fraction:
    return Fraction(cents, CENTS)
