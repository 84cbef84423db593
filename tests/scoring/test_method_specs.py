"""What is declared about the methods is what they do: names, parameters, worked examples."""

from fractions import Fraction

import numpy as np
import pytest

from core.errors import Invalid
from core.points import exact
from scoring.book_checks import sound
from scoring.book_params import refuse_wrong_parameters, unknown_parameters
from scoring.columns import Column, of_fractions
from scoring.inputs import Inputs
from scoring.method_specs import Example, Param, common, methods, strangers
from scoring.methods import METHODS, rule_of, scores_of
from scoring.rulebook import parsed
from scoring.statuses import SCORED

CODES = sorted(methods())


def column(values: tuple[str, ...]) -> Column:
    return of_fractions([exact(value) if value else None for value in values])


def inputs_of(example: Example) -> Inputs:
    return Inputs(
        value=column(example.values),
        group=np.zeros(len(example.values), dtype=np.intp),
        previous=column(example.previous) if example.previous else None,
        items={code: column(counts) for code, counts in example.items.items()},
        sample=np.array(example.sample, dtype=np.int64) if example.sample else None,
    )


def test_every_method_is_declared_and_nothing_else() -> None:
    assert set(methods()) == set(METHODS)


@pytest.mark.parametrize("code", CODES)
def test_the_worked_example_comes_out(code: str) -> None:
    example = methods()[code].example
    scores, statuses = scores_of(rule_of(code, example.params), inputs_of(example), example.params, code)
    found = [
        Fraction(int(score), 100) if status == SCORED else None for score, status in zip(scores, statuses, strict=True)
    ]
    assert found == [exact(score) if score else None for score in example.scores]


@pytest.mark.parametrize("code", CODES)
def test_an_unknown_parameter_is_found_with_the_nearest_name(code: str) -> None:
    known = methods()[code].params[0].name
    (found,) = strangers(code, {**methods()[code].example.params, f"{known}x": 1}, "kpis.K1.params")
    assert (found.code, str(found.place)) == ("unknown_parameter", f"kpis.K1.params.{known}x")
    assert found.hint is not None
    assert known in found.hint.en


BOOK = """
code = "tiny"
name = { zh = "小", en = "Tiny" }
[kinds.shop]
name = { zh = "店", en = "Shop" }
level = "shop"
[processes.P]
name = { zh = "过程", en = "Process" }
family = { zh = "类", en = "Family" }
[kpis.A]
name = { zh = "甲", en = "A" }
process = "P"
method = "ratio"
params = { target = 80 }
[scorecards.shop]
A = 100
"""


def test_a_rule_book_with_an_unknown_parameter_is_not_stored_and_not_scored() -> None:
    wrong = BOOK.replace("target = 80", "target = 80, ful = 90")
    with pytest.raises(Invalid) as stored:
        sound(wrong, "tiny.toml")
    with pytest.raises(Invalid) as scored:
        refuse_wrong_parameters(parsed(wrong), "tiny.toml")
    assert stored.value.problem == scored.value.problem
    assert stored.value.problem.read("en") == (
        "tiny.toml: kpis.A.params.ful: There is no parameter “ful”. The nearest is full."
    )
    refuse_wrong_parameters(sound(BOOK), "tiny.toml")


def test_parameters_of_targets_and_nodes_are_looked_at_too() -> None:
    tree = """
[[targets]]
kpi = "A"
kind = "shop"
params = { taget = 90 }
[trees.shop.nodes.total]
op = "method"
children = ["A"]
method = "linear"
params = { anchors = [[0, 0], [1, 1]], bellow = "zero", cap = 100 }
"""
    book = parsed(BOOK.partition("[scorecards")[0] + tree)
    assert [str(found.place) for found in unknown_parameters(book)] == [
        "targets[0].params.taget",
        "trees.shop.nodes.total.params.bellow",
        "trees.shop.nodes.total.params.cap",
    ]


def test_an_unknown_name_inside_a_row_or_a_table_is_found_too() -> None:
    bands = {"bands": [{"hi": "1", "score": "1"}, {"low": "1", "score": "2"}]}
    items = {"items": {"complaint": {"point": "5"}}}
    assert [str(found.place) for found in strangers("band", bands, "p")] == ["p.bands[1].low"]
    assert [str(found.place) for found in strangers("deduct", items, "p")] == ["p.items.complaint.point"]


def parameters() -> list[tuple[str, Param]]:
    return [(spec.code, param) for spec in methods().values() for param in (*spec.params, *common())]


@pytest.mark.parametrize(("code", "param"), parameters(), ids=lambda given: getattr(given, "name", given))
def test_every_parameter_says_what_it_is_in_both_languages(code: str, param: Param) -> None:
    for one in (param, *param.inner):
        assert one.zh, f"{code}.{one.name}"
        assert one.en, f"{code}.{one.name}"
        assert bool(one.choices) == (one.type == "choice")
        assert one.default is None or not one.required


@pytest.mark.parametrize(
    ("told", "path", "says"),
    [
        ('{ population = "mean", scop = "all" }', "target.scop", "scope"),
        ('{ population = "avg" }', "target.population", ""),
        ('{ population = "quantile" }', "target.share", ""),
        ('{ population = "quantile", share = 2 }', "target.share", ""),
        ('{ column = "gaol" }', "target.column", "goal"),
    ],
)
def test_a_number_that_cannot_be_told_is_found_before_anything_is_scored(told: str, path: str, says: str) -> None:
    files = '[files.constants]\ngoal = { column = "goal" }\n'
    (found,) = unknown_parameters(parsed(BOOK.replace("target = 80", f"target = {told}") + files))
    assert str(found.place) == f"kpis.A.params.{path}"
    assert says in (found.hint.en if found.hint else "")
