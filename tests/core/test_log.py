"""Logs say what happened and never to whom."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from core import log


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    stream = io.StringIO()
    log.configure("info", "json", stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


def test_an_event_is_one_line_of_json(lines: io.StringIO) -> None:
    log.logger("tests").info("month_scored", month=202611, units=12)
    entry = json.loads(lines.getvalue())
    assert (entry["event"], entry["month"], entry["units"], entry["level"]) == ("month_scored", 202611, 12, "info")


def test_names_and_secrets_of_people_are_dropped(lines: io.StringIO) -> None:
    log.logger("tests").info("signed_in", account_id=7, login="li.na", name="李娜", password="hush", why="private")
    assert set(json.loads(lines.getvalue())) == {"event", "account_id", "level", "logger", "timestamp"}


def test_an_error_of_a_library_keeps_its_trace(lines: io.StringIO) -> None:
    try:
        {}["lost"]
    except KeyError:
        logging.getLogger("some.library").exception("it failed")
    entry = json.loads(lines.getvalue())
    assert "KeyError" in entry["exception"]


def test_what_json_cannot_hold_is_shown_somehow(lines: io.StringIO) -> None:
    log.logger("tests").info("odd", thing=object)
    assert "object" in json.loads(lines.getvalue())["thing"]
