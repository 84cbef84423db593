"""Between what a formula lies: whatever its names are within their own bounds, the result is within them."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.formula.bounds import Span, span_of
from scoring.formula.reading import read
from tests.scoring.test_formula_weights import larger, name


def span(text: str, **names: Span) -> Span:
    return span_of(read(text, dict.fromkeys(("A", "B"), "number")).tree, names)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("clip(ceil(A / 335) - 1, 0, 10)", (0, 10)),
        ("min(A, 100)", (None, 100)),
        ("max(0, min(A, B, 5))", (0, 5)),
        ("1 if A <= 3 else 0", (0, 1)),
        ("100 - 2 * max(A, 0)", (None, 100)),
        ("abs(A) + 3", (3, None)),
        ("power(A, 2)", (0, None)),
        ("A + B", (None, None)),
        ("exp(min(A, 0))", (0, 1)),
        ("coalesce(clip(A, 1, 2), 9)", (1, 9)),
    ],
)
def test_a_formula_may_bound_itself(text: str, expected: Span) -> None:
    assert span(text) == expected


values = st.fractions(-5, 5, max_denominator=6)
ranges = st.tuples(values, values).map(sorted)


@settings(max_examples=300, deadline=None)
@given(
    text=st.recursive(name, larger, max_leaves=7),
    within=st.tuples(ranges, ranges, ranges),
    at=st.tuples(*(st.fractions(0, 1, max_denominator=4) for _ in "ABC")),
)
def test_no_result_lies_outside(text: str, within: tuple[list[Fraction], ...], at: tuple[Fraction, ...]) -> None:
    formula = read(text, dict.fromkeys("ABC", "number"))
    spans: dict[str, Span] = {one: (low, high) for one, (low, high) in zip("ABC", within, strict=True)}
    found = formula.at(
        {one: low + part * (high - low) for one, (low, high), part in zip("ABC", within, at, strict=True)}
    )
    low, high = span_of(formula.tree, spans)
    assert found is None or ((low is None or low <= found) and (high is None or found <= high))
