"""Trees in a rule book: how they are written, and what is refused with its place and the nearest right name."""

from decimal import Decimal

import pytest

from core.errors import Invalid
from scoring.rulebook import RuleBook, fingerprint, parsed

HEAD = """
code = "book"
name = { zh = "册", en = "book" }
[kinds.hall]
name = { zh = "厅", en = "hall" }
level = "hall"
[kinds.shop]
name = { zh = "店", en = "shop" }
level = "shop"
[processes.P]
name = { zh = "过程", en = "process" }
family = { zh = "类", en = "family" }
"""
KPI = """
[kpis.{code}]
name = {{ zh = "{code}", en = "{code}" }}
process = "P"
method = "ratio"
params = {{ target = 100 }}
"""
KPIS = "".join(KPI.format(code=code) for code in ("SMILE", "WAIT", "CALL"))
TOTAL = '[trees.hall.nodes.total]\nop = "weighted_mean"\nchildren = { care = 60, CALL = "40" }\n'
CARE = '[trees.hall.nodes.care]\nop = "best"\nchildren = ["SMILE", "WAIT"]\nn = 1\n'


def book(*parts: str) -> RuleBook:
    return parsed(HEAD + KPIS + "".join(parts))


def refused(*parts: str) -> list[str]:
    """Return place and sentence of everything that is refused."""
    with pytest.raises(Invalid) as caught:
        book(*parts)
    return [problem.read("en").removeprefix("rulebook.toml: ") for problem in caught.value.problems]


def node(code: str, rest: str) -> str:
    return f"[trees.hall.nodes.{code}]\n{rest}\n"


def test_a_tree_gives_its_kind_a_card() -> None:
    found = book(TOTAL, CARE)
    assert found.cards() == ("hall",)
    assert found.kpis_of("hall") == ("SMILE", "WAIT", "CALL")
    assert found.trees["hall"].order() == ("care", "total")
    assert found.weights_of("hall") == {"SMILE": 30, "WAIT": 30, "CALL": 40}


def test_children_in_a_list_weigh_one_each() -> None:
    assert book(TOTAL, CARE).trees["hall"].nodes["care"].children == {"SMILE": Decimal(1), "WAIT": Decimal(1)}


def test_a_node_without_a_name_is_called_by_its_code() -> None:
    assert book(TOTAL, CARE).trees["hall"].nodes["care"].title.en == "care"


