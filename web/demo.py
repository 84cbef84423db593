"""The named cast of a demonstration on the sign-in page; anywhere else there is none."""

import json
from pathlib import Path
from typing import Any

from litestar import Request

from core.language import current

FILE = "demo-people.json"
"""Written into the data folder by the demonstration, readable by its owner alone."""


def cast(request: Request[Any, Any, Any]) -> tuple[tuple[str, str, str, str], ...]:
    """Return name, role, user name and password of each of the cast; empty outside a demonstration."""
    settings = request.app.state.settings
    file: Path = settings.data / FILE
    if not settings.demo or not file.is_file():
        return ()
    reader = current()
    people = json.loads(file.read_text(encoding="utf-8"))
    return tuple((one["name"][reader], one["role"][reader], one["username"], one["password"]) for one in people)
