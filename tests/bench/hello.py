"""The smallest application on our stack, as a program of its own."""

from typing import Any

from tests.bench.limits import litestar_hello


def app() -> Any:
    """Return it."""
    return litestar_hello()
