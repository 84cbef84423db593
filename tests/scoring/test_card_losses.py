"""Points lost on a card with weights: whole numbers say the same as fractions, worked out line by line."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from core.points import exact, rounded_fraction
from scoring.losses import CardLine, CardLosses
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
