"""Whether this process is about to stop: `/readyz` says 503 then, so that the proxy sends people elsewhere first."""

import asyncio

_draining = asyncio.Event()


def begin() -> None:
    """Announce that this process is stopping; open streams should end."""
    _draining.set()


def draining() -> bool:
    """Tell whether the process is stopping."""
    return _draining.is_set()


async def begun() -> None:
    """Wait until the process begins to stop."""
    await _draining.wait()


def reset() -> None:
    """Take the announcement back: for tests that start several servers in one process."""
    _draining.clear()
