"""The named cast of a demonstration on the sign-in page; anywhere else there is none."""

from typing import Any

import msgspec
from litestar import Request

from core.language import current
from org.roles import NAMES, Role


def cast(request: Request[Any, Any, Any]) -> tuple[tuple[str, str, str, str], ...]:
    """Return name, role, user name and password of each of the cast; empty outside a demonstration."""
    settings = request.app.state.settings
    if not settings.demo:
        return ()
    from seeds import passwords, tables  # only a demonstration needs the invented company

    file = settings.data / passwords.FILE
    if not file.is_file():
        return ()
    kept = msgspec.json.decode(file.read_bytes(), type=passwords.Remembered).passwords
    reader = current()
    return tuple(
        (one.name.read(reader), NAMES[Role(one.role)].read(reader), one.username, kept[one.username])
        for one in tables.cast()
        if one.username in kept
    )
