"""A second engine, written apart from the first: one unit at a time, fractions and 60-digit decimals, no columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import pairwise
from typing import Any

FACTOR = {"ratio_of_sums": 100, "rate_of_sums": 10_000, "sample_mean": 1}


@dataclass(frozen=True)
class Fact:
    """What one unit has on one KPI."""

    num: Fraction
    den: Fraction
    sample: int
    before: Fraction | None = None


@dataclass(frozen=True)
class Rule:
    code: str
    process: str
    weight: Fraction
    direction: str
    aggregation: str
    method: str
    params: Mapping[str, Any]
    least: int
    shrink: Fraction
    doubled: bool


@dataclass(frozen=True)
class Card:
    """What the oracle says of one unit; None where it has nothing to say."""

    scores: Mapping[str, Fraction | None]
    points: Mapping[str, Fraction]
    total: Fraction
    coverage: Fraction


def halves_away(value: Fraction, places: int) -> Fraction:
    scaled = abs(value) * 10**places + Fraction(1, 2)
    whole = Fraction(scaled.numerator // scaled.denominator, 10**places)
    return whole if value >= 0 else -whole


def number(text: Any) -> Fraction:
    return Fraction(str(text))


def values_of(rule: Rule, facts: Sequence[Fact | None], group: Sequence[int]) -> list[Fraction | None]:
    """Return the scored value of every unit, drawn to its peers where the rule says so."""
    found: list[Fraction | None] = []
    for unit, fact in enumerate(facts):
        if fact is None or fact.sample < rule.least:
            found.append(None)
            continue
        peers = [other for at, other in enumerate(facts) if other is not None and group[at] == group[unit]]
        prior = sum(peer.num for peer in peers) / sum(peer.den for peer in peers)
        drawn = (fact.num + rule.shrink * prior) / (fact.den + rule.shrink)
        found.append(drawn * FACTOR[rule.aggregation])
    return found


def score(rule: Rule, value: Fraction, before: Fraction | None, peers: Sequence[Fraction]) -> Fraction | None:
    """Return the exact or 60-digit score before cap and floor."""
    return METHODS[rule.method](rule, value, before, peers)


def linear(rule: Rule, x: Fraction, _: Any, __: Any) -> Fraction:
    anchors = [(number(a), number(s)) for a, s in rule.params["anchors"]]
    better = 1 if anchors[-1][0] > anchors[0][0] else -1
    if (x - anchors[0][0]) * better < 0:
        policy = rule.params["below"]
        if policy != "extend":
            return Fraction(0) if policy == "zero" else anchors[0][1]
        pair = anchors[:2]
    elif (x - anchors[-1][0]) * better > 0:
        policy = rule.params["above"]
        if policy != "extend":
            return Fraction(0) if policy == "zero" else anchors[-1][1]
        pair = anchors[-2:]
    else:
        pair = next([a, b] for a, b in pairwise(anchors) if (x - b[0]) * better <= 0)
    (x0, y0), (x1, y1) = pair
    return y0 + (x - x0) * (y1 - y0) / (x1 - x0)


def ratio(rule: Rule, x: Fraction, _: Any, __: Any) -> Fraction:
    target = number(rule.params["target"])
    if rule.direction == "higher":
        return 100 * x / target
    if rule.params["lower_variant"] == "mirror":
        return 100 * (2 - x / target)
    return 100 * target / x if x > 0 else Fraction(120)


def band(rule: Rule, x: Fraction, _: Any, __: Any) -> Fraction:
    for row in rule.params["bands"]:
        low = number(row["lo"]) if "lo" in row else None
        high = number(row["hi"]) if "hi" in row else None
        if rule.direction == "higher":
            inside = (low is None or low <= x) and (high is None or x < high)
        else:
            inside = (low is None or low < x) and (high is None or x <= high)
        if inside:
            return number(row["score"])
    raise AssertionError("the bands of the example leave a gap")


def tier(rule: Rule, x: Fraction, _: Any, __: Any) -> Fraction:
    target = number(rule.params["target"])
    for row in rule.params["tiers"]:
        bound = number(row["k"]) * target
        if (x >= bound) if rule.direction == "higher" else (x <= bound):
            return number(row["score"])
    return Fraction(0)


def binary(rule: Rule, x: Fraction, _: Any, __: Any) -> Fraction:
    bound = number(rule.params["threshold"])
    met = {">=": x >= bound, ">": x > bound, "<=": x <= bound, "<": x < bound, "==": x == bound, "!=": x != bound}
    return Fraction(100 if met[rule.params["op"]] else 0)


def gap(rule: Rule, x: Fraction, _: Any, __: Any) -> Fraction:
    apart = (x - number(rule.params["target"])) * (1 if rule.direction == "higher" else -1)
    steps = abs(apart) / number(rule.params["step"])
    if rule.params["mode"] == "full":
        steps = Fraction(steps.numerator // steps.denominator)
    if rule.params["mode"] == "started":
        steps = Fraction(-(-steps.numerator // steps.denominator))
    if apart >= 0:
        return 100 + min(steps * 2, Fraction(10))
    return 100 - steps * 4


def growth(rule: Rule, x: Fraction, before: Fraction | None, _: Any) -> Fraction | None:
    if before is None or before == 0:
        return None
    sign = 1 if rule.direction == "higher" else -1
    if rule.params["variant"] == "points":
        gain = sign * (x - before)
    elif rule.params["variant"] == "relative":
        gain = sign * (x - before) / abs(before) * 100
    else:
        ceiling = number(rule.params["ceiling"])
        if sign * (ceiling - before) <= 0:
            if sign * (x - ceiling) >= 0:
                return Fraction(110)
            gain = sign * (x - ceiling)
        else:
            gain = (x - before) / (ceiling - before) * 100
    return 80 + gain * number(rule.params["per"])


def rank(rule: Rule, x: Fraction, _: Any, peers: Sequence[Fraction]) -> Fraction:
    better = sum(peer > x if rule.direction == "higher" else peer < x for peer in peers)
    same = sum(peer == x for peer in peers)
    place = Fraction(better + 1) + (Fraction(same - 1, 2) if rule.params["ties"] == "mid" else 0)
    best, worst = number(rule.params["best"]), number(rule.params["worst"])
    return best if len(peers) == 1 else best - (place - 1) / (len(peers) - 1) * (best - worst)


def percentile(rule: Rule, x: Fraction, _: Any, peers: Sequence[Fraction]) -> Fraction:
    worse = sum(peer < x if rule.direction == "higher" else peer > x for peer in peers)
    share = (worse + Fraction(sum(peer == x for peer in peers), 2)) / len(peers)
    return 60 + 50 * share


def zscore(rule: Rule, x: Fraction, _: Any, peers: Sequence[Fraction]) -> Fraction:
    mean = sum(peers, Fraction(0)) / len(peers)
    variance = sum((peer - mean) ** 2 for peer in peers) / len(peers)
    if variance == 0:
        return Fraction(90)
    with localcontext() as context:
        context.prec = 60
        apart = (x - mean) * (1 if rule.direction == "higher" else -1)
        root = (Decimal(variance.numerator) / Decimal(variance.denominator)).sqrt()
        z = Decimal(apart.numerator) / Decimal(apart.denominator) / root
        z = min(max(z, Decimal(-2)), Decimal(2))
        return Fraction((Decimal(90) + 10 * z).quantize(Decimal("1e-40")))


METHODS = {
    "linear": linear,
    "ratio": ratio,
    "band": band,
    "tier": tier,
    "binary": binary,
    "add_subtract": gap,
    "growth": growth,
    "rank": rank,
    "percentile": percentile,
    "zscore": zscore,
}


def card(rules: Sequence[Rule], scores: Mapping[str, Fraction | None]) -> Card:
    """Return the card of one unit from its scores: weights inside the process first, then across processes."""
    weight = {rule.code: rule.weight * (2 if rule.doubled else 1) for rule in rules}
    known = [rule for rule in rules if scores[rule.code] is not None]
    alive = {rule.process for rule in known}
    across = sum(weight[rule.code] for rule in rules if rule.process in alive)
    points = {}
    for rule in known:
        whole = sum(weight[other.code] for other in rules if other.process == rule.process)
        scored = sum(weight[other.code] for other in known if other.process == rule.process)
        share = weight[rule.code] * whole / scored * 100 / across
        points[rule.code] = halves_away(share * (scores[rule.code] or 0) / 100, 4)
    covered = sum((rule.weight for rule in known), Fraction(0)) / sum(rule.weight for rule in rules)
    return Card(scores, points, halves_away(sum(points.values(), Fraction(0)), 2), covered)


def cards(rules: Sequence[Rule], facts: Mapping[str, Sequence[Fact | None]], group: Sequence[int]) -> list[Card]:
    """Return the cards of all units."""
    table: list[dict[str, Fraction | None]] = [{} for _ in group]
    for rule in rules:
        values = values_of(rule, facts[rule.code], group)
        for unit, value in enumerate(values):
            table[unit][rule.code] = None
            if value is None:
                continue
            fact = facts[rule.code][unit]
            peers = [v for at, v in enumerate(values) if v is not None and group[at] == group[unit]]
            found = score(rule, value, fact.before if fact else None, peers)
            if found is not None:
                table[unit][rule.code] = halves_away(min(max(found, Fraction(0)), Fraction(120)), 2)
    return [card(rules, scores) for scores in table]
