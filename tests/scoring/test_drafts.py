"""Drafts: saved before they parse, never saved over unseen, out as they came in, hostile ones refused at once."""

import time

import pytest

from core import audit
from core.errors import Conflict, Invalid
from scoring.book_text import MOST_BYTES, line_of, lines_of
from scoring.operations.drafts import create_draft, save_draft, text_of_file
from scoring.queries.drafts import checked_text, draft, drafts, look
from tests.cast import Cast
from tests.factories import SMALL_BOOK
from tests.tidy.source import ROOT

SMALL = SMALL_BOOK.read_text(encoding="utf-8")


async def begun(cast: Cast, text: str = SMALL) -> int:
    return await create_draft(name="草稿", text=text, base_id=cast.rule_book_id, actor=cast.actor("sulan"))


async def test_a_text_that_does_not_parse_is_kept_with_its_problems_beside(cast: Cast) -> None:
    number = await begun(cast, 'code = "A"\nname = \n')
    found = await checked_text((await draft(number)).text)
    (problem,) = found.problems
    assert (found.sound, problem.code, problem.place and problem.place.row) == (False, "not_toml", 2)


async def test_a_draft_begins_as_a_version(cast: Cast) -> None:
    number = await create_draft(name="下一版", base_id=cast.rule_book_id, actor=cast.actor("sulan"))
    found = await draft(number)
    assert (found.text, found.base_version, found.owner_name) == (SMALL, 1, "苏岚")
    assert (await checked_text(found.text)).sound


async def test_saving_raises_the_revision_and_the_same_bytes_again_change_nothing(cast: Cast) -> None:
    number = await begun(cast)
    assert await save_draft(draft_id=number, revision=1, text=SMALL + "\n", actor=cast.actor("heqing")) == 2
    end = await audit.end()
    assert await save_draft(draft_id=number, revision=1, text=SMALL + "\n", actor=cast.actor("heqing")) == 2
    assert await audit.end() == end
    (row,) = await drafts()
    assert (row.revision, row.owner_name, row.saved_by_name) == (2, "苏岚", "何青")


async def test_nobody_saves_over_what_he_has_not_seen(cast: Cast) -> None:
    number = await begun(cast)
    await save_draft(draft_id=number, revision=1, text="# 何青的", actor=cast.actor("heqing"))
    with pytest.raises(Conflict) as refusal:
        await save_draft(draft_id=number, revision=1, text="# 苏岚的", actor=cast.actor("sulan"))
    assert "何青" in refusal.value.problem.sentence.zh
    assert (await draft(number)).text == "# 何青的"


@pytest.mark.parametrize(
    "content", [SMALL.encode(), b"\xef\xbb\xbf# BOM\r\n", b"a = 1", "名 = '值'\r\n\n\n".encode(), b""]
)
async def test_a_file_comes_out_byte_for_byte(cast: Cast, content: bytes) -> None:
    number = await begun(cast, text_of_file(content))
    assert (await draft(number)).text.encode() == content


def test_what_an_editor_writes_first_is_not_read() -> None:
    assert look("\ufeff" + SMALL, "draft.toml").sound
    assert look(SMALL.replace("\n", "\r\n"), "draft.toml").fingerprint == look(SMALL, "draft.toml").fingerprint


@pytest.mark.parametrize(("content", "code"), [(b"a = '\xff'", "not_utf8"), (b"a" * (MOST_BYTES + 1), "too_long")])
def test_a_file_that_is_no_text_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        text_of_file(content)
    assert refusal.value.problem.code == code


@pytest.mark.parametrize("text", ["a = '\0'", "b\ud800", "x" * (MOST_BYTES + 1)])
async def test_what_cannot_be_kept_is_refused_before_the_database(cast: Cast, text: str) -> None:
    with pytest.raises(Invalid):
        await begun(cast, text)


HONEST = (ROOT / "seeds" / "rulebook.toml").read_text(encoding="utf-8")
HOSTILE = {
    "two million letters": ("a" * 2_000_000, None),
    "half a million lines": ("a = 1\n" * 80_000, 20_001),
    "a key of two thousand parts": ("a." * 1_900 + "a = 1", 1),
    "keys of many parts on many lines": ("".join("a." * 399 + f"b{n} = 1\n" for n in range(600)), 1),
    "deep brackets": ("a = " + "[" * 3_900, None),
    "deep brackets on many lines": ("a = " + "[\n" * 19_000, None),
    "a number of thousands of digits": ("a = 1\nb = " + "9" * 3_900, 2),
    "a control character": ("a = 1\n\nb = '\x07'", 3),
    "thousands of unknown names": ("".join(f"k{n} = 1\n" for n in range(19_000)), 1),
    "tables deeper than any stack": (f"[kpis.{'a.' * 390}a]\nb.{'b.' * 390}b = {'{c=' * 190}1{'}' * 190}\n", None),
    "an endless text": ('a = """' + "b\n" * 19_000, 19_001),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_refused_at_its_line_in_the_time_of_a_few_honest_books(name: str) -> None:
    text, row = HOSTILE[name]
    begun_at = time.thread_time_ns()
    look(HONEST, "draft.toml")
    honest, begun_at = time.thread_time_ns() - begun_at, time.thread_time_ns()
    found = look(text, "draft.toml")
    assert time.thread_time_ns() - begun_at < 40 * honest
    assert not found.sound
    assert len(found.problems) <= 200
    assert found.problems[0].place
    assert row is None or found.problems[0].place.row == row


@pytest.mark.parametrize("given", ["2026-01-01", "07:32:00", "2026-01-01T07:32:00Z", "[[1, 2026-01-01]]"])
def test_a_date_is_no_parameter_of_a_rule(given: str) -> None:
    found = look(f"[kpis.SAT]\nparams = {{ cap = {given} }}\n", "draft.toml").problems[0]
    assert found.code == "wrong_type"
    assert found.place
    assert (found.place.path or "").startswith("kpis.SAT.params.cap")
    assert found.place.row == 2


def test_a_path_is_found_at_its_line_or_at_the_nearest_thing_around_it() -> None:
    lines = lines_of(
        'code = "A"\n[kpis.SAT]\nname = 1\n[kpis.SAT.params]\ntarget = 2\n[[targets]]\nkpi = 1\n[[targets]]\n'
    )
    places = {
        "kpis.SAT.params.target": 5, "kpis.SAT.params.bands[2].lo": 4, "kpis.SAT.weight": 2, "targets[1].kpi": 8, "kpis": 2,
        "code": 1, "nowhere": None,
    }  # fmt: skip
    assert {path: line_of(path, lines) for path in places} == places
