"""The editor writes single places: everything else in the document stays, byte for byte."""

import difflib
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from scoring.book_editing import Change, differences, edited
from scoring.book_outline import cards, outline, weights
from scoring.method_specs import common, methods
from scoring.param_forms import fields_of, given_of
from scoring.rulebook import RuleBook, parsed
from tests.factories import SMALL_BOOK
from tests.tidy.source import ROOT

SEEDS = (ROOT / "seeds" / "rulebook.toml").read_text(encoding="utf-8")
BOOK = parsed(SEEDS)
NOTED = '# how we score\n[kpis.A]\nmethod = "linear"   # a line\nparams = { cap = "120", floor = 0 }\n\n[scorecards.hall]\nA = "60.00" # most\n'


def changed_lines(before: str, after: str) -> list[str]:
    return [line for line in difflib.ndiff(before.split("\n"), after.split("\n")) if line[0] in "+-"]


def sent_by(book: RuleBook, kpi: str) -> dict[str, str]:
    """What a browser sends when nobody typed anything."""
    found = {}
    for field in fields_of(specs(book, kpi), book.kpis[kpi].params):
        found[field.name] = field.value
        found |= {cell.name: cell.value for row in field.rows for cell in row}
    return found


def specs(book: RuleBook, kpi: str) -> tuple:  # type: ignore[type-arg]  # parameters of any method
    return (*methods()[book.kpis[kpi].method].params, *common())


def test_one_weight_changes_one_line_and_keeps_the_remark_of_the_others() -> None:
    after = edited(NOTED, [Change(("kpis", "A", "params", "cap"), "110")])
    assert changed_lines(NOTED, after) == [
        '- params = { cap = "120", floor = 0 }', '+ params = { cap = "110", floor = 0 }',
    ]  # fmt: skip


def test_what_is_the_same_is_not_written_again() -> None:
    assert edited(NOTED, [Change(("scorecards", "hall", "A"), "60.00")]) == NOTED


def test_a_place_is_taken_out_and_one_that_is_not_there_is_no_loss() -> None:
    after = edited(NOTED, [Change(("scorecards", "hall", "A")), Change(("scorecards", "nowhere", "B"))])
    assert "60.00" not in after
    assert "nowhere" not in after


def test_tables_on_the_way_are_added() -> None:
    after = edited(NOTED, [Change(("trees", "hall", "nodes", "total", "op"), "sum")])
    assert 'op = "sum"' in after
    assert after.startswith("# how we score")


def test_text_that_is_no_toml_is_refused() -> None:
    with pytest.raises(Invalid, match="TOML"):
        edited("[kpis", [Change(("a",), 1)])


def test_a_value_is_no_table() -> None:
    with pytest.raises(Invalid) as refused:
        edited(NOTED, [Change(("kpis", "A", "method", "x"), 1)])
    place = refused.value.problem.place
    assert place is not None
    assert place.path == "kpis.A.method"


def test_forms_that_nobody_touched_change_nothing() -> None:
    changes = []
    for kpi, rule in BOOK.kpis.items():
        typed = given_of(specs(BOOK, kpi), sent_by(BOOK, kpi), rule.params)
        changes += differences(("kpis", kpi, "params"), rule.params, typed)
    assert changes == []


def test_anchors_are_typed_row_by_row() -> None:
    sent = sent_by(BOOK, "STO01") | {"p.anchors.1.score": "95", "p.anchors.3.value": "9.5", "p.anchors.3.score": "125"}
    typed = given_of(specs(BOOK, "STO01"), sent, BOOK.kpis["STO01"].params)
    assert typed["anchors"] == [["8.20", "60"], ["8.70", "95"], ["9.20", "120"], ["9.5", "125"]]


def test_a_number_may_be_written_as_in_the_document() -> None:
    sent = sent_by(BOOK, "STO10") | {"p.target": '{ population = "quantile", share = "0.9" }'}
    typed = given_of(specs(BOOK, "STO10"), sent, BOOK.kpis["STO10"].params)
    assert typed["target"] == {"population": "quantile", "share": "0.9"}


def test_half_a_table_is_refused_at_its_field() -> None:
    with pytest.raises(Invalid) as refused:
        given_of(specs(BOOK, "STO10"), sent_by(BOOK, "STO10") | {"p.target": "{ population ="}, {})
    place = refused.value.problem.place
    assert place is not None
    assert place.path == "p.target"


@given(st.decimals(min_value=0, max_value=99, places=2))
def test_what_the_page_writes_is_what_the_file_says(weight: object) -> None:
    after = edited(NOTED, [Change(("scorecards", "hall", "A"), str(weight))])
    assert tomllib.loads(after)["scorecards"]["hall"]["A"] == str(weight)
    assert edited(after, [Change(("scorecards", "hall", "A"), "60.00")]) == NOTED


def test_the_outline_adds_up() -> None:
    lines = outline(BOOK, "storefront")
    assert (lines[0].sort, lines[0].weight) == ("card", "100")
    assert {line.code for line in lines if line.sort == "kpi"} == set(BOOK.scorecards["storefront"])


def test_children_that_are_not_weighted_show_no_weight() -> None:
    book = parsed((ROOT / "tests" / "golden" / "unseen" / "experience" / "rulebook.toml").read_text(encoding="utf-8"))
    assert {line.weight for line in outline(book, "company") if line.sort == "kpi"} == {""}


def test_the_table_of_weights_holds_every_card() -> None:
    table = weights(BOOK)
    assert set(table.totals) == {"100"}
    assert [code for code, _ in table.kinds] == list(BOOK.scorecards)
    assert {code for code, _ in cards(BOOK)} == set(BOOK.scorecards)


def test_a_small_book_is_outlined_too() -> None:
    book = parsed(SMALL_BOOK.read_text(encoding="utf-8"))
    assert all(outline(book, card) for card, _ in cards(book))
