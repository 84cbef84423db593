"""Rules in plain words: every method, every operation of a node, numbers that are told, targets; both languages."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.language import Text
from scoring.book_parts import Kpi
from scoring.method_specs import methods
from scoring.method_words import WORDS, method_name, rule_words
from scoring.node_specs import operations
from scoring.plain_words import kpi_words, sentences
from scoring.rulebook import parsed
from tests.scoring.test_node_specs import book_of

NAME = Text(zh="指标", en="Measure")


def words(method: str, **params: Any) -> Text:
    return rule_words(Kpi(code="K", name=NAME, process="P", method=method, params=params))


@pytest.mark.parametrize("method", sorted(methods()))
def test_every_method_is_told_in_both_languages(method: str) -> None:
    assert method in WORDS
    told = words(method, **methods()[method].example.params)
    assert told.zh.endswith("。")
    assert told.en.endswith(".")
    assert "⟦" not in told.zh + told.en
    assert method_name(method) == methods()[method].name


@pytest.mark.parametrize("op", sorted(operations()))
def test_every_operation_of_a_node_is_told_in_both_languages(op: str) -> None:
    lines = [line for section in sentences(book_of(op, operations()[op].example)) for line in section.lines]
    (told,) = [line for line in lines if line.en.startswith("Total = ")]
    assert told.zh.startswith("总分 = ")
    assert "name" in told.en


@pytest.mark.parametrize(
    ("told", "zh", "en"),
    [
        ({"column": "goal"}, "该行的goal", "the goal of its row"),
        ({"population": "mean"}, "同类组平均值", "the mean of the peer group"),
        ({"population": "count"}, "同类组单位数", "the number of units of the peer group"),
        ({"population": "squares", "scope": "all"}, "全部单位平方和", "the sum of squares of all"),
        ({"population": "quantile", "share": "0.25", "scope": "all"}, "全部单位25%分位数", "the 25 % quantile of all"),
    ],
)
def test_a_number_that_is_told_by_row_or_population_is_named(told: dict[str, str], zh: str, en: str) -> None:
    found = words("ratio", target=told)
    assert found.zh == f"数值÷目标{zh}×100（最高120分，最低0分）。"
    assert found.en == f"Value ÷ target {en} × 100 (at most 120, at least 0)."


def test_a_formula_is_told_with_its_constants() -> None:
    found = words("formula", formula="min(value / goal, 1) * 100", constants={"goal": "80"}, cap=100)
    assert found.zh == "得分 = 最小值(数值 ÷ 80，1) × 100（最高100分）。"
    assert found.en == "Score = the least of (value ÷ 80, 1) × 100 (at most 100)."


def test_roots_squares_and_no_result_are_told_plainly() -> None:
    found = words("formula", formula="power(value - 1, 2) / power(sample, 0.5) if known(sample) else missing")
    assert found.zh == "得分 = 若样本有值则(数值 − 1) 的平方 ÷ 平方根(样本)，否则无结果。"
    assert (
        found.en == "Score = (value − 1) squared ÷ the square root of (sample) if sample is there, otherwise no result."
    )


def test_what_holds_of_a_value_is_told_after_its_rule() -> None:
    kpi = Kpi(
        code="K",
        name=NAME,
        process="P",
        method="value",
        aggregation="trimmed_mean",
        min_denominator={"default": Decimal(5)},
        params={"trim_from": 3, "exposure": {"of": "customers", "reference": "10000"}},
    )
    assert kpi_words(kpi, "shop") == Text(
        zh="指标：得分即数值；数值为评分的平均，满3个评分去掉一个最高和一个最低；按客户数折算到10000；分母小于5不计分。",
        en=(
            "Measure: the score is the value; the value is the mean rating, from 3 on without one highest and one lowest; "
            "brought to the size of 10000 customers; a denominator below 5 is not scored."
        ),
    )


def test_a_child_without_weight_is_said_to_be_shown_alone() -> None:
    summed = BOOK.replace('op = "best"', 'op = "sum"').replace("drop = 1\n", "")
    book = parsed(summed.replace("SALES = 2, more = 1", "SALES = 2, more = 0"))
    card = next(section for section in sentences(book) if section.title.en == "Scorecard: Shop")
    assert "Sales (2), More (shown, not counted)" in card.lines[0].en


def test_a_standard_score_tells_its_tails_its_frozen_numbers_and_its_bound() -> None:
    found = words("zscore", center=80, scale=10, mean="50", sd="4", clip=2, winsorize={"low": 5, "high": 95})
    assert found.zh == "先把两端收到5%与95%处；数值50得80分，每高一个标准差（4）加10分，不超过2个标准差。"
    assert found.en == (
        "Tails are drawn in to 5% and 95%. A value of 50 is 80; each standard deviation (4) better adds 10, within 2 of them."
    )


BOOK = """
code = "tiny"
name = { zh = "小", en = "Tiny" }
[kinds.shop]
name = { zh = "店", en = "Shop" }
level = "shop"
groups = [{ code = "A", name = { zh = "甲类", en = "Class A" } }]
[processes.P]
name = { zh = "过程", en = "Process" }
family = { zh = "类", en = "Family" }
[kpis.SALES]
name = { zh = "销售", en = "Sales" }
process = "P"
method = "ratio"
params = { target = 80 }
round = { step = "0.5", mode = "half_even" }
[trees.shop.nodes.total]
op = "best"
children = { SALES = 2, more = 1 }
drop = 1
missing = "value"
missing_value = 40
factor = "0.5"
offset = -3
cap = 60
[trees.shop.nodes.more]
name = { zh = "更多", en = "More" }
op = "count"
children = ["SALES"]
at_least = 50
min_scored = 0
[[targets]]
kpi = "SALES"
group = "A"
months = [202611]
params = { target = 90 }
"""


def test_a_tree_and_its_targets_are_told() -> None:
    card = next(section for section in sentences(parsed(BOOK)) if section.title.en == "Scorecard: Shop")
    assert [line.en for line in card.lines] == [
        "Total = the mean of the rest without the worst 1 of Sales (2), More (1); a missing one counts as 40; × 0.5; − 3; at most 60.",
        "More = how many of Sales are at least 50.",
        "Sales: value ÷ target 80 × 100 (at most 120, at least 0); rounded to multiples of 0.5 (halves to the even neighbour).",
        "Sales, Class A, in 202611: Value ÷ target 90 × 100 (at most 120, at least 0).",
    ]
    assert card.lines[0].zh == (
        "总分 = 销售（2）、更多（1）中去掉最差1个后的其余的平均；没有值的下级按40计；× 0.5；− 3；最高60。"
    )
    assert card.lines[3].zh == "销售，甲类、202611：数值÷目标90×100（最高120分，最低0分）。"


def test_whose_card_is_a_tree_is_not_told_how_flat_cards_are_rounded() -> None:
    book = parsed(
        f'{BOOK}\n[kinds.desk]\nname = {{ zh = "台", en = "Desk" }}\nlevel = "desk"\n[scorecards.desk]\nSALES = 100\n'
    )
    lines = {kind: [line.en for line in sentences(book, kind=kind)[0].lines] for kind in ("shop", "desk", None)}
    flat = "The weight of a missing KPI moves inside its process first, then across processes."
    assert [flat in lines[kind] for kind in ("shop", "desk", None)] == [False, True, True]


REAL = (Path(__file__).parents[2] / "seeds/rulebook.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{ source = "card", weight = "0.60" }', '{ source = "card", weight = "0.55" }'),
        ('{ source = "parent:team", weight = "0.25" }', '{ source = "parent:branch", weight = "0.25" }'),
        ('tasks = "0.30"', 'tasks = "0.25"'),
        ('improvement = "0.30"', 'improvement = "0.20"'),
        ("bonus_max = 2", "bonus_max = 3"),
        ("merge_under = 3", "merge_under = 4"),
        ("[kinds.branch]", "[kinds.branch]\nprotection_months = 2"),
        ("shown_only = true", "shown_only = false"),
        ("[extras.branch]\nMGT01 = 40", "[extras.branch]\nMGT01 = 45"),
        ('points = "0.1", cap = "5"', 'points = "0.2", cap = "5"'),
        ('points = "0.1", cap = "5"', 'points = "0.1", cap = "6"'),
        ('points = "0.1", cap = "5"', 'points = "0.1", cap = "5", evidence = true, checker = "organiser"'),
        ('doubled = ["CMP01", "CMP02"', 'doubled = ["CMP01"'),
        ("month = 3\ndoubled = [", 'month = 3\nmode = "bonus"\ndoubled = ['),
    ],
)
def test_what_changes_a_total_or_a_place_changes_a_sentence(before: str, after: str) -> None:
    assert before in REAL
    one, other = (sentences(parsed(text), themes=True) for text in (REAL, REAL.replace(before, after, 1)))
    for language in ("zh", "en"):
        was, now = ([line.read(language) for section in told for line in section.lines] for told in (one, other))
        assert was != now


def test_the_month_tells_what_its_activities_bring() -> None:
    lines = [line.en for section in sentences(parsed(REAL), "NETWORK") for line in section.lines]
    assert [line for line in lines if "0.2 points for each valid record, at most 5 a month" in line]


def test_a_list_in_a_chinese_sentence_is_parted_by_chinese_signs() -> None:
    told = words("linear", anchors=[["80", "60"], ["90", "100"], ["95", "120"]])
    assert "80 → 60，90 → 100，95 → 120" in told.zh
    assert "80 → 60, 90 → 100, 95 → 120" in told.en
