"""What a KPI and the table of targets may say in a rule book, and what is refused there."""

from decimal import Decimal

import pytest

from core.errors import Invalid
from scoring.book_parts import Rounding
from scoring.rulebook import RuleBook, parsed

HEAD = """
code = "book"
name = { zh = "册", en = "book" }
[kinds.hall]
name = { zh = "厅", en = "hall" }
level = "hall"
groups = [{ code = "A", name = { zh = "甲", en = "A" } }]
[processes.P]
name = { zh = "过程", en = "process" }
family = { zh = "类", en = "family" }
[kpis.ONE]
name = { zh = "一", en = "one" }
process = "P"
method = "ratio"
params = { target = 90 }
"""
TWO = '[kpis.TWO]\nname = { zh = "二", en = "two" }\nprocess = "P"\nmethod = "ratio"\nparams = { target = 90 }\n'


def book(more: str = "") -> RuleBook:
    return parsed(HEAD + more)


def refused(more: str) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        book(more)
    return {str(found.place.path if found.place else ""): found.code for found in caught.value.problems}


def test_a_kpi_may_read_the_facts_of_another() -> None:
    found = book(TWO + 'reads = "ONE"')
    assert (found.kpis["TWO"].facts, found.kpis["ONE"].facts) == ("ONE", "ONE")


@pytest.mark.parametrize("name", ["TWO", "NONE"])
def test_a_kpi_may_read_neither_itself_nor_nothing(name: str) -> None:
    assert refused(TWO + f'reads = "{name}"') == {"kpis.TWO.reads": "unknown_name"}


def test_a_reader_is_not_read_in_turn() -> None:
    three = TWO.replace("TWO", "THREE") + 'reads = "TWO"'
    assert refused(TWO + 'reads = "ONE"\n' + three) == {"kpis.THREE.reads": "unknown_name"}


def test_a_kpi_says_how_its_score_is_rounded() -> None:
    found = book(TWO + 'round = { step = "0.5", mode = "floor" }').kpis["TWO"].round
    assert found == Rounding(step=Decimal("0.5"), mode="floor")
    assert book(TWO + 'round = "none"').kpis["TWO"].round == "none"
    assert refused(TWO + 'round = "never"') == {"kpis.TWO.round": "unknown_choice"}


def test_targets_are_read_in_their_order() -> None:
    more = """
[[targets]]
kpi = "ONE"
kind = "hall"
group = "A"
months = [202611]
params = { target = "80" }
[[targets]]
kpi = "ONE"
unit = "S1"
params = { target = { population = "mean" } }
"""
    first, second = book(more).targets
    assert (first.group, first.months, first.params) == ("A", (202611,), {"target": "80"})
    assert second.params == {"target": {"population": "mean"}}


def test_a_target_names_what_there_is() -> None:
    more = '[[targets]]\nkpi = "ONES"\nkind = "hal"\ngroup = "B"\nparams = {}'
    assert refused(more) == {f"targets[0].{name}": "unknown_name" for name in ("kpi", "kind", "group")}
