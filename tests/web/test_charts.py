"""Charts say in words what they draw, and draw what they are given."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.charts.compare import Mover, Sides, slope
from web.charts.curve import Anchor, Mark, curve
from web.charts.radar import radar
from web.charts.small import bar, heat_level, heat_strip, sparkline, stacked
from web.charts.strips import Weight, split_strip, spread, weight_strips
from web.charts.svg import wrapped
from web.charts.waterfall import HEIGHT, Ends, Step, waterfall

SCORES = st.decimals(0, 150, places=2)


def test_a_bar_is_as_wide_as_its_share() -> None:
    assert 'width="62.5"' in bar(Decimal("62.5"))


@pytest.mark.parametrize(("share", "width"), [(-3, "0"), (140, "100")])
def test_a_bar_stays_in_its_box(share: int, width: str) -> None:
    assert f'<rect width="{width}"' in bar(share)


def test_a_sparkline_turns_green_after_a_rise_and_red_after_a_fall() -> None:
    assert 'class="spark up"' in sparkline([1, 2], "up")
    assert 'class="spark down"' in sparkline([2, 1], "down")
    assert 'class="spark same"' in sparkline([2, 2], "same")


def test_one_month_alone_is_a_dot() -> None:
    assert "<circle" in sparkline([Decimal("88.10")], "one month")


@pytest.mark.parametrize(
    ("score", "level"), [(None, 0), (Decimal("71.99"), 1), (72, 2), (80, 3), (88, 4), (95, 5), (120, 5)]
)
def test_a_heat_cell_takes_the_colour_of_its_score(score: Decimal | None, level: int) -> None:
    assert heat_level(score) == level


def test_a_heat_strip_has_one_cell_a_process_and_names_each() -> None:
    strip = heat_strip((("网络质量", Decimal("86.61")), ("资费", None)), "最弱:网络质量")
    assert strip.count("<rect") == 2
    assert "网络质量 86.61" in strip
    assert "资费 –" in strip


def test_words_in_a_chart_cannot_become_markup() -> None:
    assert "<b>" not in heat_strip((("<b>", Decimal(1)),), '"><script>')
    assert "<script>" not in heat_strip((("<b>", Decimal(1)),), '"><script>')


def test_a_waterfall_prints_every_step_between_its_ends() -> None:
    drawn = waterfall(
        Ends(Decimal(100), "满分", "100.00", "总分", "95.00"),
        (Step("热线", Decimal(-3), "−3.00", "loss most"), Step("资费", Decimal(-2), "−2.00", "loss")),
        "从 100 到 95",
    )
    assert [words for words in ("100.00", "−3.00", "−2.00", "95.00") if words not in drawn] == []
    assert 'aria-label="从 100 到 95"' in drawn


def test_long_english_words_under_a_waterfall_keep_every_letter() -> None:
    ends = Ends(Decimal(89), "Last month", "88.95", "This month", "82.35")
    names = ("Network quality", "Promotions and campaigns", "New (value-added) services", "Growth, tasks and rating",
             "Unknowing-subscription complaints per 10,000")  # fmt: skip
    drawn = waterfall(ends, [Step(name, Decimal(-1), "−1.00", "drop") for name in names], "what moved", width=380)
    printed = " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", drawn)).replace("- ", "-")
    assert "…" not in printed
    assert [name for name in names if name not in printed] == []
    assert max(float(y) for y in re.findall(r' y="([\d.]+)"', drawn)) < HEIGHT


def test_long_english_names_round_a_radar_keep_every_letter() -> None:
    names = ["Co-operation and management (not a business process)", "Service communication and word of mouth",
             "Account-manager service", "Hotline service (10086)", "Loyalty points and customer care"]  # fmt: skip
    drawn = radar([(name, Decimal(80), None) for name in names], "a radar")
    printed = " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", drawn)).replace("- ", "-")
    assert [name for name in names if name not in printed] == []


def test_better_is_to_the_right_also_when_lower_is_better() -> None:
    points = ((Decimal(14), Decimal(20)), (Decimal(6), Decimal(100)), (Decimal(4), Decimal(120)))
    drawn = curve(
        points, (Anchor(Decimal(6), Decimal(100), "目标"),), Mark(Decimal(8), Decimal(80), "本厅", "少 20"), "曲线", better="更快 = 更好",
        value_words="分钟", lower_is_better=True,
    )  # fmt: skip
    numbers = [float(x) for x in re.findall(r"[ML](-?[\d.]+) ", drawn.split('class="line" d="')[1].split('"')[0])]
    assert numbers == sorted(numbers)


def test_a_weight_that_dropped_out_is_dashed() -> None:
    drawn = weight_strips(
        (Weight("语音", Decimal(2), None, mine=False), Weight("覆盖", Decimal(3), Decimal(5), mine=True)),
        "前",
        "后",
        "权重",
    )
    assert drawn.count('class="gone"') == 1
    assert "5.00" in drawn


def test_strips_and_spreads_are_named() -> None:
    assert 'aria-label="谁的失分"' in split_strip((("own", 2), ("other", 1)), "谁的失分")
    assert 'aria-label="同类"' in spread([Decimal(70), Decimal(80)], Decimal(65), Decimal(71), "同类", "后 10%")
    assert 'aria-label="齐备"' in stacked((("there", 9), ("missing", 1)), "齐备")


@given(st.lists(SCORES, min_size=3, max_size=13), SCORES)
def test_a_radar_has_a_corner_for_every_process(scores: list[Decimal], peers: Decimal) -> None:
    drawn = radar([(f"过程{n}", score, peers) for n, score in enumerate(scores)], "雷达图")
    assert drawn.count('class="dot"') == len(scores)
    assert "nan" not in drawn


@given(st.lists(SCORES, min_size=1, max_size=12))
def test_numbers_in_charts_are_numbers(history: list[Decimal]) -> None:
    assert "nan" not in sparkline(history, "x")
    assert "inf" not in sparkline(history, "x")


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("网络质量", ["网络", "质量"]),
        ("资费", ["资费"]),
        ("其余 10 项", ["其余", "10 项"]),
        ("Network quality", ["Network", "quality"]),
    ],
)
def test_labels_break_where_people_would_break_them(words: str, lines: list[str]) -> None:
    assert wrapped(words, 40) == lines


@given(st.text(alphabet="网络质量满意度abc ", min_size=1, max_size=60), st.floats(20, 200))
def test_a_label_never_has_more_than_three_lines(words: str, width: float) -> None:
    assert len(wrapped(words, width)) <= 3


def test_a_slope_keeps_names_whole_where_there_is_room_and_inside_the_picture_on_a_phone() -> None:
    movers = [
        Mover("Yulan Road Hall, shift 1", 1, 2, "109.98", "109.90"),
        Mover("玉兰路营业厅一班", 2, 1, "99.00", "110.00"),
    ]
    sides = Sides("now", "after", "below")
    assert "Yulan Road Hall, shift 1  109.98" in slope(movers, sides, "two places")
    narrow = slope(movers, sides, "two places", width=380)
    assert "玉兰路营…  99.00" in narrow
    assert re.search(r"Yulan R[oad ]*…  109\.98", narrow)
