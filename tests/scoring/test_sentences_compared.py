"""Two versions of the rules: each sentence once, with its fate, and the words that changed."""

from hypothesis import given
from hypothesis import strategies as st

from core.language import Text
from scoring.plain_words import Section, sentences
from scoring.rulebook import parsed
from scoring.sentences_compared import ComparedSection, Piece, compared
from tests.factories import SMALL_BOOK


def section(*lines: str, title: str = "Awards") -> Section:
    return Section(Text(zh=title, en=title), tuple(Text(zh=line, en=line) for line in lines))


def fates(found: tuple[ComparedSection, ...]) -> list[str]:
    return [line.fate for one in found for line in one.lines]


def test_a_book_against_itself_has_changed_nothing() -> None:
    told = sentences(parsed(SMALL_BOOK.read_text("utf-8")))
    found = compared(told, told)
    assert [one.title for one in found] == [one.title for one in told]
    assert set(fates(found)) == {"same"}


def test_a_changed_number_is_marked_and_nothing_else() -> None:
    found = compared([section("under 60 % there is no place")], [section("under 70 % there is no place")])
    line = found[0].lines[0]
    assert line.fate == "changed"
    assert line.pieces_en is not None
    old, new = line.pieces_en
    assert [piece for piece in old if not piece.same] == [Piece("60", same=False)]
    assert [piece for piece in new if not piece.same] == [Piece("70", same=False)]
    assert "".join(piece.text for piece in new) == "under 70 % there is no place"


def test_chinese_is_marked_character_by_character() -> None:
    line = compared([section("覆盖率低于六成不排名")], [section("覆盖率低于七成不排名")])[0].lines[0]
    assert line.pieces_zh is not None
    assert [piece.text for piece in line.pieces_zh[1] if not piece.same] == ["七"]


def test_a_sentence_that_came_and_one_that_went_are_told_apart() -> None:
    found = compared([section("the first", "quite another thing")], [section("the first", "a brand-new award")])
    assert fates(found) == ["same", "added", "removed"]
    assert (found[0].added, found[0].removed, found[0].changed) == (1, 1, 0)


def test_a_section_of_one_version_stands_where_it_stood() -> None:
    old = [section("one", title="A"), section("two", title="B"), section("three", title="C")]
    new = [section("one", title="A"), section("three", title="C"), section("four", title="D")]
    assert [one.title.en for one in compared(old, new)] == ["A", "B", "C", "D"]
    assert fates(compared(old, new)) == ["same", "removed", "same", "added"]


words = st.text(alphabet="ab 12。分", max_size=12)
versions = st.lists(words, max_size=6).map(lambda lines: [section(*lines)])


@given(old=versions, new=versions)
def test_every_sentence_of_both_versions_is_told_once(old: list[Section], new: list[Section]) -> None:
    lines = [line for one in compared(old, new) for line in one.lines]
    assert [line.after for line in lines if line.after is not None] == list(new[0].lines)
    assert sum(line.before is not None for line in lines) == len(old[0].lines)


@given(old=versions, new=versions)
def test_the_pieces_of_a_changed_sentence_make_it_up(old: list[Section], new: list[Section]) -> None:
    for line in compared(old, new)[0].lines if old[0].lines or new[0].lines else ():
        if line.pieces_zh is not None and line.before is not None and line.after is not None:
            assert "".join(piece.text for piece in line.pieces_zh[0]) == line.before.zh
            assert "".join(piece.text for piece in line.pieces_zh[1]) == line.after.zh


def test_two_strangers_of_hundreds_of_sentences_are_compared_in_no_time() -> None:
    old = [section(*(f"{number} {'x' * 80} {number * 7}" for number in range(300)))]
    new = [section(*(f"{number} {'y' * 80} {number * 9}" for number in range(300)))]
    assert len(fates(compared(old, new))) >= 300
