"""A second opinion on single KPIs, written apart from the engine: one unit at a time, fractions, no columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor, isqrt
from typing import Any

Params = Mapping[str, Any]
Maybe = Fraction | None


@dataclass
class World:
    """Everything that is known of n units on one KPI; values are those that are scored."""

    values: list[Maybe]
    group: list[int]
    counted: list[bool]
    previous: list[Maybe] = field(default_factory=list)
    items: Mapping[str, list[Maybe]] = field(default_factory=dict)
    constants: Mapping[str, list[Maybe]] = field(default_factory=dict)
    times: list[Maybe] | None = None

    def peers(self, unit: int, scope: str) -> list[Fraction]:
        """Return the values that a unit is compared with: those counted, and its own as if it had joined them."""
        return [value for at, value in self.around(unit, scope) if self.counted[at] or at == unit]

    def population(self, unit: int, scope: str) -> list[Fraction]:
        return [value for at, value in self.around(unit, scope) if self.counted[at]]

    def around(self, unit: int, scope: str) -> list[tuple[int, Fraction]]:
        return [
            (at, value)
            for at, value in enumerate(self.values)
            if value is not None and (scope == "all" or self.group[at] == self.group[unit])
        ]


def number(text: Any) -> Fraction:
    return text if isinstance(text, Fraction) else Fraction(str(text))


def score(method: str, params: Params, world: World, unit: int) -> Maybe:
    """Return the exact score before cap and floor (roots to 80 digits), None where there is none."""
    return None if world.values[unit] is None else METHODS[method](params, world, unit)


def value_of(world: World, unit: int) -> Fraction:
    found = world.values[unit]
    assert found is not None
    return found


def higher(params: Params) -> bool:
    return params.get("direction", "higher") == "higher"


def linear(params: Params, world: World, unit: int) -> Maybe:
    x = value_of(world, unit)
    anchors = [[number(part) for part in anchor] for anchor in params["anchors"]]
    turn = 1 if anchors[-1][0] > anchors[0][0] else -1
    spots = [(anchor[0] * turn, anchor[1], anchor[-1]) for anchor in anchors]
    x *= turn
    at_last = x == spots[-1][0] and len(anchors[-1]) == 3
    if x < spots[0][0]:
        return _beyond(params.get("below", "extend"), x, spots[0][:2], slope(spots[0], spots[1]))
    if x > spots[-1][0] or at_last:
        return _beyond(params.get("above", "clamp"), x, (spots[-1][0], spots[-1][2]), slope(spots[-2], spots[-1]))
    left, right = next(
        (one, two) for one, two in pairwise(spots) if one[0] <= x < two[0] or (two is spots[-1] and x == two[0])
    )
    return left[2] + (x - left[0]) * slope(left, right)


def slope(left: Sequence[Fraction], right: Sequence[Fraction]) -> Fraction:
    return (right[1] - left[2]) / (right[0] - left[0])


def _beyond(policy: str, x: Fraction, spot: Sequence[Fraction], rise: Fraction) -> Fraction:
    return {"zero": Fraction(0), "clamp": spot[1], "extend": spot[1] + (x - spot[0]) * rise}[policy]


def ratio(params: Params, world: World, unit: int) -> Maybe:
    x, target, full = value_of(world, unit), number(params["target"]), number(params.get("full", 100))
    if higher(params):
        return full * x / target
    if params.get("lower_variant") == "mirror":
        return full * (2 - x / target)
    return full * target / x if x > 0 else number(params.get("cap", 120))


def efficacy(params: Params, world: World, unit: int) -> Maybe:
    bad, good = number(params["unacceptable"]), number(params["satisfactory"])
    base, full = number(params.get("base_score", 60)), number(params.get("full", 100))
    return base + (full - base) * (value_of(world, unit) - bad) / (good - bad)


def table(params: Params, world: World, unit: int) -> Maybe:
    points = {name: number(worth) for name, worth in params["table"].items()}
    rest = number(params["else"]) if "else" in params else None
    times = Fraction(1) if world.times is None else world.times[unit]
    if times is None:
        return None
    if not world.items:
        x = value_of(world, unit)
        found = next((worth for name, worth in points.items() if _is(name, x)), rest)
        return None if found is None else found * times
    total = Fraction(0)
    for code, counts in world.items.items():
        count = counts[unit] or Fraction(0)
        worth = points.get(code, rest)
        if worth is None and count:
            return None
        total += count * (worth or 0)
    return total * times


def _is(name: str, x: Fraction) -> bool:
    try:
        return Fraction(name) == x
    except ValueError:
        return False


def plain(params: Params, world: World, unit: int) -> Maybe:
    return value_of(world, unit) * number(params.get("factor", 1)) + number(params.get("offset", 0))


def deduct(params: Params, world: World, unit: int) -> Maybe:
    total = number(params.get("full", 100))
    times = Fraction(1) if world.times is None else world.times[unit]
    if times is None:
        return None
    for sign, kinds in ((-1, params.get("items", {})), (1, params.get("bonus", {}))):
        for code, row in kinds.items():
            counts = world.items.get(code)
            count = max((counts[unit] if counts else None) or Fraction(0), Fraction(0))
            units = count / number(row.get("unit_size", 1))
            mode = row.get("mode", "full" if "unit_size" in row else "prorata")
            units = {"full": Fraction(floor(units)), "started": Fraction(ceil(units)), "prorata": units}[mode]
            # Points may be negative: then they go the other way.
            way = sign if number(row["points"]) >= 0 else -sign
            moved = units * abs(number(row["points"])) * times
            total += way * (min(moved, number(row["cap"])) if "cap" in row else moved)
    return total


def rank(params: Params, world: World, unit: int) -> Maybe:
    scope = params.get("scope", "group")
    if len(world.population(unit, scope)) < int(params.get("min_group", 1)):
        return None
    x, peers = value_of(world, unit), world.peers(unit, scope)
    better = sum(peer > x if higher(params) else peer < x for peer in peers)
    if params.get("variant") == "table":
        shared = peers.count(x) if params.get("ties", "mid") == "mid" else 1
        named = [number(params["table"].get(str(better + at), params.get("else", 0))) for at in range(1, shared + 1)]
        return sum(named, Fraction(0)) / shared
    place = better + (Fraction(peers.count(x) - 1, 2) if params.get("ties", "mid") == "mid" else 0)
    best = number(params["best"])
    if params.get("variant", "linear") == "step":
        return best - place * number(params["step"])
    return best - place * (best - number(params["worst"])) / max(len(peers) - 1, 1)


def percentile(params: Params, world: World, unit: int) -> Maybe:
    scope = params.get("scope", "group")
    if len(world.population(unit, scope)) < int(params.get("min_group", 1)):
        return None
    x, peers = value_of(world, unit), world.peers(unit, scope)
    worse = sum(peer < x if higher(params) else peer > x for peer in peers)
    if params.get("convention", "mid") == "mid":
        share = Fraction(2 * worse + peers.count(x), 2 * len(peers))
    else:
        share = Fraction(worse, len(peers) - 1) if len(peers) > 1 else Fraction(1, 2)
    low, high = number(params["lo"]), number(params["hi"])
    return low + (high - low) * share


def quantile(values: Sequence[Fraction], share: Fraction, definition: str) -> Fraction:
    ordered, n = sorted(values), len(values)
    at = lambda place: ordered[min(max(place, 1), n) - 1]  # noqa: E731 a place from 1 on, short
    if definition == "nearest_rank":
        return at(ceil(share * n))
    if definition == "averaged":
        h = share * n
        return (at(int(h)) + at(int(h) + 1)) / 2 if h == int(h) else at(ceil(h))
    h = 1 + share * (n - 1) if definition == "inclusive" else share * (n + 1)
    low = at(floor(h))
    return low + (h - floor(h)) * (at(floor(h) + 1) - low)


def zscore(params: Params, world: World, unit: int) -> Maybe:
    scope = params.get("scope", "group")
    people, x = world.population(unit, scope), value_of(world, unit)
    sd = params.get("sd", "population")
    given_sd, given_mean = sd not in {"population", "sample"}, "mean" in params
    least = 0 if given_sd and given_mean else 1
    if len(people) < max(int(params.get("min_group", least)), least):
        return None
    center, scale = number(params["center"]), number(params["scale"])
    bounds, untouched = params.get("winsorize", {}), people
    for name, share_name, side in (("low_value", "low", max), ("high_value", "high", min)):
        bound = number(bounds[name]) if name in bounds else None
        if share_name in bounds:
            share = number(bounds[share_name]) / 100
            bound = quantile(untouched, share, bounds.get("definition", "inclusive")) if people else None
        if bound is not None:
            drawn = bound
            x, people = side(x, drawn), [side(one, drawn) for one in people]
    own = sum(people, Fraction(0)) / len(people) if people else Fraction(0)
    mean = number(params["mean"]) if given_mean else own
    apart = (x - mean) * (1 if higher(params) else -1)
    clip = number(params["clip"]) if "clip" in params else None
    if given_sd:
        return center + scale * clipped(apart / number(sd), clip)
    freedom = len(people) - (sd == "sample")
    square = sum(((one - own) ** 2 for one in people), Fraction(0))
    if freedom <= 0 or not square:
        return center
    return center + scale * clipped(apart * root(freedom / square), clip)


def clipped(z: Fraction, clip: Maybe) -> Fraction:
    return z if clip is None else min(max(z, -clip), clip)


def root(square: Fraction) -> Fraction:
    """Return a square root: exact where there is one, else to 80 digits."""
    up, down = isqrt(square.numerator), isqrt(square.denominator)
    if up * up == square.numerator and down * down == square.denominator:
        return Fraction(up, down)
    with localcontext() as context:
        context.prec = 120
        return Fraction((Decimal(square.numerator) / Decimal(square.denominator)).sqrt())


def growth(params: Params, world: World, unit: int) -> Maybe:
    before = world.previous[unit] if world.previous else None
    if before is None or before == 0:
        return None
    turn = 1 if higher(params) else -1
    gain = (value_of(world, unit) - before) * turn
    if params.get("variant") == "relative":
        gain = 100 * gain / abs(before)
    return number(params.get("base_score", 80)) + number(params["per"]) * gain / number(params.get("unit", 1))


METHODS = {
    "linear": linear,
    "ratio": ratio,
    "efficacy": efficacy,
    "table": table,
    "value": plain,
    "deduct": deduct,
    "rank": rank,
    "percentile": percentile,
    "zscore": zscore,
    "growth": growth,
}
WITHOUT_LIMITS = {"table", "value", "formula"}


def limited(method: str, params: Params, exact: Fraction) -> Fraction:
    for name, default, side in (("floor", 0, max), ("cap", 120, min)):
        bound = params.get(name, "none" if method in WITHOUT_LIMITS else default)
        if bound != "none":
            exact = side(exact, number(bound))
    return exact


def rounded(exact: Fraction, step: Fraction, mode: str) -> Fraction:
    """Return a multiple of the step, with the modes spelled out one by one."""
    steps = exact / step
    low, high = floor(steps), ceil(steps)
    if low == high:
        return exact
    away, near_zero = (high, low) if steps > 0 else (low, high)
    direct = {"floor": low, "ceil": high, "up": away, "down": near_zero}
    if mode in direct:
        return direct[mode] * step
    if steps - low != Fraction(1, 2):
        return (low if steps - low < Fraction(1, 2) else high) * step
    even = low if low % 2 == 0 else high
    return {"half_away": away, "half_up": high, "half_down": low, "half_even": even}[mode] * step


def told(params: Any, world: World, unit: int) -> Any:
    """Return parameters with every computed number told for one unit; raises KeyError where one cannot be."""
    if isinstance(params, Mapping):
        if set(params) == {"column"}:
            value = world.constants[params["column"]][unit]
            if value is None:
                raise KeyError(params["column"])
            return value
        if isinstance(params.get("population"), str):
            return statistic(params, world, unit)
        return {name: told(part, world, unit) for name, part in params.items()}
    return [told(part, world, unit) for part in params] if isinstance(params, list) else params


def statistic(spec: Params, world: World, unit: int) -> Fraction:
    everybody = range(len(world.values))
    mine = [
        value
        for at in everybody
        if (value := world.values[at]) is not None
        and world.counted[at]
        and (spec.get("scope") == "all" or world.group[at] == world.group[unit])
    ]
    if not mine:
        raise KeyError("population")
    word = spec["population"]
    if word in {"mean", "sum", "count", "squares"}:
        added = sum((one * one if word == "squares" else one for one in mine), Fraction(0))
        found = {"mean": added / len(mine), "count": Fraction(len(mine))}.get(word, added)
    elif word == "median":
        found = quantile(mine, Fraction(1, 2), "inclusive")
    elif word == "quantile":
        found = quantile(mine, number(spec["share"]), spec.get("definition", "inclusive"))
    else:
        found = {"min": min, "max": max}[word](mine)
    return found * number(spec.get("times", 1))
