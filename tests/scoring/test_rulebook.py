"""The rule book: what is refused and where, what has the same fingerprint, what employees read."""

from pathlib import Path

import pytest

from core.errors import Invalid
from core.language import Language
from scoring.book_checks import checked, sound
from scoring.plain_words import sentences
from scoring.rulebook import RuleBook, fingerprint, parsed
from seeds.book import RULE_BOOK, rule_book_text
from tests.scoring.test_engine import BOOK as SMALLEST

REAL = RULE_BOOK.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def book() -> RuleBook:
    return parsed(REAL)


def refusal(text: str) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        parsed(text)
    return [(problem.code, problem.place.path or "" if problem.place else "") for problem in refused.value.problems]


def test_the_real_rule_book_holds_the_whole_catalogue(book: RuleBook) -> None:
    assert (len(book.kpis), len(book.themes), len(book.months)) == (66, 12, 12)
    assert sum(not process.management for process in book.processes.values()) == 13


def test_the_real_rule_book_has_no_error_and_no_warning(book: RuleBook) -> None:
    assert [problem for problem in checked(book) if problem.grade != "note"] == []


def test_the_document_that_ships_is_the_one_the_tables_give() -> None:
    assert rule_book_text() == REAL


def test_a_card_that_names_no_kpi_gets_the_nearest_name() -> None:
    text = REAL.replace('STO09 = "5.00"', 'ST09 = "5.00"', 1)
    with pytest.raises(Invalid) as refused:
        parsed(text)
    said = refused.value.problem.read("en")
    assert said == "rulebook.toml: scorecards.storefront.ST09: There is no “ST09”. The nearest is STO09."


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ('coverage_min = "0.60"', "coverage_min = 0.60", ("float_refused", "composition.coverage_min")),
        ('coverage_min = "0.60"', 'coverage_min = "NaN"', ("not_exact", "composition.coverage_min")),
        ("score_places = 2", 'score_places = "2"', ("wrong_type", "composition.score_places")),
        ("score_places = 2", "score_place = 2", ("unknown_field", "composition.score_place")),
        ("total_places = 2", "total_places = 3", ("bad_places", "composition.total_places")),
        ("score_places = 2", "score_places = -1", ("bad_places", "composition.score_places")),
        ('process = "NET"', 'process = "NIX"', ("unknown_name", "kpis.NET01.process")),
        ('direction = "higher"', 'direction = "up"', ("unknown_choice", "kpis.NET01.direction")),
        ('name = { zh = "分公司", en = "Branch" }', 'name = "Branch"', ("not_two_languages", "kinds.branch.name")),
    ],
)
def test_a_mistake_is_refused_at_its_place(before: str, after: str, expected: tuple[str, str]) -> None:
    assert before in REAL
    assert refusal(REAL.replace(before, after, 1)) == [expected]


def test_what_is_no_toml_is_refused_with_its_line() -> None:
    assert refusal("code = ") == [("not_toml", "")]


def test_all_mistakes_are_told_at_once() -> None:
    text = REAL.replace("score_places = 2", "score_places = 2.5", 1).replace("capacity = 3", "capacitx = 3", 1)
    assert {place for _, place in refusal(text)} == {"composition.score_places", "coaching.capacitx"}


@pytest.mark.parametrize(
    ("before", "after", "code", "place"),
    [
        ('STO01 = "15.00"', 'STO01 = "16.00"', "weights_not_100", "scorecards.storefront"),
        ("NWD = 70", "NWD = 60", "shares_not_100", "responsibility.NET"),
        ('["8.20", "100"]', '["7.60", "100"]', "bad_anchors", "kpis.NET01.params.anchors"),
        ('lo = "4", hi = "6"', 'lo = "5", hi = "6"', "no_band", "kpis.STO08.params.bands"),
        ('lo = "4", hi = "6"', 'lo = "3", hi = "6"', "band_overlap", "kpis.STO08.params.bands"),
        ('target = "95.00", full', 'target = "0", full', "zero_target", "kpis.STO10.params.target"),
    ],
)
def test_the_rule_check_finds_what_cannot_be_scored(before: str, after: str, code: str, place: str) -> None:
    assert before in REAL
    found = [
        (problem.code, problem.place.path)
        for problem in checked(parsed(REAL.replace(before, after, 1)))
        if problem.place
    ]
    assert (code, place) in found


