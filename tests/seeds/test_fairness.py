"""The simulation of docs/fairness.md: the same again, and worth what the page says."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from seeds.fairness import world
from seeds.fairness.report import MONTHS, RUNS, Judged, report, table

PAGE = Path("docs/fairness.md")


@pytest.fixture(scope="module")
def rows() -> dict[tuple[str, int], Judged]:
    return {(row.rule, row.visits): row for row in report()}


def test_the_page_shows_what_the_simulation_gives(rows: dict[tuple[str, int], Judged]) -> None:
    shown = PAGE.read_text(encoding="utf-8").split("<!-- table -->\n")[1].split("\n<!-- end -->")[0]
    assert shown == table(tuple(rows.values()), RUNS * (MONTHS - 2))


def test_asking_for_more_than_chance_removes_most_false_laggards_and_keeps_the_true_ones(
    rows: dict[tuple[str, int], Judged],
) -> None:
    naive, certain = rows["naive", 5], rows["certain", 5]
    assert certain.false * 10 < naive.false
    assert certain.false_share < Fraction(1, 10) < Fraction(1, 3) < naive.false_share
    assert certain.truly_caught > naive.truly_caught - Fraction(1, 20)


def test_shrinkage_orders_halls_better_where_data_is_thin(rows: dict[tuple[str, int], Judged]) -> None:
    assert rows["shrunk", 1].correlation > rows["naive", 1].correlation + Fraction(1, 10)
    assert rows["shrunk", 1].top_found > rows["naive", 1].top_found


def test_more_visits_know_more(rows: dict[tuple[str, int], Judged]) -> None:
    for rule in ("naive", "shrunk"):
        assert rows[rule, 1].correlation < rows[rule, 5].correlation < rows[rule, 15].correlation


def test_the_same_seed_gives_the_same_company_and_another_seed_another_one() -> None:
    assert (world.true_totals(3, 40) == world.true_totals(3, 40)).all()
    assert (world.true_totals(3, 40) != world.true_totals(4, 40)).any()


def test_samples_scatter_around_the_truth() -> None:
    truth = world.true_totals(2, 150)
    errors = np.mean([np.asarray(world.month(2, number, 150, 15).raw.totals) - truth for number in range(8)], axis=0)
    assert abs(float(errors.mean())) < 60  # cents; caps and floors pull a little
