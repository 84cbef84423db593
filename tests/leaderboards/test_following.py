"""A month that is moved where facts changed is the month scored anew, to the last byte."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderboards.following import Following
from leaderboards.frame import Frame, framed
from leaderboards.inputs import MonthInputs
from leaderboards.month_board import Detail
from leaderboards.month_results import month_results
from leaderboards.queries import followed
from leaderboards.standing_rows import standing_rows
from org.organisation import Organisation
from scoring.bulk import CELLS, UnitCells
from scoring.pooling import pooled
from scoring.queries.rules import Rules
from scoring.repooling import HeldPool
from scoring.rulebook import RuleBook, parsed
from tests.bench.data import KPIS, kpi_code, mixed_rule_book
from tests.leaderboards.pure_month import units

HALLS, NO_FACT = 60, -1
FILLED = ("reweight", "zero", "group_mean", "group_worst", "not_scored")
KPI_IDS = {kpi_code(number): number + 1 for number in range(KPIS)}


def _book() -> RuleBook:
    """Rules with every method, every policy for what is missing, and KPIs that small samples draw to their peers."""
    blocks = mixed_rule_book().split("[kpis.")
    dressed = [
        f'{block.rstrip()}\nmissing = "{FILLED[number % len(FILLED)]}"\n' + ("shrink = 5\n" if number % 3 == 0 else "")
        for number, block in enumerate(blocks[1:-1])
    ]
    return parsed("[kpis.".join([blocks[0], *dressed, blocks[-1]]))


BOOK = _book()
FRAME: Frame = framed(Organisation(date(2026, 10, 1), units(turned=False)[:HALLS]), BOOK)
Values = dict[tuple[int, int], int]


def _cells(values: Values, wanted: range | list[int]) -> UnitCells:
    rows = [(hall, kpi, values[hall, kpi]) for hall in wanted for kpi in range(KPIS) if (hall, kpi) in values]
    packed = np.zeros(len(rows), dtype=CELLS)
    packed["kpi"], packed["num"] = [kpi + 1 for _, kpi, _ in rows], [value * 10_000 for *_, value in rows]
    packed["den"], packed["sample"] = 1_000_000, 3
    told = [hall for hall in wanted if any((hall, kpi) in values for kpi in range(KPIS))]
    counts = [sum((hall, kpi) in values for kpi in range(KPIS)) for hall in told]
    return UnitCells(units=np.array(told, dtype=np.int64) + 1, counts=np.array(counts, dtype=np.int64), cells=packed)


def _anew(values: Values) -> bytes:
    pool = pooled(FRAME.tree, _cells(values, range(HALLS)), {}, frozenset())
    found = month_results(MonthInputs(book=BOOK, theme=None, frame=FRAME, kpi_ids=KPI_IDS, item_ids={}, pool=pool))
    return standing_rows(1, found.cards, FRAME.tree.ids)


def _held(values: Values) -> Following:
    pool = HeldPool.of(FRAME.tree, _cells(values, range(HALLS)), {}, frozenset())
    inputs = MonthInputs(book=BOOK, theme=None, frame=FRAME, kpi_ids=KPI_IDS, item_ids={}, pool=pool.pool)
    return Following(inputs, pool)


def _first_month() -> Values:
    chance = np.random.default_rng(9)
    drawn = chance.integers(6_000, 9_800, (HALLS, KPIS))
    return {
        (hall, kpi): int(drawn[hall, kpi]) for hall in range(HALLS) for kpi in range(KPIS) if chance.random() > 0.03
    }


CHANGES = st.lists(
    st.tuples(st.integers(0, HALLS - 1), st.integers(0, KPIS - 1), st.sampled_from([NO_FACT, 0, 6_500, 8_200, 9_999])),
    min_size=1,
    max_size=6,
)


def _changed(values: Values, change: list[tuple[int, int, int]]) -> list[int]:
    for hall, kpi, value in change:
        if value == NO_FACT:
            values.pop((hall, kpi), None)
        else:
            values[hall, kpi] = value
    return sorted({hall for hall, *_ in change})


@settings(max_examples=40, deadline=None)
@given(st.lists(CHANGES, min_size=1, max_size=3))
def test_moving_a_month_gives_what_scoring_it_anew_gives(changes: list[list[tuple[int, int, int]]]) -> None:
    values = _first_month()
    month = _held(values)
    for change in changes:
        halls = _changed(values, change)
        moved = month.move([hall + 1 for hall in halls], _cells(values, halls))
        assert moved is not None
        assert standing_rows(1, month.results.cards, FRAME.tree.ids) == _anew(values)


def test_only_what_has_changed_is_written_again() -> None:
    values = _first_month()
    month = _held(values)
    line = next(
        number
        for number in range(KPIS)
        if BOOK.kpis[kpi_code(number)].method == "linear" and not BOOK.kpis[kpi_code(number)].shrink
    )
    values[7, line] = 9_400
    moved = month.move([8], _cells(values, [7]))
    assert moved is not None
    assert moved.rewritten["storefront"].tolist() == [7]
    assert 7 not in moved.shifted["storefront"]


def test_a_kpi_that_nobody_had_before_makes_the_month_be_held_anew() -> None:
    values = {key: value for key, value in _first_month().items() if key[1] != 0}
    month = _held(values)
    values[3, 0] = 8_000
    assert month.move([4], _cells(values, [3])) is None


@pytest.mark.parametrize(("most", "kept"), [(2 * HALLS, [202610, 202611]), (2 * HALLS - 1, [202611])])
def test_months_are_held_only_while_their_units_together_are_not_too_many(
    monkeypatch: pytest.MonkeyPatch, most: int, kept: list[int]
) -> None:
    following, detail = _held(_first_month()), Detail(theme=None, rule_book="b", processes=(), measures=(), cards=())
    monkeypatch.setattr(followed, "MOST_UNITS", most)
    followed.forget()
    for month in (202610, 202611):
        rules = Rules(month=month, rule_book_id=1, fingerprint="f", theme=None, book=BOOK)
        followed.remember(followed.Held(1, 1, rules, following, detail))
    assert followed.held() == kept
    followed.forget()