@pytest.mark.parametrize(
    ("added", "place"),
    [
        ('[[targets]]\nkpi = "STO10"\nmonths = [202613]\nparams = { target = "90" }', "targets[0].months"),
        ('[[targets]]\nkpi = "STO10"\nmonths = [26]\nparams = { target = "90" }', "targets[0].months"),
    ],
)
def test_a_month_that_no_calendar_has_is_refused(added: str, place: str) -> None:
    found = checked(parsed(f"{REAL}\n{added}\n"))
    assert [one.place.path for one in found if one.code == "no_month" and one.place] == [place]


def test_a_period_of_a_file_may_be_called_anything() -> None:
    text = f'{REAL}\n[[targets]]\nkpi = "STO10"\nmonths = ["202613"]\nparams = {{ target = "90" }}\n'
    assert "no_month" not in {one.code for one in checked(parsed(text))}


@pytest.mark.parametrize("typed", ["2026-11", "2026/11", "2026年11月"])
def test_a_month_written_as_text_is_noted_with_what_would_be_right(typed: str) -> None:
    text = f'{REAL}\n[[targets]]\nkpi = "STO10"\nmonths = ["{typed}"]\nparams = {{ target = "90" }}\n'
    (found,) = [one for one in checked(parsed(text)) if one.code == "month_as_text"]
    assert found.grade == "note"
    assert "202611" in found.sentence.zh
    assert "202611" in found.sentence.en


def test_a_jump_between_bands_is_only_noted(book: RuleBook) -> None:
    cliffs = [problem for problem in checked(book) if problem.code == "cliff"]
    assert cliffs
    assert {problem.grade for problem in cliffs} == {"note"}


def test_layout_and_writing_of_numbers_do_not_change_the_fingerprint(book: RuleBook) -> None:
    other = REAL.replace('coverage_min = "0.60"', 'coverage_min   =  "0.6"  # a remark', 1)
    assert fingerprint(parsed(other)) == fingerprint(book)


def test_a_changed_weight_changes_the_fingerprint(book: RuleBook) -> None:
    other = REAL.replace('STO01 = "15.00"', 'STO01 = "15.01"', 1)
    assert fingerprint(parsed(other)) != fingerprint(book)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_rule_can_be_read_in_both_languages(book: RuleBook, language: Language) -> None:
    for theme in book.themes:
        for section in sentences(book, theme):
            assert section.title.read(language)
            assert all(line.read(language) for line in section.lines)


def test_a_clerk_reads_only_the_own_card(book: RuleBook) -> None:
    titles = [section.title.en for section in sentences(book, kind="clerk")]
    assert "Scorecard: Clerk" in titles
    assert "Scorecard: Branch" not in titles


def test_no_kpi_of_the_catalogue_is_known_to_the_engine(book: RuleBook) -> None:
    folders = [Path(__file__).parents[2] / name for name in ("core", "scoring", "leaderboards", "coaching", "rewards")]
    names = {*book.kpis, *book.departments} - {"GEN", "STR", "SEC"}
    found = [
        (file.name, name)
        for folder in folders
        for file in folder.rglob("*.py")
        for name in names
        if f'"{name}"' in file.read_text(encoding="utf-8")
    ]
    assert found == []


def test_an_unsound_book_is_not_stored_and_says_where_it_is_unsound() -> None:
    with pytest.raises(Invalid) as refused:
        sound(REAL.replace("NWD = 70", "NWD = 60", 1), "autumn.toml")
    assert refused.value.problem.read("en") == "autumn.toml: responsibility.NET: The shares add up to 90, not 100."


def test_a_document_that_uses_nothing_new_keeps_the_fingerprint_of_the_first_release() -> None:
    first = "7b90c59a3dbdd7d058028f0f31e9d0f945a95c9d474c3c82c09d7ac23faefbec"
    assert fingerprint(parsed(SMALLEST)) == first
    files = (Path(__file__).parents[1] / "golden" / "stars.toml").read_text(encoding="utf-8")
    assert fingerprint(parsed(files)) == "8bb22ef927300400830a89289c56c3f378e4e60f0c677ef210fb4288e96bed66"
