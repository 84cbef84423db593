"""The causes of the invented facts: known to the rules, of the right KPIs, never more than went wrong, always the same."""

from datetime import date

import pytest

from core.points import FACT_SCALE
from scoring.causes import Sums, cases_in
from scoring.intake.causes import FactCause
from scoring.rulebook import parsed
from seeds.causes import causes, reasons
from seeds.columns import stored
from seeds.counts import DEMO
from seeds.facts import facts
from seeds.flows import story
from seeds.organisation import company
from seeds.quality import Month
from seeds.tables import text

BOOK = parsed(text("rulebook.toml"))
OCTOBER = Month(202610, 4, date(2026, 10, 31), frozenset())


@pytest.fixture(scope="module")
def told() -> list[tuple[str, Sums, list[FactCause]]]:
    """Each fact that carries causes: its KPI, its figures, its causes."""
    made = company(seed=1, counts=DEMO, first_on=date(2026, 6, 1))
    units = {unit.code: number for number, unit in enumerate(made.units, start=1)}
    kpis = {code: number for number, code in enumerate(BOOK.kpis, start=1)}
    found = []
    for part in facts(made, OCTOBER, story()):
        items = {code: number for number, code in enumerate(part.items, start=1) if code}
        columns, _ = stored(part, made, units, kpis, items)
        first, again = (causes(1, part, columns, BOOK) for _ in range(2))
        assert first == again
        rows: dict[int, list[FactCause]] = {}
        for one in first:
            rows.setdefault(one.row_no, []).append(one)
        for row, held in rows.items():
            at = row - 1
            sums = Sums(int(part.num[at]), int(part.den[at]), int(part.sample[at]))
            found.append((part.kpis[part.kpi[at]], sums, held))
    return found


def test_every_cause_is_one_of_its_kpi_in_the_rule_book(told: list[tuple[str, Sums, list[FactCause]]]) -> None:
    assert all(BOOK.causes[one.cause].fits(kpi) for kpi, _, held in told for one in held)
    assert {kpi for kpi, _, _ in told} == set(reasons())


def test_causes_of_a_fact_are_never_more_than_went_wrong_in_it(told: list[tuple[str, Sums, list[FactCause]]]) -> None:
    for kpi, sums, held in told:
        assert 0 < sum(one.cases or 0 for one in held) <= cases_in(BOOK.kpis[kpi], sums) * FACT_SCALE


def test_some_customers_are_quoted_and_most_are_not(told: list[tuple[str, Sums, list[FactCause]]]) -> None:
    quoted = sum(one.words is not None for _, _, held in told for one in held)
    whole = sum(len(held) for _, _, held in told)
    assert whole // 20 < quoted < whole // 2
