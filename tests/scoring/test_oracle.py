"""Random rule books and random facts: the engine and a slow second engine agree to the last digit."""

from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.points import FACT_SCALE
from scoring.columns import Sums
from scoring.engine import Scored, Sheet, scored
from scoring.rulebook import RuleBook, parsed
from tests.scoring.oracle import FACTOR, Card, Fact, Rule, cards

KIND = "hall"
THEME = "month"
hundredths = st.one_of(st.integers(0, 12).map(lambda ten: 1000 * ten), st.integers(0, 12_000))
"""Round numbers are drawn as often as others, so that values fall exactly on borders."""
directions = st.sampled_from(["higher", "lower"])


@st.composite
def anchors(draw: st.DrawFn, direction: str) -> list[list[str]]:
    xs = sorted(
        draw(st.sets(st.one_of(hundredths, st.integers(-500, 0)), min_size=2, max_size=4)), reverse=direction == "lower"
    )
    scores = sorted(draw(st.lists(st.integers(0, 130), min_size=len(xs), max_size=len(xs))))
    return [[f"{x / 100:.2f}", str(s)] for x, s in zip(xs, scores, strict=True)]


@st.composite
def bands(draw: st.DrawFn) -> list[dict[str, Any]]:
    borders = [f"{x / 100:.2f}" for x in sorted(draw(st.sets(hundredths, min_size=1, max_size=4)))]
    rows = []
    for low, high in zip([None, *borders], [*borders, None], strict=True):
        row: dict[str, Any] = {"score": draw(st.integers(0, 120))}
        row |= {} if low is None else {"lo": low}
        rows.append(row | ({} if high is None else {"hi": high}))
    return rows


@st.composite
def methods(draw: st.DrawFn, direction: str) -> tuple[str, dict[str, Any]]:
    name = draw(st.sampled_from(sorted(set(SHAPES))))
    shape = SHAPES[name]
    return name, {key: draw(part(direction) if callable(part) else part) for key, part in shape.items()}


ends = st.sampled_from(["extend", "clamp", "zero"])
targets = hundredths.filter(bool).map(lambda number: f"{number / 100:.2f}")
SHAPES: dict[str, dict[str, Any]] = {
    "linear": {"anchors": anchors, "below": ends, "above": ends},
    "ratio": {"target": targets, "lower_variant": st.sampled_from(["reciprocal", "mirror"])},
    "band": {"bands": lambda _: bands()},
    "tier": {
        "target": targets,
        "tiers": lambda direction: st.sets(st.integers(50, 150), min_size=1, max_size=3).map(
            lambda ks: [
                {"k": f"{k / 100:.2f}", "score": 100 - 20 * at}
                for at, k in enumerate(sorted(ks, reverse=direction == "higher"))
            ]
        ),
    },
    "binary": {"op": st.sampled_from([">=", ">", "<=", "<", "==", "!="]), "threshold": targets},
    "add_subtract": {
        "variant": st.just("gap"),
        "target": targets,
        "step": st.sampled_from(["0.1", "0.25", "3", "7"]),
        "per_up": st.just(2),
        "per_down": st.just(4),
        "max_up": st.just(10),
        "mode": st.sampled_from(["full", "started", "prorata"]),
    },
    "growth": {
        "variant": st.sampled_from(["points", "relative", "headroom"]),
        "per": st.sampled_from(["1", "0.7", "3"]),
        "ceiling": targets,
        "at_ceiling": st.just(110),
    },
    "rank": {"best": st.just("110"), "worst": st.just("60"), "ties": st.sampled_from(["mid", "min"])},
    "percentile": {"lo": st.just("60"), "hi": st.just("110")},
    "zscore": {"center": st.just(90), "scale": st.just(10), "clip": st.just(2)},
}


@st.composite
def rules(draw: st.DrawFn, number: int) -> Rule:
    direction = draw(directions)
    method, params = draw(methods(direction))
    return Rule(
        code=f"K{number}",
        process=draw(st.sampled_from(["P1", "P2", "P3"])),
        weight=Fraction(draw(st.integers(1, 3000)), 100),
        direction=direction,
        aggregation=draw(st.sampled_from(sorted(FACTOR))),
        method=method,
        params=params,
        least=draw(st.sampled_from([0, 0, 5])),
        shrink=Fraction(draw(st.sampled_from([0, 0, 12, 5000]))),
        doubled=draw(st.booleans()),
    )


def thousandths(number: int) -> Fraction:
    return Fraction(number, 1000)


@st.composite
def facts(draw: st.DrawFn) -> Fact | None:
    if draw(st.integers(0, 9)) == 0:
        return None
    den = draw(st.one_of(st.sampled_from([1, 100, 10_000]), st.integers(1, 40), st.integers(1, 400_000)))
    num = draw(
        st.one_of(st.integers(0, 12).map(lambda ten: Fraction(10 * ten)), st.integers(0, den * 1000).map(thousandths))
    )
    before = draw(st.one_of(st.none(), hundredths.map(lambda number: Fraction(number, 100))))
    return Fact(num, Fraction(den), draw(st.integers(0, 20)), before)