def test_another_node_may_be_the_top() -> None:
    found = book('[trees.hall]\ntop = "care"\n', CARE)
    assert found.trees["hall"].order() == ("care",)


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ((TOTAL, "[scorecards.hall]\nSMILE = 100\n", CARE), "trees.hall: This kind has a scorecard already"),
        (
            (TOTAL, CARE, '[department]\nkind = "hall"\n[departments.D]\nname = { zh = "部", en = "D" }\ngroup = "A"\n'),
            "trees.hall: The card of departments is made by its formula",
        ),
        ((CARE.replace("hall", "hal"),), "trees.hal: There is no “hal”. The nearest is hall."),
        ((CARE,), "trees.hall.top: There is no “total”. The nearest is care."),
        ((TOTAL, CARE.replace('"WAIT"', '"WAITS"')), "children.WAITS: There is no “WAITS”. The nearest is WAIT."),
        ((TOTAL, CARE, node("SMILE", 'op = "mean"\nchildren = ["CALL"]')), "nodes.SMILE: A KPI has the same name."),
        ((TOTAL, CARE, node("alone", 'op = "mean"\nchildren = ["CALL"]')), "nodes.alone: It cannot be reached"),
        ((TOTAL, CARE, "[extras.hall]\nCALL = 100\n"), "extras.hall.CALL: It stands in the tree"),
        ((node("total", 'op = "mean"\nchildren = []'),), "nodes.total.children: It has no children."),
        ((node("total", 'op = "mean"\nchildren = ["CALL", "CALL"]'),), "children[1]: “CALL” is written twice."),
        ((node("total", 'op = "mean"\nchildren = { CALL = 2 }'),), "The children of mean have no weights."),
        ((node("total", 'op = "weighted_mean"\nchildren = { CALL = 0 }'),), "A weight must be above zero."),
        ((node("total", 'op = "mean"\nchildren = { CALL = 1.0 }'),), "Floating-point numbers are refused."),
        ((node("total", 'op = "meen"\nchildren = ["CALL"]'),), "There is no “meen”. The nearest is mean."),
        ((node("total", 'op = "mean"\nchildren = ["CALL"]\nminscored = 1'),), "The nearest is min_scored."),
        ((node("total", 'op = "mean"\nchildren = ["CALL"]\nn = 1'),), "total.n: mean does not read “n”. It belongs to best"),
        ((node("total", 'op = "mean"\nchildren = ["CALL"]\nmin_scored = 2'),), "between 0 and the number of children"),
        ((node("total", 'op = "best"\nchildren = ["CALL"]'),), "best needs n or drop, and not both."),
        ((node("total", 'op = "best"\nchildren = ["CALL"]\nn = 2'),), "total.n: It must lie between 1 and 1."),
        ((node("total", 'op = "best"\nchildren = ["CALL"]\ndrop = 1'),), "total.drop: It must lie between 0 and 0."),
        ((node("total", 'op = "count"\nchildren = ["CALL"]\nat_least = 5\nbelow = 5'),), "greater than at_least"),
        ((node("total", 'op = "product"\nchildren = ["CALL"]\nscale = 0'),), "total.scale: It must be above zero."),
        ((node("total", 'op = "mean"\nchildren = ["CALL"]\nmissing = "value"'),), "missing_value: It belongs to missing"),
        ((node("total", 'op = "mean"\nchildren = ["CALL"]\ncap = 1\nfloor = 2'),), "The cap lies below the floor."),
        ((node("total", 'op = "mean"\nchildren = ["CALL"]\nround = {}'),), "It needs places or step, and not both."),
        ((node("total", 'op = "mean"\nchildren = ["CALL"]\nround = { step = 0 }'),), "A step must be above zero."),
        ((node("total", 'op = "formula"\nchildren = ["CALL"]'),), "total.formula: The formula is missing."),
        ((node("total", 'op = "formula"\nchildren = ["CALL"]\nformula = "CAL + 1"'),), "total.formula: Column 1: there is no “CAL”. The nearest is CALL."),
        ((node("total", 'op = "method"\nchildren = ["CALL"]\nmethod = "ratoi"'),), "total.method: There is no method “ratoi”. The nearest is ratio."),
        ((node("total", 'op = "method"\nchildren = ["CALL", "WAIT"]\nmethod = "rank"'),), "exactly one child"),
    ],
)  # fmt: skip
def test_what_has_no_meaning_is_refused_at_its_place(parts: tuple[str, ...], told: str) -> None:
    assert any(told in line for line in refused(*parts)), refused(*parts)


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ((node("total", 'op = "mean"\nchildren = ["total"]'),), "total → total"),
        (
            (
                node("total", 'op = "mean"\nchildren = ["a"]'),
                node("a", 'op = "mean"\nchildren = ["b", "CALL"]'),
                node("b", 'op = "mean"\nchildren = ["a"]'),
            ),
            "b → a → b",
        ),
        (
            (
                node("total", 'op = "mean"\nchildren = ["CALL"]'),
                node("a", 'op = "mean"\nchildren = ["b"]'),
                node("b", 'op = "mean"\nchildren = ["a"]'),
            ),
            "a → b → a",
        ),
    ],
)
def test_a_ring_is_refused_and_drawn(parts: tuple[str, ...], told: str) -> None:
    assert any(told in line and "leads back to itself" in line for line in refused(*parts)), refused(*parts)


def test_a_tree_too_deep_is_refused_at_once() -> None:
    deep = [node("total", 'op = "mean"\nchildren = ["n0"]')]
    deep += [node(f"n{at}", f'op = "mean"\nchildren = ["n{at + 1}"]') for at in range(60)]
    deep.append(node("n60", 'op = "mean"\nchildren = ["CALL"]'))
    assert any("The tree is too large" in line for line in refused(*deep))


def test_a_tree_changes_the_fingerprint_and_its_layout_does_not() -> None:
    plain = book(TOTAL, CARE)
    assert fingerprint(plain) == fingerprint(book(TOTAL.replace('"40"', '"40.0"'), CARE + 'missing = "leave_out"\n'))
    assert fingerprint(plain) != fingerprint(book(TOTAL, CARE.replace("n = 1", "n = 2")))
