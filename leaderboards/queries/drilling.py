"""A unit's loss on one KPI taken down to its parts: storefronts, teams, persons, with mix and offsets as a line of their own."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import msgspec

from core.errors import NotFound, problem
from core.language import Text
from core.period import shifted
from core.points import decimal_text, fraction_text
from leaderboards.ledger_drill import Drilled, Member, drilled
from leaderboards.queries.known import cells_behind, moved_on
from leaderboards.queries.ledger import Ground, KpiLoss, ground, kpi_losses, no_card
from org.visibility import Scope
from scoring.contributors import contributors

PLACES = 4
FEWEST_MERGED = 2
"""A single hidden part could be told by elimination: it is told together with the rest instead."""
SUMMED = "sum"


class PartOfLoss(msgspec.Struct, frozen=True, kw_only=True):
    """What one unit beneath (or the unit's own facts, or others together) cost; a unit id only where it may be opened."""

    unit_id: int | None
    name: Text
    kind: Text | None
    value: str | None
    exposure: str
    points: str
    deeper: bool


class Drill(msgspec.Struct, frozen=True, kw_only=True):
    """A loss on one KPI taken down one level: parts + rest = points; `rest` is mix and offsets."""

    month: int
    unit_id: int
    name: Text
    kpi: str
    kpi_name: Text
    under: int
    under_name: Text
    above: tuple[tuple[int, Text], ...]
    points: str
    parts: tuple[PartOfLoss, ...]
    rest: str
    rest_has_others: bool
    moved_on: bool


OWN_FACTS = Text(zh="记在本级的数据", en="recorded at this level")
OTHERS = Text(zh="其他单位合计", en="the others together")


async def drill(unit_id: int, kpi: str, scope: Scope, *, under: int | None = None, month: int | None = None) -> Drill:
    """Return a unit's loss on one KPI by the units directly beneath it, or beneath `under` inside it.

    Parts that the viewer may not open are told as one sum. NotFound for a KPI that did not count on the card.
    """
    base = await ground(month)
    if unit_id not in base.board.by_unit:
        raise no_card()
    loss = (await kpi_losses(base, [unit_id])).get(unit_id, {}).get(kpi)
    if loss is None:
        raise NotFound(problem("not_on_card", "该指标不在这张记分卡上。", "This KPI is not on that card."))
    inner = under if under is not None else unit_id
    path = (inner, *base.organisation.ancestors(inner))
    if unit_id not in path or not (inner == unit_id or scope.detail(inner)):
        raise NotFound(problem("not_beneath", "该单位不在其下。", "That unit does not stand beneath."))
    way = await _way(base, unit_id, kpi, loss)
    return way.drill(tuple(reversed(path[: path.index(unit_id) + 1])), scope)


async def _way(base: Ground, unit_id: int, kpi: str, loss: KpiLoss) -> "_Way":
    rule, card, month = base.book.kpis[kpi], base.board.by_unit[unit_id].card, base.board.month
    gone = await moved_on(base.board)
    reach = contributors(base.organisation, unit_id, base.book, rule.stays_with)
    sums: dict[int, tuple[int, int]] = {}
    for back in range(0 if gone else 3 if rule.window_of(card) == "rolling3" else 1):
        for unit, held in (await cells_behind(base.board, shifted(month, -back), reach)).items():
            for cell in held:
                if cell.kpi_id == base.numbers.kpis.get(rule.facts):
                    num, den = sums.get(unit, (0, 0))
                    sums[unit] = num + cell.num, den + cell.den
    return _Way(base, unit_id, kpi, loss, sums, moved_on=gone)


class _Way:
    """One KPI's facts beneath one unit, by unit, and what each part of them cost."""

    def __init__(
        self, base: Ground, unit_id: int, kpi: str, loss: KpiLoss, sums: dict[int, tuple[int, int]], *, moved_on: bool
    ) -> None:
        self.base, self.root, self.kpi, self.loss, self.sums, self.moved_on = base, unit_id, kpi, loss, sums, moved_on
        self.rule = base.book.kpis[kpi]

    def below(self, unit_id: int) -> tuple[int, int]:
        """Return numerator and denominator of a unit with all beneath it."""
        reach = contributors(self.base.organisation, unit_id, self.base.book, self.rule.stays_with)
        held = [self.sums[one] for one in reach if one in self.sums]
        return sum(num for num, _ in held), sum(den for _, den in held)

    def drill(self, path: Sequence[int], scope: Scope) -> Drill:
        """Return the last unit of a path from the root, with what it cost taken apart."""
        points = self.loss.lost
        for above, unit_id in pairwise(path):
            level = self._level(above, points)
            points = next((cost for one, cost in level[1].members if one == unit_id), 0)
        keys, found = self._level(path[-1], points)
        return self._told(path, points, keys, found, scope)

    def _level(self, unit_id: int, points: int) -> tuple[dict[int, tuple[int, int]], Drilled]:
        """Return the facts of each part beneath a unit, its own under its own number, and what each cost."""
        organisation = self.base.organisation
        children = (*organisation.children(unit_id), *organisation.employed(unit_id))
        reach = set(contributors(organisation, unit_id, self.base.book, self.rule.stays_with))
        parts = {child: self.below(child) for child in children if child in reach}
        parts |= {unit_id: self.sums[unit_id]} if unit_id in self.sums else {}
        parts = {unit: sums for unit, sums in parts.items() if sums != (0, 0)}
        return parts, drilled(points, self.loss.weight, self._members(parts))

    def _members(self, parts: dict[int, tuple[int, int]]) -> list[Member]:
        whole = self.below(self.root)
        if self.rule.aggregation == SUMMED:
            score = 100 - Fraction(self.loss.lost, 100) / self.loss.weight if self.loss.weight else Fraction(100)
            return [Member(unit, _share(num, whole[0]), score) for unit, (num, _) in parts.items()]
        from leaderboards.ledger_scores import scores_alone

        scores = scores_alone(self.base.book, self.kpi, list(parts.values()))
        return [
            Member(unit, _share(den, whole[1]), score)
            for (unit, (_, den)), score in zip(parts.items(), scores, strict=True)
        ]

    def _told(
        self, path: Sequence[int], points: int, parts: dict[int, tuple[int, int]], found: Drilled, scope: Scope
    ) -> Drill:
        inner = path[-1]
        shown = [(unit, cost) for unit, cost in found.members if unit == inner or scope.detail(unit)]
        hidden = [cost for unit, cost in found.members if unit != inner and not scope.detail(unit)]
        merged = sum(hidden)
        alone = 0 < len(hidden) < FEWEST_MERGED
        rows = [self._part(unit, cost, parts[unit], inner) for unit, cost in sorted(shown, key=lambda pair: -pair[1])]
        if hidden and not alone:
            rows.append(_others(merged))
        return Drill(
            month=self.base.board.month,
            unit_id=self.root,
            name=self._name(self.root),
            kpi=self.kpi,
            kpi_name=self.rule.name,
            under=inner,
            under_name=self._name(inner),
            above=tuple((unit, self._name(unit)) for unit in path[:-1]),
            points=decimal_text(points, PLACES),
            parts=tuple(rows),
            rest=decimal_text(found.rest + (merged if alone else 0), PLACES),
            rest_has_others=alone,
            moved_on=self.moved_on,
        )

    def _part(self, unit_id: int, cost: int, sums: tuple[int, int], inner: int) -> PartOfLoss:
        own = unit_id == inner
        unit = self.base.organisation.units[unit_id]
        kind = self.base.book.kinds.get(unit.kind)
        whole = self.below(self.root)
        weighed = _share(sums[0], whole[0]) if self.rule.aggregation == SUMMED else _share(sums[1], whole[1])
        return PartOfLoss(
            unit_id=None if own else unit_id,
            name=OWN_FACTS if own else self._name(unit_id),
            kind=None if own or kind is None else kind.name,
            value=self._value(sums),
            exposure=fraction_text(weighed * 100, 1),
            points=decimal_text(cost, PLACES),
            deeper=not own and bool(self.base.organisation.children(unit_id)),
        )

    def _value(self, sums: tuple[int, int]) -> str | None:
        from scoring.factors import factor

        num, den = sums
        if self.rule.aggregation == SUMMED:
            return fraction_text(Fraction(num) * factor(SUMMED), 2)
        return fraction_text(Fraction(num, den) * factor(self.rule.aggregation), 2) if den else None

    def _name(self, unit_id: int) -> Text:
        unit = self.base.organisation.units[unit_id]
        return Text(zh=unit.name_zh, en=unit.name_en)


def _others(points: int) -> PartOfLoss:
    return PartOfLoss(
        unit_id=None, name=OTHERS, kind=None, value=None, exposure="", points=decimal_text(points, PLACES), deeper=False
    )


def _share(part: int, whole: int) -> Fraction:
    return Fraction(part, whole) if whole > 0 and part > 0 else Fraction(0)
