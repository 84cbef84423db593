"""Points lost on a card with weights: whole numbers say the same as fractions, worked out line by line."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from coaching.history import card_lines
from core.points import exact, rounded_fraction
from scoring.line_columns import main_items
from scoring.losses import CardLine, CardLosses
from scoring.packing import COUNTED_BIT, LINE, STATUS_BITS, lines
from scoring.rulebook import RuleBook, parsed
from tests.bench.data import rule_book

BOOK: RuleBook = parsed(rule_book(), "rules.toml")
CARD = {code: exact(weight) for code, weight in BOOK.scorecards["storefront"].items()}
LINES = st.lists(
    st.tuples(st.sampled_from(sorted(CARD)), st.integers(-500, 12_000), st.booleans(), st.booleans()),
    unique_by=lambda one: one[0],
    max_size=20,
)


def expected(lines: list[CardLine]) -> dict[str, tuple[Fraction, int]]:
    whole: dict[str, Fraction] = {}
    counted: dict[str, Fraction] = {}
    for line in lines:
        process = BOOK.kpis[line.kpi].process
        whole[process] = whole.get(process, Fraction(0)) + CARD[line.kpi] * line.applicable
        counted[process] = counted.get(process, Fraction(0)) + CARD[line.kpi] * line.counted
    total = sum((share for process, share in whole.items() if counted[process]), Fraction(0))
    found: dict[str, tuple[Fraction, int]] = {}
    for line in lines:
        if line.counted:
            process = BOOK.kpis[line.kpi].process
            weight = CARD[line.kpi] / counted[process] * whole[process] / total * 100
            found[line.kpi] = weight, rounded_fraction(weight * max(10_000 - line.score, 0) / 10_000, 4)
    return found


@given(LINES)
def test_losses_and_the_main_item_are_exact(rows: list[tuple[str, int, bool, bool]]) -> None:
    lines = [CardLine(code, score, counted, applicable or counted) for code, score, counted, applicable in rows]
    losses, found = CardLosses(BOOK, "storefront", None), expected(lines)
    assert {code: (one.weight, one.lost) for code, one in losses.of(lines).items()} == found
    most = max((lost for _, lost in found.values()), default=0)
    assert losses.main_item(lines) == next((code for code, (_, lost) in found.items() if lost == most > 0), None)


@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 9), st.integers(-500, 12_000), st.integers(0, 255)), max_size=8), max_size=9
    )
)
def test_main_items_of_many_units_are_those_of_each_by_itself(units: list[list[tuple[int, int, int]]]) -> None:
    codes = {**dict(enumerate(sorted(CARD)[:9])), 9: "of no card"}
    packed = {unit: packed_lines(lines) for unit, lines in enumerate(units)}
    losses = CardLosses(BOOK, "storefront", None)
    one_by_one = {unit: losses.main_item(card_lines(lines(content), codes)) for unit, content in packed.items()}
    assert main_items(packed, CardLosses(BOOK, "storefront", None), codes) == one_by_one


def packed_lines(lines: list[tuple[int, int, int]]) -> bytes:
    """Return lines of different KPIs; one that counted applies."""
    chosen = {kpi: (score, state if not state & COUNTED_BIT else state & ~STATUS_BITS) for kpi, score, state in lines}
    return b"".join(LINE.pack(kpi, state, score, 0, 0, 1) for kpi, (score, state) in chosen.items())
