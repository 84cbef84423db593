"""Schemes written from the reference alone, over small data that are remembered or invented and worked by hand.

No published table stands behind these numbers; each file says which of the two it is.
"""

import csv
from pathlib import Path

import pytest

from leaderboards.files import score_files

HERE = Path(__file__).parent / "remembered"


def results(name: str, file: str, out: Path) -> list[dict[str, str]]:
    summary = score_files(HERE / f"{name}.toml", HERE / f"{name}.csv", None, out)
    assert summary.problems == ()
    return list(csv.DictReader((out / file).read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize(
    ("board", "expected"),
    [
        ("counted", [("senna", "90", "1"), ("prost", "87", "2"), ("berger", "41", "3")]),
        ("gross", [("prost", "105", "1"), ("senna", "94", "2"), ("berger", "41", "3")]),
    ],
)
def test_the_best_eleven_of_sixteen_decide_1988(
    board: str, expected: list[tuple[str, str, str]], tmp_path: Path
) -> None:
    # Senna: 8 wins, second in Mexico, France and Australia, fourth in Spain, sixth in Portugal: 72 + 18 + 3 + 1 = 94.
    lines = [line for line in results("season_1988", "seasons.csv", tmp_path) if line["board"] == board]
    assert [(line["unit"], line["value"], line["place"]) for line in lines] == expected


def test_goal_difference_parts_level_teams_of_a_group(tmp_path: Path) -> None:
    lines = results("group_table", "seasons.csv", tmp_path)
    places = {(line["after"], line["unit"]): (line["value"], line["place"]) for line in lines}
    assert [places["3", team] for team in ("ARG", "POL", "MEX", "KSA")] == [
        ("6", "1"), ("4", "2"), ("4", "3"), ("3", "4"),
    ]  # fmt: skip
    assert places["1", "POL"] == places["1", "MEX"] == ("1", "2")


def test_gold_then_silver_then_bronze_order_a_table_of_medals(tmp_path: Path) -> None:
    lines = results("medals", "standings.csv", tmp_path)
    assert [line["unit"] for line in lines] == [
        "USA", "CHN", "JPN", "GBR", "ROC", "AUS", "NED", "FRA", "GER", "ITA",
    ]  # fmt: skip
    assert [line["rank"] for line in lines] == [str(place) for place in range(1, 11)]


def test_level_songs_are_parted_by_juries_then_by_twelves_and_may_stay_level(tmp_path: Path) -> None:
    # All but Ember have 24 points. Blossom and Dawn have them of three juries, and only Dawn a twelve.
    lines = results("songs", "standings.csv", tmp_path)
    assert [(line["rank"], line["unit"], line["tied"], line["total"]) for line in lines] == [
        ("1", "Dawn", "", "24.00"),
        ("2", "Blossom", "", "24.00"),
        ("3", "Aurora", "yes", "24.00"),
        ("3", "Comet", "yes", "24.00"),
        ("5", "Ember", "", "20.00"),
    ]


def test_a_high_and_steady_mean_is_rewarded_before_it_is_rounded_to_half_stars(tmp_path: Path) -> None:
    # Means 34/7, 4, 61/14, 43/14, 15/7; the 65th percentile is 59/14 = 4.214, the 85th 4.557; only C1 and C3 reach the first,
    # C1 the second. Variances 8/49, 0, 43/49, 23/49, 8/49: the 30th percentile is 8/49, the 70th 0.408: C1 lies between.
    lines = results("reward", "nodes.csv", tmp_path)
    found = {(line["unit"], line["node"]): line["value"] for line in lines}
    assert [found[contract, "reward"] for contract in ("C1", "C2", "C3", "C4", "C5")] == [
        "0.3000", "0.0000", "0.0000", "0.0000", "0.0000",
    ]  # fmt: skip
    assert [found[contract, "total"] for contract in ("C1", "C2", "C3", "C4", "C5")] == [
        "5.0", "4.0", "4.5", "3.0", "2.0",
    ]  # fmt: skip
    assert found["C1", "mean"] == "4.8571"
    assert found["C3", "variance"] == "0.8776"
