"""Fixed scores from multiples of a target on (层差法)."""

from collections.abc import Sequence
from fractions import Fraction

from scoring.curves import Curve, Edge, Line, flat, on_curve, simpler
from scoring.inputs import Rule
from scoring.params import Params


def tier(params: Params) -> Rule:
    """The score of the first tier reached, tiers being multiples of the target (层差法)."""
    higher, target = params.higher(), params.number("target")
    if target <= 0:
        raise params.refusal("nonpositive_target", "target", "目标值必须大于零", "the target must be greater than zero")
    rows = [params.within(f"tiers[{at}]", row) for at, row in enumerate(params.rows("tiers"))]
    tiers = [(row.number("k") * target, row.number("score")) for row in rows]
    rest = params.number("else_score", 0)
    borders = sorted({border for border, _ in tiers})
    if not borders:
        raise params.refusal("no_tier", "tiers", "没有任何一档", "there is no tier")
    lines = [_tier_line(tiers, rest, at, higher=higher) for at in borders]
    outside = flat(rest)
    ordered = (outside, *lines) if higher else (*lines, outside)
    return on_curve(simpler(Curve(ordered, tuple(Edge(border, upward=higher) for border in borders))))


def _tier_line(tiers: Sequence[tuple[Fraction, Fraction]], rest: Fraction, at: Fraction, *, higher: bool) -> Line:
    """Return the score of values that have just reached a border: the first tier listed that they reach."""
    reached = (score for border, score in tiers if (border <= at if higher else border >= at))
    return flat(next(reached, rest))
