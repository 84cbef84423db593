"""A season of races, round by round: the points and places that were printed, by rule books alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.language import choose, current
from ops.cli import main
from tests.golden.published import HERE, real, rows, score

Key = tuple[str, str, str]
BOARDS = {"driver": ("racing_drivers.toml", 1_497), "constructor": ("racing_constructors.toml", 720)}
PRINTED_OTHERWISE: dict[Key, tuple[str, str]] = {
    ("2010", "2", "karun-chandhok"): ("17", "16"),  # one 14th place, as nico-hulkenberg
    ("2012", "2", "narain-karthikeyan"): ("22", "23"),  # one 22nd place, pedro-de-la-rosa one 21st
    ("2012", "3", "narain-karthikeyan"): ("23", "24"),  # two 22nd places, pedro-de-la-rosa two 21st
    ("2012", "4", "narain-karthikeyan"): ("23", "24"),  # best place 21st, of pedro-de-la-rosa 20th
    ("2012", "6", "narain-karthikeyan"): ("21", "22"),  # a 15th and a 21st place, charles-pic a 15th and two 20th
    ("2012", "6", "charles-pic"): ("22", "21"),
    ("2012", "7", "narain-karthikeyan"): ("21", "22"),  # a 15th and a 21st place, charles-pic a 15th and three 20th
}
"""The seven places, all without a point, where the printed list does not follow its own rule: (printed, by the rule)."""


def standings(kind: str, out: Path) -> dict[Key, tuple[str, str]]:
    """Return place and points of every unit after every round, and of the season."""
    rule_book, _ = BOARDS[kind]
    score(rule_book, out, real("f1_results.csv"))
    found = {}
    for row in rows(out / "seasons.csv"):
        found[row["season"], row["after"], row["unit"]] = (row["place"], row["value"])
        if row["final"]:
            found[row["season"], "season", row["unit"]] = (row["place"], row["value"])
    return found


@pytest.mark.parametrize("kind", BOARDS)
def test_every_printed_place_and_point_comes_out_after_every_round(kind: str, tmp_path: Path) -> None:
    scored = standings(kind, tmp_path)
    printed = {
        (row["year"], row["round"], row["unitId"]): (row["position"], row["points"])
        for row in rows(real("f1_standings.csv"))
        if row["kind"] == kind
    }
    places = {key: (printed[key][0], scored[key][0]) for key in printed if printed[key][0] != scored[key][0]}
    points = {key: (printed[key][1], scored[key][1]) for key in printed if printed[key][1] != scored[key][1]}
    assert len(printed) == BOARDS[kind][1]
    assert points == {}
    assert places == ({} if kind == "constructor" else PRINTED_OTHERWISE)


@pytest.mark.parametrize("kind", BOARDS)
def test_who_started_and_is_not_printed_has_no_points_and_stands_last(kind: str, tmp_path: Path) -> None:
    scored = standings(kind, tmp_path)
    printed = {(row["year"], row["round"], row["unitId"]) for row in rows(real("f1_standings.csv"))}
    beside = {key: found for key, found in scored.items() if key not in printed}
    worst = {key[:2]: 0 for key in scored}
    for key, (place, _) in scored.items():
        worst[key[:2]] = max(worst[key[:2]], int(place))
    assert {points for _, points in beside.values()} == {"0"}
    assert all(int(place) == worst[key[:2]] for key, (place, _) in beside.items())


def test_a_race_has_its_own_places(tmp_path: Path) -> None:
    score("racing_drivers.toml", tmp_path, real("f1_results.csv"))
    first = [row for row in rows(tmp_path / "standings.csv") if row["period"] == "2012/20"][:3]
    assert [(row["rank"], row["unit"], row["total"]) for row in first] == [
        ("1", "jenson-button", "25.00"),
        ("2", "fernando-alonso", "18.00"),
        ("3", "felipe-massa", "15.00"),
    ]


@pytest.fixture
def language_kept() -> Iterator[None]:
    before = current()
    yield
    choose(before)


@pytest.mark.usefixtures("language_kept")
def test_the_command_line_does_the_same_and_names_what_it_wrote(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book, results, out = HERE / "racing_drivers.toml", real("f1_results.csv"), tmp_path / "out"
    whole = results.read_text(encoding="utf-8").splitlines(keepends=True)
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text("".join(whole[:700]), encoding="utf-8")
    second.write_text("".join([whole[0], *whole[700:]]), encoding="utf-8")
    told = [
        "--lang",
        "en",
        "score",
        "--rulebook",
        str(book),
        "--observations",
        str(first),
        str(second),
        "--out",
        str(out),
    ]
    assert main(told) == 0
    said = capsys.readouterr().out
    assert "1390 rows" in said
    assert str(out / "seasons.csv") in said
    score("racing_drivers.toml", tmp_path / "whole", results)
    assert (out / "seasons.csv").read_bytes() == (tmp_path / "whole" / "seasons.csv").read_bytes()
