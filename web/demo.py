"""The named cast of a demonstration on the sign-in page; anywhere else there is none."""

from typing import Any

from litestar import Request

from core.language import current


def cast(request: Request[Any, Any, Any]) -> tuple[tuple[str, str, str, str], ...]:
    """Return name, role, user name and password of each of the cast; empty outside a demonstration."""
    if not request.app.state.settings.demo:
        return ()
    from seeds.load import DEMO_ACCOUNTS  # only a demonstration needs the invented company

    reader = current()
    return tuple((one.name.read(reader), one.role.read(reader), one.username, one.password) for one in DEMO_ACCOUNTS)
