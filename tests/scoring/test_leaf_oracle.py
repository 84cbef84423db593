"""Random KPIs over random units: every method, parameter and rounding as a slow second opinion says."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Invalid
from core.language import Text
from core.points import FACT_SCALE
from scoring.book_parts import Kpi, Rounding, Target
from scoring.columns import Sums, of_fractions
from scoring.leaf import OneKpi, scored_kpi
from scoring.sheet import Sheet
from scoring.statuses import MISSING, NO_BASELINE, SCORED
from tests.scoring import oracle_leaf as oracle
from tests.scoring.oracle_leaf import WITHOUT_LIMITS, World

MODES = ["half_away", "half_even", "half_up", "half_down", "up", "down", "floor", "ceil"]
ITEMS = ["a", "b", "c"]
micro = st.one_of(
    st.integers(-5, 12).map(lambda ten: ten * 10 * FACT_SCALE),
    st.integers(-200, 900).map(lambda number: number * 500_000),
    st.integers(-(10**8), 10**9),
    st.integers(-(2**60), 2**60),
)
"""Facts in millionths: round ones fall on borders, huge ones beyond what 64 bits multiply."""
small = st.integers(-40, 400).map(lambda number: f"{number / 4:.2f}")
above_zero = st.integers(1, 400).map(lambda number: f"{number / 4:.2f}")
bounds = st.one_of(st.just("none"), small)
definitions = st.sampled_from(["nearest_rank", "inclusive", "exclusive", "averaged"])
scopes = st.sampled_from(["group", "all"])
shares = st.integers(0, 20).map(lambda number: f"{number / 20:.2f}")


@st.composite
def computed(draw: st.DrawFn) -> Any:
    """Draw a number, as it is or told by the month."""
    kind = draw(st.integers(0, 7))
    if kind == 0:
        return {"column": draw(st.sampled_from(["own", "other"]))}
    if kind == 1:
        word = draw(st.sampled_from(["mean", "median", "min", "max", "quantile", "count", "sum", "squares"]))
        spec: dict[str, Any] = {"population": word, "scope": draw(scopes)}
        if word == "quantile":
            spec |= {"share": draw(shares), "definition": draw(definitions)}
        return spec | ({"times": "1.1"} if draw(st.booleans()) else {})
    return draw(small)


@st.composite
def anchors(draw: st.DrawFn) -> list[list[str]]:
    xs = sorted(draw(st.sets(st.integers(-40, 400), min_size=2, max_size=5)), reverse=draw(st.booleans()))
    rows = []
    for x in xs:
        scores = [str(draw(st.integers(-20, 130))) for _ in range(2 if draw(st.integers(0, 3)) == 0 else 1)]
        rows.append([f"{x / 4:.2f}", *scores])
    return rows


@st.composite
def event(draw: st.DrawFn) -> dict[str, Any]:
    row: dict[str, Any] = {"points": draw(st.sampled_from(["2", "0.35", "-1", "7"]))}
    if draw(st.booleans()):
        row["unit_size"] = draw(st.sampled_from(["1", "0.5", "10"]))
    if draw(st.booleans()):
        row["mode"] = draw(st.sampled_from(["full", "started", "prorata"]))
    if draw(st.booleans()):
        row["cap"] = draw(above_zero)
    return row


@st.composite
def winsorizing(draw: st.DrawFn) -> dict[str, Any]:
    ends: dict[str, Any] = {"definition": draw(definitions)}
    low, high = sorted((draw(st.integers(0, 100)), draw(st.integers(0, 100))))
    if draw(st.booleans()):
        ends["low"] = str(low)
    if draw(st.booleans()):
        ends["high"] = str(high)
    elif draw(st.booleans()):
        ends["high_value"] = "90"
    return ends


def table() -> st.SearchStrategy[dict[str, str]]:
    names = st.sampled_from([*ITEMS, "0", "1", "2", "10", "0.5", "-5", "100.00"])
    return st.dictionaries(names, small, min_size=1, max_size=8)


SHAPES: Mapping[str, Mapping[str, st.SearchStrategy[Any]]] = {
    "linear": {
        "anchors": anchors(),
        "below?": st.sampled_from(["extend", "clamp", "zero"]),
        "above?": st.sampled_from(["extend", "clamp", "zero"]),
    },
    "ratio": {"target": above_zero, "lower_variant?": st.sampled_from(["reciprocal", "mirror"]), "full?": above_zero},
    "efficacy": {"unacceptable": st.just("12"), "satisfactory": computed(), "base_score?": small},
    "table": {"table": table(), "else?": small},
    "value": {"factor?": computed(), "offset?": small},
    "deduct": {
        "full?": small,
        "items": st.dictionaries(st.sampled_from(ITEMS), event(), min_size=1),
        "bonus?": st.dictionaries(st.sampled_from(["d"]), event()),
    },
    "rank": {
        "best": computed(),
        "worst": small,
        "variant?": st.sampled_from(["linear", "table"]),
        "table": st.dictionaries(st.sampled_from(["1", "2", "3", "5"]), small, min_size=1),
        "else?": small,
        "ties?": st.sampled_from(["mid", "min"]),
        "scope?": scopes,
        "min_group?": st.integers(0, 4),
    },
    "percentile": {
        "lo": small,
        "hi": small,
        "convention?": st.sampled_from(["mid", "inc"]),
        "scope?": scopes,
        "min_group?": st.integers(0, 4),
    },
    "zscore": {
        "center": small,
        "scale": st.sampled_from(["10", "-3", "0", "0.005", "100"]),
        "clip?": st.sampled_from(["1", "2.5"]),
        "mean?": small,
        "sd?": st.one_of(st.sampled_from(["population", "sample"]), above_zero),
        "winsorize?": winsorizing(),
        "scope?": scopes,
        "min_group?": st.integers(0, 4),
    },
    "growth": {"per": small, "variant?": st.sampled_from(["points", "relative"]), "unit?": st.just("2.5")},
}


@st.composite
def kpis(draw: st.DrawFn, methods: tuple[str, ...] = tuple(SHAPES)) -> Kpi:
    method = draw(st.sampled_from(methods))
    params = {}
    for name, shape in SHAPES[method].items():
        if not name.endswith("?") or draw(st.booleans()):
            params[name.rstrip("?")] = draw(shape)
    low, high = draw(bounds), draw(bounds)
    if draw(st.booleans()) and ("none" in {low, high} or Fraction(low) <= Fraction(high)):
        params |= {"floor": low, "cap": high}
    rounding: Any = draw(st.sampled_from([None, "none", "places", "step"]))
    mode: Any = draw(st.sampled_from(MODES))
    if rounding == "places":
        rounding = Rounding(places=draw(st.integers(0, 4)), mode=mode)
    elif rounding == "step":
        rounding = Rounding(step=Decimal(draw(st.sampled_from(["0.5", "0.25", "5", "0.03"]))), mode=mode)
    word = Text(zh="词", en="word")
    direction: Any = draw(st.sampled_from(["higher", "lower"]))
    return Kpi(code="K", name=word, process="P", method=method, params=params, direction=direction, round=rounding)


@st.composite
def worlds(draw: st.DrawFn, kpi: Kpi) -> tuple[World, Sheet]:
    size = draw(st.integers(1, 8))
    every = lambda one: draw(st.lists(one, min_size=size, max_size=size))  # noqa: E731 a column of the world
    maybe = st.one_of(micro, micro, micro, st.none())
    values, group = every(maybe), every(st.integers(0, 1))
    counted = every(st.booleans()) if draw(st.booleans()) else None
    previous = every(maybe) if draw(st.booleans()) else None
    constants = {name: every(st.one_of(st.none(), small.map(Fraction))) for name in ("own", "other")}
    by_item = kpi.method == "deduct" or (kpi.method == "table" and draw(st.booleans()))
    items = {}
    if by_item:
        counts = st.one_of(st.none(), st.integers(0, 30).map(lambda number: number * FACT_SCALE))
        items = {code: every(counts) for code in [*ITEMS, "d"]}
    world = World(
        values=[_units(value) for value in values],
        group=group,
        counted=counted or [True] * size,
        previous=[_units(value) for value in previous or ()],
        items={code: [_units(count) for count in column] for code, column in items.items()},
        constants=constants,
    )
    sheet = Sheet(
        group=np.array(group, dtype=np.intp),
        sums={"K": _sums(values)},
        previous={} if previous is None else {"K": _sums(previous)},
        items={"K": {code: _sums(column) for code, column in items.items()}} if items else {},
        constants={"K": {name: of_fractions(column) for name, column in constants.items()}},
        population=None if counted is None else np.array(counted),
        units=tuple(f"U{number}" for number in range(size)),
        own_groups=tuple("AB"[number] for number in group),
    )
    return world, sheet


def _units(value: int | None) -> Fraction | None:
    return None if value is None else Fraction(value, FACT_SCALE)


def _sums(values: list[int | None]) -> Sums:
    known = np.array([value is not None for value in values])
    num = np.array([value or 0 for value in values], dtype=np.int64)
    return Sums(num, np.full(len(values), FACT_SCALE), known.astype(np.int64), known)


def expected(kpi: Kpi, params: Mapping[str, Any], world: World, unit: int) -> tuple[Fraction | None, int | None]:
    """Return the exact score of a tree and the status, None where the oracle leaves open why there is none."""
    if world.values[unit] is None:
        return None, MISSING
    try:
        given = oracle.told({"direction": kpi.direction, **params}, world, unit)
    except KeyError:
        return None, NO_BASELINE
    if kpi.method == "efficacy" and oracle.number(given["unacceptable"]) == oracle.number(given["satisfactory"]):
        return None, NO_BASELINE if isinstance(params["satisfactory"], dict) else None
    exact = oracle.score(kpi.method, given, world, unit)
    if exact is None:
        return None, None
    # A root is rounded where it arises; everything else only once it is within its limits.
    exact = oracle.limited(kpi.method, given, exact)
    if kpi.round == "none":
        return (oracle.rounded(exact, Fraction(1, 10**12), "half_away") if kpi.method == "zscore" else exact), SCORED
    rounding = kpi.round or Rounding(places=2)
    assert isinstance(rounding, Rounding)
    step = Fraction(rounding.step) if rounding.step else Fraction(1, 10 ** (rounding.places or 0))
    return oracle.rounded(exact, step, rounding.mode), SCORED


def refused(kpi: Kpi) -> bool:
    """Tell whether the parameters mean nothing, whatever the month: such KPIs are not drawn on."""
    if kpi.method == "ratio" and kpi.direction == "lower" and kpi.params.get("lower_variant") != "mirror":
        return kpi.params.get("cap") == "none"
    return kpi.method == "efficacy" and kpi.params["satisfactory"] == "12.00"


def agrees(found: OneKpi, kpi: Kpi, params: Mapping[str, Any], world: World, unit: int) -> None:
    exact, status = expected(kpi, params, world, unit)
    assert found.exact is not None
    told = found.exact.at(unit)
    if kpi.round == "none" and kpi.method == "zscore" and told is not None and exact is not None:
        assert abs(told - exact) <= Fraction(1, 10**12)
    else:
        assert told == exact
    assert status is None or found.statuses[unit] == status
    assert bool(found.fill.counted[unit]) is (exact is not None)
    if exact is not None:
        shown = oracle.rounded(exact, Fraction(1, 10**4), "half_away")
        assert Fraction(int(found.fill.scores[unit]), 10**4) == shown


def computable(found_of: Any, kpi: Kpi) -> OneKpi | None:
    """Return what the engine says, None where a score grew beyond what a flat card can hold."""
    try:
        return found_of()
    except Invalid as refusal:
        boundless = kpi.method in WITHOUT_LIMITS or "none" in {kpi.params.get("cap"), kpi.params.get("floor")}
        if refusal.problem.code == "score_too_large" and boundless:
            return None
        raise


@settings(max_examples=600, deadline=None)
@given(st.data())
def test_every_method_says_what_a_second_opinion_says(data: st.DataObject) -> None:
    kpi = data.draw(kpis().filter(lambda one: not refused(one)))
    world, sheet = data.draw(worlds(kpi))
    found = computable(lambda: scored_kpi(kpi, "hall", sheet, 2, shown=4, keep=True), kpi)
    if found is not None:
        for unit in range(len(world.values)):
            agrees(found, kpi, kpi.params, world, unit)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_standard_scores_by_the_way_of_crowds_are_the_same(data: st.DataObject) -> None:
    kpi = data.draw(kpis(("zscore",)))
    world, sheet = data.draw(worlds(kpi))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("scoring.spread.CROWD", 1)
        found = computable(lambda: scored_kpi(kpi, "hall", sheet, 2, shown=4, keep=True), kpi)
    if found is not None:
        for unit in range(len(world.values)):
            agrees(found, kpi, kpi.params, world, unit)


@settings(max_examples=150, deadline=None)
@given(st.data(), st.randoms(use_true_random=False))
def test_neither_the_order_of_units_nor_other_groups_change_a_score(data: st.DataObject, chance: Any) -> None:
    kpi = data.draw(kpis().filter(lambda one: not refused(one)))
    world, sheet = data.draw(worlds(kpi))
    order = list(range(len(world.values)))
    chance.shuffle(order)
    first = computable(lambda: scored_kpi(kpi, "hall", sheet, 2, shown=4, keep=True), kpi)
    second = computable(lambda: scored_kpi(kpi, "hall", shuffled(sheet, order), 2, shown=4, keep=True), kpi)
    assert (first is None) is (second is None)
    if first is not None and second is not None:
        assert (first.fill.scores[order] == second.fill.scores).all()
        assert (first.statuses[order] == second.statuses).all()
        assert first.exact is not None
        assert second.exact is not None
        assert [first.exact.at(unit) for unit in order] == [second.exact.at(unit) for unit in range(len(order))]


def shuffled(sheet: Sheet, order: list[int]) -> Sheet:
    def sums(column: Sums) -> Sums:
        return Sums(column.num[order], column.den[order], column.sample[order], column.known[order])

    return replace(
        sheet,
        group=sheet.group[order],
        sums={code: sums(column) for code, column in sheet.sums.items()},
        previous={code: sums(column) for code, column in sheet.previous.items()},
        items={code: {name: sums(one) for name, one in items.items()} for code, items in sheet.items.items()},
        constants={
            code: {name: column.part(order) for name, column in columns.items()}
            for code, columns in sheet.constants.items()
        },
        population=None if sheet.population is None else sheet.population[order],
        units=tuple(sheet.units[at] for at in order),
        own_groups=tuple(sheet.own_groups[at] for at in order),
    )


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_the_most_specific_target_that_gives_a_parameter_holds(data: st.DataObject) -> None:
    kpi = data.draw(kpis(("value", "linear", "rank", "zscore")))
    world, sheet = data.draw(worlds(kpi))
    sheet = replace(sheet, month=202611)
    targets = [data.draw(target(len(world.values))) for _ in range(data.draw(st.integers(1, 5)))]
    found = computable(lambda: scored_kpi(kpi, "hall", sheet, 2, targets=targets, shown=4, keep=True), kpi)
    if found is None:
        return
    for unit in range(len(world.values)):
        params = dict(kpi.params)
        for one in sorted(targets, key=weight):
            at_home = one.unit in {None, f"U{unit}"} and one.group in {None, "AB"[world.group[unit]]}
            if at_home and one.kind in {None, "hall"} and (not one.months or 202611 in one.months):
                params |= one.params
        agrees(found, kpi, params, world, unit)


def weight(one: Target) -> int:
    return 8 * bool(one.unit) + 4 * bool(one.group) + 2 * bool(one.kind) + bool(one.months)


@st.composite
def target(draw: st.DrawFn, size: int) -> Target:
    limits = st.sampled_from(
        [{"cap": "80", "floor": "0"}, {"cap": "90", "floor": "none"}, {"floor": "-3", "cap": "70"}]
    )
    return Target(
        kpi="K",
        kind=draw(st.sampled_from([None, "hall", "branch"])),
        group=draw(st.sampled_from([None, "A", "B", "C"])),
        unit=draw(st.sampled_from([None, *(f"U{number}" for number in range(size))])),
        months=draw(st.sampled_from([(), (202611,), (202612,), (202611, 202612)])),
        params=draw(limits),
    )
