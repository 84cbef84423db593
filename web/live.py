"""Those who wait for news of boards: one thing to wait for, shared by all, so that a call costs each a wake-up and no more."""

import asyncio

_next: asyncio.Future[None] | None = None


def ring() -> None:
    """Wake everybody who waits now."""
    global _next
    waited, _next = _next, None
    if waited is not None and not waited.done():
        waited.set_result(None)


async def rung(seconds: float) -> None:
    """Wait for the next call, or so many seconds."""
    global _next  # noqa: PLW0603 - one bell a process
    if _next is None or _next.get_loop() is not asyncio.get_running_loop():
        _next = asyncio.get_running_loop().create_future()
    await asyncio.wait({_next}, timeout=seconds)
