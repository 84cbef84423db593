"""Slips that people bring from spreadsheets, other languages and Chinese keyboards: each is told its place and what would be right."""

import pytest

from core.errors import Invalid
from scoring.book_checks import sound
from scoring.formula.parser import Parser
from scoring.methods import rule_of
from scoring.rulebook import parsed

HEAD = """code = "slips"
name = { zh = "笔误", en = "Slips" }
[kinds.hall]
name = { zh = "厅", en = "Hall" }
level = "hall"
[processes.service]
name = { zh = "服务", en = "Service" }
family = { zh = "服务", en = "Service" }
"""
KPI = """[kpis.SAT]
name = { zh = "满意度", en = "Satisfaction" }
process = "service"
method = "value"
"""
CARD = "[scorecards.hall]\nSAT = 100\n"


@pytest.mark.parametrize(
    ("formula", "zh", "en"),
    [
        ("100 if value <> 90 else 0", "第14列：“<>”：不是运算符。 写 !=。", "Column 14: “<>”: this is no operator. Write !=."),
        ("min(value;100)", "第10列：“;”：不能分隔。 参数之间写逗号。", "Between parameters stands a comma."),
        ("min(value；100)", "第10列：“；”：不能分隔。 参数之间写逗号。", "Between parameters stands a comma."),
        ("value * 5％", "第10列：“％”：没有百分号。 5% 写 0.05。", "5 per cent is 0.05."),
        ("1 if AND(value > 1, value < 5) else 0", "写 a and b。", "Column 6: there is no function “AND”. Write a and b."),
        ("1,000 * value", "小数写 0.5，千位不加逗号：1000。", "Column 2: “,” is left over. Decimals have a point"),
        ("value * 0,5", "小数写 0.5，千位不加逗号：1000。", "Decimals have a point: 0.5; thousands have no comma: 1000."),
    ],
)  # fmt: skip
def test_a_formula_of_elsewhere_is_told_how_it_is_written_here(formula: str, zh: str, en: str) -> None:
    with pytest.raises(Invalid) as refused:
        Parser(formula, {"value": "number"}, "formula").whole("number")
    assert zh in refused.value.problems[0].read("zh")
    assert en in refused.value.problems[0].read("en")


def test_full_width_signs_of_arithmetic_are_understood() -> None:
    tree = Parser("（value＋1）＊2－value／3", {"value": "number"}, "formula").whole("number")
    assert tree.op == "-"


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        (HEAD + KPI.replace('zh = "满意度", en', 'zh = "满意度"， en') + CARD, "“，”是全角符号，写 , 。", "“，” is a full-width sign; write , instead."),
        (HEAD + KPI.replace('"value"', "“value”") + CARD, '““”是全角符号，写 " 。', 'is a full-width sign; write " instead.'),
        (HEAD + KPI.replace("[kpis.SAT]", "[[kpis]]") + CARD, "写 [kpis.名称]，不写 [[kpis]]。", "kpis: A table belongs here. Write [kpis.CODE], not [[kpis]]."),
        (HEAD + KPI + "min_sample = 10\n" + CARD, "写 min_sample = { default = 10 }。", "kpis.SAT.min_sample: A table belongs here. Write min_sample = { default = 10 }."),
        (HEAD + KPI + 'direction = "越低越好"\n' + CARD, "没有“越低越好”。 有 higher, lower。", "There are higher, lower."),
        (HEAD + KPI + '[trees.hall.nodes]\ntotal = { op = "AVG", children = ["SAT"] }\n', "没有“AVG”。 有 weighted_mean, sum, mean,", "There is no “AVG”. There are weighted_mean, sum, mean,"),
        (HEAD + KPI + CARD.replace("SAT = 100", "service = { SAT = 100 }"), "“{ … }”不是数。", "scorecards.hall.service: “{ … }” is not a number."),
    ],
)  # fmt: skip
def test_a_book_written_otherwise_is_told_how_it_is_written_here(text: str, zh: str, en: str) -> None:
    with pytest.raises(Invalid) as refused:
        parsed(text)
    assert zh in " ".join(one.read("zh") for one in refused.value.problems)
    assert en in " ".join(one.read("en") for one in refused.value.problems)


def test_a_wrong_anchor_is_told_by_its_number() -> None:
    for wrong in ("80%", ["9", "high"]):
        with pytest.raises(Invalid, match=r"params\.anchors\[1\]"):
            rule_of("linear", {"anchors": [["7", "60"], wrong]})


def test_a_number_of_too_many_digits_is_told_how_many_there_may_be() -> None:
    with pytest.raises(Invalid) as refused:
        parsed(HEAD + KPI + CARD.replace("100", f'"1{"0" * 40}"'))
    (found,) = refused.value.problems
    assert found.read("zh").endswith("小数点前后各最多 30 位。")
    assert found.read("en").endswith("At most 30 digits stand either side of the point.")


def test_a_character_that_nobody_sees_is_told_by_its_line_before_rules_are_kept() -> None:
    text = HEAD + KPI.replace("满意度", "满意\u200b度") + CARD
    with pytest.raises(Invalid) as refused:
        sound("\ufeff" + text)
    (found,) = refused.value.problems
    assert found.sentence.zh == "第 10 行含有看不见的字符（U+200B），请删去后重写。"
    assert found.sentence.en == "Line 10 holds an invisible character (U+200B); write it without."
