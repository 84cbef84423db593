"""What each name counts in a formula: exactly what comes out, by the way that was taken."""

from collections.abc import Mapping
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.columns import of_fractions
from scoring.formula.reading import read

NAMES = ("A", "B", "C")
Values = Mapping[str, Fraction | None]


def weighed(text: str, **values: int | Fraction | None) -> tuple[object, dict[str, object]]:
    columns = {name: of_fractions([None if one is None else Fraction(one)]) for name, one in values.items()}
    result, weights = read(text, dict.fromkeys(values, "number")).weighed(columns, 1)
    return result.at(0), {name: column.at(0) for name, column in weights.items()}


def test_a_sum_of_parts_weighs_them_as_it_says() -> None:
    assert weighed("0.55 * A + 0.3 * B - C / 4 + 7", A=80, B=60, C=8) == (
        67, {"A": Fraction(11, 20), "B": Fraction(3, 10), "C": Fraction(-1, 4)},
    )  # fmt: skip


def test_only_the_branch_taken_counts() -> None:
    text = "0.6 * A + 0.4 * B if known(B) else A"
    assert weighed(text, A=50, B=100)[1] == {"A": Fraction(3, 5), "B": Fraction(2, 5)}
    assert weighed(text, A=50, B=None)[1]["A"] == 1


def test_factors_share_what_they_make_and_a_factor_without_a_name_takes_no_share() -> None:
    assert weighed("A * B * 0.01", A=80, B=50) == (40, {"A": Fraction(1, 4), "B": Fraction(2, 5)})
    assert weighed("A * coalesce(B, 1)", A=80, B=None) == (80, {"A": 1})
    assert weighed("A * (0.5 if B > 3 else 1)", A=80, B=4) == (40, {"A": Fraction(1, 2)})


def test_a_bound_that_holds_leaves_no_weight_and_level_names_share_it() -> None:
    assert weighed("min(A, 100)", A=120) == (100, {})
    assert weighed("min(A, 100)", A=100)[1] == {"A": 1}
    assert weighed("clip(A, 0, B)", A=120, B=90) == (90, {"A": 0, "B": 1})
    assert weighed("max(A, B, C)", A=7, B=7, C=3)[1] == {"A": Fraction(1, 2), "B": Fraction(1, 2)}


def test_a_quotient_weighs_what_is_divided_and_a_power_as_a_line_through_the_origin() -> None:
    assert weighed("100 * A / B", A=9, B=12) == (75, {"A": Fraction(25, 3)})
    assert weighed("power(A, 2)", A=5) == (25, {"A": 5})


number = st.integers(-9, 9).map(str)
name = st.sampled_from(NAMES)
condition = st.tuples(name, st.sampled_from(("<", ">=", "==")), number).map(" ".join)


def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return formulas that are nothing where all names are nothing: no part stands apart from them."""
    two = st.tuples(inner, inner)
    return st.one_of(
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda x: f"({x[0]} {x[1]} {x[2]})"),
        st.tuples(number, inner).map(lambda x: f"({x[0]}) * {x[1]}"),
        two.map(lambda x: f"({x[0]}) / ({x[1]} + 1)"),
        two.map(lambda x: f"min({x[0]}, {x[1]})"),
        two.map(lambda x: f"max({x[0]}, {x[1]})"),
        two.map(lambda x: f"coalesce({x[0]}, {x[1]})"),
        st.tuples(inner, inner, inner).map(lambda x: f"clip({x[0]}, {x[1]}, {x[2]})"),
        st.tuples(inner, condition, inner).map(lambda x: f"({x[0]} if {x[1]} else {x[2]})"),
        inner.map(lambda x: f"abs({x})"),
        inner.map(lambda x: f"-({x})"),
        inner.map(lambda x: f"power({x}, 2)"),
    )


value = st.one_of(st.none(), st.fractions(-5, 5, max_denominator=6))


@settings(max_examples=300, deadline=None)
@given(
    text=st.recursive(name, larger, max_leaves=7),
    rows=st.lists(st.tuples(value, value, value), min_size=1, max_size=6),
)
def test_weights_times_values_are_the_result_to_the_last_digit(
    text: str, rows: list[tuple[Fraction | None, ...]]
) -> None:
    formula = read(text, dict.fromkeys(NAMES, "number"))
    columns = {one: of_fractions([row[at] for row in rows]) for at, one in enumerate(NAMES)}
    result, weights = formula.weighed(columns, len(rows))
    plain = formula.over(columns, len(rows))
    for unit, row in enumerate(rows):
        assert result.at(unit) == plain.at(unit)
        given_values = dict(zip(NAMES, row, strict=True))
        parts = [(column.at(unit) or 0) * (given_values[one] or 0) for one, column in weights.items()]
        assert result.at(unit) in {None, sum(parts, Fraction(0))}
