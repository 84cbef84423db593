"""Two versions of the rules compared sentence by sentence: what came, what went, and which words changed."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal

import msgspec

from core.language import Language, Text
from scoring.plain_words import Section

Fate = Literal["same", "added", "removed", "changed"]
ALIKE_PER_CENT = 50
"""Two sentences that share at least so much of their words are one sentence that changed."""
NEAR = 60
"""A sentence that moved further than so many is told as gone and come."""
_WORDS = re.compile(r"[A-Za-z]+|\d+(?:\.\d+)?|\s+|.", re.DOTALL)


class Piece(msgspec.Struct, frozen=True):
    """A run of words, and whether it stands in both sentences."""

    text: str
    same: bool


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """One sentence: as it was, as it is, and its fate; of a changed one the pieces in each language."""

    fate: Fate
    before: Text | None
    after: Text | None
    pieces_zh: tuple[tuple[Piece, ...], tuple[Piece, ...]] | None = None
    pieces_en: tuple[tuple[Piece, ...], tuple[Piece, ...]] | None = None


class ComparedSection(msgspec.Struct, frozen=True, kw_only=True):
    """One section with its sentences in order, and how many of them came, went or changed."""

    title: Text
    lines: tuple[Compared, ...]
    added: int
    removed: int
    changed: int


def compared(before: Sequence[Section], after: Sequence[Section]) -> tuple[ComparedSection, ...]:
    """Return the sections of both versions in the order of the newer one, those that are gone where they stood."""
    old = {_key(section): section for section in before}
    new = {_key(section): section for section in after}
    found = []
    for key in _merged(list(old), list(new)):
        title = (new.get(key) or old[key]).title
        lines = tuple(_lines(old[key].lines if key in old else (), new[key].lines if key in new else ()))
        counts = {fate: sum(line.fate == fate for line in lines) for fate in ("added", "removed", "changed")}
        found.append(ComparedSection(title=title, lines=lines, **counts))
    return tuple(found)


def _key(section: Section) -> tuple[str, str]:
    return section.title.zh, section.title.en


def _merged(old: Sequence[tuple[str, str]], new: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield every key once: the old ones that are gone before what follows them now."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    seen: set[tuple[str, str]] = set()
    for _, a, b, c, d in matcher.get_opcodes():
        for key in [*(key for key in old[a:b] if key not in new), *new[c:d]]:
            if key not in seen:
                seen.add(key)
                yield key


def _lines(old: Sequence[Text], new: Sequence[Text]) -> Iterator[Compared]:
    matcher = SequenceMatcher(None, [_both(line) for line in old], [_both(line) for line in new], autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            yield from (Compared(fate="same", before=line, after=line) for line in new[c:d])
        else:
            yield from _replaced(old[a:b], new[c:d])


def _both(line: Text) -> str:
    return f"{line.zh}\n{line.en}"


def _replaced(old: Sequence[Text], new: Sequence[Text]) -> Iterator[Compared]:
    """Yield a stretch that differs: sentences alike enough are paired in order, the others came or went."""
    start = 0
    for line in new:
        partner = _partner(line, old, start)
        if partner is None:
            yield Compared(fate="added", before=None, after=line)
            continue
        yield from (Compared(fate="removed", before=one, after=None) for one in old[start:partner])
        yield _changed(old[partner], line)
        start = partner + 1
    yield from (Compared(fate="removed", before=one, after=None) for one in old[start:])


def _partner(line: Text, old: Sequence[Text], start: int) -> int | None:
    """Return the most similar sentence from a place on, the first of equals; None where none is alike."""
    near = range(start, min(start + NEAR, len(old)))
    ranked = [(_alike(old[at], line), -at) for at in near if _could_be(old[at], line)]
    best = max(ranked, default=(0, 0))
    return -best[1] if best[0] >= ALIKE_PER_CENT else None


def _could_be(one: Text, other: Text) -> bool:
    """Tell cheaply whether two sentences can be alike at all: by the words they share in any order."""
    return any(_in_common(one.read(language), other.read(language)) >= ALIKE_PER_CENT for language in _LANGUAGES)


def _in_common(one: str, other: str) -> int:
    shared = Counter(_words(one)) & Counter(_words(other))
    return 200 * sum(len(word) * times for word, times in shared.items()) // max(len(one) + len(other), 1)


def _alike(one: Text, other: Text) -> int:
    """Return in per cent how much two sentences have in common, in the language in which it is more."""
    return max(_shared(one.read(language), other.read(language)) for language in _LANGUAGES)


_LANGUAGES: tuple[Language, ...] = ("zh", "en")


def _shared(one: str, other: str) -> int:
    left, right = _words(one), _words(other)
    blocks = SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks()
    common = sum(len("".join(left[block.a : block.a + block.size])) for block in blocks)
    return 200 * common // max(len(one) + len(other), 1)


def _words(sentence: str) -> list[str]:
    """Return Latin words, numbers and single Chinese characters, with the spaces between them."""
    return _WORDS.findall(sentence)


def _changed(before: Text, after: Text) -> Compared:
    return Compared(
        fate="changed",
        before=before,
        after=after,
        pieces_zh=_pieces(before.zh, after.zh),
        pieces_en=_pieces(before.en, after.en),
    )


def _pieces(one: str, other: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    left, right = _words(one), _words(other)
    old: list[Piece] = []
    new: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        same = tag == "equal"
        old += [Piece("".join(left[a:b]), same)] if b > a else []
        new += [Piece("".join(right[c:d]), same)] if d > c else []
    return tuple(old), tuple(new)
