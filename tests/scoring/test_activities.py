"""What records bring is exact in cents and never past the cap, whichever way the points go."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from core.language import Text
from scoring.activities import earned
from scoring.book_parts import Activity

NAME = Text(zh="上报", en="Report")
CENTS = st.decimals(-20, 20, places=2)


def activity(points: str | Decimal, cap: str | Decimal | None = None) -> Activity:
    return Activity(
        code="spots",
        name=NAME,
        kinds=("clerk",),
        points=Decimal(points),
        cap=None if cap is None else Decimal(cap),
    )


def test_each_record_brings_its_points_until_the_cap() -> None:
    spots = activity("0.2", "5")
    assert [earned(spots, count) for count in (0, 1, 24, 25, 26, 10_000)] == [0, 20, 480, 500, 500, 500]


def test_points_that_are_taken_are_held_by_the_cap_too() -> None:
    assert [earned(activity("-2"), 3), earned(activity("-2", "5"), 3)] == [-600, -500]


@given(CENTS, st.none() | st.decimals(0, 20, places=2), st.integers(0, 100_000))
def test_points_are_exact_and_within_the_cap(points: Decimal, cap: Decimal | None, count: int) -> None:
    found = earned(activity(points, cap), count)
    whole = Fraction(points) * count * 100
    assert found == (whole if cap is None else max(-Fraction(cap) * 100, min(Fraction(cap) * 100, whole)))


@given(CENTS, st.none() | st.decimals(0, 20, places=2), st.integers(0, 1_000), st.integers(0, 1_000))
def test_one_more_record_never_brings_less_of_what_it_brings(
    points: Decimal, cap: Decimal | None, count: int, more: int
) -> None:
    one = activity(points, cap)
    before, after = earned(one, count), earned(one, count + more)
    assert after >= before if points >= 0 else after <= before
