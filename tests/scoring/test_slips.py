"""Slips that people bring from spreadsheets, other languages and Chinese keyboards: each is told its place and what would be right."""

import pytest

from core.errors import Invalid
from scoring.book_checks import sound
from scoring.formula.parser import Parser
from scoring.methods import rule_of
from scoring.queries.drafts import look
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


def said(text: str) -> tuple[str, str]:
    """Return everything that stands against publishing a text, in both languages."""
    found = [one for one in look(text, "draft.toml").problems if one.grade == "error"]
    return " ".join(one.read("zh") for one in found), " ".join(one.read("en") for one in found)


def with_params(method: str, params: str) -> str:
    return HEAD + KPI.replace('"value"', f'"{method}"') + f"params = {{ {params} }}\n" + CARD


YEAR = '[seasons.year]\nname = { zh = "年", en = "Year" }\nkind = "hall"\n'
FORMULA = 'formula = "{}"'
ONE = '{ population = "quantile", share = 90 }'


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        (HEAD + KPI.replace('"value"', '"linear"') + 'anchors = [["7", "60"], ["9", "100"]]\n' + CARD, "kpis.SAT.anchors: 没有“anchors”。 它是计分方法的参数，写在 params 里：params = { anchors = … }。", "It is a parameter of the method and stands inside params: params = { anchors = … }."),
        (HEAD + KPI.replace('"value"', '"formula"') + 'formula = "value * 2"\n' + CARD, "kpis.SAT.formula: 应为 { zh = …, en = … }。 它是计分方法的参数，写在 params 里：", "stands inside params: params = { formula = … }."),
        (HEAD + KPI + '[trees.hall.nodes]\ntotal = { op = "sum", children = "SAT" }\n', 'children: 这里应是一个列表。 写 children = ["SAT"]。', 'A list belongs here. Write children = ["SAT"].'),
        (with_params("formula", 'formula = "value / s", constants = { s = { column = "plan" } }'), '[files.constants] 里没有“plan”。 写 [files.constants] plan = "文件中的列名"。', '[files.constants] has no “plan”. Write [files.constants] plan = "its heading in the file".'),
        (with_params("linear", f'anchors = [[{ONE}, 60], ["9", 100]]'), "anchors[0][0].share: 份额应在 0 与 1 之间；90% 写 0.90。", "A share lies between 0 and 1; 90 per cent is 0.90."),
        (with_params("linear", f'anchors = [[{ONE}, 60], ["9", 100]]').replace("90 }", '"90%" }'), "表示份额时写 0.90。", "as a share 0.90."),
        (with_params("linear", "anchors = { 7 = 60, 9 = 100 }"), '锚点应为 [值, 得分] 的列表：[["7", "60"], ["9", "100"]]', 'anchors are a list of [value, score]: [["7", "60"], ["9", "100"]]'),
        (with_params("linear", 'anchors = [["7", "60"], ["9", "100"], ["8", "90"]]'), "第 3 个的 8 排在 9 之后", "number 3 puts 8 after 9."),
        (with_params("linear", 'anchors = [["７", "60"], ["9", "100"]]'), "“７”不是数。 这是全角数字，用半角写 7。", "These are full-width digits; write 7."),
        (HEAD + KPI + CARD.replace("100", "１００"), "“１”是全角符号，写 1 。", "“１” is a full-width sign; write 1 instead."),
        (with_params("formula", FORMULA.format("value * ９０")), "第9列：“９０”是全角数字。 用半角写 90。", "Column 9: “９０” are full-width digits. Write 90."),
        (HEAD + KPI + CARD + '[[targets]]\nkpi = "SAT"\nmonths = ["2026-13"]\nparams = { cap = 90 }\n', "targets[0].months: 没有 2026-13 这个月份，月份写成 202611 这样。", "There is no month 2026-13; write it like 202611."),
        (with_params("formula", FORMULA.format("如果(value > 90, 100, 60)")), "没有函数“如果”。 条件写 a if c else b，", "Write a if c else b,"),
        (with_params("formula", FORMULA.format("100 若value > 90 否则 60")), "多出“若value”。 条件写 a if c else b，", "Write a if c else b,"),
        (with_params("formula", FORMULA.format("case when value > 90 then 100 end")), "没有“case”。 条件写 a if c else b，", "Write a if c else b,"),
    ],
)  # fmt: skip
def test_what_belongs_elsewhere_or_is_written_otherwise_is_told_where_and_how(text: str, zh: str, en: str) -> None:
    in_chinese, in_english = said(text)
    assert zh in in_chinese
    assert en in in_english


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        (HEAD + KPI + 'minimum = "60分"\n' + CARD, "“60分”不是数。 只写数字与小数点：60。", "Write digits and a point alone: 60."),
        (HEAD + KPI + 'target = "≥90"\n' + CARD, "“≥90”不是数。 只写数字与小数点：90。", "Write digits and a point alone: 90."),
        (with_params("formula", FORMULA.format("=IF(A2>=90,100,60)")), "第1列：“=”：不能赋值。 去掉公式开头的等号。", "Leave out the sign at the beginning."),
        (HEAD + KPI.replace("method", "方法") + CARD, "字段名是英文，如 name、method；", "Fields have English names such as name, method;"),
        (HEAD + KPI + CARD.replace("100", '"1"'), "权重合计为1，不是100。 权重按百分点写：0.6 写 60。", "Weights are in per cent: for 0.6 write 60."),
        (HEAD + KPI.replace('{ zh = "满意度", en = "Satisfaction" }', '"满意度"') + CARD, '写 name = { zh = "满意度", en = "…" }。', 'Write name = { zh = "满意度", en = "…" }.'),
        (with_params("linear", 'anchors = [["1,000", "60"], ["2000", "100"]]'), "千位不加逗号：写 1000。", "Thousands have no comma: write 1000."),
        (with_params("linear", 'anchors = [["7,5", "60"], ["9", "100"]]'), '小数写点，不写逗号："7.5"。', 'Decimals have a point and no comma: "7.5".'),
        (HEAD + KPI + 'min_sample = { default = "１０" }\n' + CARD, "应为整数。 不加引号，写 10。", "Here belongs a whole number. Without quotes: 10."),
        (HEAD + KPI + "min_sample = { hal = 30 }\n" + CARD, "kpis.SAT.min_sample.hal: 没有“hal”。这里可写：hall, default。", "There is no “hal”. There are hall, default."),
        (HEAD + KPI + 'window = { halls = "rolling3" }\n' + CARD, "kpis.SAT.window.halls: 没有“halls”。", "kpis.SAT.window.halls: There is no “halls”."),
        (HEAD + KPI + CARD + YEAR + 'round = { places = 2, step = "0.5" }\n', "seasons.year.round: places 与 step 必须且只能写一个。", "seasons.year.round: It needs places or step, and not both."),
        (HEAD + KPI + CARD + YEAR + "round = { step = 0 }\n", "seasons.year.round.step: 步长必须大于零。", "seasons.year.round.step: A step must be above zero."),
        (HEAD + KPI + CARD + '[awards.best]\nname = { zh = "奖", en = "A" }\nkinds = ["hall"]\nrule = "share"\nshare = 30\n', "awards.best.share: 比例应在 0 与 1 之间；30% 写 0.30。", "A share lies between 0 and 1; 30 per cent is 0.30."),
    ],
)  # fmt: skip
def test_a_book_of_an_outsider_is_told_in_words_that_mend_it(text: str, zh: str, en: str) -> None:
    in_chinese, in_english = said(text)
    assert zh in in_chinese
    assert en in in_english


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (HEAD + KPI + CARD + YEAR + "round = { places = -1 }\n", "seasons.year.round.places"),
        (HEAD + KPI + CARD + YEAR + "round = { step = 0 }\n", "seasons.year.round.step"),
    ],
)
def test_a_rounding_of_a_season_without_a_meaning_is_refused_before_anything_is_scored(text: str, path: str) -> None:
    with pytest.raises(Invalid) as refused:
        parsed(text)
    assert [found.place.path for found in refused.value.problems if found.place] == [path]
