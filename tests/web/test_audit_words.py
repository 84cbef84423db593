"""The trail of changes speaks in words: every act, subject and field that is written down has a name in both languages."""

import ast
from collections.abc import Iterator
from pathlib import Path

from core import audit
from core.database import transaction
from tests.cast import Cast
from tests.tidy.source import DOMAIN, files, tree
from tests.web.reader import Reader
from web.sentences.audit import ACTIONS, FIELDS, KINDS


def _words(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.IfExp):  # what decides is no word of the trail
        yield from (*_words(node.body), *_words(node.orelse))
        return
    yield from (one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str))


def _recorded(path: Path) -> list[ast.Call]:
    calls = [node for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    return [one for one in calls if ast.unparse(one.func).endswith("audit.record")]


def _told(path: Path, name: str) -> Iterator[ast.expr]:
    """Give what a recorded argument is made of: the argument itself, or what the module assigns to its name."""
    known = {name, *(word.upper() for word in (name.removeprefix("subject_"),))}
    yield from (word.value for call in _recorded(path) for word in call.keywords if word.arg == name)
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Assign) and any(isinstance(one, ast.Name) and one.id in known for one in node.targets):
            yield node.value


def _recording() -> list[Path]:
    return [path for path in files("*.py", *DOMAIN) if _recorded(path)]


def test_every_act_in_the_trail_has_words() -> None:
    found = {word for path in _recording() for node in _told(path, "action") for word in _words(node)}
    assert len(found) > 60
    assert found - set(ACTIONS) == set()


def test_every_subject_in_the_trail_has_words() -> None:
    found = {word for path in _recording() for node in _told(path, "subject_kind") for word in _words(node)}
    assert len(found) > 10
    assert found - set(KINDS) == set()


def test_every_field_in_the_trail_has_words() -> None:
    told = [node for path in _recording() for name in ("before", "after") for node in _told(path, name)]
    tables = [part for node in told for part in ast.walk(node) if isinstance(part, ast.Dict)]
    found = {word for table in tables for key in table.keys if key for word in _words(key)}
    assert len(found) > 40
    assert found - set(FIELDS) == set()


async def test_the_trail_tells_months_and_moments_as_people_write_them(reader: Reader, story: Cast) -> None:
    after = {"month": 202610, "known_at": "2026-11-20T16:00:00+00:00", "on": "2026-11-05", "state": "opinion_asked"}
    actor = story.actor("sulan")
    async with transaction():
        await audit.record(actor=actor, action="settle_contest", subject_kind="contest", subject=7, after=after)
    await reader.sign_in("baishu")
    html = await reader.read("/audit?kind=contest")
    for words in ("2026年10月", "2026年11月21日 00:00", "2026年11月5日", "征求部门意见"):
        assert words in html