@st.composite
def contests(draw: st.DrawFn) -> tuple[list[Rule], dict[str, list[Fact | None]], list[int]]:
    made = [draw(rules(number)) for number in range(draw(st.integers(1, 6)))]
    size = draw(st.integers(1, 9))
    table = {rule.code: draw(st.lists(facts(), min_size=size, max_size=size)) for rule in made}
    return made, table, draw(st.lists(st.integers(0, 1), min_size=size, max_size=size))


def toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {toml(part)}" for name, part in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(toml(part) for part in value) + "]"
    return str(value) if isinstance(value, int) else f'"{value}"'


def book_of(made: list[Rule]) -> RuleBook:
    word = '{ zh = "词", en = "word" }'
    lines = ['code = "random"', f"name = {word}", f'[kinds.{KIND}]\nname = {word}\nlevel = "{KIND}"']
    lines += [f"[processes.{code}]\nname = {word}\nfamily = {word}" for code in ("P1", "P2", "P3")]
    for rule in made:
        lines.append(
            f'[kpis.{rule.code}]\nname = {word}\nprocess = "{rule.process}"\ndirection = "{rule.direction}"\n'
            f'aggregation = "{rule.aggregation}"\nmethod = "{rule.method}"\nparams = {toml(dict(rule.params))}\n'
            f"shrink = {rule.shrink}\nmin_sample = {{ default = {rule.least} }}"
        )
    lines.append(f"[scorecards.{KIND}]\n" + "\n".join(f'{rule.code} = "{float(rule.weight):.2f}"' for rule in made))
    doubled = ", ".join(f'"{rule.code}"' for rule in made if rule.doubled)
    lines.append(f"[themes.{THEME}]\nname = {word}\nmonth = 1\ndoubled = [{doubled}]")
    return parsed("\n".join(lines))


def sheet_of(made: list[Rule], table: dict[str, list[Fact | None]], group: list[int]) -> Sheet:
    return Sheet(
        group=np.array(group, dtype=np.intp),
        sums={code: sums(column) for code, column in table.items()},
        previous={rule.code: previous(table[rule.code], FACTOR[rule.aggregation]) for rule in made},
    )


def sums(column: list[Fact | None]) -> Sums:
    parts = [(fact.num, fact.den, fact.sample) if fact else (Fraction(0), Fraction(0), 0) for fact in column]
    num, den = (np.array([int(part[at] * FACT_SCALE) for part in parts], dtype=np.int64) for at in (0, 1))
    return Sums(num, den, np.array([part[2] for part in parts]), np.array([fact is not None for fact in column]))


def previous(column: list[Fact | None], factor: int) -> Sums:
    earlier = [fact.before if fact else None for fact in column]
    num = np.array([0 if value is None else int(value * FACT_SCALE) for value in earlier], dtype=np.int64)
    known = np.array([value is not None for value in earlier])
    return Sums(num, np.full(len(column), factor * FACT_SCALE, dtype=np.int64), np.ones(len(column), np.int64), known)


def agrees(found: Scored, unit: int, expected: Card, made: list[Rule]) -> None:
    for row, rule in enumerate(made):
        score = expected.scores[rule.code]
        assert bool(found.counted[row, unit]) is (score is not None)
        if score is not None:
            assert Fraction(int(found.scores[row, unit]), 100) == score
            assert Fraction(int(found.points[row, unit]), 10_000) == expected.points[rule.code]
    assert Fraction(int(found.totals[unit]), 100) == expected.total
    assert Fraction(int(found.covered_num[unit]), int(found.covered_den[unit])) == expected.coverage
    assert bool(found.ranked[unit]) is (expected.coverage >= Fraction(3, 5))


@settings(max_examples=250, deadline=None)
@given(contests())
def test_the_engine_agrees_with_a_slow_second_engine(
    contest: tuple[list[Rule], dict[str, list[Fact | None]], list[int]],
) -> None:
    made, table, group = contest
    found = scored(book_of(made), KIND, sheet_of(made, table, group), THEME)
    for unit, expected in enumerate(cards(made, table, group)):
        agrees(found, unit, expected, made)


@settings(max_examples=60, deadline=None)
@given(contests(), st.randoms(use_true_random=False))
def test_the_order_of_units_changes_nothing(contest: Any, chance: Any) -> None:
    made, table, group = contest
    order = list(range(len(group)))
    chance.shuffle(order)
    book = book_of(made)
    first = scored(book, KIND, sheet_of(made, table, group), THEME)
    moved = {code: [column[at] for at in order] for code, column in table.items()}
    second = scored(book, KIND, sheet_of(made, moved, [group[at] for at in order]), THEME)
    assert (first.totals[order] == second.totals).all()
    assert (first.points[:, order] == second.points).all()
